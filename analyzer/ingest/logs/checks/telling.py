"""Which of the packed checks are told singly after all: those near to any other evidence, and those of another period.

What captures, other machines' logs or a person show may have happened at any of the checks around it, and the clocks
may be off; there the checks bound faults and align clocks.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator, Sequence
from itertools import pairwise
from statistics import median_low

import msgspec

from analyzer.config import Settings
from analyzer.ingest.logs.checks import folding
from analyzer.ingest.logs.checks.stretch import Stretch
from analyzer.model.event import Event, HaStarted
from analyzer.model.instant import SECOND
from analyzer.model.source import Source

NEAR = 3600 * SECOND  # clocks that nothing bounds are off by less, by far
ZONES = 16 * NEAR  # where the zone of stamps is not told
JOINED = 5  # checks at an end of a file that stay single though the next file goes on


class Part(msgspec.Struct, frozen=True):
    """What one source gave: its events, and the stretches of checks that are packed."""

    source: Source
    events: Sequence[Event]
    stretches: Sequence[Stretch] = ()


def told_checks(parts: Sequence[Part], settings: Settings) -> Iterator[Event]:
    """The packed checks as events, singly or as one."""
    stretches = [stretch for part in parts for stretch in part.stretches]
    if not stretches:
        return
    reach, periods = _reach(parts, settings), _periods(parts, stretches)
    stamped = {clock: _Stamped.of(clock, parts) for clock in {stretch.clock for stretch in stretches}}
    near = {clock: _near(clock, parts, reach) for clock in stamped}
    joined = [pair for clock in stamped for pair in stamped[clock].joined()]
    before, behind = {id(later) for _, later in joined}, {id(earlier) for earlier, _ in joined}
    for stretch in stretches:
        if stamped[stretch.clock].within(stretch) or not _keeps(stretch, periods):
            yield from stretch.events(0, len(stretch.firsts))
            continue
        first, last = stretch.ends
        begin = min(first, JOINED) if id(stretch) in before else first
        end = len(stretch.firsts) - (min(last, JOINED) if id(stretch) in behind else last)
        yield from stretch.events(0, begin)
        yield from _told(stretch, begin, end, near[stretch.clock])
        yield from stretch.events(end, len(stretch.firsts))


def _reach(parts: Sequence[Part], settings: Settings) -> int:
    """How far off clocks may be, ns."""
    offsets = [abs(offset) for _, offset in settings.clock_offsets]
    zones = settings.log_timezone is not None or any(part.source.zone_assumed for part in parts)
    return (ZONES if zones else NEAR) + max(offsets, default=0)


def _periods(parts: Sequence[Part], stretches: Sequence[Stretch]) -> list[int]:
    """The period that most packed checks keep, and each that Genesis says of itself, ns."""
    steps = [step for stretch in stretches for step in _steps(stretch)]
    said = {
        event.detail.period
        for part in parts
        for event in part.events
        if isinstance(event.detail, HaStarted) and event.detail.period
    }
    return [*said, *([median_low(steps)] if steps else [])]


def _steps(stretch: Stretch) -> list[int]:
    return [later - earlier for earlier, later in pairwise(stretch.firsts)]


def _keeps(stretch: Stretch, periods: Iterable[int]) -> bool:
    """Whether a stretch's checks keep each of the periods."""
    step = median_low(_steps(stretch) or [0])
    return all(abs(step - period) <= folding.SLACK for period in periods)


class _Stamped(msgspec.Struct, frozen=True):
    """What a clock stamped, in order of time: events, stretches of checks, and the last lines of these, ns."""

    events: Sequence[Event]
    stretches: Sequence[Stretch]
    lasts: Sequence[int]

    @staticmethod
    def of(clock: str, parts: Sequence[Part]) -> _Stamped:
        """All that the sources of one clock have."""
        mine = [part for part in parts if part.source.clock == clock]
        stretches = [stretch for part in mine for stretch in part.stretches]
        return _Stamped(
            sorted((event for part in mine for event in part.events), key=_least),
            sorted(stretches, key=_first),
            sorted(stretch.times[-1] for stretch in stretches),
        )

    def within(self, stretch: Stretch) -> bool:
        """Whether there is anything else from the first line of a stretch to its last."""
        first, last = stretch.times[0], stretch.times[-1]
        if self._between(first, last):
            return True
        return bisect_right(self.stretches, last, key=_first) - bisect_left(self.lasts, first) > 1

    def joined(self) -> Iterator[tuple[Stretch, Stretch]]:
        """The stretches of which one goes on where another file's ends, with at most the check that two files share."""
        for one, other in pairwise(self.stretches):
            step = median_low(_steps(one))
            due = one.firsts[-1] + step
            shared = self._between(one.times[-1] + 1, other.times[0] - 1)
            regular = all(
                folding.found_well(event.detail) and abs(event.at.least - due) <= folding.SAME_CHECK for event in shared
            )
            after = other.times[0] - (step if shared else 0)
            if one.lines == other.lines and regular and abs(after - due) <= folding.SLACK:
                yield one, other

    def _between(self, first: int, last: int) -> Sequence[Event]:
        return self.events[bisect_left(self.events, first, key=_least) : bisect_right(self.events, last, key=_least)]


def _least(event: Event) -> int:
    return event.at.least


def _first(stretch: Stretch) -> int:
    return stretch.times[0]


def _near(clock: str, parts: Sequence[Part], reach: int) -> list[tuple[int, int]]:
    """When other clocks have evidence, or may have it if they are off, ns, in order."""
    near: list[tuple[int, int]] = []
    for least, most in sorted(span for part in parts if part.source.clock != clock for span in _evidence(part)):
        if near and least - reach <= near[-1][1]:
            near[-1] = near[-1][0], max(near[-1][1], most + reach)
        else:
            near.append((least - reach, most + reach))
    return near


def _evidence(part: Part) -> Iterator[tuple[int, int]]:
    """When a source shows anything but checks that found all well, ns."""
    source = part.source
    if source.kind == "capture" and source.first is not None and source.last is not None:
        yield source.first.least, source.last.most
        return
    for event in part.events:
        if not folding.found_well(event.detail):
            yield event.at.least, event.at.most


def _told(stretch: Stretch, begin: int, end: int, near: Sequence[tuple[int, int]]) -> Iterator[Event]:
    """The checks from place `begin` to before `end`: singly near to other evidence, and where few are left between."""
    firsts = stretch.firsts
    for least, most in near:
        first, behind = bisect_left(firsts, least, begin, end), bisect_right(firsts, most, begin, end)
        if behind > first:
            yield from _as_one(stretch, begin, first)
            yield from stretch.events(first, behind)
            begin = behind
    yield from _as_one(stretch, begin, end)


def _as_one(stretch: Stretch, begin: int, end: int) -> Iterator[Event]:
    if end - begin >= folding.LIMITS.fewest:
        yield stretch.folded(begin, end)
    else:
        yield from stretch.events(begin, end)
