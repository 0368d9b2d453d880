"""What a mishap is done to: the clock, the nodes with their CVMs' chatter, who leads Genesis, and what is noted."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

from analyzer.lab.simulate.cluster.cvm import Cvm
from analyzer.lab.simulate.cluster.gossip import Whisper
from analyzer.lab.simulate.cluster.node import Node
from analyzer.lab.simulate.genesis.leadership import Leadership
from analyzer.lab.simulate.scheduler import Clockwork
from analyzer.lab.simulate.truth.episode import Story
from analyzer.lab.simulate.truth.truth_log import Chronicle
from analyzer.lab.simulate.wire.switch import Wire
from analyzer.model.episode import EpisodeKind
from analyzer.model.instant import MILLISECOND


class Begin(Protocol):
    """Has an episode begin on a node; `cause` and `effect` bound its fault, ns."""

    def __call__(self, node: Node, kind: EpisodeKind, cause: int, effect: int) -> Story:
        """The episode."""


@dataclass(slots=True)
class Stage:
    """A cluster; `boot` is how long a CVM boots, ns, and `begin` the hand's."""

    clock: Clockwork
    chronicle: Chronicle
    public: Wire
    nodes: list[Node]
    whispers: list[tuple[Cvm, Whisper]]
    leadership: Leadership
    boot: int
    begin: Begin

    def note(self, name: str, by: str, **detail: str) -> None:
        """Something happens now."""
        self.chronicle.note(self.clock.now, name, by, **detail)

    def rise(self, cvm: Cvm) -> None:
        """A CVM is back: it talks to its peers again."""
        for one, whisper in self.whispers:
            if one is cvm:
                whisper.rise(self.clock.now + 20 * MILLISECOND)
