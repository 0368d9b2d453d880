"""The HA checks as the log shows them: groups of lines, their period, and when each one began."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from statistics import median_low

from analyzer.correlate.clocks import Clocks
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
        index = bisect_right([tick.first.least for tick in self.ticks], at.most) - 1
        if index < 0:
            return None
        tick = self.ticks[index]
        return tick if at.least - tick.first.most <= SAME_TICK else None


def find_ticks(events: Sequence[Event], clocks: Clocks) -> Ticks:
    """Group the lines of each check, on the reference clock."""
    lines = sorted(
        (
            (clocks.place(event.at), event.origin, not (isinstance(event.detail, StargateStates) and not event.detail.down))
            for event in events
            if isinstance(event.detail, StargateStates | Forwarding)
        ),
        key=lambda line: (line[0].middle, line[1]),
    )
    firsts: list[tuple[Instant, Origin, bool]] = []
    last = None
    for at, origin, slow in lines:
        if last is None or at.least - last.most > SAME_TICK:
            firsts.append((at, origin, slow))
        last = at
    said = [event.detail.period for event in events if isinstance(event.detail, HaStarted) and event.detail.period]
    period = _period([at for at, _, _ in firsts], said[-1] if said else None)
    ticks: list[Tick] = []
    for at, origin, slow in firsts:
        ticks.append(Tick(at, _begin(at, ticks[-1].begin if ticks else None, period, slow=slow), origin))
    return Ticks(tuple(ticks), period)


def _period(firsts: Sequence[Instant], said: int | None) -> Span | None:
    """What the log says of itself, when no more than a few checks are in it or they agree; else the median distance."""
    steps = [later - earlier for earlier, later in zip(firsts, firsts[1:], strict=False)]
    steps = [step for step in steps if step.most > SHORTEST_PERIOD]
    if said and sum(step.least - SLIP <= said <= step.most + SLIP for step in steps) * 2 >= len(steps):
        return Span(said, said)
    if len(steps) + 1 < FEWEST:
        return None
    middle = median_low(sorted(step.least + step.most for step in steps)) // 2
    near = [step for step in steps if step.holds(middle)]
    least, most = max(step.least for step in near), min(step.most for step in near)
    return Span(least, most) if least <= most else Span(middle, middle)


def _begin(at: Instant, previous: Instant | None, period: Span | None, *, slow: bool) -> Instant:
    """A check begins a period after the one before it began; the first line of a `slow` one waits for a dead CVM's probe."""
    least = at.least - (SAME_TICK if slow else PROMPT)
    if slow and previous is not None and period is not None:
        due = previous.least + period.least
        if at.least - 2 * SAME_TICK <= due <= at.most:
            least = max(least, min(due, at.least))
    return Instant(at.clock, least, at.most)
