"""An episode: one fault on one host, from the last good state to the next good state."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cached_property
from typing import Literal

import msgspec

from analyzer.model.event import RouteAction
from analyzer.model.finding import Finding
from analyzer.model.instant import Instant, Span
from analyzer.model.measurement import (
    EpisodeInstant,
    InstantName,
    KnownInstant,
    LongOperation,
    Measurement,
    MissingMeasurement,
    Phase,
)
from analyzer.model.over_time.chart import TrafficChart
from analyzer.model.path import Path
from analyzer.model.source import Origin
from analyzer.model.told import AsTold, Doubt

EpisodeKind = Literal[
    "cvm-failure",
    "route-injection",
    "route-deletion",
    "cvm-recovery",
    "unexplained",
]
Verdict = Literal["MET", "MET-OR-LATE", "LATE", "UNDECIDED", "MISSED", "NOT-JUDGED"]
"""From the best to the worst; `NOT-JUDGED`, where there is nothing to judge, is none of them."""
Confidence = Literal["high", "medium", "low"]
EpisodeNote = Literal["stalled", "idle-or-stalled", "no-author", "in-session", "not-served", "still-served"]
"""What is to be said of an episode as a whole. `stalled`: calls were outstanding; `idle-or-stalled`: none was seen to
be; `no-author`: nothing tells who changed the route; `in-session`: nor who was in the session that did; `not-served`:
the gateway held no connection of the host;
`still-served`: the host's own CVM served it until Genesis forwarded it.
"""


StatementName = Literal[
    # captures
    "last-reply",
    "last-frame",
    "unanswered-request",
    "asks-inside",
    "asked-elsewhere",
    "sent-elsewhere",
    "served-elsewhere",
    "calls-unanswered",
    "connections-refused",
    "no-reply",
    "moved",
    "cvm-speaks",
    "refuses",
    "service-returned",
    "ended-by-server",
    "ended-by-remote",
    "unnamed-host",
    "still-served",
    # logs
    "found-illegal",
    "found-absent",
    "found-alive",
    "route-changed",
    "typed-by-hand",
    "typed-by-either",
    "typed-for-nothing",
    "ordered-by-either",
    "session-by-either",
    "changed-by-hand",
    "changed-by-others",
    "changed-unasked",
    "repaired-twice",
    "command-failed",
    "left-gateway",
    "connections-ended",
    "none-to-end",
    "kernel-logged",
    "storage-away",
    "datastore-lost",
    "datastore-back",
    "between-tables",
    "vm-stopped",
    "vm-started",
    "vm-reset",
    "session-of-cvm",
    "session-from",
    "session-open",
    # a person
    "noted",
    # an older document
    "as-told",
]
"""What an episode's story consists of. Captures: the `last-reply` on `path`; the `last-frame` of the CVM `of`;
`unanswered-request`: `by` asks for `of`; `asks-inside`: the host does, for its own CVM; it asks for, or sends to, `of`
outside, and nobody answers; it is served by `of` there; calls without a reply; its CVM resets connections or refuses
them; `no-reply` on `path`; service moved from
`path` to `onto`; the CVM `of` speaks again; it refuses the connection; service is back on `path`; a connection was
ended (`flags`); `unnamed-host`: they show such a fault of a host that they do not name; `still-served`: `of`, the
host's own CVM, served it on `path` until Genesis forwarded it.

