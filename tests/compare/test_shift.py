from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from analyzer.compare.shift import NEAREST, evenly, interval, inverted, kept, p_of_shifts, reach
from analyzer.compare.spans import one_history
from analyzer.compare.two_groups import LEVEL
from analyzer.model.instant import MILLISECOND, SECOND, UNBOUNDED, Span
from tests.compare.drawn import exact, history, moved, spans


def test_without_doubt_it_is_hodges_and_lehmanns() -> None:
    first, second = (np.random.default_rng(seed).normal(3, 1, 6) for seed in (1, 2))
    apart = np.sort((second[:, None] - first[None]).ravel())
    found = interval(exact(*first), exact(*(second)))

    # 6 + 6: the splits with at most 5 pairs are rejected
    assert found.least / SECOND == pytest.approx(apart[5], abs=0.002)
    assert found.most / SECOND == pytest.approx(apart[-6], abs=0.002)


@settings(max_examples=10, deadline=None)
@given(spans(4, 5), spans(4, 5), st.integers(-20, 80))
def test_a_shift_that_is_not_rejected_lies_within(first: list[Span], second: list[Span], tenths: int) -> None:
    found = interval(first, second)
    shift = np.array([tenths * 100 * MILLISECOND + 1])
    accepted = p_of_shifts(one_history(first), one_history(second), shift)[0] > LEVEL

    assert not accepted or found.holds(int(shift[0])) or _within_a_gap(first, second, found, int(shift[0]))


def _within_a_gap(first: list[Span], second: list[Span], found: Span, shift: int) -> bool:
    """Whether it is accepted between two shifts of the search only: islands narrower than a step are not looked for."""
    low, high = reach(one_history(first), one_history(second))
    return min(abs(shift - found.least), abs(shift - found.most)) < (high - low) // 64 + NEAREST


def test_it_moves_with_the_runs() -> None:
    first, second = history(1, 5), history(2, 5)
    still, later = interval(first, second), interval(first, moved(second, 7 * SECOND))

    assert later.least - still.least == pytest.approx(7 * SECOND, abs=10 * NEAREST)
    assert later.most - still.most == pytest.approx(7 * SECOND, abs=10 * NEAREST)


def test_so_few_runs_bound_nothing() -> None:
    assert interval(exact(1, 2, 3), exact(7, 8, 9)) == Span(-UNBOUNDED, UNBOUNDED)


def test_what_is_only_known_to_be_longer_bounds_from_below() -> None:
    found = interval(exact(1, 1.1, 1.2, 1.3, 1.4), [Span(9 * SECOND, UNBOUNDED)] * 5)

    assert found.least > 7 * SECOND
    assert found.most == UNBOUNDED


def test_of_very_many_runs_a_sample_counts() -> None:
    many = one_history(history(1, 300))

    assert kept(many).runs == 200
    assert kept(one_history(history(1, 200))).runs == 200
    assert np.isin(kept(many).least, many.least).all()


def test_where_every_shift_is_rejected_the_likeliest_is_told() -> None:
    found = inverted(lambda shifts: 0.01 / (1 + np.abs(shifts - 5) / SECOND), evenly(-SECOND, SECOND), LEVEL)

    assert found.holds(0)
    assert found.width < SECOND


def test_one_wide_span_does_not_hide_where_the_others_are() -> None:
    """All begin and end together, but one of them may be anywhere in a second: no step of the search is as short."""
    first = [Span(0, MILLISECOND)] * 8 + [Span(0, SECOND)]

    found = interval(first, [Span(0, MILLISECOND)] * 3)
    assert found.holds(0)
    assert found.width < 3 * MILLISECOND
