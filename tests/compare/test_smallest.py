from __future__ import annotations

import numpy as np
import pytest

from analyzer.compare import shift
from analyzer.compare.smallest import of_detections, of_evidence, of_interval, smallest, spread
from analyzer.model.instant import SECOND, UNBOUNDED, Span
from analyzer.model.over_time.comparison import Nothing, Shown
from tests.compare.drawn import exact, history
from tests.compare.test_midrange import PERIOD, detections


def shown(found: Shown | Nothing) -> float:
    assert isinstance(found, Shown)
    return found.shift / SECOND


def test_more_runs_show_less() -> None:
    widths = [np.full(runs, SECOND) for runs in (4, 6, 10)]
    found = [shown(of_evidence(one, one, SECOND * 3 // 2)) for one in widths]

    assert found == pytest.approx([5.0, 2.9, 2.1], rel=0.1)


def test_wide_spans_show_less() -> None:
    fine, wide = (np.full(6, width) for width in (0, 10 * SECOND))

    assert shown(of_evidence(fine, wide, SECOND)) > 2 * shown(of_evidence(fine, fine, SECOND))


def test_so_few_runs_show_nothing() -> None:
    assert smallest(exact(1, 2, 3), exact(7, 8, 9)) == Nothing()
    assert of_detections(exact(1, 2, 3), exact(7, 8, 9), PERIOD) == Nothing()


def test_it_is_of_these_runs() -> None:
    first, second = history(1, 6), history(2, 6, shift=4)

    assert shown(smallest(first, second)) == pytest.approx(shown(smallest(second, first)), rel=0.1)
    assert spread(first, second) / SECOND == pytest.approx(1.5, rel=0.5)
    assert spread(exact(1, 1), exact(5, 5)) == 0


def test_without_checks() -> None:
    assert shown(of_detections(detections(1, 10), detections(2, 10), PERIOD)) == pytest.approx(8.5, rel=0.2)


def test_of_very_many_runs_it_is_read_from_the_interval() -> None:
    """Half an interval of 95 % is 1.96 errors wide, and a shift of 2.80 of them is found in 80 %."""
    interval = Span(-SECOND, SECOND)

    found = of_interval(interval, (200, 200), (200, 200))
    assert isinstance(found, Shown)
    assert abs(found.shift - 1_429 * SECOND // 1000) < SECOND // 1000
    more = of_interval(interval, (200, 200), (800, 800))
    assert isinstance(more, Shown)
    assert abs(2 * more.shift - found.shift) <= 1
    assert of_interval(Span(-UNBOUNDED, SECOND), (200, 200), (800, 800)) == Nothing()


def test_both_ways_agree_where_one_hands_over_to_the_other() -> None:
    first, second = history(1, 50), history(2, 50)

    simulated, read = smallest(first, second), of_interval(shift.interval(first, second), (50, 50), (50, 50))
    assert isinstance(simulated, Shown)
    assert isinstance(read, Shown)
    assert 0.8 < read.shift / simulated.shift < 1.25
