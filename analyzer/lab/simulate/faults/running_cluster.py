"""What a disturbance is done to: virtual time, the nodes, their CVMs' gossip, who leads, and the truth log."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

from analyzer.lab.simulate.cluster.cvm import Cvm
from analyzer.lab.simulate.cluster.gossip import GossipSession
from analyzer.lab.simulate.cluster.node import Node
from analyzer.lab.simulate.genesis.leadership import Leadership
from analyzer.lab.simulate.scheduler import Scheduler
from analyzer.lab.simulate.truth.episode import OngoingEpisode
from analyzer.lab.simulate.truth.truth_log import TruthLog
from analyzer.lab.simulate.wire.switch import Wire
from analyzer.model.episode import EpisodeKind
from analyzer.model.instant import MILLISECOND


class Begin(Protocol):
    """Has an episode begin on a node; `cause` and `effect` bound its fault, ns."""

    def __call__(self, node: Node, kind: EpisodeKind, cause: int, effect: int) -> OngoingEpisode:
        """The episode."""


@dataclass(frozen=True, slots=True)
class RunningCluster:
    """A cluster; `boot` is how long a CVM boots, ns, and `begin` has an episode begin."""

    clock: Scheduler
    truth_log: TruthLog
    public: Wire
    nodes: list[Node]
    gossip: list[tuple[Cvm, GossipSession]]
    leadership: Leadership
    boot: int
    begin: Begin

    def note(self, name: str, by: str, **detail: str) -> None:
        """Something happens now."""
        self.truth_log.note(self.clock.now, name, by, **detail)

    def reconnect_gossip(self, cvm: Cvm) -> None:
        """A CVM is back: it talks to its peers again."""
        for one, session in self.gossip:
            if one is cvm:
                session.reconnect(self.clock.now + 20 * MILLISECOND)
