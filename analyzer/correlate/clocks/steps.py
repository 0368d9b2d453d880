"""A log whose clock was set back while it was written: its lines before and after are stamped by two clocks.

Lines that go back tell it, and so does a check that follows the one before it sooner than the period allows. (A check
can be late, so a clock that was set forward can't be told from that.) What comes after is placed by its own evidence,
and where there is none, by the next check, which came one period after the last.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from itertools import pairwise
from statistics import median_low

from msgspec.structs import replace

from analyzer.correlate.clocks.clocks import Step
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
)
from analyzer.model.evidence import Evidence
from analyzer.model.instant import SECOND, Instant, Span

HA_DETAILS = (
    Forwarding | HaStarted | HealthyChecks | NfsTerminate | RouteChanged | RouteCommand | StargateStates | TaskCreated
)
THREADS = 2 * SECOND  # lines of several threads are out of order by less than this
FARTHEST_BACK = 300 * SECOND  # what goes back further is another file's lines, or a change of daylight saving time
SOONER = 2 * SAME_CHECK  # a check is no earlier than this, however slow the one before was to write
PROMPT = SAME_CHECK  # nor than this where the one before found every Stargate, and so wrote at once


def split_where_set(evidence: Evidence) -> tuple[Evidence, tuple[Step, ...]]:
    """The evidence with the lines after each step on a clock of their own, and the steps in order of their lines."""
    logs = {source.name for source in evidence.sources if source.kind == "genesis"}
    lines: dict[str, list[Event]] = {}
    for event in evidence.of(HA_DETAILS):
        if event.origin.source in logs:
            lines.setdefault(event.origin.source, []).append(event)
    steps = [step for _, events in sorted(lines.items()) for step in _steps(events)]
    if not steps:
        return evidence, ()
    return replace(evidence, events=tuple(_moved(event, steps) for event in evidence.events)), tuple(steps)


def _moved(event: Event, steps: Iterable[Step]) -> Event:
    for step in steps:
        if event.origin.source == step.source and event.origin.number >= step.line:
            event = replace(event, at=Instant(step.after, event.at.least, event.at.most))
    return event


def _steps(events: Sequence[Event]) -> list[Step]:
    """The steps back in one file."""
    every = sorted(events, key=lambda event: event.origin.number)
    period, told = _period(every), any(isinstance(e.detail, HaStarted) and e.detail.period for e in every)
    in_order = [event for event in every if not isinstance(event.detail, HealthyChecks)]  # no clock is set in those
    found: list[Step] = []
    check: Event | None = None  # the first line of the check before
    due: int | None = None  # when the next is due at the earliest, ns
    for last, event in pairwise(in_order):
        begins = isinstance(event.detail, StargateStates) and not isinstance(last.detail, StargateStates)
        if check is None and isinstance(last.detail, StargateStates):
            check, due = last, _due(last, period, sure=told)
        back = _back(last, event, check if begins else None, period, due)
        if back is not None:
            clock = f"{event.at.clock} from line {event.origin.number}"
            before = found[-1].after if found else event.at.clock
            found.append(Step(before, clock, back, event.origin.source, event.origin.number))
        if isinstance(event.detail, HaStarted):
            check, due = None, None
        elif begins:
            regular = check is not None and period is not None and _regular(check, last, event, period)
            due = _due(event, period, sure=regular or told) if back is None else None
            check = event
    return found


def _due(check: Event, period: int | None, *, sure: bool) -> int | None:
    """When the check after this one is due at the earliest, ns; `sure`: that checks keep this period is known."""
    if period is None or not sure:
        return None
    prompt = isinstance(check.detail, StargateStates) and not check.detail.down
    return check.at.least + period - (PROMPT if prompt else SOONER)


def _regular(check: Event, last: Event, event: Event, period: int) -> bool:
    """Whether a check came when it was due, and what the one before it ordered did not take long."""
    step = (event.at.least + event.at.most - check.at.least - check.at.most) // 2
    return abs(step - period) <= CHECK_SLIP and last.at.least - check.at.most <= LONG_REPAIR


def _back(last: Event, event: Event, check: Event | None, period: int | None, due: int | None) -> Span | None:
    """How far the clock was set back between two lines that follow each other, ns; None when nothing tells that."""
    apart = event.at - last.at
    if apart.most < -FARTHEST_BACK:
        return None
    if check is not None and period is not None:
        early = due is not None and event.at.most < due and last.at.least - check.at.most <= LONG_REPAIR
        if early or apart.most < -THREADS:
            step = event.at - check.at
            return Span(period - step.most - SAME_CHECK, period - step.least + SAME_CHECK)
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
    """The distances between lines that speak of the Stargates after one that does not, ns."""
    last: int | None = None
    spoke = True
    for event in events:
        match event.detail:
            case HealthyChecks(lines=lines, steps=steps):
                if not spoke and isinstance(lines[0], StargateStates):  # as the checks before it, which say the same
                    if last is not None:
                        yield event.at.middle - last
                    yield from steps
                    last = event.at.middle + sum(steps)
            case StargateStates():
                if not spoke:
                    if last is not None:
                        yield event.at.middle - last
                    last = event.at.middle
                spoke = True
            case _:
                spoke = False
