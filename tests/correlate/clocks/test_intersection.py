"""Voting on an offset: what most pairs allow, how narrow it is, and alternatives that do equally well."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from analyzer.correlate.clocks.intersection import Pairing, agree, agree_pairs, drifting, pairing, pairs_at, tally
from analyzer.model.instant import SECOND, Span

MARKS = [(ms * 1_000_000, ms * 1_000_000 + 1_000) for ms in (1_000, 32_500, 61_750, 95_125)]


def shifted(offset: int, doubt: int = SECOND - 1) -> list[tuple[int, int]]:
    """The marks as a log would stamp them whose clock is ahead by `offset`, floored to whole seconds."""
    return [((mark + offset) // SECOND * SECOND, (mark + offset) // SECOND * SECOND + doubt) for mark, _ in MARKS]


def pairings(lines: list[tuple[int, int]], marks: list[tuple[int, int]], within: Span | None) -> list[Pairing]:
    """Every pair of a line and a mark."""
    return [
        pair
        for i, line in enumerate(lines)
        for j, mark in enumerate(marks)
        for pair in pairing((i, *line), (j, *mark), within)
    ]


def test_a_region_goes_on_where_a_pair_ends_that_another_repeats() -> None:
    """A pair of the same line and mark that ends earlier takes no vote away."""
    pairs = [
        Pairing(0, 0, Span(0, 10)),
        Pairing(0, 1, Span(0, 10)),
        Pairing(0, 1, Span(0, 4)),
        Pairing(0, 0, Span(2, 5)),
    ]

    estimate = agree(pairs, 0)

    assert estimate is not None
    assert estimate.offset == Span(0, 10)


def test_nothing_to_vote_on_elects_nothing() -> None:
    assert agree([], 0) is None
    assert pairings([], MARKS, None) == []


@given(st.integers(-600 * SECOND, 600 * SECOND))
def test_the_true_offset_lies_in_the_elected_span(offset: int) -> None:
    estimate = agree(pairings(shifted(offset), MARKS, None), 0)

    assert estimate is not None
    assert estimate.lines == len(MARKS)
    assert any(span.least - 1_000 <= offset <= span.most + 1_000 for span in estimate.alternatives)
    assert estimate.offset.width < SECOND


def test_pairs_outside_the_prior_are_no_pairs() -> None:
    lines = shifted(700 * SECOND)

    assert pairings(lines, MARKS, Span(-600 * SECOND, 600 * SECOND)) == []
    assert len(pairings(lines, MARKS, None)) == len(lines) * len(MARKS)


def test_a_stray_line_does_not_spoil_the_vote() -> None:
    lines = [*shifted(2 * SECOND), (500 * SECOND, 501 * SECOND)]

    estimate = agree(pairings(lines, MARKS, None), 0)

    assert estimate is not None
    assert estimate.offset.holds(2 * SECOND)
    assert estimate.lines == len(MARKS)


def test_marks_that_repeat_have_rivals_a_period_apart() -> None:
    marks = [(index * 30 * SECOND, index * 30 * SECOND) for index in range(3)]
    lines = [(0, SECOND), (30 * SECOND, 31 * SECOND)]

    estimate = agree(pairings(lines, marks, None), 0)

    assert estimate is not None
    assert len(estimate.alternatives) == 2
    assert {round(span.least / (30 * SECOND)) for span in estimate.alternatives} == {0, -1}


def test_two_lines_that_share_a_mark_are_one_pair() -> None:
    """Where each line is of one mark, an offset at which two lines claim the same one explains no more than another."""
    pairs = [Pairing(0, 0, Span(0, 20)), Pairing(1, 0, Span(10, 30))]

    estimate = agree_pairs(pairs, 0)

    assert estimate is not None
    assert estimate.score == 1
    assert estimate.offset == Span(0, 30)


def test_the_offset_that_allows_the_most_pairs_wins() -> None:
    pairs = [
        Pairing(0, 0, Span(0, 4)),
        Pairing(0, 1, Span(60, 64)),
        Pairing(1, 1, Span(2, 6)),
        Pairing(2, 1, Span(0, 1)),
    ]

    estimate = agree_pairs(pairs, 0)

    assert estimate is not None
    assert (estimate.score, estimate.alternatives) == (2, (Span(0, 4),))
    assert pairs_at(pairs, Span(3, 3)) == 2
    assert pairs_at(pairs, Span(60, 60)) == 1
    assert agree_pairs([], 0) is None


def test_a_line_gives_its_mark_to_one_that_has_no_other() -> None:
    pairs = [Pairing(0, 0, Span(0, 9)), Pairing(0, 1, Span(0, 9)), Pairing(1, 0, Span(0, 9))]

    assert pairs_at(pairs, Span(1, 2)) == 2


def test_clocks_drift_over_the_time_that_is_told_of() -> None:
    assert drifting(Span(0, 0), 100 * SECOND) == Span(-10_000_000, 10_000_000)


def test_lines_and_marks_are_counted_where_their_offsets_overlap() -> None:
    pairs = [Pairing(0, 0, Span(0, 10)), Pairing(1, 1, Span(5, 20)), Pairing(2, 1, Span(5, 20))]

    counted = [(span, lines, marks) for span, lines, marks in tally(pairs) if span.width]

    assert counted == [(Span(0, 5), 1, 1), (Span(5, 10), 3, 2), (Span(10, 20), 2, 1)]


def test_marks_beyond_the_lines_are_of_none_and_make_no_offset_likelier() -> None:
    """Two lines fit two marks at 0; at 10 s a third mark, of the connection's set-up, fits one of them as well."""
    here, there = Span(0, SECOND), Span(10 * SECOND, 11 * SECOND)
    pairs = [Pairing(line, mark, here) for line, mark in ((0, 0), (1, 1))]
    pairs += [Pairing(line, mark, there) for line, mark in ((0, 1), (1, 2), (1, 3))]

    estimate = agree(pairs, 0)

    assert estimate is not None
    assert estimate.alternatives == (here, there)
