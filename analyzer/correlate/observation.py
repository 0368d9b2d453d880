"""An observation: one fault on one host as one family of evidence (the wire, the logs, a person) tells it, on one
clock.

Observations of the same fault are joined to an episode later; until then each stays on the clock of its evidence.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from types import MappingProxyType
from typing import Literal

import msgspec
from msgspec.structs import replace

from analyzer.correlate.topology.topology import Member
from analyzer.model.episode import Claim, Confidence, EpisodeKind, EpisodeNote, Statement
from analyzer.model.instant import Instant
from analyzer.model.measurement import How, InstantName, UnseenReason
from analyzer.model.path import Path
from analyzer.model.source import Origin
from analyzer.model.told import Doubt

Basis = Literal["wire", "logs"]
Quiet = Literal["everywhere", "inside"]
UNKNOWN = Path("unknown")
NOT_OVER = Path("unknown", note="capture-ends")


class Point(msgspec.Struct, frozen=True):
    """An instant with what shows it; `stamp` as in :class:`~analyzer.model.measurement.KnownInstant`."""

    at: Instant
    origins: tuple[Origin, ...]
    how: How
    stamp: Instant | None = None


BY_HAND, BY_OTHERS, BY_EITHER = Doubt("by-hand"), Doubt("by-others"), Doubt("by-either")
SEVERAL_FIT = Doubt("several-offsets-fit")
AUTHOR_UNLOGGED = Doubt("author-unlogged")
LOG_BEGINS_LATE, RETURN_UNLOGGED = Doubt("log-begins-late"), Doubt("return-unlogged")


def by_somebody(how: How) -> How:
    """What shows a repair that Genesis did not make: by hand it was where a line shows the command."""
    return replace(how, by_hand=how.name == "typed")


def whose(how: How) -> Doubt:
    """Who put a route right instead of Genesis, by what shows it: a person, or somebody whom no line names."""
    return BY_HAND if how.name == "typed" else BY_OTHERS


class Observation(msgspec.Struct, frozen=True):
    """See the module. `start` and `end` (ns, same clock as the points) are how far its evidence reaches.

    `points` are the instants that it shows, `absent` why one that may be expected is not shown. `by_hand`: somebody put
    the route right, and Genesis did not; a person, unless `BY_OTHERS` is among the doubts. `adrift`: it is of a log
    whose clock nothing places, so its times say little; `unplaced`: those of its instants that are; `askew`: the same,
    and that clock can't be right as it stands. `otherwise` is what the same captures show where the own CVM is known to
    have failed, of what looks like an injected route; `either` where that is not known, as it had just served again
    after a stall, which Genesis may have seen. `quiet`: captures show that nothing waited in it, with
    those of the host's public side or of the internal switch alone. `since`: the last check that found the path right
    before a fault that a host's own log has. Nobody writes into the mappings: each method returns a new observation.
    """

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
    points: Mapping[InstantName, Point] = msgspec.field(default_factory=lambda: MappingProxyType({}))
    absent: Mapping[InstantName, UnseenReason] = msgspec.field(default_factory=lambda: MappingProxyType({}))
    claims: tuple[Claim, ...] = ()
    confidence: Confidence = "high"
    doubts: tuple[Doubt, ...] = ()
    note: EpisodeNote | None = None
    by_hand: bool = False
    adrift: bool = False
    unplaced: frozenset[InstantName] = frozenset()
    askew: bool = False
    otherwise: tuple[Observation, ...] = ()
    either: tuple[Observation, ...] = ()
    quiet: Quiet | None = None
    since: Point | None = None

    @property
    def is_ahead(self) -> bool:
        """Whether Genesis forwards a host before its own CVM is stopped: no check found that one down."""
        return self.kind == "cvm-failure" and self.absent.get("detected") in ("genesis-silent", "forwarded-ahead")

    def marked(
        self, name: InstantName, at: Instant, origins: Iterable[Origin], how: How, stamp: Instant | None = None
    ) -> Observation:
        """With the instant `name`; the same where that is known already."""
        return self if name in self.points else self.at(name, Point(at, tuple(origins), how, stamp))

    def at(self, name: InstantName, point: Point) -> Observation:
        """With `point` for the instant `name`, whatever was known of it."""
        return replace(self, points=MappingProxyType({**self.points, name: point}))

    def without(self, *names: InstantName) -> Observation:
        """Without these instants."""
        return replace(self, points=MappingProxyType({n: p for n, p in self.points.items() if n not in names}))

    def lacking(self, name: InstantName, why: UnseenReason) -> Observation:
        """With the reason why the instant `name` is not shown."""
        return replace(self, absent=MappingProxyType({**self.absent, name: why}))

    def claimed(self, what: Statement, origins: Iterable[Origin], display_filter: str = "") -> Observation:
        """With one more sentence of the story and its proof."""
        return replace(self, claims=(*self.claims, Claim(what, tuple(origins), display_filter)))

    def doubted(self, why: Doubt, confidence: Confidence = "medium") -> Observation:
        """With a reason for less confidence; one that is low stays so."""
        lowered = self.confidence if self.confidence == "low" else confidence
        return replace(self, confidence=lowered, doubts=(*self.doubts, why))
