"""A log whose clock was set while it was written: its lines before and after are stamped by two clocks.

Set back: lines that go back tell it, and so does a check that follows the one before it sooner than the period allows;
where the one before may only have come late, as on a loaded machine, it may be none.
Set forward: a check that comes later than the period allows may be late, or the clock was set since the one before it,
in any pause that is long enough. What comes after a step is placed by its own evidence, and where there is none, by the
next check, which came one period after the last; or, where it may as well have come late, by both.
"""

from __future__ import annotations

from bisect import bisect_right
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from itertools import accumulate, pairwise
from statistics import median_low

from msgspec.structs import replace

from analyzer.correlate.clocks.clocks import Step
from analyzer.correlate.clocks.off_grid import of_checks
from analyzer.correlate.timing import CHECK_SLIP, FEWEST_CHECKS, LONG_REPAIR, SAME_CHECK
from analyzer.model.event import (
    Event,
    Forwarding,
    HaStarted,
    HealthyChecks,
    NfsTerminate,
    RouteChanged,
    RouteCommand,
    StargateStates,
    TaskCreated,
    each_of,
)
from analyzer.model.evidence import Evidence
from analyzer.model.instant import SECOND, Instant, Span
from analyzer.model.source import Origin, Reason, Skipped

_NEVER = 2**62  # beyond any line

HA_DETAILS = (
    Forwarding | HaStarted | HealthyChecks | NfsTerminate | RouteChanged | RouteCommand | StargateStates | TaskCreated
)
THREADS = SECOND  # lines of several threads are out of order by less than this
FARTHEST_BACK = 3_900 * SECOND  # daylight saving time ends by an hour; what goes back further is another file's lines
OLDER_BY = 300 * SECOND  # a file is as long at least
OLDER_FILE = 120 * SECOND  # and ends so shortly before the next one begins
SOONER = 2 * SAME_CHECK  # a check is no earlier than this, however slow the one before was to write or to begin
PROMPT = SAME_CHECK  # nor than this where the one before found every Stargate, so wrote at once, and was on time
STEPS_AT_MOST = 100  # of one log; a clock that NTP steps at each boot is set a few times
SILENT = 3  # a command over SSH may last long, but no check is silent for so many periods


def split_where_set(evidence: Evidence) -> tuple[Evidence, tuple[Step, ...]]:
    """The evidence with the lines after each step on a clock of their own, and the steps in order of their lines."""
    logs = {source.name for source in evidence.sources if source.kind == "genesis"}
    lines: dict[str, list[Event]] = {}
    for event in evidence.of(HA_DETAILS):
        if event.origin.source in logs:
            lines.setdefault(event.origin.source, []).append(event)
    every = {name: steps for name, events in sorted(lines.items()) if (steps := _steps(events))}
    if not every:
        return evidence, ()
    ends = {name: steps[STEPS_AT_MOST].line for name, steps in every.items() if len(steps) > STEPS_AT_MOST}
    told = {name: steps[:STEPS_AT_MOST] for name, steps in every.items()}
    evidence = _up_to(evidence, ends) if ends else evidence
    events = tuple(_moved(event, told.get(event.origin.source, ())) for event in evidence.events)
    return replace(evidence, events=events), tuple(step for steps in told.values() for step in steps)


def _up_to(evidence: Evidence, ends: Mapping[str, int]) -> Evidence:
    """Without what stands in a log from the line on at which its clock was set once too often; it is counted."""
    far = [event.origin for event in evidence.events if event.origin.number >= ends.get(event.origin.source, _NEVER)]
    left_out = Counter(origin.source for origin in far)
    reason = Reason("clock-set-too-often", expected=STEPS_AT_MOST)
    skipped = (Skipped(name, f"line {line}", reason, left_out[name]) for name, line in ends.items())
    events = (event for event in evidence.events if event.origin.number < ends.get(event.origin.source, _NEVER))
    return replace(evidence, events=tuple(events), skipped=(*evidence.skipped, *skipped))


def _moved(event: Event, steps: Sequence[Step]) -> Event:
    """The event on the clock of the last step before it, of the `steps` of its log in order."""
    place = bisect_right(steps, event.origin.number, key=_line)
    return replace(event, at=Instant(steps[place - 1].after, event.at.least, event.at.most)) if place else event


def _line(step: Step) -> int:
    return step.line


