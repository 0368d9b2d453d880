"""A check that came late is no clock that was set: where captures show the exchanges of the checks before it and behind
it, and one offset fits them all, the log has one clock.

A clock that was set by whole periods fits too; but then the pause has a check that the captures show and no line tells.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from msgspec import structs

from analyzer.config import Settings
from analyzer.correlate.clocks.align import align
from analyzer.correlate.clocks.clocks import CAPTURE_CLOCK, Clocks, Step
from analyzer.correlate.clocks.ssh_exchanges import Burst, exchanges_of, ssh_bursts, told_of
from analyzer.correlate.clocks.steps import ends_of
from analyzer.correlate.timing import SAME_CHECK
from analyzer.model.event import Event, Forwarding, HealthyChecks, RouteChanged, RouteCommand
from analyzer.model.evidence import Evidence
from analyzer.model.instant import Instant, Span
from analyzer.model.source import Origin

FEWEST_LINES = 2  # of a check, so that no chance is taken for it
EXCHANGES = Forwarding | HealthyChecks | RouteChanged | RouteCommand


def without_late_checks(
    evidence: Evidence, steps: Sequence[Step], settings: Settings
) -> tuple[Evidence, tuple[Step, ...]]:
    """The evidence and the steps without those that are only checks which came late."""
    if all(step.sure for step in steps) or not (bursts := ssh_bursts(evidence)):
        return evidence, tuple(steps)
    unsure = [step for step in steps if not step.sure]
    as_late = _without(evidence, unsure)
    clocks = align(as_late, settings, steps=_joined(steps, unsure))
    if clocks.reference != CAPTURE_CLOCK:
        return evidence, tuple(steps)
    lines = _lines(as_late)
    late = [step for step in unsure if _is_late(step, lines.get(step.source, []), clocks, bursts, settings)]
    return _without(evidence, late), _joined(steps, late)


def _without(evidence: Evidence, late: Sequence[Step]) -> Evidence:
    """With what was stamped after each of these steps on the clock before it."""
    if not late:
        return evidence
    names = _names(late)
    events = (
        structs.replace(event, at=Instant(names[event.at.clock], event.at.least, event.at.most))
        if event.at.clock in names
        else event
        for event in evidence.events
    )
    return structs.replace(evidence, events=tuple(events))


def _joined(steps: Sequence[Step], late: Sequence[Step]) -> tuple[Step, ...]:
    """The other steps, each after the clock that is left before it."""
    names = _names(late)
    kept = (step for step in steps if step.after not in names)
    return tuple(
        Step(names.get(one.before, one.before), one.after, one.back, one.source, one.line, explained=one.explained)
        for one in kept
    )


def _names(late: Sequence[Step]) -> dict[str, str]:
    """By the clock after each step the one before the first of them that follow each other; steps are in order."""
    names: dict[str, str] = {}
    for step in late:
        names[step.after] = names.get(step.before, step.before)
    return names


def _lines(evidence: Evidence) -> dict[str, list[Event]]:
    """The lines that tell of exchanges, by log and in their order."""
    found: dict[str, list[Event]] = {}
    for event in evidence.of(EXCHANGES):
        found.setdefault(event.origin.source, []).extend(ends_of(event))
    return {name: sorted(events, key=lambda event: event.origin.number) for name, events in found.items()}


def _is_late(step: Step, lines: Sequence[Event], clocks: Clocks, bursts: Sequence[Burst], settings: Settings) -> bool:
    """Whether one offset of the clock that both sides of a step are on fits what the captures show of both."""
    at = next((place for place, event in enumerate(lines) if event.origin.number >= step.line), len(lines))
    if not 0 < at < len(lines) or lines[at - 1].at.clock != lines[at].at.clock:
        return False
    clock = lines[at].at.clock
    before = [event for event in lines[:at] if event.at.clock == clock]
    after = [event for event in lines[at:] if event.at.clock == clock]
    exchanges = exchanges_of(bursts, clocks.cvms.get(clock), settings, clocks.cvms.values())
    return any(_fits(before, after, exchanges, offset) for offset in _offsets(clocks, clock))


def _offsets(clocks: Clocks, clock: str) -> Iterator[Span]:
    """The offsets that the exchanges leave to a clock; none where they contradict each other, or leave it anywhere."""
    if any(one.clock == clock and one.name == "set-between" for one in clocks.contradictions):
        return
    every = (clocks.offsets[clock].offset,) if clocks.known(clock) else clocks.alternatives.get(clock, ())
    yield from (offset for offset in every if offset.width <= SAME_CHECK)


def _fits(before: Sequence[Event], after: Sequence[Event], exchanges: Sequence[Burst], offset: Span) -> bool:
    """Whether lines of both sides tell of an exchange at this offset, most of those that the captures cover, and no
    check stands between them that no line tells of.
    """
    lines, told = told_of((*before, *after), exchanges, offset)
    if not all(_told(some, lines, exchanges, offset) for some in (before, after)):
        return False
    began, over = before[-1].at.most - offset.least, after[0].at.least - offset.most
    untold = {one.server for one in exchanges if one.origin not in told and began < one.first and one.last < over}
    checked = {one.server for one in exchanges if one.origin in told}
    return not checked <= untold


def _told(some: Sequence[Event], lines: frozenset[Origin], exchanges: Sequence[Burst], offset: Span) -> bool:
    """Whether most lines that the captures cover tell of an exchange, and more than one."""
    first, last = exchanges[0].first, exchanges[-1].last
    covered = [one for one in some if first <= one.at.least - offset.most and one.at.most - offset.least <= last]
    count = sum(one.origin in lines for one in some)
    return count >= FEWEST_LINES and 2 * sum(one.origin in lines for one in covered) >= len(covered)
