"""A measurement is a span, an instant or a count with the origins it rests on, or a typed absence: never None or 0."""

from __future__ import annotations

from typing import Literal, get_args

import msgspec

from analyzer.model.instant import Instant, Span
from analyzer.model.source import Origin

JOINED = " + "  # between the names of stages that are measured as one

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


HowName = Literal[
    # captures
    "last-frame-to-unanswered",
    "last-frame-to-end",
    "last-reply-to-unanswered",
    "remote-to-inside",
    "local-to-elsewhere",
    "heartbeat-before-remote",
    "remote-to-rst",
    "old-path-to-new",
    "first-frame-of-cvm",
    "first-reply",
    "syn-ack",
    "ended-by-server",
    "ended-by-remote",
    "rate-is-back",
    # logs
    "right-to-wrong",
    "check-that-found",
    "check-that-found-alive",
    "first-check",
    "found-illegal",
    "found-absent",
    "found-wrong",
    "check-to-action",
    "task-created",
    "command-to-result",
    "genesis-logged",
    "kernel-logged",
    "kernel-logged-order",
    "kernel-logged-session",
    "kernel-logged-once",
    "kernel-logged-route",
    "decision-to-right",
    "terminate-answered",
    "typed",
    "typed-by-either",
    "typed-or-ordered",
    "kernel-without-genesis",
    "storage-lines",
    "storage-back",
    "between-tables",
    "vm-stopped",
    "vm-reset",
    "start-to-repair",
    # both, and a person
    "ssh-exchange",
    "note",
    # an older document
    "as-told",
]
"""What shows an instant. `A-to-B`: it lies between the two, which are, of captures: the CVM's last frame and the first
unanswered one; the last reply and the first unanswered call; the last frame on the remote path and the first that asks
inside; that on the local path and the first elsewhere; the last to the remote CVM and the RST; the last sign of the old
path and the first frame on the new one. Of logs: the last check that found things right and the first that did not; a
check's beginning and what Genesis did about it; the route command and its result; the decision and the next check that
found the path right. `kernel-…`: the host's kernel logged the change; one that Genesis ordered; one that came in a
session from a CVM; one that a person and Genesis ordered; a route change at that time; one that Genesis did not make.
`between-tables`: two route tables enclose
it. `vm-stopped`, `vm-reset`: the host logged that its CVM's VM was, by `user`; `start-to-repair`: that it was started.
`typed`: by `user`; `typed-by-either`: by one or another; `typed-or-ordered`: by a person, or by Genesis or in a
session.
`ended-…`: by `flags`. `as-told`: what a document of schema 1 says in words, `told`.
"""


class How(msgspec.Struct, frozen=True, omit_defaults=True):
    """What shows an instant. `by_hand`: a repair that a person made; `noted`: a person's note bounds it as well. `of`
    is the address that the session of `user` came from, where it was in one.
    """

    name: HowName
    user: str = ""
    flags: str = ""
    by_hand: bool = False
    noted: bool = False
    told: str = ""
    of: str = ""


class KnownInstant(msgspec.Struct, frozen=True, tag="instant"):
    """An instant of an episode on the run's reference clock, and what shows it.

    `stamp` is the same on the clock of the one log that told it, where one did: two stamps of one clock give a span
    without the doubt of that clock's offset.
    """

    name: InstantName
    at: Instant
    origins: tuple[Origin, ...]
    how: How
    stamp: Instant | None = None

    def since(self, other: KnownInstant) -> Span:
        """How long after `other` it was, ns: on the reference clock, and where one log told both also by its stamps
        alone.
        """
        placed = self.at - other.at
        if self.stamp is None or other.stamp is None or self.stamp.clock != other.stamp.clock:
            return placed
        return placed.meet(self.stamp - other.stamp) or placed

    def after(self, other: KnownInstant) -> Span | None:
        """How long after `other`, which comes before it, it was, ns: no doubt makes that negative. None where the
        evidence puts it before.
        """
        found = self.since(other)
        return None if found.most < 0 else Span(max(found.least, 0), found.most)


UnseenReason = Literal[
    "not-shown",
    "not-in-a-stall",
    "nothing-to-end",
    "same-connection",
    "only-genesis",
    "only-captures",
    "not-covered",
    "began-before",
    "check-unclear",
    "genesis-silent",
    "no-author",
    "forwarded-ahead",
    "no-exchange",
    "right-since-failure",
    "lost-before",
    "no-counted-replies",
    "too-little-before",
    "no-traffic-before",
    "rate-not-back",
    "rate-unsure",
    "as-told",
]
"""Why an instant is not known. `not-shown`: the evidence covers the time and does not show it; `not-in-a-stall`:
nothing is decided or repaired in one; `nothing-to-end`: there is no connection that this kind of fault ends;
`same-connection`: it went on; `only-genesis`, `only-captures`: tell it, and are not there; `not-covered`: by the
captures. Of a check: `began-before`: it may have, so none is the first after the fault; `check-unclear`: when it began.
`genesis-silent`: its log covers the time and has no word of what a repair shows; `no-author`: who repaired it is in no
log; `no-exchange`: captures show its SSH exchanges with the host, and none at the repair; `forwarded-ahead`: the host
was, of its CVM's stop. Of a repair: `right-since-failure`: the own CVM failed meanwhile, which made the route right. Of
a fault: `lost-before`: the capture began, or its path is
not in it. Of the recovery: the captures have `no-counted-replies`, `too-little-before` the fault,
or `no-traffic-before` it; `rate-not-back`: when they end; `rate-unsure`: whether it was. `as-told`: what a document of
schema 1 says in words, `told`.
"""


