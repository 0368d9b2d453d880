"""Copies of one log that were taken at different times: the lines that they share are read once, on one clock. And
captures that are there twice, packed or converted.

Who looks at a log during a test and fetches it again afterwards has most lines twice, in files of other names or
folders, and nothing but the lines tells that one machine wrote both.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping, Sequence

import msgspec
from msgspec.structs import replace

from analyzer.ingest.logs import Stretch
from analyzer.ingest.logs.text.addresses import is_ipv4
from analyzer.ingest.reading import Reading
from analyzer.model.event import Event
from analyzer.model.instant import Instant
from analyzer.model.source import Reason, Skipped, Source
from analyzer.model.traffic import CaptureTotals

EXACT, WHOLE_SECONDS = 2, 4
"""Lines that two logs must share to be one: with fractions of a second in their stamps, and without."""
_FRACTION = re.compile(r"[\d-]{10}[T ][\d:]{8}[.,]\d")


class _Known(msgspec.Struct):
    """Logs of one machine so far: the places of their readings, and whose and on which clock all of them are."""

    places: list[int]
    source: Source


_Line = tuple[str, int, int, object]
"""What a line is known by in whatever form it is: its log's kind, its stamp and what it says."""


def _line(source: Source, event: Event) -> _Line:
    """A host is called by its name in one form, and by its address in another."""
    detail = event.detail
    said = replace(detail, host=None) if getattr(detail, "host", None) is not None else detail
    return source.kind, event.at.least, event.at.most, said


def with_one_name(readings: Sequence[Reading]) -> list[Reading]:
    """The readings, those of a host's logs by its name as those by its address, where both have the same lines: its own
    logs, and what a syslog server has of them.
    """
    by_line: dict[_Line, set[str]] = {}
    named: dict[str, list[_Line]] = {}
    for one in readings:
        host = one.source.host
        if host is None or one.source.log is None or one.source.log.machine != "esxi":
            continue
        for event in one.events:
            if not _FRACTION.match(event.text or ""):
                continue
            line = _line(one.source, event)
            if is_ipv4(host):
                by_line.setdefault(line, set()).add(host)
            else:
                named.setdefault(host, []).append(line)
    alias = {name: address for name, lines in named.items() if (address := _address_of(lines, by_line)) is not None}
    clocks = {one.source.host: one.source for one in readings if one.source.log is not None}
    return [
        of_host(_as_of(one, clocks[alias[one.source.host]]), one.source.host, alias[one.source.host])
        if one.source.host in alias
        else one
        for one in readings
    ]


def _address_of(lines: Sequence[_Line], by_line: Mapping[_Line, set[str]]) -> str | None:
    """The host that has most of these lines; None where none or several have enough of them."""
    shared = Counter(address for line in dict.fromkeys(lines) for address in by_line.get(line, ()))
    enough = [address for address, count in shared.items() if count >= EXACT and 2 * count > len(set(lines))]
    return enough[0] if len(enough) == 1 else None


def of_host(one: Reading, name: str, address: str) -> Reading:
    """With a host that goes by `name` by its address (or by another name) wherever a line says whose it is."""
    events = (
        replace(event, detail=replace(event.detail, host=address))
        if getattr(event.detail, "host", None) == name
        else event
        for event in one.events
    )
    return replace(one, events=tuple(events))


def without_copies(readings: Sequence[Reading]) -> list[Reading]:
    """The readings in their order; of logs that share lines, the one with most has them, and all have one clock."""
    readings = with_one_name(readings)
    found = list(readings)
    logs = [place for place, one in enumerate(readings) if one.source.log is not None and one.events]
    known: list[_Known] = []
    holds: dict[_Line, int] = {}
    for place in sorted(logs, key=lambda each: _most_first(readings[each])):
        one = readings[place]
        lines = [_line(one.source, event) for event in one.events if event.text]
        of = _copied(one, [holds[line] for line in lines if line in holds], known)
        if of is None:
            of = len(known)
            known.append(_Known([], one.source))
        else:
            shared = frozenset(line for line in lines if holds.get(line) == of)
            found[place] = _rest(one, shared, [readings[each] for each in known[of].places])
        known[of].places.append(place)
        if one.source.host and not known[of].source.host:
            known[of].source = one.source
        holds.update((line, of) for line in lines if line not in holds)
    for group in known:
        for place in group.places if len(group.places) > 1 else ():
            found[place] = _as_of(found[place], group.source)
    return found


