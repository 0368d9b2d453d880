"""The study's design covers what it says, and so does CI's part of it."""

from __future__ import annotations

from itertools import product

from bench.accuracy.design import HEALTHY_RUNS, MIXES, SCENARIOS, SHAPES, healthy, matrix, short
from bench.accuracy.impairments import IMPAIRMENTS
from bench.accuracy.study import numbered


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
