"""The parts of a log whose clock was set lie beside one another, by how far it was set."""

from __future__ import annotations

from dataclasses import replace

import pytest

from analyzer.correlate.clocks.clocks import CAPTURE_CLOCK, Clocks, Step
from analyzer.correlate.clocks.parts import beside_each_other, most_telling_first, reach, with_step
from analyzer.correlate.timing import PRIOR, UNPLACED
from analyzer.model.clock import ClockOffset, OffsetNote
from analyzer.model.instant import SECOND, Span
from tests.correlate.builder import Genesis

FIRST, SECOND_PART, THIRD = "log", "log from line 5", "log from line 9"
STEPS = (
    Step(FIRST, SECOND_PART, Span(-10 * SECOND, 0), "genesis.out", 5),
    Step(SECOND_PART, THIRD, Span(20 * SECOND, 22 * SECOND), "genesis.out", 9),
)
EMPTY = replace(Clocks(CAPTURE_CLOCK), steps=STEPS)


def offset(clock: str, span: Span, *, known: bool, note: OffsetNote | None = None) -> ClockOffset:
    return ClockOffset(
        clock=clock, reference=CAPTURE_CLOCK, offset=span, basis="measured" if known else "assumed", note=note
    )


def test_what_nothing_places_may_be_anywhere() -> None:
    assert reach(SECOND_PART, EMPTY) == Span(-UNPLACED, UNPLACED)


@pytest.mark.parametrize(
    ("reference", "least", "most"), [(FIRST, -22, 10), (SECOND_PART, -22, 0), (THIRD, 0, 22), (CAPTURE_CLOCK, 0, 0)]
)
def test_another_clock_may_be_near_to_what_the_reference_was_before_it_was_set(
    reference: str, least: int, most: int
) -> None:
    clocks = replace(Clocks(reference), steps=STEPS)

    assert reach("esxi", clocks) == Span(least * SECOND - UNPLACED, most * SECOND + UNPLACED)


def test_a_pause_that_the_log_explains_moves_no_other_clock() -> None:
    clocks = replace(Clocks(SECOND_PART), steps=(replace(STEPS[0], explained=True),))

    assert reach("esxi", clocks) == Span(-UNPLACED, UNPLACED)


@pytest.mark.parametrize(
    ("placed", "part", "least", "most"),
    [
        (FIRST, SECOND_PART, 100, 110),
        (FIRST, THIRD, 78, 90),
        (SECOND_PART, FIRST, 90, 100),
        (THIRD, SECOND_PART, 120, 122),
        (THIRD, FIRST, 110, 122),
    ],
)
def test_a_part_may_be_as_far_off_as_another_one_and_the_steps_between(
    placed: str, part: str, least: int, most: int
) -> None:
    clocks = EMPTY.at(placed, offset(placed, Span(100 * SECOND, 100 * SECOND), known=True))

    assert reach(part, clocks) == Span(least * SECOND, most * SECOND)


def test_between_two_that_are_placed_it_fits_both() -> None:
    first = offset(FIRST, Span(100 * SECOND, 100 * SECOND), known=True)
    third = offset(THIRD, Span(85 * SECOND, 86 * SECOND), known=True)

    assert reach(SECOND_PART, EMPTY.at(FIRST, first).at(THIRD, third)) == Span(105 * SECOND, 108 * SECOND)


def test_beside_one_that_fits_at_several_offsets_it_fits_one_of_them() -> None:
    fitting = (Span(-SECOND, SECOND), Span(30 * SECOND, 31 * SECOND))
    clocks = EMPTY.at(SECOND_PART, offset(SECOND_PART, fitting[0], known=False)).with_alternatives(SECOND_PART, fitting)

    assert reach(FIRST, clocks) == Span(-11 * SECOND, 31 * SECOND)


def test_the_part_with_most_lines_on_exchanges_is_placed_first_and_other_logs_before_it() -> None:
    few, many, told = Genesis(), Genesis(), Genesis()
    for at in range(5):
        few.cvm_down(at)  # of no exchange
    few.correct(9)
    many.correct(10)
    many.correct(11)
    by_clock = {FIRST: few.events, SECOND_PART: many.events, THIRD: [], "other": told.events}

    assert most_telling_first(EMPTY, by_clock) == ["other", SECOND_PART, FIRST, THIRD]


def test_a_part_that_nothing_places_follows_the_one_beside_which_it_lies() -> None:
    near = Span(-PRIOR, PRIOR)
    clocks = EMPTY.at(FIRST, offset(FIRST, near, known=False)).at(SECOND_PART, offset(SECOND_PART, near, known=False))
    clocks = with_step(clocks.at(THIRD, offset(THIRD, near, known=False)), STEPS[0])
    assert clocks.offsets[SECOND_PART].note == OffsetNote("beside", other=FIRST)

    placed = beside_each_other(clocks.at(FIRST, offset(FIRST, Span(-60 * SECOND, -60 * SECOND), known=True)))

    assert placed.offsets[SECOND_PART].offset == Span(-60 * SECOND, -50 * SECOND)
    assert placed.offsets[THIRD].offset == near


def test_a_part_beside_one_that_nothing_places_may_be_as_far_off() -> None:
    near, anywhere = Span(-PRIOR, PRIOR), Span(-UNPLACED, UNPLACED)
    clocks = EMPTY
    for name in (FIRST, SECOND_PART):
        clocks = clocks.at(name, offset(name, near, known=False)).with_alternatives(name, (anywhere,))

    placed = with_step(clocks, STEPS[0])

    assert placed.in_doubt(SECOND_PART) == Span(-UNPLACED, UNPLACED + 10 * SECOND)
