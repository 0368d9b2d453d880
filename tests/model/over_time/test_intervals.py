"""An index of things with a beginning and an end gives what a look at each of them gives."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from analyzer.model.over_time.intervals import FEW, Intervals, intervals, timed

Item = tuple[int, int]

TIMES = st.integers(0, 40)
ITEMS = st.lists(st.tuples(TIMES, TIMES).map(lambda ends: (min(ends), max(ends))), max_size=20).map(sorted)


def index(items: list[Item]) -> Intervals[Item]:
    return intervals(items, lambda item: item)


@given(ITEMS, st.sampled_from((1, 2 * FEW)), TIMES, TIMES)
def test_overlapping_ones_are_found_in_order(some: list[Item], times: int, start: int, end: int) -> None:
    items = sorted(some * times)
    expected = [(first, last) for first, last in items if last >= start and first <= end]

    assert list(index(items).overlapping(start, end)) == expected


@given(ITEMS, TIMES, TIMES)
def test_those_that_begin_in_a_time_are_found(items: list[Item], start: int, end: int) -> None:
    assert list(index(items).beginning(start, end)) == [item for item in items if start <= item[0] < end]


@given(ITEMS, TIMES)
def test_how_far_any_of_them_reaches(items: list[Item], at: int) -> None:
    begun = [min(last, at) for first, last in items if first <= at]

    assert index(items).reached(at) == max(begun, default=None)
    assert index(items).place(at) == len(begun)


def test_a_long_one_does_not_make_a_search_look_at_all() -> None:
    """One item lasts for all the time; a search near the end finds it and what is there."""
    items = [(0, 10_000), *((n, n) for n in range(1, 10_000))]
    found = index(items).overlapping(9_998, 9_998)

    assert list(found) == [(0, 10_000), (9_998, 9_998)]


@given(st.lists(st.tuples(TIMES, TIMES).map(lambda ends: (min(ends), max(ends)))), TIMES, TIMES)
def test_rows_in_any_order_are_found_by_their_beginning(each: list[Item], start: int, end: int) -> None:
    found = timed((first, last, place) for place, (first, last) in enumerate(each))
    expected = [place for place, (first, last) in enumerate(each) if last >= start and first <= end]

    assert list(found.overlapping(start, end)) == sorted(expected, key=lambda place: each[place][0])
    assert found.any_overlapping(start, end) is bool(expected)
