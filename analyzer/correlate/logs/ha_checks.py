"""The HA checks as the log shows them: groups of lines, their period, and when each one began."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from itertools import pairwise
from statistics import median_low

from analyzer.correlate.clocks.clocks import Clocks
from analyzer.correlate.observation import Draft, Point
from analyzer.model.event import (
    Event,
    Forwarding,
    HaStarted,
    NfsTerminate,
    RouteChanged,
    RouteCommand,
    StargateStates,
    TaskCreated,
)
from analyzer.model.instant import SECOND, Instant, Span
from analyzer.model.source import Origin

SAME_TICK = 5 * SECOND  # lines of one check are nearer than this (a dead CVM's probe takes 2 s)
OFTEN = 2 * SAME_TICK  # checks that are nearer than this can't be told apart by the time between their lines
LONG_REPAIR = 3 * SAME_TICK  # one that lasts longer than this may delay the next check
OFTEN_ENOUGH = 4  # a distance of which a quarter of all are is no accident
SHORTEST_PERIOD = 3 * SECOND
FEWEST = 3
REPAIRS = NfsTerminate | RouteChanged | RouteCommand | TaskCreated
PROMPT = SECOND // 2  # a check that finds every Stargate writes its first line within this
SLIP = 2_500_000_000  # a check's first line can be late by the time that a dead CVM's probe takes
BEGAN_BEFORE = "the check that found it may have begun before the fault: then no check is the first after it"
NO_CHECK = "what the log shows of the check that found it does not tell when that check began"


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
    _firsts: tuple[int, ...] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "_firsts", tuple(tick.first.middle for tick in self.ticks))

    def latest(self, ns: int) -> Tick | None:
        """The last check whose first line is not after `ns`."""
        index = bisect_right(self._firsts, ns) - 1
        return self.ticks[index] if index >= 0 else None

    def containing(self, at: Instant) -> Tick | None:
        """The check that a line at `at` belongs to."""
        tick = self.latest(at.middle)
        return tick if tick is not None and at.least - tick.first.least <= SAME_TICK else None

    def before(self, point: Point) -> Tick | None:
        """The check that a line belongs to by the order of its file, which is surer than stamps of whole seconds."""
        lines = {origin.source: origin.number for origin in reversed(point.origins)}
        earlier = [t for t in self.ticks if t.origin.source in lines and t.origin.number <= lines[t.origin.source]]
        last = max(earlier, key=lambda tick: tick.origin.number, default=None)
        if last is not None and point.at.least - last.first.most <= SAME_TICK:
            return last
        return self.containing(point.at) if point.at.doubt <= OFTEN else None


@dataclass(frozen=True, slots=True)
class _First:
    """The first line of a check, on its log's own clock; `slow` when the check may have waited for a dead CVM."""

    at: Instant
    origin: Origin
    slow: bool
    states: bool
    repairs: bool = False  # a line of a repair that a check ordered: it begins no check, but may last
    after: int | None = None  # the last line of the check before, ns
    done: int | None = None  # the last line of what that check ordered, ns


def find_ticks(events: Sequence[Event], clocks: Clocks) -> Ticks:
    """Group the lines of each check on the clock that stamped them, and place the checks on the reference clock."""
    by_clock: dict[str, list[_First]] = {}
    for event in sorted(events, key=lambda event: (event.at.middle, event.origin)):
        if isinstance(event.detail, StargateStates | Forwarding | REPAIRS):
            by_clock.setdefault(event.at.clock, []).append(_first(event))
    told = [event.detail.period for event in events if isinstance(event.detail, HaStarted) and event.detail.period]
    said = told[-1] if told else None
    logs = [_firsts(lines, said) for _, lines in sorted(by_clock.items())]
    period = _period([step for firsts in logs for step in _steps(firsts)], said)
    step = said or (period.least if period is not None else None)
    ticks = [tick for firsts in logs for tick in _ticks(firsts, step, clocks)]
    return Ticks(tuple(sorted(ticks, key=lambda tick: (tick.first.middle, tick.origin))), period)


def _first(event: Event) -> _First:
    """Only a line that finds no Stargate down proves that the check waited for none."""
    states = isinstance(event.detail, StargateStates)
    slow = not isinstance(event.detail, StargateStates) or bool(event.detail.down)
    return _First(event.at, event.origin, slow, states, repairs=isinstance(event.detail, REPAIRS))


def _firsts(told: Sequence[_First], said: int | None) -> list[_First]:
    """The first line of each check of one log: by the time between them, where checks are further apart than that.

    Frequent ones are told apart by their order: a check speaks of the Stargates first, then of the hosts. It speaks of
    the next host when what it ordered for one is done.
    """
    lines = [line for line in told if not line.repairs]
    in_order = [line for before, line in pairwise(lines) if line.states and not before.states]
    often = said or median_low([b.at.middle - a.at.middle for a, b in pairwise(in_order)] or [OFTEN + 1])
    firsts: list[_First] = []
    last: _First | None = None
    busy: _First | None = None
    for line in told:
        if not line.repairs:
            since = last if line.states else busy
            again = often <= OFTEN and last is not None and line.states and not last.states
            if last is None or since is None or again or line.at.least - since.at.most > SAME_TICK:
                after, done = last.at.least if last else None, busy.at.least if busy else None
                firsts.append(replace(line, after=after, done=done))
            last = line
        busy = line
    return firsts


