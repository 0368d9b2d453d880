"""A measurement is a span, an instant or a count with the origins it rests on, or a typed absence: never None or 0."""

from __future__ import annotations

from typing import Literal, get_args

import msgspec

from analyzer.model.instant import Instant, Span
from analyzer.model.source import Origin

Absence = Literal["not-observed", "not-in-evidence", "not-applicable"]

InstantName = Literal[
    "fault",
    "check",
    "detected",
    "decided",
    "terminated",
    "repaired",
    "reset",
    "connected",
    "restored",
    "recovered",
]
INSTANTS: tuple[InstantName, ...] = get_args(InstantName)


class KnownInstant(msgspec.Struct, frozen=True, tag="instant"):
    """An instant of an episode on the run's reference clock. `how` says in a few words what shows it.

    `stamp` is the same on the clock of the one log that told it, where one did: two stamps of one clock give a span
    without the doubt of that clock's offset.
    """

    name: InstantName
    at: Instant
    origins: tuple[Origin, ...]
    how: str
    stamp: Instant | None = None


class MissingInstant(msgspec.Struct, frozen=True, tag="absent"):
    """An instant that the evidence does not show: why, and what would."""

    name: InstantName
    absence: Absence
    why: str


EpisodeInstant = KnownInstant | MissingInstant


class KnownMeasurement(msgspec.Struct, frozen=True, tag="span"):
    """A duration in ns with its doubt. `note` qualifies it (`idle or stalled`, `bounded from above by …`)."""

    metric: str
    span: Span
    origins: tuple[Origin, ...]
    note: str = ""


class MissingMeasurement(msgspec.Struct, frozen=True, tag="absent"):
    """A duration that can't be had, and why."""

    metric: str
    absence: Absence
    why: str


Measurement = KnownMeasurement | MissingMeasurement


class Latency(msgspec.Struct, frozen=True):
    """Call-to-reply times of one NFS procedure in one phase, ns, with the histogram's doubt."""

    procedure: str
    count: int
    p50: Span
    p99: Span
    most: Span


class Phase(msgspec.Struct, frozen=True, kw_only=True):
    """The host's storage traffic before, during or after an episode. Rates are per 1000 s (integers, no rounding)."""

    name: Literal["before", "during", "after"]
    start: Instant
    end: Instant
    replies: int
    bytes: int
    replies_per_1000s: int
    bytes_per_1000s: int
    latency: tuple[Latency, ...] = ()


class LongOperation(msgspec.Struct, frozen=True, kw_only=True):
    """The slowest RPC of an episode, matched by XID across connections and captures; `reply` None: never answered."""

    xid: int
    procedure: str
    calls: int
    duration: Span | None
    moved: bool
    origins: tuple[Origin, ...]
