"""The parts of a log whose clock was set, each on a clock of its own: where one may be beside the others."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from msgspec import structs

from analyzer.correlate.clocks.clocks import CAPTURE_CLOCK, Clocks, Step
from analyzer.correlate.timing import UNPLACED
from analyzer.model.clock import OffsetNote
from analyzer.model.event import Event, Forwarding, RouteChanged, RouteCommand
from analyzer.model.instant import Span

EXCHANGES = Forwarding | RouteChanged | RouteCommand  # lines that tell of SSH exchanges


def most_telling_first(clocks: Clocks, by_clock: Mapping[str, Sequence[Event]]) -> list[str]:
    """The clocks, those of a log whose clock was set behind the others, and of these the one with most lines on
    exchanges first: each is looked for beside those that are placed, and a few lines fit much by chance.
    """
    own = {name for step in clocks.steps for name in (step.before, step.after)}
    others, mine = by_clock.keys() - own, by_clock.keys() & own
    telling = {name: sum(isinstance(event.detail, EXCHANGES) for event in by_clock[name]) for name in mine}
    return [*sorted(others), *sorted(mine, key=lambda name: (-telling[name], name))]


def reach(clock: str, clocks: Clocks) -> Span:
    """How far a clock may be off: one that was set, as far as the nearest of its log that is placed, on either side,
    and by how far it was set in between; any other, as far as clocks are apart that nothing bounds.
    """
    found = [span for behind in (False, True) if (span := _beside_placed(clock, clocks, behind=behind)) is not None]
    if len(found) > 1:
        return found[0].meet(found[1]) or found[0]
    return found[0] if found else unplaced(clocks)


def unplaced(clocks: Clocks) -> Span:
    """How far a clock that nothing bounds may be off: near the reference, or near what that was before it was set, or
    after.
    """
    parts = [Span(0, 0)]
    for behind in (False, True):
        clock, apart = clocks.reference, Span(0, 0)
        while (step := _next_step(clock, clocks, behind=behind)) is not None and not step.explained:
            clock = step.after if behind else step.before
            apart = apart + (Span(-step.back.most, -step.back.least) if behind else step.back)
            parts.append(apart)
    return Span(min(one.least for one in parts) - UNPLACED, max(one.most for one in parts) + UNPLACED)


def _next_step(clock: str, clocks: Clocks, *, behind: bool) -> Step | None:
    """The step of a log before a clock of it, or `behind` it."""
    return next((step for step in clocks.steps if clock == (step.before if behind else step.after)), None)


def _beside_placed(clock: str, clocks: Clocks, *, behind: bool) -> Span | None:
    """How far a clock may be off by the nearest before it in its log, or `behind` it, that is placed, if only at one of
    several offsets.
    """
    apart = Span(0, 0)
    while True:
        step = _next_step(clock, clocks, behind=behind)
        if step is None:
            return None
        clock = step.after if behind else step.before
        apart = apart + (step.back if behind else Span(-step.back.most, -step.back.least))
        if clock in clocks.offsets and clocks.known(clock):
            return clocks.offsets[clock].offset + apart
        fitting = clocks.in_doubt(clock) if clock in clocks.offsets else None
        if fitting is not None and len(clocks.alternatives[clock]) > 1:
            return fitting + apart


def with_step(clocks: Clocks, step: Step) -> Clocks:
    """Of the two clocks that a log has had, one that nothing places, or several offsets fit, lies beside the other.

    A pause that the log explains is one, unless captures could have shown it and did not.
    """
    if step.sure:
        clocks = clocks.contradicted(step.contradiction(step.back))
    elif clocks.known(step.before) and clocks.known(step.after):
        return _held_apart(clocks, step)
    for name, other, bound in _both_ways(step, clocks):
        if clocks.known(name):
            continue
        beside = clocks.offsets[other].offset + bound
        several = clocks.alternatives.get(name, ())
        fitting = [met for one in several if (met := one.meet(beside)) is not None] if len(several) > 1 else []
        note = OffsetNote("beside", other=other)
        offset = fitting[0] if len(fitting) == 1 else beside
        new = structs.replace(clocks.offsets[name], offset=offset, note=note)
        as_far = () if clocks.known(other) or len(fitting) == 1 else clocks.alternatives.get(other, ())
        clocks = clocks.with_alternatives(name, [one + bound for one in as_far]).at(name, new)
        if not clocks.known(other):
            break
    return clocks


def _both_ways(step: Step, clocks: Clocks) -> tuple[tuple[str, str, Span], ...]:
    """Each of a step's two clocks with the other one, and how far it is from that."""
    back = Span(0, 0) if step.explained and not step.sure and clocks.reference != CAPTURE_CLOCK else step.back
    return (step.after, step.before, Span(-back.most, -back.least)), (step.before, step.after, back)


def beside_each_other(clocks: Clocks) -> Clocks:
    """With each clock that lies but beside another where that one is known to be by now."""
    for step in clocks.steps:
        for name, other, bound in _both_ways(step, clocks):
            old, beside = clocks.offsets[name], OffsetNote("beside", other=other)
            if not clocks.known(name) and old.note == beside and clocks.known(other):
                clocks = clocks.at(name, structs.replace(old, offset=clocks.offsets[other].offset + bound))
    return clocks


def _held_apart(clocks: Clocks, step: Step) -> Clocks:
    """With what two clocks show that are placed, each by its own evidence: one clock, or one that was set."""
    before, after = (clocks.offsets[name].offset for name in (step.before, step.after))
    if before.meet(after) is not None:
        return clocks
    return clocks.contradicted(step.contradiction(Span(before.least - after.most, before.most - after.least)))
