"""A stage over time: its change points, and what changed with them."""

from __future__ import annotations

from collections.abc import Sequence

import pytest
from msgspec.structs import replace

from analyzer.compare.runs.courses import altered, courses
from analyzer.model.instant import SECOND, Span
from analyzer.model.over_time.compared_test import ComparedTest
from analyzer.model.over_time.comparison import Figure
from analyzer.model.over_time.courses import Altered, Course
from tests.compare.drawn import history
from tests.compare.runs.made import OUTAGE, history_of, of_durations, one_test


def seconds(seed: int, *levels: tuple[int, float]) -> list[float]:
    """Outages of so many runs at each level."""
    drawn = iter(history(seed, sum(count for count, _ in levels)))
    return [next(drawn).least / SECOND + level for count, level in levels for _ in range(count)]


def of(tests: Sequence[ComparedTest]) -> Course:
    return next(iter(courses(tests)), Course(figure=OUTAGE, tests=(), spans=(), steps=()))


def labelled(tests: Sequence[ComparedTest], place: int, text: str) -> list[ComparedTest]:
    about = replace(tests[place].about, labels=(("step", text),))
    return [replace(one, about=about) if at == place else one for at, one in enumerate(tests)]


def test_a_step_is_told_with_its_run_and_what_it_is() -> None:
    found = of(history_of(seconds(1, (10, 0.0), (10, 9.0))))

    (step,) = found.steps
    assert abs(step.place - 10) <= 1
    assert (step.test, step.before) == (found.tests[step.place], found.tests[step.place - 1])
    assert step.p == step.corrected <= 0.05
    assert 3 * SECOND < step.longer.least < 9 * SECOND < step.longer.most


def test_a_history_without_a_step_has_none() -> None:
    found = of(history_of(seconds(2, (20, 0.0))))

    assert found.steps == ()


@pytest.mark.parametrize("runs", [0, 1, 5])
def test_too_few_runs_have_none(runs: int) -> None:
    found = of(history_of(seconds(2, (runs, 0.0))))

    assert (len(found.spans), found.steps) == (runs, ())


def test_a_step_that_is_explained_is_shown() -> None:
    tests = labelled(history_of(seconds(1, (10, 0.0), (10, 9.0))), 10, "AOS 6.8")

    found = of(tests)
    assert [(one.place, one.explained) for one in found.steps] == [(10, "AOS 6.8")]
    assert found.steps[0].longer.least > 3 * SECOND


def test_an_explained_step_hides_none_after_it() -> None:
    tests = labelled(history_of(seconds(3, (10, 0.0), (10, 9.0), (10, 20.0))), 10, "AOS 6.8")

    found = of(tests)
    assert [one.explained for one in found.steps] == ["AOS 6.8", ""]
    assert abs(found.steps[1].place - 20) <= 1


def test_what_changed_is_told() -> None:
    one = one_test(1, aos_version="6.7", esxi_version="8.0")
    other = one_test(1, 1, aos_version="6.8", esxi_version="8.0")
    other = replace(other, conditions=replace(other.conditions, program="9", nfs_port=1))

    assert altered(one, one) == ()
    assert altered(one, other) == (
        Altered("aos", "6.7", "6.8"),
        Altered("program", one.conditions.program, "9"),
        Altered("nfs-port", "", ""),
    )


def test_several_figures_at_once_are_corrected() -> None:
    step = seconds(1, (10, 0.0), (10, 9.0))
    other: Figure = ("cvm-failure", "repair")
    tests = [
        of_durations({figure: Span(round(at * SECOND), round((at + 1) * SECOND)) for figure in (OUTAGE, other)}, number)
        for number, at in enumerate(step)
    ]

    found = courses(tests)
    assert [one.figure for one in found] == [OUTAGE, other]
    assert [one.corrected for course in found for one in course.steps] == [
        2 * one.p for course in found for one in course.steps
    ]
