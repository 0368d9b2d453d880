"""An observation: one fault on one host as one family of evidence (the wire, the logs, a person) tells it, on one
clock.

Observations of the same fault are joined to an episode later; until then each stays on the clock of its evidence.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Literal

from analyzer.correlate.topology.topology import Member
from analyzer.model.episode import Claim, Confidence, EpisodeKind
from analyzer.model.instant import Instant
from analyzer.model.measurement import InstantName
from analyzer.model.path import Path
from analyzer.model.source import Origin

Basis = Literal["wire", "logs"]
UNKNOWN = Path("unknown")
NOT_OVER = Path("unknown", note="the capture ends before service returned")
NOT_SERVED = "the gateway held no connection of the host"  # a note of an observation


@dataclass(frozen=True, slots=True)
class Point:
    """An instant with what shows it; `stamp` as in :class:`~analyzer.model.measurement.KnownInstant`."""

    at: Instant
    origins: tuple[Origin, ...]
    how: str
    stamp: Instant | None = None


@dataclass(slots=True)
class Observation:
    """See the module. `start` and `end` (ns, same clock as the points) are how far its evidence reaches."""

    kind: EpisodeKind
    basis: Basis
    host: Member | None
    clock: str
    start: int
    end: int
    before: Path = UNKNOWN
    during: Path = UNKNOWN
    after: Path = UNKNOWN
    cvm: str | None = None
    gateway: str | None = None
    gateway_valid: bool | None = None
    points: dict[InstantName, Point] = field(default_factory=dict)
    absent: dict[InstantName, str] = field(default_factory=dict)  # why an instant that one may expect is not told
    claims: list[Claim] = field(default_factory=list)
    confidence: Confidence = "high"
    doubts: list[str] = field(default_factory=list)
    note: str = ""
    by_hand: bool = False  # a person put the route right, and Genesis did not
    adrift: bool = False  # told by a log whose clock nothing places: its times say little
    askew: bool = False  # the same, and the clock can't be right: nothing is told as it stands

    def mark(
        self, name: InstantName, at: Instant, origins: Iterable[Origin], how: str, stamp: Instant | None = None
    ) -> None:
        """Set the instant `name`, unless it is set already."""
        self.points.setdefault(name, Point(at, tuple(origins), how, stamp))

    def claim(self, sentence: str, origins: Iterable[Origin], display_filter: str = "") -> None:
        """Add one sentence of the story with its proof."""
        self.claims.append(Claim(sentence, tuple(origins), display_filter))

    def doubt(self, why: str, confidence: Confidence = "medium") -> None:
        """Lower the confidence, and say why."""
        if self.confidence != "low":
            self.confidence = confidence
        self.doubts.append(why)