def _ticks(firsts: Sequence[_First], period: int | None, clocks: Clocks) -> list[Tick]:
    ticks: list[Tick] = []
    begin: Instant | None = None
    for first in firsts:
        begin = _begin(first, begin, period)
        ticks.append(Tick(clocks.place(first.at), clocks.place(begin), first.origin))
    return ticks


def _steps(firsts: Sequence[_First]) -> list[Span]:
    """The distances between the checks of one log, without those that a long repair may have stretched."""
    return [
        later.at - earlier.at
        for earlier, later in pairwise(firsts)
        if later.done is None or later.done - earlier.at.most <= LONG_REPAIR
    ]


def _usual(distances: Sequence[int]) -> int:
    """The smallest distance that repeats, as a check can be late or missing; else the median."""
    for distance in sorted(distances):
        alike = [other for other in distances if abs(other - distance) <= SLIP]
        if len(alike) > 1 and len(alike) * OFTEN_ENOUGH >= len(distances):
            return median_low(alike)
    return median_low(distances)


def _period(steps: Sequence[Span], said: int | None) -> Span | None:
    """What the log says of itself, when no more than a few checks are in it or they agree; else the usual distance."""
    steps = [step for step in steps if step.most > SHORTEST_PERIOD]
    if said and sum(step.least - SLIP <= said <= step.most + SLIP for step in steps) * 2 >= len(steps):
        return Span(said, said)
    if len(steps) + 1 < FEWEST:
        return None
    middle = _usual([(step.least + step.most) // 2 for step in steps])
    near = [step for step in steps if step.holds(middle)]
    least, most = max(step.least for step in near), min(step.most for step in near)
    return Span(least, most) if least <= most else Span(middle, middle)


def _begin(first: _First, previous: Instant | None, period: int | None) -> Instant:
    """A check begins a period after the one before it; the first line of a slow one waits for a dead CVM's probe."""
    at = first.at
    least = at.least - (SAME_TICK if first.slow else PROMPT)
    if first.slow and previous is not None and period is not None:
        due = previous.least + period
        if at.least - 2 * SAME_TICK <= due <= at.most:
            least = max(least, min(due, at.least))
    least = max(least, min(first.after, at.least)) if first.after is not None else least
    return Instant(at.clock, least, at.most)


def mark_checks(observations: Iterable[Draft], ticks: Ticks) -> None:
    """Hold `check` against the fault: the first check that began after it, or none where nothing tells which it was."""
    for observation in observations:
        fault = observation.points.get("fault")
        found = observation.points.get("detected") or observation.points.get("decided")
        if fault is None or found is None:
            continue
        if observation.kind == "cvm-recovery" or fault.at.doubt <= SAME_TICK or "check" not in observation.points:
            # one check sees a recovery, and a later one acts on it; else the check bounds a fault that is doubtful
            _first_after(observation, fault.at, found, ticks)
        elif observation.kind == "cvm-failure":
            _within(observation, fault.at, found.at)
        else:  # a check reads the routes some time after it began, and the fault may lie between
            del observation.points["check"]
            observation.absent["check"] = BEGAN_BEFORE


def _first_after(observation: Draft, fault: Instant, found: Point, ticks: Ticks) -> None:
    """The first check after the fault lies between the first that may be it and the first that surely is it."""
    observation.points.pop("check", None)
    until = ticks.before(found)
    upto = until.first.middle if until is not None else fault.least
    candidates = [tick for tick in ticks.ticks if tick.begin.most >= fault.least and tick.first.middle <= upto]
    if until is None or not candidates:
        observation.absent["check"] = BEGAN_BEFORE if until is not None else NO_CHECK
        return
    sure = next((tick for tick in candidates if tick.begin.least >= fault.most), None)
    if sure is None and until.begin.least < fault.most and fault.doubt <= SAME_TICK:
        observation.absent["check"] = BEGAN_BEFORE
        return
    last = sure or until
    at = Instant(fault.clock, candidates[0].begin.least, max(last.begin.most, candidates[0].begin.least))
    origins = dict.fromkeys((candidates[0].origin, last.origin))
    observation.mark("check", at, origins, "the first check after the fault")
    _within(observation, fault, found.at)


def _within(observation: Draft, fault: Instant, found: Instant) -> None:
    """The check lies between the fault and what it found; it is none where it doesn't."""
    check = observation.points["check"]
    least, most = max(check.at.least, fault.least), min(check.at.most, found.most)
    if least > most:
        del observation.points["check"]
        observation.absent["check"] = BEGAN_BEFORE
    else:
        observation.points["check"] = replace(check, at=Instant(check.at.clock, least, most))
