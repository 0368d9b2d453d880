"""A stage over time: its change points, and what changed with them."""

from __future__ import annotations

from collections.abc import Sequence

import pytest
from msgspec.structs import replace

from analyzer.compare import shift, two_groups
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


def both(*others: int) -> list[ComparedTest]:
    """A clear step in 20 runs, of which so many, from these places on, have another figure too."""
    other: Figure = ("cvm-failure", "repair")
    found = history_of(seconds(1, (10, 0.0), (10, 9.0)))
    return [
        replace(one, durations=(*one.durations, (other, Span(0, SECOND)))) if at in others else one
        for at, one in enumerate(found)
    ]


@pytest.mark.parametrize("others", [(3,), (1, 2, 3, 4, 5, 6, 7)])
def test_a_figure_that_can_show_nothing_does_not_count_among_all(others: tuple[int, ...]) -> None:
    found = courses(both(*others))

    assert found[0].steps[0].p == found[0].steps[0].corrected
    assert [one.able for one in found] == [True, False]
    assert courses(both(*range(20)))[0].steps[0].corrected == 2 * found[0].steps[0].p


def test_a_known_step_is_tested_by_the_runs_that_its_interval_is_of() -> None:
    """Whatever a hint before it says: both sides reach to the known steps beside it."""
    tests = labelled(history_of(seconds(4, (6, 12.0), (8, 0.0), (8, 6.0))), 14, "AOS 6.8")

    found = of(tests)
    (step,) = (one for one in found.steps if one.explained)
    assert len(found.steps) > 1
    assert step.p == two_groups.compared(found.spans[:14], found.spans[14:]).p
    assert step.longer == shift.interval(found.spans[:14], found.spans[14:])
    assert (step.how, step.draws) == ("sampled-splits", 20_000) or step.how == "every-split"


def test_what_is_needed_rises_with_the_figures_that_are_asked() -> None:
    assert of(history_of(seconds(2, (12, 0.0)))).needed == 8
    assert of(history_of(seconds(2, (12, 0.0)))).figures == 1
    assert courses(both(*range(20)))[0].needed == 9
