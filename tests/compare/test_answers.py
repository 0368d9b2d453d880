from __future__ import annotations

import pytest

from analyzer.compare.answers import answered
from analyzer.model.instant import SECOND
from analyzer.model.over_time.comparison import CantTell, Different, MoreRuns, NoLarger, TooManyRuns
from tests.compare.drawn import exact, history


def test_longer_and_shorter_by_at_least() -> None:
    first, second = history(1, 6), history(2, 6, shift=12)
    longer, shorter = answered(first, second, SECOND), answered(second, first, SECOND)

    assert isinstance(longer, Different)
    assert isinstance(shorter, Different)
    assert (longer.direction, shorter.direction) == ("longer", "shorter")
    assert 8 * SECOND < longer.at_least < 12 * SECOND
    assert abs(longer.at_least - shorter.at_least) < SECOND // 50
    assert longer.sure


def test_no_larger_than_the_stated_size() -> None:
    found = answered(history(1, 10), history(3, 10), 4 * SECOND)

    assert isinstance(found, NoLarger)
    assert SECOND < found.limit <= 4 * SECOND


def test_too_few_runs_can_differ_by_nothing() -> None:
    found = answered(exact(1, 2, 3), exact(8, 9, 10), 5 * SECOND)

    assert isinstance(found, CantTell)
    assert found.why == "too-few-runs"
    assert isinstance(found.would, MoreRuns)
    assert found.would.more in range(1, 4)


@pytest.mark.parametrize(("size", "would"), [(2.0, MoreRuns), (0.001, TooManyRuns)])
def test_what_would_tell(size: float, would: type) -> None:
    found = answered(history(1, 4), history(3, 4), round(size * SECOND))

    assert isinstance(found, CantTell)
    assert found.why == "interval-too-wide"
    assert isinstance(found.would, would)