def _steps(events: Sequence[Event]) -> list[Step]:
    """The steps in one file."""
    every = sorted(events, key=lambda event: event.origin.number)
    period, told = _period(every), any(isinstance(e.detail, HaStarted) and e.detail.period for e in every)
    in_order = of_checks(_unswapped([line for event in every for line in ends_of(event)]), period)
    summed = {(first[0].origin, last[0].origin) for event in every for first, last in _told_as_one(event)}
    paused = [_pause(last, event, summed) for last, event in pairwise(in_order)]
    older = _older_files(in_order)
    set_at: dict[int, _Back] = {}  # by the place of the line from which on
    check: int | None = None  # the first line of the check before
    due: int | None = None  # when the next is due at the earliest, ns
    late = 0  # by how much the one before came late, which the next one may not do, ns
    for place, (last, event) in enumerate(pairwise(in_order), 1):
        begins = _begins(last, event, period, goes_on=check == place - 1)
        if check is None and isinstance(last.detail, StargateStates):
            check, due = place - 1, _due(last, period, late=0, sure=told)
        before = in_order[check] if check is not None else None
        alike = before is not None and type(before.detail) is type(
            event.detail
        )  # a host's turn is some time of a check
        back = _back(last, event, before if begins and alike else None, period, (due, late))
        if back is not None and not older[place]:
            set_at[place] = _Back(back)
        elif begins and alike and check is not None and period is not None and max(set_at, default=0) <= check:
            set_at |= _forward(in_order, paused, (check, place), period)
        if isinstance(event.detail, HaStarted) or (place in set_at and not begins):
            check, due, late = None, None, 0
        elif begins:
            regular = before is not None and period is not None and _regular(before, last, event, period)
            kept = regular if back is None else due is not None  # a clock that is set leaves the checks as they were
            late = _late(before, event, period) if back is None else 0
            due = _due(event, period, late=late, sure=kept or told)
            check = place
    if check is not None and period is not None:
        set_at |= _silent(paused, check, period)
    return _as_steps(in_order, set_at)


def _unswapped(lines: list[Event]) -> list[Event]:
    """The lines, each two that stand in the wrong order as they were written: one belongs to the check of the line
    before both, and the other to that of the line behind them. A clock that was set back stays there.
    """
    found = [*lines]
    for place in range(1, len(found) - 2):
        before, early, late, behind = found[place - 1 : place + 3]
        back = (early.at - late.at).least > THREADS
        if back and _near(before, late) and _near(early, behind):
            found[place], found[place + 1] = late, early
    return found


def _near(one: Event, other: Event) -> bool:
    """Whether a line may follow another in one check."""
    return (other.at - one.at).most >= -THREADS and (other.at - one.at).least <= SAME_CHECK


def _begins(last: Event, event: Event, period: int | None, *, goes_on: bool) -> bool:
    """Whether a check begins with this line: the first on Stargates, or one that is too late for the check before.
    `goes_on`: one began with the line before it, and where that is a host's, goes on with the Stargates.
    """
    if _is_given_up(event) or not isinstance(event.detail, StargateStates | Forwarding):
        return False
    late = period is not None and 2 * (event.at - last.at).least > period
    host_first = goes_on and isinstance(last.detail, Forwarding)
    first = isinstance(event.detail, StargateStates) and not isinstance(last.detail, StargateStates)
    return late or (first and not host_first)


def _is_given_up(event: Event) -> bool:
    """Whether a host's routes could not be read: it is told at no check's time, and how long was tried, by no line."""
    return isinstance(event.detail, Forwarding) and event.detail.state == "unreadable"


def ends_of(event: Event) -> Iterator[Event]:
    """The line; of checks that are told as one, the lines of the first and the last."""
    if isinstance(event.detail, HealthyChecks):
        for first, last in _told_as_one(event):
            yield from (*first, *last)
    else:
        yield event


def _told_as_one(event: Event) -> Iterator[tuple[list[Event], list[Event]]]:
    """The lines of the first check and of the last of several that are told as one."""
    if isinstance(event.detail, HealthyChecks):
        at, origin = event.detail.last(event.at), event.detail.last_line(event.origin)
        lines = event.detail.lines
        yield (
            [replace(event, detail=line) for line in lines],
            [replace(event, detail=line, at=at, origin=origin) for line in lines],
        )


@dataclass(frozen=True, slots=True)
class _Back:
    """How far a clock was set back, ns; `explained`: what its log did may be all that there is to it."""

    back: Span
    explained: bool = False


def _as_steps(events: Sequence[Event], set_at: Mapping[int, _Back]) -> list[Step]:
    """The steps before the lines at these places."""
    found: list[Step] = []
    for place, one in sorted(set_at.items()):
        event = events[place]
        before = found[-1].after if found else event.at.clock
        clock = f"{event.at.clock} from line {event.origin.number}"
        found.append(Step(before, clock, one.back, event.origin.source, event.origin.number, explained=one.explained))
    return found


def _older_files(events: Sequence[Event]) -> list[bool]:
    """By place: whether the lines from there on are those of an older file that was put behind a newer one."""
    ends = [*accumulate((event.at.most for event in reversed(events)), max)][::-1]
    begins = accumulate((event.at.least for event in events), min)
    back = (last.at.least - event.at.most >= OLDER_BY for last, event in pairwise(events))
    return [
        False,
        *(far and 0 < begin - end <= OLDER_FILE for far, begin, end in zip(back, begins, ends[1:], strict=False)),
    ]


