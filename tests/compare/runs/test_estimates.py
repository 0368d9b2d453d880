"""How a group's durations are distributed."""

from __future__ import annotations

import pytest

from analyzer.compare.runs.estimates import estimates
from analyzer.compare.runs.grouping import Grouping
from analyzer.compare.runs.whole import comparison
from analyzer.model.instant import SECOND, Span
from analyzer.model.over_time.compared_groups import Group
from tests.compare.runs.made import OUTAGE, history_of


@pytest.mark.parametrize(
    ("seconds", "median"),
    [
        ([1, 5, 9], Span(5 * SECOND, 6 * SECOND)),
        ([1, 9], Span(5 * SECOND, 6 * SECOND)),
        ([7, 26, 10, 60, 13, 25], Span(19 * SECOND, 20 * SECOND)),
        ([3], Span(3 * SECOND, 4 * SECOND)),
    ],
    ids=["odd", "two", "even", "one"],
)
def test_the_estimate_of_a_group(seconds: list[float], median: Span) -> None:
    groups = Grouping((Group("a", tuple(history_of(seconds))),))

    (found,) = estimates(comparison(groups, SECOND, against="nothing"))
    assert (found.group, found.figure) == ("a", OUTAGE)
    assert sum(one.share for one in found.masses) == pytest.approx(1.0)
    assert found.median == median
