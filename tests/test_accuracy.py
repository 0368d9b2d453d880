"""The accuracy study (`make accuracy`): its design covers what it says, and CI's part of it holds the floors."""

from __future__ import annotations

from functools import cache
from itertools import product

import pytest

from bench.accuracy.design import HEALTHY_RUNS, MIXES, SCENARIOS, SHAPES, healthy, matrix, short, short_healthy
from bench.accuracy.floors import Floor, floors
from bench.accuracy.impairments import IMPAIRMENTS
from bench.accuracy.page import page
from bench.accuracy.replay import replayed
from bench.accuracy.rows import Row
from bench.accuracy.study import numbered, rows_of

FLOORS = (
    "1. wire and logs",
    "1. wire only",
    "1. logs only",
    "1. healthy runs",
    "2. 99 % of Spans",
    "2. median width of wire",
    "2. median width of log",
    "3. offsets",
    "3. median bound, stamps of whole seconds",
    "3. median bound, stamps of ms",
    "4. verdicts MET or MISSED",
    "4. UNDECIDED",
)


@cache
def rows() -> tuple[tuple[Row, ...], tuple[Row, ...]]:
    """CI's part of the matrix, and of the healthy runs."""
    return tuple(rows_of(tuple(short()))), tuple(rows_of(tuple(short_healthy())))


@cache
def held() -> tuple[Floor, ...]:
    return tuple(floors(*rows(), ()))


def test_every_pair_of_dimensions_is_covered() -> None:
    tests = list(matrix())
    for names, of in (
        (product(SCENARIOS, (one.name for one in IMPAIRMENTS)), {(t.scenario, t.impairment) for t in tests}),
        (product(SCENARIOS, (one.name for one in SHAPES)), {(t.scenario, t.shape) for t in tests}),
        (
            product((one.name for one in SHAPES), (one.name for one in IMPAIRMENTS)),
            {(t.shape, t.impairment) for t in tests},
        ),
        (product(SCENARIOS, (one.name for one in MIXES)), {(t.scenario, mix) for t in tests for mix in t.mixes}),
        (
            product((one.name for one in SHAPES), (one.name for one in MIXES)),
            {(t.shape, mix) for t in tests for mix in t.mixes},
        ),
    ):
        assert set(names) <= of
    for impairment in IMPAIRMENTS:
        assert {t.mixes for t in tests if t.impairment == impairment.name} != {()}


def test_the_study_is_as_large_as_it_says() -> None:
    assert sum(len(test.mixes) for test in matrix()) >= 2000
    assert sum(len(test.mixes) for test in healthy()) == HEALTHY_RUNS
    names = [name for name, _, _ in numbered((*matrix(), *healthy()))]
    assert len(set(names)) == len(names)


def test_ci_meets_every_scenario_impairment_and_mix() -> None:
    tests = list(short())
    assert {test.scenario for test in tests} == set(SCENARIOS)
    assert {test.impairment for test in tests} == {one.name for one in IMPAIRMENTS}
    assert {mix for test in tests for mix in test.mixes} == {mix.name for mix in MIXES}


@pytest.mark.parametrize("name", FLOORS)
def test_what_it_must_show(name: str) -> None:
    found = [floor for floor in held() if floor.name.startswith(name)]

    assert found
    for floor in found:
        assert floor.holds, f"{floor.name}: {floor.figure}\n" + "\n".join(
            f"{row.case}: {fault}" for row in (*rows()[0], *rows()[1]) for fault in row.faults
        )


def test_no_analysis_fails() -> None:
    failed = [
        fault for part in rows() for row in part for fault in row.faults if fault.startswith(("crashed", "refused"))
    ]
    assert not failed


def test_the_page_is_the_same_for_the_same_rows() -> None:
    first = page(*rows(), (), "here")

    assert first == page(*rows(), (), "here")
    for mix in MIXES:
        assert f"| {mix.name} |" in first


def test_a_case_is_replayed_with_its_truth() -> None:
    name, test, mix = next(case for case in numbered(short()) if case[1].scenario == "cvm-failure")

    lines = list(replayed(test, mix))

    assert lines[0].startswith("autopath simulate cvm-failure --seed "), name
    assert any(line.startswith("\nTRUE cvm-failure of ") for line in lines)
