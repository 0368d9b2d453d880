"""Detections of which nobody saw the checks: the wait for one is uniform over the period."""

from __future__ import annotations

import numpy as np
import pytest

from analyzer.compare.midrange import NotConstant, compared, interval, processing
from analyzer.model.instant import MILLISECOND, SECOND, Span
from tests.compare.drawn import between, exact

PERIOD = 30 * SECOND


def detections(seed: int, runs: int, takes: float = 3.0, width: float = 0.001) -> list[Span]:
    random = np.random.default_rng(seed)
    least = takes + random.random(runs) * 30 - random.random(runs) * width
    return between(*zip(least, least + width, strict=True))


def test_processing_that_is_constant_has_a_hard_bound() -> None:
    assert processing(between((4, 5), (20, 21), (31, 32)), PERIOD) == Span(SECOND, 5 * SECOND)
    assert processing(exact(4, 20), PERIOD) == Span(0, 4 * SECOND)


def test_detections_farther_apart_than_the_period_are_not_of_constant_processing() -> None:
    assert processing(exact(1, 33.5), PERIOD) == NotConstant(2500 * MILLISECOND)


@pytest.mark.parametrize("runs", [10, 16])
def test_a_large_shift_is_found_and_its_interval_holds_it(runs: int) -> None:
    first, second = detections(1, runs), detections(2, runs, takes=18.0)
    found = compared(first, second, PERIOD)

    assert found.p <= 0.05
    assert abs(found.estimate - 15 * SECOND) < 6 * SECOND
    assert interval(first, second, PERIOD).holds(15 * SECOND)
    assert not interval(first, second, PERIOD).holds(0)
    assert len(found.guards) == (runs > 12)


def test_no_shift_is_none() -> None:
    first, second = detections(3, 10), detections(4, 10, width=10)
    found = compared(first, second, PERIOD)

    assert found.p > 0.05
    assert interval(first, second, PERIOD).holds(0)
    assert compared(first, second, PERIOD) == found


def test_the_splits_hold_where_processing_is_not_constant() -> None:
    random = np.random.default_rng(1)
    first, second = (exact(*(random.exponential(60, 20) + shift)) for shift in (0.0, 0.0))
    found = compared(first, second, PERIOD)

    assert found.p == max(found.model, *found.guards)
