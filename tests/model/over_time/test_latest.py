"""The latest of what counts by a time."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from analyzer.model.over_time.latest import LatestBefore

TIMES = st.integers(0, 20)


@given(st.lists(st.tuples(TIMES, TIMES)), TIMES)
def test_it_is_the_greatest_of_all_that_count_by_then(pairs: list[tuple[int, int]], time: int) -> None:
    expected = max((value for begun, value in pairs if begun <= time), default=None)

    assert LatestBefore(pairs).upto(time) == expected