Logs: Genesis found forwarding to `of` illegal, or absent, or the CVM alive; the route to `to` was changed (`action`);
typed by hand (`by`; in a session from `of`); typed by hand, ordered by Genesis or run in a session from `of`, where
another command may as well have made the change; typed, and changed nothing,
changed by somebody else than Genesis (`changed-by-hand` in older documents), or without anybody
known to have asked for it (by the gateway `of`); put right twice;
a command failed; Genesis deletes the route by `of`; NfsTerminateConnection ended connections on `of`, or found none;
`kernel-logged`: a change; `storage-away`: the host's own lines have its storage away before that; `datastore-lost`
and `datastore-back`: they have its datastore lost, or back; `between-tables`: one of the route by `of`; the
CVM's VM `of` was stopped, or started, or reset (both at once), by the user `by`;
`session-of-cvm`: the change came in a session, as user `by`,
from the CVM
`of`, and `session-from`: from the address `of`, of which no log of Genesis tells; `session-open`: one from there was
open then, and no log has what ran in it.
`noted`: `told`, by a person; `as-told`: what a document of schema 1 says in words.
"""


class Statement(msgspec.Struct, frozen=True, omit_defaults=True):
    """What is said, and of whom. `of`, `by` and `to` are addresses, or the user who typed; of `path` and `onto` only
    kind and `via` are told.
    """

    name: StatementName
    of: str | None = None
    by: str = ""
    to: str = ""
    path: Path | None = None
    onto: Path | None = None
    action: RouteAction | None = None
    flags: str = ""
    told: str = ""


class Claim(msgspec.Struct, frozen=True):
    """One sentence of an episode's story with the frames and lines that show it. `display_filter` is Wireshark's."""

    statement: Statement
    origins: tuple[Origin, ...]
    display_filter: str = ""


class Episode(msgspec.Struct, frozen=True, kw_only=True, dict=True):
    """What correlation decides: what happened to whom, by which paths, and when.

    `host` and `cvm` are addresses (or an inventory's names) where known; `cvm` is the one that failed or returned.
    `gateway_valid` tells an injected route to a living CVM from one to nobody. `instants` has every name of
    `measurement.INSTANTS`, in that order. `doubts` says why the confidence is not high. `by_hand`: a person put the
    path right before Genesis did anything about it; `by_others`: somebody did, whom no line names.
    """

    id: str
    kind: EpisodeKind
    host: str | None
    cvm: str | None
    gateway: str | None
    gateway_valid: bool | None
    before: Path
    during: Path
    after: Path
    instants: tuple[EpisodeInstant, ...]
    claims: tuple[Claim, ...]
    confidence: Confidence
    doubts: tuple[Doubt, ...] = ()
    note: EpisodeNote | AsTold | None = None
    by_hand: bool = False
    by_others: bool = False

    @cached_property
    def known(self) -> Mapping[InstantName, KnownInstant]:
        """The instants that it tells, by their names."""
        return {one.name: one for one in self.instants if isinstance(one, KnownInstant)}


JudgedBy = Literal[
    "no-expectation",
    "not-applicable",
    "not-bounded",
    "not-bounded-above",
    "author-unknown",
    "within-expectation",
    "straddles-expectation",
    "within-bound",
    "beyond-bound",
    "straddles",
    "datastore-lost",
    "datastore-unwatched",
    "datastore-untied",
    "storage-away",
    "log-contradicts",
    "clocks-contradict",
    "no-cause",
]
"""How a verdict came about: nothing is expected of this kind; what is expected does not apply (`missing` says why); the
evidence does not bound the figure, or not from above; `author-unknown`: it is within the bound if Genesis put the route
right, and nothing to judge if a person did; all of its span lies within the expectation, within the bound, beyond
both; it straddles only the expectation, or the bound. Of an outage: the host logged that its datastore was lost
(`origins` are the lines); no log of the host says whether it was, which is open for so long a one; a loss that it
logged is of a datastore that nothing names; a line of it has the storage away, and nothing tells until when (`origins`
again); the logs tell of a long one, in which the host's own has no word of a loss. `clocks-contradict`: it joins
captures that are only taken to share one clock, and the logs deny that. `no-cause`: nothing in the evidence says why.
"""

Wanted = Literal[
    "before-fault",
    "capture-of-fault",
    "vmk1-capture",
    "host-logs",
    "note",
    "note-offset",
    "clock-offset",
    "leaders-genesis",
    "vmkernel-log",
    "millisecond-genesis",
    "denser-capture",
    "datastore-log",
    "whole-capture",
    "leaders-checks",
    "cvm-inventory",
    "nfs-list",
]
"""Evidence that would narrow a figure: a capture or log of the time before the fault; a capture that covers the fault,
or of the host's vmk1; the host's shell.log, auth.log and vmkernel.log; a person's note, or how far its clock is off, or
any source's; genesis.out of the leader; the host's vmkernel.log; genesis.out with milliseconds; a capture with less
time between calls; a log of the host (vobd or vmkernel) that goes on beyond the episode; a capture of the host's
storage traffic, from before the fault on; the checks of the leader at that time; an inventory that names the CVMs; the
host's list of NFS datastores.
"""


class Judgement(msgspec.Struct, frozen=True, kw_only=True):
    """A verdict on one metric of an episode: what was measured against what was expected, ns.

    `cause` is the metric of an episode that no kind explains: why it happened. `one_clock`: it holds if the captures
    that the figure joins share one clock. `origins` are the lines of a host's log that decided. `decides` says which
    evidence would decide an UNDECIDED: all of these, of each any. `period` is the HA check period (ns), where `bound`
    is that and what processing takes; `own` and `own_bound`: the expectation, and its bound, are a user's.
    """

    verdict: Verdict
    metric: str
    reason: JudgedBy
    measured: Span | None
    expected: int | None
    tolerance: int = 0
    bound: int | None = None
    expectation_source: str = ""
    missing: MissingMeasurement | None = None
    one_clock: bool = False
    origins: tuple[Origin, ...] = ()
    decides: tuple[tuple[Wanted, ...], ...] = ()
    period: int | None = None
    own: bool = False
    own_bound: bool = False


class Measured(msgspec.Struct, frozen=True, kw_only=True):
    """An episode and what was measured of it; see :class:`MeasuredEpisode`."""

    episode: Episode
    stages: tuple[Measurement, ...]
    measurements: tuple[Measurement, ...]
    longest: LongOperation | None
    phases: tuple[Phase, ...]
    chart: TrafficChart | None = None


class MeasuredEpisode(msgspec.Struct, frozen=True, kw_only=True):
    """An episode with its measurements, its judgements and its findings; `verdict` is the worst judgement's.

    `stages` add up to fault → recovered as far as the evidence goes; `measurements` are the headline figures
    (`detection`, `outage`, …); `longest` is the slowest RPC; `chart` is None where
    no capture has replies.
    """

    episode: Episode
    stages: tuple[Measurement, ...]
    measurements: tuple[Measurement, ...]
    longest: LongOperation | None
    phases: tuple[Phase, ...]
    verdict: Verdict
    judgements: tuple[Judgement, ...]
    findings: tuple[Finding, ...] = ()
    chart: TrafficChart | None = None

    def judged(self, metric: str) -> Judgement | None:
        """The judgement on that metric; None where there is none."""
        return next((one for one in self.judgements if one.metric == metric), None)

    @property
    def is_named(self) -> bool:
        """Whether the evidence names the cause of what is of no kind of failover: its outage alone is judged."""
        return self.episode.kind == "unexplained" and bool(self.judgements) and self.judged("cause") is None


class Evident(msgspec.Struct, frozen=True):
    """A frame or line that the report shows: its origin, its instant on its own clock (the clock `none` where it has no
    time) and its text (a log line, or a frame's one-line summary).
    """

    origin: Origin
    at: Instant
    text: str
    rule: str | None = None
