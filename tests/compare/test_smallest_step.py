from __future__ import annotations

import numpy as np
import pytest

from analyzer.compare import change_points
from analyzer.compare.smallest_step import smallest_step
from analyzer.model.instant import SECOND
from analyzer.model.over_time.comparison import Nothing, Shown
from tests.compare.drawn import between, history, moved


def test_so_large_a_step_is_found_in_about_80_percent() -> None:
    """By the test itself, of histories that are drawn anew."""
    shown = [one.shift for seed in range(9) if isinstance(one := smallest_step(history(seed, 14)), Shown)]
    size = int(np.median(shown))

    found = 0
    for seed in range(100, 160):
        drawn = history(seed, 14)
        stepped = drawn[:7] + moved(drawn[7:], size)
        found += any(abs(one.place - 7) <= 2 for one in change_points.change_points(stepped))
    assert len(shown) == 9
    assert 0.65 <= found / 60 <= 0.95


def test_more_figures_need_a_larger_step() -> None:
    alone, among = (smallest_step(history(1, 16), figures) for figures in (1, 9))

    assert isinstance(alone, Shown)
    assert isinstance(among, Shown)
    assert alone.shift < among.shift


def test_spans_that_share_a_stretch_show_no_step_within_it() -> None:
    found = smallest_step(between(*((0.1 * at, 0.1 * at + 5) for at in range(12))))

    assert isinstance(found, Shown)
    assert found.shift > 3.8 * SECOND


@pytest.mark.parametrize("runs", [1, 5, 7])
def test_so_few_runs_show_none(runs: int) -> None:
    assert smallest_step(history(1, runs)) == Nothing()
