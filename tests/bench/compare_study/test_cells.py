from __future__ import annotations

import pytest

from bench.compare_study.cells import Cell, cell, percent, told


@pytest.mark.parametrize(
    ("hits", "whole", "limits"),
    [(0, 100, (0.0, 0.037)), (200, 4000, (0.0437, 0.0572)), (100, 100, (0.963, 1.0))],
    ids=["none", "some", "all"],
)
def test_limits_are_wilsons(hits: int, whole: int, limits: tuple[float, float]) -> None:
    assert Cell("part", (), hits, whole).limits == pytest.approx(limits, abs=5e-4)


def test_a_cell_counts() -> None:
    found = cell("part", ("a", "b"), [True, False, True, True])

    assert (found.hits, found.whole, found.share) == (3, 4, 0.75)
    assert told(found) == "75.0 % (30.1 to 95.4)"
    assert percent(0.0514) == "5.1 %"
