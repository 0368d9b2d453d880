"""Stretches beside the sets of points that they hold."""

from __future__ import annotations

from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from analyzer.model.over_time.stretches import Stretch, common, left_over, merged, touches

STRETCHES = st.lists(
    st.tuples(st.integers(0, 40), st.integers(0, 9)).map(lambda pair: (pair[0], sum(pair))), max_size=8
)
WHOLE = st.tuples(st.integers(0, 40), st.integers(0, 20)).map(lambda pair: (pair[0], sum(pair)))


def points(stretches: list[Stretch] | tuple[Stretch, ...]) -> set[int]:
    """Every half ns, so that what lies between two points is seen too."""
    return {at for first, last in stretches for at in range(2 * first, 2 * last + 1)}


@given(STRETCHES)
def test_merged_stretches_hold_the_same_points_and_lie_apart(stretches: list[Stretch]) -> None:
    found = merged(stretches)

    assert points(found) == points(stretches)
    assert all(one[1] < other[0] for one, other in pairwise(found))


def test_a_bridge_joins_what_lies_no_farther_apart() -> None:
    assert merged(((20, 30), (0, 5), (10, 12)), bridge=5) == ((0, 12), (20, 30))


@given(STRETCHES, STRETCHES)
def test_what_is_common_lies_in_both(some: list[Stretch], others: list[Stretch]) -> None:
    found = common(merged(some), merged(others))

    assert points(found) == points(some) & points(others)


@given(WHOLE, STRETCHES)
def test_what_touches_has_a_point_in_common(one: Stretch, others: list[Stretch]) -> None:
    assert touches(one, merged(others)) is bool(points([one]) & points(others))


@given(WHOLE, STRETCHES)
def test_what_is_left_over_is_covered_by_none(whole: Stretch, covered: list[Stretch]) -> None:
    found = left_over(whole, covered)

    inside = {at for at in points([whole]) - points(covered) if at % 2}  # the points between whole ns, which ends share
    assert inside == {at for at in points(found) if at % 2}


def test_what_is_short_is_not_left_over() -> None:
    assert left_over((0, 100), ((10, 20), (25, 90)), longer_than=9) == ((0, 10), (90, 100))
    assert left_over((0, 100), ((10, 20), (25, 90)), longer_than=10) == ()
