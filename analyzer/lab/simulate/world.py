"""A cluster in virtual time: its parts wired together, the scenario's faults done to it, and what came of it."""

from __future__ import annotations

from random import Random
from typing import Literal

from analyzer.errors import UsageError
from analyzer.lab.simulate.chronicle import Chronicle, Story
from analyzer.lab.simulate.clockwork import Clockwork
from analyzer.lab.simulate.cvm import Cvm
from analyzer.lab.simulate.genesis import Genesis
from analyzer.lab.simulate.gossip import Whisper, gossip
from analyzer.lab.simulate.host import Host
from analyzer.lab.simulate.network import Wire
from analyzer.lab.simulate.node import NETWORK, Node, build
from analyzer.lab.simulate.options import Options, draw
from analyzer.lab.simulate.scenario import Fault, Scenario, nanoseconds
from analyzer.model.episode import EpisodeKind
from analyzer.model.instant import MILLISECOND, SECOND
from analyzer.model.path import Path

SETTLING = 4 * SECOND  # the cluster lives this long before anything happens
LONGEST = 900 * SECOND  # a fault that is not repaired by then is left as it is
LOOK = 250 * MILLISECOND


class World:
    """The cluster and its history. After `run`, `first` and `last` bound what the captures hold (ns)."""

    def __init__(
        self,
        scenario: Scenario,
        seed: int,
        options: Options,
        taps: frozenset[tuple[str, int]] = frozenset({("span", 1), ("vmk1", 1)}),
    ) -> None:
        """`taps` are the (vantage point, node) whose frames will be asked for; others are not kept."""
        self.scenario, self.seed, self.options = scenario, seed, options
        self.drawn = draw(options, Random(f"{seed}/drawn"))  # noqa: S311 - a simulation
        self.clock = Clockwork(seed, self.drawn.start)
        self.chronicle = Chronicle()
        self.public = Wire()
        count = scenario.nodes or options.nodes
        busy = options.busy_hosts or count
        place = self.clock, self.chronicle, self.public
        self.nodes = [
            build(number, place, options, self.drawn, with_clients=number <= busy) for number in range(1, count + 1)
        ]
        for node in self.nodes:
            node.host.cvms = {other.cvm.eth0: other.cvm for other in self.nodes} | {node.cvm.eth1: node.cvm}
        self._taps = taps
        self.whispers: list[tuple[Cvm, Whisper]] = []
        self.first = self.last = 0
        self._genesis: Genesis | None = None
        self._check_zero = 0
        self._end: int | None = None
        self._next = 0
        self._settled = 0

    # --- time -------------------------------------------------------------------------------------------------------

    def run(self) -> None:
        """Live through the whole scenario."""
        clock, options = self.clock, self.options
        if options.mount:
            self._open_captures()
        for node in self.nodes:
            for client in node.clients:
                client.start(shown=options.mount)
        self.whispers = gossip(clock, [node.cvm for node in self.nodes])
        leader = self._node_of(min(options.leader, len(self.nodes))).cvm
        self._check_zero = clock.now + 2 * SECOND
        self._lead(leader, self._check_zero)
        clock.after(SETTLING, self._proceed)
        clock.run(clock.now + len(self.scenario.fault) * LONGEST + nanoseconds(self.scenario.quiet) + LONGEST)
        for node in self.nodes:
            for client in node.clients:
                client.finish()

    def _lead(self, leader: Cvm, first: int, *, visible: bool = False) -> None:
        timing = self.options.period, self.options.probe_timeout
        self._genesis = Genesis(
            self.clock, leader, self.nodes, self.chronicle, self.drawn, timing, preferred=min(3, len(self.nodes))
        )
        self._genesis.start(first, visible=visible)

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
        return self._in_phase(self.first + self.options.lead)

    def _in_phase(self, least: int) -> int:
        """The first moment not before `least` that is `phase` after a check."""
        period = self.options.period
        base = self._check_zero + self.drawn.phase % period
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

    # --- faults -----------------------------------------------------------------------------------------------------

    def _node_of(self, number: int) -> Node:
        if not 1 <= number <= len(self.nodes):
            raise UsageError(f"the scenario names node {number}; the cluster has {len(self.nodes)}")
        return self.nodes[number - 1]

    def _do(self, fault: Fault) -> None:
        node = self._node_of(fault.on)
        if fault.do == "cvm-power-off":
            self._power_off(node)
        elif fault.do == "cvm-power-on":
            self._power_on(node)
        elif fault.do == "nfs-hang":
            self._hang(node, nanoseconds(fault.seconds))
        else:
            self._type(node, "add" if fault.do == "route-add" else "delete", self._gateway(node, fault))
        faults = self.scenario.fault
        if self._next < len(faults) and faults[self._next].at is not None:
            self._proceed()  # that one has its own time, whatever came of this one
        else:
            self.clock.after(LOOK, self._look, self.clock.now)

    def _gateway(self, node: Node, fault: Fault) -> str:
        if isinstance(fault.gateway, int):
            return self._node_of(fault.gateway).cvm.address
        return fault.gateway or node.host.route or f"{NETWORK}.99"

    def _begin(self, node: Node, kind: EpisodeKind, cause: int, effect: int) -> Story:
        """An episode begins; one that was under way on the host is left as it is."""
        story = Story(kind, node.host.address, None, None, None, node.host.path(), cause, effect)
        node.story = story
        self.chronicle.stories.append(story)
        for client in node.clients:
            client.story = story
        return story

    def _power_off(self, node: Node) -> None:
        now, cvm = self.clock.now, node.cvm
        if not cvm.powered:
            return
        self.chronicle.note(now, "cvm-power-off", "person", cvm=cvm.address)
        if node.host.route is None:
            story = self._begin(node, "cvm-failure", now, now + 2 * MILLISECOND)
            story.cvm, story.during = cvm.address, Path("dead")
        cvm.power_off()
        if self._genesis is not None and self._genesis.leader is cvm:
            self._genesis.stop()
            self.clock.after(self.drawn.election, self._elect)

    def _elect(self) -> None:
        """Another CVM leads: the first that is up."""
        alive = [node.cvm for node in self.nodes if node.cvm.state == "up"]
        if alive:
            self.chronicle.note(self.clock.now, "leader", alive[0].name, cvm=alive[0].address)
            self._lead(alive[0], self.clock.now + 2 * SECOND, visible=True)

    def _power_on(self, node: Node) -> None:
        now, cvm = self.clock.now, node.cvm
        if cvm.powered:
            return
        self.chronicle.note(now, "cvm-power-on", "person", cvm=cvm.address)
        up = now + self.drawn.boot
        if node.host.route is not None:
            story = self._begin(node, "cvm-recovery", now, up)
            story.cvm, story.gateway = cvm.address, node.host.route
        self.clock.at(up, self._links_up, cvm)

    def _links_up(self, cvm: Cvm) -> None:
        self.chronicle.note(self.clock.now, "cvm-links-up", cvm.name, cvm=cvm.address)
        cvm.links_up(self.clock.now)
        for one, whisper in self.whispers:
            if one is cvm:
                whisper.rise(self.clock.now + 20 * MILLISECOND)

    def _hang(self, node: Node, duration: int) -> None:
        now, cvm = self.clock.now, node.cvm
        story = self._begin(node, "unexplained", now, now + MILLISECOND)
        story.cvm = cvm.address
        story.during = Path("dead") if node.host.route is None else story.before
        self.chronicle.note(now, "nfs-hang", "person", cvm=cvm.address)
        cvm.hang()
        self.clock.after(duration, self._resume, node, cvm.life)

    def _resume(self, node: Node, life: int) -> None:
        if node.cvm.life == life:
            self.chronicle.note(self.clock.now, "nfs-resumed", node.cvm.name)
            node.cvm.resume()

    def _type(self, node: Node, action: Literal["add", "delete"], gateway: str) -> None:
        """A person types a route command in the host's shell; the kernel has it some ms later."""
        now, host = self.clock.now, node.host
        effect = now + 6 * MILLISECOND
        host.typed(action, gateway)
        self.chronicle.note(now, f"typed-route-{action}", "person", host=host.address, gateway=gateway)
        valid = any(other.cvm.address == gateway and other.cvm.powered for other in self.nodes)
        if action == "add" and host.route is None and node.cvm.powered:
            story = self._begin(node, "route-injection", now, effect)
            story.gateway, story.valid = gateway, valid
            story.during = Path("dead", via=gateway)
        elif action == "delete" and host.route == gateway:
            story = self._begin(node, "route-deletion" if not node.cvm.powered else "unexplained", now, effect)
            story.gateway = gateway
            story.during = Path("dead")
        self.clock.at(effect, self._route, host, action, gateway)

    def _route(self, host: Host, action: Literal["add", "delete"], gateway: str) -> None:
        host.change_route(action, gateway, "person")

    # --- settling ---------------------------------------------------------------------------------------------------

    def _look(self, since: int) -> None:
        """Go on when every host serves again; what is not mended in time is left as it is."""
        now = self.clock.now
        if now - since < LONGEST and not all(self._over(node) for node in self.nodes):
            self.clock.after(LOOK, self._look, since)
            return
        if self._next == len(self.scenario.fault):
            self._open_captures()
            self.clock.after(self.options.tail, self._finish)
            return
        self._proceed()

    def _over(self, node: Node) -> bool:
        story = node.story
        if story is None:
            return True
        if not node.clients:
            return story.repaired is not None
        return all(client.story is not story for client in node.clients)
