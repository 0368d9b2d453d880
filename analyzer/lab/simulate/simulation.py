"""A cluster in virtual time: its parts wired together, the scenario's faults done to it, and what came of it."""

from __future__ import annotations

from random import Random

from analyzer.lab.simulate.cluster.gossip import start_gossip
from analyzer.lab.simulate.cluster.node import Node, build
from analyzer.lab.simulate.cluster.site import Site
from analyzer.lab.simulate.faults.injector import FaultInjector
from analyzer.lab.simulate.genesis.leadership import Leadership
from analyzer.lab.simulate.scenario.options import Options, draw
from analyzer.lab.simulate.scenario.scenario import Fault, Scenario, nanoseconds
from analyzer.lab.simulate.scheduler import Scheduler
from analyzer.lab.simulate.truth.truth_log import TruthLog
from analyzer.lab.simulate.wire.switch import Wire
from analyzer.model.instant import MILLISECOND, SECOND

SETTLING = 4 * SECOND  # the cluster lives this long before anything happens
LONGEST = 900 * SECOND  # a fault that is not repaired by then is left as it is; but it has so many checks
CHECKS = 4
FOR_EVER = 1 << 63
POLL_INTERVAL = 250 * MILLISECOND


class Simulation:
    """The cluster and its history. After `run`, `first` and `last` bound what the captures hold (ns)."""

    def __init__(
        self,
        scenario: Scenario,
        seed: int,
        options: Options,
        taps: frozenset[tuple[str, int]] = frozenset({("span", 1), ("vmk1", 1)}),
    ) -> None:
        """`taps` are the (vantage point, node) whose frames will be asked for; others are not kept."""
        self.scenario, self.seed = scenario, seed
        self.options = options = scenario.cluster(options)
        self.drawn = draw(options, Random(f"{seed}/drawn"))  # noqa: S311 - a simulation
        self.clock = Scheduler(seed, self.drawn.start)
        self.truth_log = TruthLog()
        self.public = Wire()
        count = options.nodes
        busy = options.busy_hosts or count
        site = Site(self.clock, self.truth_log, self.public)
        self.nodes = [
            build(number, site, options, self.drawn, with_clients=number <= busy) for number in range(1, count + 1)
        ]
        for node in self.nodes:
            node.host.cvms = {other.cvm.eth0: other.cvm for other in self.nodes} | {node.cvm.eth1: node.cvm}
        self._taps = taps
        self.first = self.last = 0
        self._leadership = Leadership(site, self.nodes, options, self.drawn)
        gossip = start_gossip(self.clock, [node.cvm for node in self.nodes])
        self._injector = FaultInjector(site, self.nodes, gossip, self._leadership, self.drawn.boot)
        self._next = 0
        self._settled = 0  # when all was well again after the last fault

    # --- time -------------------------------------------------------------------------------------------------------

    def run(self) -> None:
        """Live through the whole scenario."""
        clock, options = self.clock, self.options
        if options.mount:
            self._open_captures()
        for node in self.nodes:
            for client in node.clients:
                client.start(shown=options.mount)
        self._leadership.begin()
        clock.after(SETTLING, self._proceed)
        clock.run(FOR_EVER)  # until `_finish`: each fault is done in its time, and waited for no longer than that
        for node in self.nodes:
            for client in node.clients:
                client.finish()

    def _proceed(self) -> None:
        """Plan the next fault, or the end."""
        faults, clock = self.scenario.fault, self.clock
        if self._next == len(faults):
            self._open_captures()
            quiet = nanoseconds(self.scenario.quiet) if not faults else self.options.tail
            clock.after(quiet, self._finish)
            return
        fault = faults[self._next]
        self._next += 1
        clock.at(self._when(fault), self._do, fault)

    def _when(self, fault: Fault) -> int:
        """When it is to be done; the captures begin with the first that is not before them."""
        now = self.clock.now
        if fault.before_capture:
            return self._in_phase(now)
        self._open_captures()
        if fault.at is not None:
            return max(now, self.first + nanoseconds(fault.at))
        if fault.after is not None:
            return now + nanoseconds(fault.after)
        settled = self._settled + self.options.tail if self._settled > self.first else 0
        return self._in_phase(max(self.first + self.options.lead, settled))

    def _in_phase(self, least: int) -> int:
        """The first moment not before `least` that is `phase` after a check."""
        period = self.options.period
        base = self._leadership.first_check + self.drawn.phase % period
        return base + -((base - least) // period) * period if least > base else base

    def _open_captures(self) -> None:
        if not self.first:
            self.first = self.clock.now
            self.public.kept = any(what != "vmk1" for what, _ in self._taps)
            for node in self.nodes:
                node.host.vmk1.wire.kept = ("vmk1", node.host.number) in self._taps

    def _finish(self) -> None:
        self.last = self.clock.now
        self.clock.stop()

    def _do(self, fault: Fault) -> None:
        self._injector.do(fault, self._next)
        faults = self.scenario.fault
        if self._next < len(faults) and faults[self._next].at is not None:
            self._proceed()  # that one has its own time, whatever came of this one
        else:
            self.clock.after(POLL_INTERVAL, self._poll, self.clock.now)

    # --- settling ---------------------------------------------------------------------------------------------------

    def _poll(self, since: int) -> None:
        """Go on when every host serves again; what is not mended in time is left as it is."""
        now = self.clock.now
        over = now >= self._injector.disturbances.until and all(self._over(node) for node in self.nodes)
        if now - since < max(LONGEST, CHECKS * self.options.period) and not over:
            self.clock.after(POLL_INTERVAL, self._poll, since)
            return
        self._settled = now
        if self._next == len(self.scenario.fault):
            self._open_captures()
            self.clock.after(self.options.tail, self._finish)
            return
        self._proceed()

    def _over(self, node: Node) -> bool:
        episode = node.truth.last
        if episode is None or episode.dropped:
            return True
        if not node.clients:
            return episode.over is not None
        return not any(client.watcher.waits(episode) for client in node.clients)
