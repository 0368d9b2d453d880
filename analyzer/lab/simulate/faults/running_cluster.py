"""What a disturbance is done to: virtual time, the nodes, their CVMs' gossip, who leads, and the truth log."""

from __future__ import annotations

from dataclasses import dataclass

from analyzer.lab.simulate.cluster.cvm import Cvm
from analyzer.lab.simulate.cluster.gossip import GossipSession
from analyzer.lab.simulate.cluster.node import Node
from analyzer.lab.simulate.genesis.leadership import Leadership
from analyzer.lab.simulate.scheduler import Scheduler
from analyzer.lab.simulate.truth.truth_log import TruthLog
from analyzer.lab.simulate.wire.switch import Wire
from analyzer.model.instant import MILLISECOND


@dataclass(frozen=True, slots=True)
class RunningCluster:
    """A cluster; `boot` is how long a CVM boots, ns."""

    clock: Scheduler
    truth_log: TruthLog
    public: Wire
    nodes: list[Node]
    gossip: list[tuple[Cvm, GossipSession]]
    leadership: Leadership
    boot: int

    def note(self, name: str, by: str, **detail: str) -> None:
        """Something happens now."""
        self.truth_log.note(self.clock.now, name, by, **detail)

    def stops(self, cvm: Cvm, takes: int, *, off: bool = False) -> None:
        """A CVM stops serving whom it serves, within `takes` ns; `off`: until it has booted."""
        now = self.clock.now
        for node in self.nodes:
            node.truth.stops(cvm.address, now, now + takes, off=off)

    def serves_again(self, cvm: Cvm, since: int, at: int) -> None:
        """A CVM's Stargate runs again; what brought it back lies between `since` and `at`, ns."""
        for node in self.nodes:
            node.truth.serves_again(cvm.address, since, at, self.clock.now)

    def reconnect_gossip(self, cvm: Cvm) -> None:
        """A CVM is back: it talks to its peers again."""
        for one, session in self.gossip:
            if one is cvm:
                session.reconnect(self.clock.now + 20 * MILLISECOND)
