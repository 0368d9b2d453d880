"""The HA checks as the log shows them: groups of lines, their period, and when each one began."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from statistics import median_low

from analyzer.correlate.clocks import Clocks
from analyzer.correlate.sighting import Sighting
from analyzer.model.event import Event, Forwarding, HaStarted, StargateStates
from analyzer.model.instant import SECOND, Instant, Span
from analyzer.model.source import Origin

SAME_TICK = 5 * SECOND  # lines of one check are nearer than this (a dead CVM's probe takes 2 s)
SHORTEST_PERIOD = 3 * SECOND
FEWEST = 3
PROMPT = SECOND // 2  # a check that finds every Stargate writes its first line within this
SLIP = 2_500_000_000  # a check's first line can be late by the time that a dead CVM's probe takes


@dataclass(frozen=True, slots=True)
class Tick:
    """One check: `first` is its first line; `begin` allows for what the check did before it wrote that line."""

    first: Instant
    begin: Instant
    origin: Origin


@dataclass(frozen=True, slots=True)
class Ticks:
    """The checks in order, and the period between them in ns (None with fewer than three)."""

    ticks: tuple[Tick, ...]
    period: Span | None

    def containing(self, at: Instant) -> Tick | None:
        """The check that a line at `at` belongs to."""
        index = bisect_right([tick.first.middle for tick in self.ticks], at.middle) - 1
        if index < 0:
            return None
        tick = self.ticks[index]
        return tick if at.least - tick.first.least <= SAME_TICK else None


@dataclass(frozen=True, slots=True)
class _First:
    """The first line of a check, on its log's own clock; `slow` when the check may have waited for a dead CVM."""

    at: Instant
    origin: Origin
    slow: bool


def find_ticks(events: Sequence[Event], clocks: Clocks) -> Ticks:
    """Group the lines of each check on the clock that stamped them, and place the checks on the reference clock."""
    by_clock: dict[str, list[_First]] = {}
    for event in sorted(events, key=lambda event: (event.at.middle, event.origin)):
        if isinstance(event.detail, StargateStates | Forwarding):
            by_clock.setdefault(event.at.clock, []).append(_First(event.at, event.origin, _slow(event)))
    logs = [_firsts(lines) for _, lines in sorted(by_clock.items())]
    steps = [later.at - earlier.at for firsts in logs for earlier, later in pairwise(firsts)]
    said = [event.detail.period for event in events if isinstance(event.detail, HaStarted) and event.detail.period]
    period = _period(steps, said[-1] if said else None)
    ticks = [tick for firsts in logs for tick in _ticks(firsts, period, clocks)]
    return Ticks(tuple(sorted(ticks, key=lambda tick: (tick.first.middle, tick.origin))), period)


def _slow(event: Event) -> bool:
    """Only a line that finds no Stargate down proves that the check waited for none."""
    return not isinstance(event.detail, StargateStates) or bool(event.detail.down)


def _firsts(lines: Sequence[_First]) -> list[_First]:
    """The first line of each check of one log."""
    firsts: list[_First] = []
    last: Instant | None = None
    for line in lines:
        if last is None or line.at.least - last.most > SAME_TICK:
            firsts.append(line)
        last = line.at
    return firsts


def _ticks(firsts: Sequence[_First], period: Span | None, clocks: Clocks) -> list[Tick]:
    ticks: list[Tick] = []
    begin: Instant | None = None
    for first in firsts:
        begin = _begin(first, begin, period)
        ticks.append(Tick(clocks.place(first.at), clocks.place(begin), first.origin))
    return ticks


def _period(steps: Sequence[Span], said: int | None) -> Span | None:
    """What the log says of itself, when no more than a few checks are in it or they agree; else the median distance."""
    steps = [step for step in steps if step.most > SHORTEST_PERIOD]
    if said and sum(step.least - SLIP <= said <= step.most + SLIP for step in steps) * 2 >= len(steps):
        return Span(said, said)
    if len(steps) + 1 < FEWEST:
        return None
    middle = median_low(sorted(step.least + step.most for step in steps)) // 2
    near = [step for step in steps if step.holds(middle)]
    least, most = max(step.least for step in near), min(step.most for step in near)
    return Span(least, most) if least <= most else Span(middle, middle)


def _begin(first: _First, previous: Instant | None, period: Span | None) -> Instant:
    """A check begins a period after the one before it; the first line of a slow one waits for a dead CVM's probe."""
    at = first.at
    least = at.least - (SAME_TICK if first.slow else PROMPT)
    if first.slow and previous is not None and period is not None:
        due = previous.least + period.least
        if at.least - 2 * SAME_TICK <= due <= at.most:
            least = max(least, min(due, at.least))
    return Instant(at.clock, least, at.most)


def mark_checks(sightings: Iterable[Sighting], ticks: Ticks) -> None:
    """Hold `check` against a fault that is known well: the check that found it, if that began after it, else none."""
    for sighting in sightings:
        fault = sighting.points.get("fault")
        found = sighting.points.get("detected") or sighting.points.get("decided")
        if fault is None or found is None or fault.at.doubt > SAME_TICK:
            continue
        if sighting.kind != "cvm-recovery":  # a recovery is seen by one check, and acted on by a later one
            sighting.points.pop("check", None)
            tick = ticks.containing(found.at)
            if tick is not None:
                sighting.mark("check", tick.begin, [tick.origin], "the first check after the fault")
        check = sighting.points.get("check")
        if check is None:
            continue
        least, most = max(check.at.least, fault.at.least), min(check.at.most, found.at.most)
        if least > most:
            del sighting.points["check"]
        else:
            sighting.points["check"] = replace(check, at=Instant(check.at.clock, least, most))
