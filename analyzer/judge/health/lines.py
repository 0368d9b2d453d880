"""Log lines that no rule takes, notes that nothing confirms, and what was assumed."""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import islice

from analyzer.judge import codes
from analyzer.judge.dossier import CHECK_PERIOD, Dossier, begin, end, known, several
from analyzer.judge.health.words import assumption_words
from analyzer.model.episode import Episode
from analyzer.model.event import (
    Event,
    Forwarding,
    HaUnclassified,
    HealthyChecks,
    Mark,
    NfsTerminate,
    RouteChanged,
    RouteCommand,
    StargateStates,
    TaskCreated,
)
from analyzer.model.finding import Finding
from analyzer.model.measurement import KnownInstant
from analyzer.model.over_time.intervals import Intervals, intervals

QUOTED = 3  # lines that a sentence quotes
LONGEST = 200  # characters that it quotes of each
_NUMBERS = re.compile(r"\d+")
_ADDRESS = re.compile(r"(?<![\d.])\d{1,3}(?:\.\d{1,3}){3}(?![\d.])")
_NO_RULE = "unclassified HA evidence"
_CHANGES = (TaskCreated, RouteCommand, RouteChanged, NfsTerminate)


def unclassified(dossier: Dossier) -> list[Finding]:
    """AP301: HA evidence of which nothing is known."""
    lines = [event for event, _ in dossier.of(HaUnclassified)]
    if not lines:
        return []
    were = "was" if len(lines) == 1 else "were"
    sentence = f"{several(len(lines), 'log line')} with HA evidence {were} not understood by any rule: {_quoted(lines)}"
    return [codes.finding(codes.UNCLASSIFIED, sentence, tuple(event.origin for event in lines))]


def _quoted(lines: Sequence[Event]) -> str:
    """The lines that matter most: those that warn or tell of a host first, of each wording one."""
    of_wording: dict[str, Event] = {}
    for event in sorted(lines, key=lambda event: not event.is_urgent):
        of_wording.setdefault(_NUMBERS.sub("", event.text or ""), event)
    quoted = islice(of_wording.values(), QUOTED)
    return " · ".join(f"{one.origin.source}, line {one.origin.number}: {_short(one.text or '')}" for one in quoted)


def _short(text: str) -> str:
    return text if len(text) <= LONGEST else f"{text[:LONGEST].rstrip()} …"


def not_understood(dossier: Dossier) -> list[Finding]:
    """AP302: lines that may tell of an episode, and none is told for their time."""
    lines = sorted(_of_a_change(dossier), key=lambda event: (event.at.least, event.origin))
    if any(capture.nfs_calls and capture.storage_frames for capture in dossier.evidence.captures):
        seen = _seen(dossier)
        lines = [event for event in lines if _names_one_unseen(event, seen)]
    if not lines:
        return []
    may = f"{several(len(lines), 'log line')} may be about a failover, but do not show what happened"
    said = f"{may}: {_quoted(lines)}"
    return [codes.finding(codes.NOT_UNDERSTOOD, said, tuple(event.origin for event in lines))]


def _seen(dossier: Dossier) -> frozenset[str | None]:
    """The addresses of the hosts that captures show to be served, and those that are no host's."""
    served = {run.host for run in dossier.found.served}
    return frozenset({*served, *(cvm.address for cvm in dossier.cvms), dossier.settings.storage_address})


def _names_one_unseen(event: Event, seen: frozenset[str | None]) -> bool:
    """Whether a line that no rule takes names what may be a host, and captures do not show that one to be served."""
    return isinstance(event.detail, HaUnclassified) and not seen.issuperset(_ADDRESS.findall(event.text or ""))


def _of_a_change(dossier: Dossier) -> list[Event]:
    """The lines of Genesis about a route's change, and those that no rule takes which may be about one.

    These are what was done on a host, warnings, and any when they outnumber the lines of checks.
    """
    told = [event for kind in _CHANGES for event, _ in dossier.of(kind) if _by_genesis(event)]
    told += [event for event, found in dossier.of(Forwarding) if found.state in ("illegal", "absent")]
    unread = [event for event, _ in dossier.of(HaUnclassified) if event.rule == _NO_RULE]
    if dossier.episodes:
        in_time = _in_time(dossier)
        told = [event for event in told if _is_of_nobody(event) and not _is_within(event, dossier, in_time)]
        seen = _seen(dossier)
        unread = [
            event
            for event in unread
            if _names_one_unseen(event, seen) or not _is_within(event, dossier, in_time, shown=True)
        ]
    checks = sum(1 for kind in (StargateStates, Forwarding) for _ in dossier.of(kind))
    checks += sum(found.count * len(found.lines) for _, found in dossier.of(HealthyChecks))
    told += unread if len(unread) > checks else [event for event in unread if event.is_urgent]
    return told if told or dossier.episodes else _deaths(dossier)


def _deaths(dossier: Dossier) -> list[Event]:
    """The lines that have a Stargate down, in logs that tell of no host's route at all: what came of it is not told."""
    routes = any(dossier.of(kind) for kind in (*_CHANGES, Forwarding))
    routes |= any(isinstance(line, Forwarding) for _, found in dossier.of(HealthyChecks) for line in found.lines)
    return [] if routes else [event for event, states in dossier.of(StargateStates) if states.down]


def _is_of_nobody(event: Event) -> bool:
    """Whether a line's host is not known, so that no host's story has it."""
    match event.detail:
        case TaskCreated() | RouteCommand() | RouteChanged() | NfsTerminate() | Forwarding() as detail:
            return detail.host is None and not detail.addresses
        case _:
            return False


def _in_time(dossier: Dossier) -> Intervals[Episode]:
    """The episodes, each with the check before it and after, ns."""
    placed = sorted((one for one in dossier.episodes if known(one)), key=begin)
    return intervals(placed, lambda one: (begin(one) - CHECK_PERIOD, end(one) + CHECK_PERIOD))


def _is_within(event: Event, dossier: Dossier, in_time: Intervals[Episode], *, shown: bool = False) -> bool:
    """Whether a line may be of the time of an episode, or of the check before or after it; `shown`: of one that not
    only lines of its own log tell of, which it may contradict.
    """
    at = dossier.placed(event.at)
    if at is None:
        return True
    mine = in_time.overlapping(at.least, at.most)
    return any(not shown or _is_shown_elsewhere(one, event) for one in mine)


def _is_shown_elsewhere(episode: Episode, event: Event) -> bool:
    """Whether what an episode rests on is not all in the log of a line."""
    instants = (one for one in episode.instants if isinstance(one, KnownInstant))
    return any(origin.source != event.origin.source for one in instants for origin in one.origins)


def _by_genesis(event: Event) -> bool:
    """Whether Genesis wrote a line: what the host's own logs tell stands for itself."""
    match event.detail:
        case RouteCommand(actor=actor):
            return actor == "genesis"
        case RouteChanged(by_kernel=by_kernel):
            return not by_kernel
        case _:
            return True


def unconfirmed(dossier: Dossier) -> list[Finding]:
    """AP501, one for each note that no episode fits."""
    return [
        codes.finding(codes.UNCONFIRMED_MARK, f"Nothing confirms the manual note: {event.detail.text}", (event.origin,))
        for event in dossier.found.unconfirmed
        if isinstance(event.detail, Mark)
    ]


def assumptions(dossier: Dossier) -> list[Finding]:
    """AP502, one for each assumption of the correlation."""
    return [codes.finding(codes.ASSUMPTION, assumption_words(one)) for one in dossier.found.assumptions]
