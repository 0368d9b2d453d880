"""Clocks: zones that were not given, offsets that nothing bounds, contradictions, sources of another time."""

from __future__ import annotations

from itertools import pairwise

from analyzer.judge import codes
from analyzer.judge.dossier import Dossier
from analyzer.judge.health.words import contradiction_words, lasting
from analyzer.model.event import ClusterStatus, Event, NeighborList, Netstat, NfsList, RouteTable
from analyzer.model.finding import Finding
from analyzer.model.instant import NO_TIME, SECOND, Span
from analyzer.model.over_time.intervals import intervals

TABLES = ClusterStatus | NeighborList | Netstat | NfsList | RouteTable  # a console has them among a log's lines
THREADS = SECOND  # lines of several threads are out of order by this at most

# how far from every capture a source may lie: files of a ring follow each other, a log can end before a capture begins
APART: dict[str, int] = {"capture": 60 * SECOND, "genesis": 600 * SECOND, "vmkernel": 600 * SECOND}


def zones(dossier: Dossier) -> list[Finding]:
    """AP201: sources whose zone was not given; where cause and effect place the clock, the zone it seems to be in."""
    offsets = {clock.clock: clock for clock in dossier.clocks}
    found = []
    for source in dossier.evidence.sources:
        if not source.zone_assumed:
            continue
        sentence = f"Time stamps without a zone were read as UTC in {source.name}"
        clock = offsets.get(source.clock)
        if clock is not None and clock.basis == "measured":
            sentence += f"; beside the captures its clock is at {_utc(clock.offset)}"
        found.append(codes.finding(codes.ZONE_ASSUMED, sentence))
    return found


def _utc(offset: Span) -> str:
    """The nearest zone to an offset, to the quarter of an hour: `UTC-08:00`."""
    quarters = round((offset.least + offset.most) // 2 / (900 * SECOND))
    hours, rest = divmod(abs(quarters), 4)
    return f"UTC{'-' if quarters < 0 else '+'}{hours:02d}:{rest * 15:02d}"


def assumed(dossier: Dossier) -> list[Finding]:
    """AP202: clocks in use that nothing bounds."""
    used = {event.at.clock for event in dossier.evidence.events}
    return [
        codes.finding(codes.CLOCK_ASSUMED, f"The clock {clock.clock}: {clock.note.sentence if clock.note else ''}")
        for clock in dossier.clocks
        if clock.basis == "assumed" and clock.clock in used - {NO_TIME.clock}
    ]


def contradictions(dossier: Dossier) -> list[Finding]:
    """AP203: pairs of cause and effect that no offset allows."""
    return [codes.finding(codes.CLOCKS_CONTRADICT, contradiction_words(one)) for one in dossier.found.contradictions]


def no_overlap(dossier: Dossier) -> list[Finding]:
    """AP204: captures and logs that share no time with any capture."""
    sources = dossier.evidence.sources
    offsets = {source.clock: Span(0, 0) for source in sources if source.kind == "capture"}
    offsets |= {clock.clock: clock.offset for clock in dossier.clocks}
    spans = {
        source.name: (source.first.least - offset.most, source.last.most - offset.least)
        for source in sources
        if source.first and source.last and (offset := offsets.get(source.clock)) is not None
    }
    names = {source.name for source in sources if source.kind == "capture" and source.name in spans}
    captures = intervals(sorted(names), spans.__getitem__)
    found = []
    for source in sources:
        if source.name not in spans or not names - {source.name} or source.kind not in APART:
            continue
        first, last = spans[source.name]
        apart = APART[source.kind]
        if set(captures.overlapping(first - apart, last + apart)) <= {source.name}:
            what, rest = ("capture", "other captures") if source.kind == "capture" else ("log", "captures")
            sentence = f"The {what} {source.name} does not overlap the {rest} in time"
            found.append(codes.finding(codes.NO_OVERLAP, sentence))
    return found


def went_back(dossier: Dossier) -> list[Finding]:
    """AP205: logs in which a line is stamped before the one that it follows."""
    logs = {source.name for source in dossier.evidence.sources if source.log is not None}
    lines: dict[str, list[Event]] = {}
    for event in dossier.evidence.events:
        if event.origin.source in logs and not isinstance(event.detail, TABLES):
            lines.setdefault(event.origin.source, []).append(event)
    found = []
    for name, events in sorted(lines.items()):
        in_order = sorted(events, key=lambda event: event.origin.number)
        back = [(a, b) for a, b in pairwise(in_order) if b.at.most < a.at.least - THREADS]
        if back:
            far = max(a.at.least - b.at.least for a, b in back)
            sentence = f"The time stamps of {name} go back by {lasting(far)}"
            origins = tuple(event.origin for pair in back for event in pair)
            found.append(codes.finding(codes.WENT_BACK, sentence, origins))
    return found
