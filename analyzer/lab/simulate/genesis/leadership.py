"""Which CVM leads Genesis: one at first, and when it dies another after an election."""

from __future__ import annotations

from analyzer.lab.simulate.cluster.cvm import Cvm
from analyzer.lab.simulate.cluster.node import Node
from analyzer.lab.simulate.cluster.site import Site
from analyzer.lab.simulate.genesis.ha_service import HaService
from analyzer.lab.simulate.scenario.options import Drawn, Options
from analyzer.model.instant import SECOND

BEFORE_CHECK = 2 * SECOND  # from a leader's first breath to its first check


class Leadership:
    """Has one CVM's Genesis lead. `first_check` is when the first of all checks is (ns)."""

    def __init__(self, site: Site, nodes: list[Node], options: Options, drawn: Drawn) -> None:
        self._site, self._clock, self._truth_log = site, site.clock, site.truth_log
        self._nodes, self._options, self._drawn = nodes, options, drawn
        self._genesis: HaService | None = None
        self._stopped = False
        self.first_check = 0

    def begin(self) -> None:
        """The first leader, who led before."""
        leader = self._nodes[min(self._options.leader, len(self._nodes)) - 1].cvm
        self.first_check = self._clock.now + BEFORE_CHECK
        self._lead(leader, visible=False)

    def died(self, cvm: Cvm) -> None:
        """If it was the leader, another will be found."""
        if self.leads(cvm):
            self.stop(graceful=False)
            self._clock.after(self._drawn.election, self._elect)

    def leads(self, cvm: Cvm) -> bool:
        """Whether Genesis of that CVM leads."""
        return self._genesis is not None and self._genesis.leader is cvm and not self._stopped

    def stop(self, *, graceful: bool) -> None:
        """Nobody leads any more; `graceful`: the process ended in order."""
        if self._genesis is not None and not self._stopped:
            self._genesis.stop(graceful=graceful)
        self._stopped = True

    def resigned(self, cvm: Cvm) -> None:
        """Its CVM shuts down in order; if it was the leader, another will be found."""
        if self.leads(cvm):
            self.stop(graceful=True)
            self._clock.after(self._drawn.election, self._elect)

    def forward(self, node: Node) -> None:
        """Its CVM is to be stopped: the leader forwards its host before."""
        if self._genesis is not None and not self._stopped:
            self._genesis.forward_ahead(node)

    def restart(self, pause: int) -> None:
        """Genesis of the leader ends, and begins again `pause` ns later, with a phase of its own."""
        if self._genesis is not None:
            self.stop(graceful=True)
            self._clock.after(pause, self._again, self._genesis.leader)

    def _again(self, leader: Cvm) -> None:
        if self._stopped and leader.powered:
            self._lead(leader, visible=True)

    def _elect(self) -> None:
        """The first that is up."""
        alive = [node.cvm for node in self._nodes if node.cvm.state == "up" and node.cvm.eth0.up]
        if alive:
            self._truth_log.note(self._clock.now, "leader", alive[0].address, cvm=alive[0].address)
            self._lead(alive[0], visible=True)

    def _lead(self, leader: Cvm, *, visible: bool) -> None:
        self._stopped = False
        preferred = min(3, len(self._nodes))
        self._genesis = HaService(self._site, leader, self._nodes, self._options, self._drawn, preferred=preferred)
        self._genesis.start(self._clock.now + BEFORE_CHECK, visible=visible)
