"""Replies over time are drawn from the bins that have some as from all of them, however far apart they are."""

from __future__ import annotations

from itertools import groupby

from hypothesis import given
from hypothesis import strategies as st

from analyzer.model.instant import SECOND
from analyzer.model.run import RateRun
from analyzer.report.drawing import lanes, svg
from analyzer.report.drawing.lanes import Rate

YEARS = 10 * 365 * 86_400 * SECOND


def rate(start: int, replies: list[int]) -> Rate:
    runs = []
    for some, bins in groupby(enumerate(replies), key=lambda one: bool(one[1])):
        numbers, counts = zip(*bins, strict=True)
        if some:
            runs.append(RateRun(start + numbers[0] * SECOND, counts))
    return Rate("local", "a", start, SECOND, tuple(runs))


def columns(axis: svg.Axis, start: int, replies: list[int]) -> list[tuple[float, float, int]]:
    """What is drawn of every bin from the first on, by the plainest way."""
    together = max(1, 2 * (axis.end - axis.start) // (axis.right - axis.left) // SECOND)
    found = []
    for first in range(0, len(replies), together):
        left, count = start + first * SECOND, sum(replies[first : first + together])
        right = left + together * SECOND
        if count and right > axis.start and left < axis.end:
            found.append((axis.px(left), axis.px(right), (count + together // 2) // together))
    return found


@given(st.lists(st.integers(0, 3), min_size=1, max_size=400), st.integers(0, 500), st.integers(1, 2_000))
def test_a_bin_without_replies_need_not_be_there(replies: list[int], since: int, length: int) -> None:
    axis = svg.Axis(since * SECOND, (since + length) * SECOND, lanes.GUTTER, lanes.GUTTER + 50)

    assert lanes._steps(rate(100 * SECOND, replies), axis) == columns(axis, 100 * SECOND, replies)


def test_years_between_two_replies_cost_nothing() -> None:
    far = Rate("local", "a", 0, SECOND, (RateRun(0, (1,)), RateRun(YEARS, (4,))))

    near = lanes._steps(far, svg.Axis(YEARS - 5 * SECOND, YEARS + 5 * SECOND, 0, 100))
    whole = lanes._steps(far, svg.Axis(-SECOND, YEARS + SECOND, 0, 100))

    assert near == [(50.0, 60.0, 4)]
    assert [per_second for *_, per_second in whole] == [0, 0]
