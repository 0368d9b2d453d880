"""Copies of one log that were taken at different times: the lines that they share are read once, on one clock. And
captures that are there twice, packed or converted.

Who looks at a log during a test and fetches it again afterwards has most lines twice, in files of other names or
folders, and nothing but the lines tells that one machine wrote both.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence

import msgspec
from msgspec.structs import replace

from analyzer.ingest.logs import Stretch
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


def without_copies(readings: Sequence[Reading]) -> list[Reading]:
    """The readings in their order; of logs that share lines, the one with most has them, and all have one clock."""
    found = list(readings)
    logs = [place for place, one in enumerate(readings) if one.source.log is not None and one.events]
    known: list[_Known] = []
    holds: dict[tuple[str, str], int] = {}
    for place in sorted(logs, key=lambda each: _most_first(readings[each])):
        one = readings[place]
        lines = [(one.source.kind, event.text) for event in one.events if event.text]
        of = _copied(one, [holds[line] for line in lines if line in holds], known)
        if of is None:
            of = len(known)
            known.append(_Known([], one.source))
        else:
            shared = frozenset(text for kind, text in lines if holds.get((kind, text)) == of)
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
        if count < (EXACT if exact else WHOLE_SECONDS) or len(hosts) > 1 or own_clock:
            continue
        first, last = source.first, source.last
        within = [event for event in one.events if first and last and first.least <= event.at.least <= last.most]
        if 2 * count > len(within):
            return of
    return None


def _rest(one: Reading, shared: frozenset[str], of: Sequence[Reading]) -> Reading:
    """A copy without the lines that it shares."""
    left = tuple(event for event in one.events if event.text not in shared)
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
