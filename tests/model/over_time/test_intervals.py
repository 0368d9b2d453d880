"""What overlaps a time is found as by walking all."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from analyzer.model.over_time.intervals import intervals

TIMES = st.integers(-(2**40), 2**40)
STRETCHES = st.tuples(TIMES, st.one_of(st.integers(0, 9), st.integers(0, 2**41))).map(lambda s: (s[0], s[0] + s[1]))


@given(st.lists(STRETCHES), STRETCHES)
def test_it_finds_what_walking_all_finds(each: list[tuple[int, int]], wanted: tuple[int, int]) -> None:
    least, most = wanted
    found = intervals((start, end, place) for place, (start, end) in enumerate(each))

    expected = [place for place, (start, end) in enumerate(each) if start <= most and end >= least]

    assert found.within(least, most) == expected
    assert found.any_within(least, most) is bool(expected)


def test_its_edges_are_counted_in() -> None:
    found = intervals([(10, 20, "a"), (30, 30, "b")])

    assert found.within(20, 30) == ["a", "b"]
    assert found.within(21, 29) == []