class MissingInstant(msgspec.Struct, frozen=True, tag="absent", omit_defaults=True):
    """An instant that the evidence does not show, and why."""

    name: InstantName
    absence: Absence
    reason: UnseenReason
    told: str = ""


EpisodeInstant = KnownInstant | MissingInstant


Note = Literal[
    "no-pause",
    "calls-outstanding",
    "far-beyond-usual",
    "idle-or-stalled",
    "other-path-unseen",
    "host-unheard",
    "several-silences",
    "not-over",
    "not-repaired",
    "bounded-by-later",
    "if-genesis",
    "as-told",
]
"""What qualifies a figure. Of a silence: `no-pause`: no longer than the usual pauses; `calls-outstanding`: calls waited
in it; `far-beyond-usual`: none was seen to, and it is far longer than the others; `idle-or-stalled`: it is not; `other-
path-unseen`: it is at most that, as service may have gone on where no capture looks; `host-unheard`: it is at most
that, as the host asks nobody for storage for so long that captures must lack it; `several-silences`: which of
`silences` the fault began is not known; `not-over`: when the captures end. Of a detection: `not-repaired`: when the
captures end; `bounded-by-later`: from above, by the instant `bound`, as no line tells of it; `if-genesis`: so as well,
if it is Genesis that put the route right, which nothing tells. `as-told`: what a document of schema 1 says in words,
`told`.
"""


class KnownMeasurement(msgspec.Struct, frozen=True, tag="span", omit_defaults=True):
    """A duration in ns with its doubt, and what qualifies it. `one_clock`: it joins captures of devices that are only
    taken to share one clock, and holds if they do.
    """

    metric: str
    span: Span
    origins: tuple[Origin, ...]
    note: Note | None = None
    silences: int = 0
    bound: InstantName | None = None
    told: str = ""
    one_clock: bool = False


Reason = Literal[
    "instant-missing",
    "no-capture",
    "fault-unknown",
    "fault-not-covered",
    "coverage-unknown",
    "path-before-unseen",
    "path-after-unseen",
    "served-meanwhile",
    "moves-once",
    "by-hand",
    "by-others",
    "right-since-failure",
    "forwarded-ahead",
    "nothing-to-detect",
    "still-served",
    "out-of-order",
    "as-told",
]
"""Why there is no figure. `instant-missing`: one of its ends is, namely `instant`, which says why itself; `no-capture`:
only captures show replies; `fault-unknown`: when the fault was; `fault-not-covered`: by the captures;
`coverage-unknown`: whether they do; `path-before-unseen` and `path-after-unseen`: of the fault, in the captures;
`served-meanwhile`: they have replies while the path was dead; `moves-once`: service does in this kind of fault, so
there is no second silence; `by-hand`: a person put the route right before Genesis did anything; `by-others`: somebody
did, whom no line names; `right-since-failure`: the own CVM's failure did, before Genesis could; `forwarded-ahead`: the
host was, of its CVM's stop; `nothing-to-detect`: a stall without a cause has nothing; `still-served`: the CVM that
Genesis left served; `out-of-order`: the evidence puts its end before its begin. `as-told`: what a document of schema 1
says in words, `told`.
"""


class MissingMeasurement(msgspec.Struct, frozen=True, tag="absent", omit_defaults=True):
    """A duration that can't be had, and why."""

    metric: str
    absence: Absence
    reason: Reason
    instant: InstantName | None = None
    told: str = ""


Measurement = KnownMeasurement | MissingMeasurement


class Latency(msgspec.Struct, frozen=True):
    """Call-to-reply times of one NFS procedure in one phase, ns, with the histogram's doubt."""

    procedure: str
    count: int
    p50: Span
    p99: Span
    most: Span


PhaseName = Literal["before", "during", "after"]


class Phase(msgspec.Struct, frozen=True, kw_only=True):
    """The host's storage traffic before, during or after an episode. Rates are per 1000 s (integers, no rounding)."""

    name: PhaseName
    start: Instant
    end: Instant
    replies: int
    bytes: int
    replies_per_1000s: int
    bytes_per_1000s: int
    latency: tuple[Latency, ...] = ()


class LongOperation(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """The slowest RPC of an episode, matched by XID across connections and captures; `duration` None: never answered.
    `one_clock` as of a measurement.
    """

    xid: int
    procedure: str
    calls: int
    duration: Span | None
    moved: bool
    origins: tuple[Origin, ...]
    one_clock: bool = False
