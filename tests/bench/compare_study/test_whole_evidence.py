"""A slice from end to end: simulated, analysed in every mix, recorded, taken from the history, looked at, compared."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory

from analyzer.model.instant import SECOND
from bench.compare_study.cells import Cell
from bench.compare_study.design import SLICE_OF_POOLS
from bench.compare_study.whole_evidence import (
    AMONG_ALL,
    ANY,
    BY_ITSELF,
    CAPTURES,
    EVERYTHING,
    LOG,
    REPAIR,
    Pool,
    alarm,
    history,
    made,
    of_pool,
)


@cache
def pool() -> Pool:
    with TemporaryDirectory() as folder:
        return made(SLICE_OF_POOLS, Path(folder))


def repairs(shift: int, mix: str) -> list[int]:
    """How long the change of the route takes at least, s."""
    found = [dict(test.durations).get(REPAIR) for test in pool()[shift, mix]]
    return [one.least // SECOND for one in found if one]


def test_the_pool_has_every_test_in_every_mix() -> None:
    assert {key: len(tests) for key, tests in pool().items()} == {
        (shift, mix): count for shift, count in SLICE_OF_POOLS.tests for mix in (EVERYTHING, LOG, CAPTURES)
    }
    assert max(repairs(0, EVERYTHING)) < 5 <= min(repairs(5, EVERYTHING))


def test_an_alarm_comes_with_the_change_and_not_before() -> None:
    same, slower = pool()[0, EVERYTHING], pool()[5, EVERYTHING]

    assert alarm(history([same])) == 0
    assert len(same) < alarm(history([same, slower])) <= len(same) + len(slower)


def test_the_cells_of_the_slice() -> None:
    cells: list[Cell] = list(of_pool(pool(), SLICE_OF_POOLS))

    assert [one.share for one in cells if one.part == "whole looks"] == [0, 0, 0]
    groups = {one.names[1:]: one.share for one in cells if one.part == "whole groups"}
    assert {name: groups["+5 s", "all of it", name] for name in (BY_ITSELF, AMONG_ALL)} == {BY_ITSELF: 1, AMONG_ALL: 1}
    assert groups["none", "all of it", ANY] == 0