def without_same_captures(readings: Sequence[Reading]) -> tuple[tuple[Reading, ...], tuple[Skipped, ...]]:
    """The readings, but for captures that have just what another has: the same counts, from the same first frame to
    the same last; and what was left out. Rings are not looked at.
    """
    held: dict[tuple[CaptureTotals, Instant, Instant], str] = {}
    same: dict[str, str] = {}
    for one in readings:
        source = one.source
        if source.first is None or source.last is None or one.ring or len(one.totals) != 1 or not source.records:
            continue
        held_by = held.setdefault((replace(one.totals[0], source=""), source.first, source.last), source.name)
        if held_by != source.name:
            same[source.name] = held_by
    kept = tuple(one for one in readings if one.source.name not in same)
    return kept, tuple(Skipped(name, "file", Reason("same-file", detail=first)) for name, first in same.items())


def _most_first(one: Reading) -> tuple[int, int]:
    return -len(one.events), -one.source.records


def _copied(one: Reading, shared: Sequence[int], known: Sequence[_Known]) -> int | None:
    """Of which known log this is a copy: it has enough of its lines, and most of what it has of that time."""
    for of, count in Counter(shared).most_common(1):
        source = known[of].source
        exact = all(_FRACTION.match(event.text or "") for event in one.events)
        hosts = {each.host or each.of_cvm for each in (one.source, source)} - {None}
        own_clock = any(each.clock == f"log:{each.name}" for each in (one.source, source))
        alike = one.source.host is not None and one.source.host == source.host
        enough = 1 if alike else EXACT if exact else WHOLE_SECONDS
        if count < enough or len(hosts) > 1 or own_clock:
            continue
        first, last = source.first, source.last
        within = [event for event in one.events if first and last and first.least <= event.at.least <= last.most]
        if 2 * count > len(within):
            return of
    return None


def _rest(one: Reading, shared: frozenset[_Line], of: Sequence[Reading]) -> Reading:
    """A copy without the lines that it shares."""
    left = tuple(event for event in one.events if _line(one.source, event) not in shared)
    stretches = tuple(each for each in one.stretches if not any(_covers(other.source, each) for other in of))
    reason = Reason("same-lines", found=len(one.events) - len(left), detail=of[0].source.name)
    skipped = (*one.source.skipped, Skipped(one.source.name, "file", reason))
    return replace(one, events=left, stretches=stretches, source=replace(one.source, skipped=skipped))


def _covers(source: Source, stretch: Stretch) -> bool:
    """Whether a log is of all the time of checks that are packed."""
    first, last = source.first, source.last
    return first is not None and last is not None and first.least <= stretch.times[0] <= stretch.times[-1] <= last.most


def _as_of(one: Reading, source: Source) -> Reading:
    """A reading on the clock of the machine whose log it is."""
    own, clock = one.source.clock, source.clock
    ends = (replace(at, clock=clock) if at else None for at in (one.source.first, one.source.last))
    first, last = ends
    return replace(
        one,
        source=replace(one.source, clock=clock, host=source.host, of_cvm=source.of_cvm, first=first, last=last),
        events=tuple(_moved(event, own, clock) for event in one.events),
        stretches=tuple(replace(each, clock=clock) for each in one.stretches),
    )


def _moved(event: Event, own: str, clock: str) -> Event:
    return replace(event, at=replace(event.at, clock=clock)) if event.at.clock == own else event