def _pause(last: Event, event: Event, summed: AbstractSet[tuple[Origin, Origin]]) -> int:
    """How long a log is silent between two lines, ns; not at all between checks that are told as one."""
    return 0 if (last.origin, event.origin) in summed else (event.at - last.at).most


def _forward(events: Sequence[Event], paused: Sequence[int], checks: tuple[int, int], period: int) -> dict[int, _Back]:
    """By the place of the line after it, each pause between two checks in which the clock may have been set forward,
    and how far; none where the second one is not late. It may be for what the first one ordered, if that took long.
    """
    check, following = checks
    late = (events[following].at - events[check].at).least - period
    if late <= SAME_CHECK:
        return {}
    took = (events[following - 1].at - events[check].at).most
    slow = took > min(LONG_REPAIR, period - CHECK_SLIP) or any(map(_is_given_up, events[check:following]))
    return {
        place: _Back(Span(-late - 2 * SAME_CHECK, 0), explained=slow and paused[place - 1] <= SILENT * period)
        for place in range(check + 1, following + 1)
        if paused[place - 1] >= max(late - SAME_CHECK, SAME_CHECK)
    }


def _silent(paused: Sequence[int], check: int, period: int) -> dict[int, _Back]:
    """The same of the last check, which none follows: by a pause in it that is longer than any check's."""
    pauses = {place: paused[place - 1] for place in range(check + 1, len(paused) + 1)}
    return {place: _Back(Span(-pause, 0)) for place, pause in pauses.items() if pause > SILENT * period}


def _late(before: Event | None, check: Event, period: int | None) -> int:
    """By how much a check came late: the next one may come that much sooner after it, as it would have, ns."""
    return 0 if before is None or period is None else max(0, (check.at - before.at).least - period)


def _due(check: Event, period: int | None, *, late: int, sure: bool) -> int | None:
    """When the check after this one is due at the earliest, ns; `sure`: that checks keep this period is known."""
    if period is None or not sure:
        return None
    prompt = isinstance(check.detail, StargateStates) and not check.detail.down
    return check.at.least + period - late - (PROMPT if prompt else SOONER)


def _regular(check: Event, last: Event, event: Event, period: int) -> bool:
    """Whether a check came when it was due, and what the one before it ordered did not take long."""
    step = (event.at.least + event.at.most - check.at.least - check.at.most) // 2
    return abs(step - period) <= CHECK_SLIP and last.at.least - check.at.most <= LONG_REPAIR


def _back(
    last: Event, event: Event, check: Event | None, period: int | None, due_and_late: tuple[int | None, int]
) -> Span | None:
    """How far the clock was set back between two lines that follow each other, ns; None when nothing tells that."""
    due, late = due_and_late
    apart = event.at - last.at
    if apart.most < -FARTHEST_BACK:
        return None
    if check is not None and period is not None:
        early = due is not None and event.at.most < due + late and last.at.least - check.at.most <= LONG_REPAIR
        if early or apart.most < -THREADS:
            step = event.at - check.at
            set_by = Span(period - step.most - SAME_CHECK, period - step.least + SAME_CHECK)
            # the one before may have come late by that
            jitter = period - step.most < SOONER or (due is not None and event.at.most >= due)
            return Span(0, set_by.most) if early and jitter and apart.most >= -THREADS else set_by
    if apart.most < -THREADS and not isinstance(event.detail, HaStarted):
        return Span(-apart.most, -apart.least + SOONER)
    return None


def _period(events: Sequence[Event]) -> int | None:
    """The period between checks that the log says, or that most of its checks keep, ns."""
    told = [event.detail.period for event in events if isinstance(event.detail, HaStarted) and event.detail.period]
    if told:
        return told[-1]
    between = [step for step in _between_checks(events) if step > 0]
    usual = median_low(between) if len(between) >= FEWEST_CHECKS else None
    alike = [step for step in between if usual is not None and abs(step - usual) <= CHECK_SLIP]
    return usual if len(alike) * 2 > len(between) else None


def _between_checks(events: Sequence[Event]) -> Iterator[int]:
    """The distances between lines with which checks begin, ns: those that speak of the Stargates after one that does
    not, or of any of both after a silence that is longer than a check.
    """
    last: int | None = None
    spoke, before = True, None
    for event in events:
        paused = before is not None and event.at.middle - before > SAME_CHECK
        before = event.at.middle
        match event.detail:
            case HealthyChecks(lines=lines, steps=steps):
                if not spoke and isinstance(lines[0], StargateStates):  # as the checks before it, which say the same
                    if last is not None:
                        yield event.at.middle - last
                    yield from each_of(steps)
                    last = event.at.middle + sum(each_of(steps))
                before = event.at.middle + sum(each_of(steps))
            case StargateStates():
                if not spoke or paused:
                    if last is not None:
                        yield event.at.middle - last
                    last = event.at.middle
                spoke = True
            case Forwarding(state="correct" | "illegal" | "absent" | "kept") if paused:
                if last is not None:
                    yield event.at.middle - last
                last, spoke = event.at.middle, False
            case _:
                spoke = False
