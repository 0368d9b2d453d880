"""Which lines of the logs are one HA check, when each check began, and the period between them."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Mapping, Sequence
from itertools import pairwise, repeat
from statistics import median_low

import msgspec

from analyzer.correlate.clocks.clocks import Clocks
from analyzer.correlate.logs.checks.ha_checks import OFTEN, HaCheck, HaChecks
from analyzer.correlate.timing import CHECK_PERIOD, CHECK_SLIP, FEWEST_CHECKS, LONG_REPAIR, SAME_CHECK
from analyzer.model.event import (
    Event,
    Forwarding,
    HaStarted,
    HealthyChecks,
    NfsTerminate,
    Repeated,
    RouteChanged,
    RouteCommand,
    StargateStates,
    TaskCreated,
)
from analyzer.model.instant import SECOND, Instant, Span
from analyzer.model.source import Origin

HALF, CLEARLY = 0.5, 0.75  # of the steps: enough for the period that is said, and against it
OFTEN_ENOUGH = 4  # a distance of which a quarter of all are is no accident
SHORTEST_PERIOD = 3 * SECOND
REPAIRS = NfsTerminate | RouteChanged | RouteCommand | TaskCreated
PROMPT = SECOND // 2  # a check that finds every Stargate writes its first line within this
ON_BEAT = SECOND // 10  # checks that are this near to a period apart came when they were due
NEAR = 5  # so many checks before one and behind it tell whether checks come when they are due


class _First(msgspec.Struct, frozen=True):
    """The first line of a check, on its log's own clock; `slow` when the check may have waited for a dead CVM.

    `of_hosts`: the last line of what it stands for, which is itself or a check that found all well, is of a host.
    """

    at: Instant
    origin: Origin
    slow: bool
    states: bool
    of_hosts: bool
    repairs: bool = False  # of a repair that a check ordered, or of its failure: it begins no check, but may last
    after: int | None = None  # the last line of the check before, ns
    done: int | None = None  # the last line of what that check ordered, ns
    follows: tuple[Repeated, ...] = ()  # by these steps (ns) on checks of a long row that are left out


def find_checks(events: Sequence[Event], clocks: Clocks) -> HaChecks:
    """Group the lines of each check on the clock that stamped them, and place the checks on the reference clock."""
    by_clock: dict[str, list[_First]] = {}
    for event in sorted(events, key=lambda event: (event.at.middle, event.origin)):
        if isinstance(event.detail, StargateStates | Forwarding | HealthyChecks | REPAIRS):
            by_clock.setdefault(event.at.clock, []).extend(_lines(event))
    periods = [event.detail.period for event in events if isinstance(event.detail, HaStarted) and event.detail.period]
    said = periods[-1] if periods else None
    starts: dict[str, list[Instant]] = {}
    for event in events:
        if isinstance(event.detail, HaStarted):
            starts.setdefault(event.at.clock, []).append(event.at)
    logs = [_firsts(lines, said) for _, lines in sorted(by_clock.items())]
    period = _period([step for firsts in logs for step in _steps(firsts)], said)
    step = said or (period.least if period is not None else None)
    checks = [check for firsts in logs for check in _checks(firsts, step, starts, clocks, said=said is not None)]
    return HaChecks(tuple(sorted(checks, key=lambda check: (check.first.middle, check.origin))), period)


def _lines(event: Event) -> Iterator[_First]:
    """What one event says of a check, or the first lines of checks that found all well.

    Only a line that finds no Stargate down proves that the check waited for none.
    """
    match event.detail:
        case StargateStates(down=down):
            yield _First(event.at, event.origin, bool(down), states=True, of_hosts=False)
        case HealthyChecks(lines=lines) as detail:
            states, of_hosts = isinstance(lines[0], StargateStates), isinstance(lines[-1], Forwarding)
            for at, origin, follows in detail.outer(event.at, event.origin):
                yield _First(at, origin, not states, states, of_hosts, follows=follows)
        case detail:  # a host whose table can't be read is told when the attempt is given up, at no check's time
            late = isinstance(detail, REPAIRS) or (isinstance(detail, Forwarding) and detail.state == "unreadable")
            yield _First(event.at, event.origin, slow=True, states=False, of_hosts=True, repairs=late)


def _firsts(lines: Sequence[_First], said: int | None) -> list[_First]:
    """The first line of each check of one log: by the time between them, where checks are further apart than that.

    Frequent ones are told apart by their order: a check speaks of the Stargates first, then of the hosts. It speaks of
    the next host when what it ordered for one is done.
    """
    often = said or _turn(lines)
    firsts: list[_First] = []
    last: _First | None = None
    busy: _First | None = None
    for line in lines:
        if not line.repairs:
            since = last if line.states else busy
            again = often <= OFTEN and last is not None and line.states and last.of_hosts
            if last is None or since is None or again or line.at.least - since.at.most > SAME_CHECK:
                after, done = last.at.least if last else None, busy.at.least if busy else None
                firsts.append(msgspec.structs.replace(line, after=after, done=done))
            last = line
        busy = line
    return firsts


def _turn(lines: Sequence[_First]) -> int:
    """The usual time between two lines that speak of the Stargates after one that speaks of a host, ns."""
    of_checks = [line for line in lines if not line.repairs]
    turns = [line.at.middle for before, line in pairwise(of_checks) if line.states and before.of_hosts]
    return median_low([later - earlier for earlier, later in pairwise(turns)] or [OFTEN + 1])


def _checks(
    firsts: Sequence[_First],
    period: int | None,
    starts: Mapping[str, Sequence[Instant]],
    clocks: Clocks,
    *,
    said: bool,
) -> list[HaCheck]:
    """The checks of one log; after a start of Genesis none is due by the one before it, nor near one that came late.
    `said`: the log says the period.
    """
    checks: list[HaCheck] = []
    begin: Instant | None = None
    late = _late(firsts, period, said=said)
    for place, first in enumerate(firsts):
        before, started = begin, starts.get(first.at.clock, ())
        before = None if late[bisect_left(late, place - NEAR) : bisect_right(late, place + NEAR)] else before
        if before is not None and any(before.most < at.least <= first.at.most for at in started):
            before = None
        begin = _begin(first, before, period)
        checks.append(HaCheck(clocks.place(first.at), clocks.place(begin), first.origin, follows=bool(first.follows)))
    return checks


def _late(firsts: Sequence[_First], period: int | None, *, said: bool) -> list[int]:
    """The places of the checks that came when they were not due, as on a loaded machine: neither for a dead CVM's probe
    nor for a long repair that one before ordered. By a period that is `said`, several together tell it too, where each
    is no farther from the next than stamps of whole seconds allow.
    """
    if period is None:
        return []
    return [
        place
        for place, one in enumerate(firsts)
        if not (one.slow or one.follows)
        and any(not _is_due(one.at - other.at, period) for other in _before(firsts, place, NEAR if said else 1))
    ]


def _before(firsts: Sequence[_First], place: int, count: int) -> Iterator[_First]:
    """The checks before one, so many at most, that waited for none: as far back as no long repair lies between."""
    for other in range(place - 1, max(place - 1 - count, -1), -1):
        if firsts[other + 1].follows or _may_be_delayed(firsts[other], firsts[other + 1]):
            return
        if not firsts[other].slow:
            yield firsts[other]


def _may_be_delayed(earlier: _First, later: _First) -> bool:
    """Whether what a check ordered took so long that the next one may have waited for it."""
    return later.done is not None and later.done - earlier.at.most > LONG_REPAIR


def _is_due(step: Span, period: int) -> bool:
    """Whether checks this far apart each came when it was due, or some between them are not there."""
    whole = max(1, round((step.least + step.most) / (2 * period))) * period
    return step.least - ON_BEAT <= whole <= step.most + ON_BEAT


def _steps(firsts: Sequence[_First]) -> Iterator[Span]:
    """The distances between the checks of one log, without those that a long repair may have stretched."""
    for earlier, later in pairwise(firsts):
        for step in later.follows:
            length, times = (step, 1) if isinstance(step, int) else step
            yield from repeat(later.at.later(length) - later.at, times)
        if not later.follows and not _may_be_delayed(earlier, later):
            yield later.at - earlier.at


def _usual(distances: Sequence[int]) -> int:
    """The smallest distance that repeats, as a check can be late or missing; else the median."""
    ordered = sorted(distances)
    for distance in ordered:
        begin, end = bisect_left(ordered, distance - CHECK_SLIP), bisect_right(ordered, distance + CHECK_SLIP)
        if end - begin > 1 and (end - begin) * OFTEN_ENOUGH >= len(ordered):
            return median_low(ordered[begin:end])
    return median_low(distances)


def _period(steps: Sequence[Span], said: int | None) -> Span | None:
    """What the log says of itself, unless nearly all of many steps contradict it; else the usual distance.

    A shorter period than the one that is said, or Genesis' own, may be that of lines which only look like checks: the
    span then reaches up to that.
    """
    steps = [step for step in steps if step.most > SHORTEST_PERIOD]
    few = len(steps) + 1 < FEWEST_CHECKS
    if said and (few or _share(steps, said) >= HALF):
        return Span(said, said)
    if few:
        return None
    middle = _usual([(step.least + step.most) // 2 for step in steps])
    due = said or CHECK_PERIOD
    if abs(middle - due) > CHECK_SLIP and _share(steps, middle) < CLEARLY:
        return Span(said, said) if said else None
    near = [step for step in steps if step.holds(middle)]
    least, most = max(step.least for step in near), min(step.most for step in near)
    period = Span(least, most) if least <= most else Span(middle, middle)
    return period if period.most + CHECK_SLIP >= due else Span(period.least, due)


def _share(steps: Sequence[Span], period: int) -> float:
    """The share of the steps that can be a period; 1 when there are none."""
    fit = sum(step.least - CHECK_SLIP <= period <= step.most + CHECK_SLIP for step in steps)
    return fit / len(steps) if steps else 1.0


def _begin(first: _First, previous: Instant | None, period: int | None) -> Instant:
    """A check begins a period after the one before it; the first line of a slow one waits for a dead CVM's probe."""
    at = first.at
    least = at.least - (SAME_CHECK if first.slow else PROMPT)
    if first.slow and previous is not None and period is not None:
        due = previous.least + period
        if at.least - 2 * SAME_CHECK <= due <= at.most:
            least = max(least, min(due, at.least))
    least = max(least, min(first.after, at.least)) if first.after is not None else least
    return Instant(at.clock, least, at.most)
