"""When a gate fires, when it does not, and when nobody can tell."""

from __future__ import annotations

import pytest
from msgspec.structs import replace

from analyzer.compare.gates.firing import fires
from analyzer.compare.gates.language import gate
from analyzer.model.instant import SECOND, Span
from analyzer.model.over_time.compared_groups import Comparison, Group, OverTime, Versus
from analyzer.model.over_time.comparison import (
    CantTell,
    Compared,
    Figure,
    Groups,
    Nothing,
    OneSided,
    Pair,
    TooManyRuns,
)
from analyzer.model.over_time.courses import Course, Step
from analyzer.model.over_time.gates import Fires
from analyzer.model.over_time.looks import Change, Told
from tests.compare.runs.made import OUTAGE, one_test

DETECT: Figure = ("cvm-failure", "detect")
WAIT: Figure = ("cvm-failure", "wait")
ONE = Span(SECOND, 2 * SECOND)
SIDES = (Group("A", ()), Group("B", ()))


def groups(least: float, most: float, p: float = 0.01, figure: Figure = OUTAGE) -> Groups:
    return Groups(
        figure=figure,
        first=(ONE,) * 6,
        second=(ONE,) * 4,
        p=p / 2,
        corrected=p,
        grade="too-vague",
        interval=Span(round(least * SECOND), round(most * SECOND)),
        shown=Nothing(),
        answer=CantTell("interval-too-wide", TooManyRuns()),
    )


def pair(least: int, most: int) -> Pair:
    return Pair(OUTAGE, ONE, ONE, Span(least * SECOND, most * SECOND))


def of(*lines: Compared, history: tuple[OverTime, ...] = ()) -> Comparison:
    versus = (Versus(*SIDES, lines),)
    return Comparison(size=SECOND, groups=SIDES, versus=versus, among=(), over_time=history)


@pytest.mark.parametrize(
    ("expression", "line", "found"),
    [
        ("worse>2s", groups(2.1, 9), "yes"),
        ("worse>2s", groups(2, 9), "cant-tell"),
        ("worse>=2s", groups(2, 9), "yes"),
        ("worse>2s", groups(-1, 9), "cant-tell"),
        ("worse>2s", groups(-1, 2), "no"),
        ("worse>2s", groups(-9, -5), "no"),
        ("worse>2s", groups(2.1, 9, p=0.06), "cant-tell"),
        ("worse<2s", groups(-1, 1, p=0.9), "yes"),
        ("worse", groups(0.1, 9), "yes"),
        ("better>2s", groups(-9, -2.1), "yes"),
        ("better>2s", groups(-2, 9), "no"),
        ("p<0.05", groups(1, 2), "yes"),
        ("p<0.005", groups(1, 2), "no"),
        ("runs<5", groups(1, 2), "yes"),
        ("runs>4", groups(1, 2), "no"),
        ("worse>2s", pair(3, 4), "yes"),
        ("worse>2s", pair(1, 4), "cant-tell"),
        ("worse>2s", pair(0, 2), "no"),
        ("p<0.05", pair(3, 4), "cant-tell"),
        ("runs<2", pair(3, 4), "yes"),
        ("worse>2s", OneSided(OUTAGE, 3, 0), "cant-tell"),
        ("runs<2", OneSided(OUTAGE, 3, 0), "yes"),
        ("detect.worse>2s", groups(3, 9), "cant-tell"),
        ("cvm-recovery.worse>2s", groups(3, 9), "cant-tell"),
        ("cvm-failure.outage.worse>2s", groups(3, 9), "yes"),
        ("not worse>2s", groups(3, 9), "no"),
        ("not worse>2s", groups(-1, 9), "cant-tell"),
        ("not worse>2s", groups(-1, 2), "yes"),
        ("worse>2s and runs>3", groups(3, 9), "yes"),
        ("worse>2s and runs>4", groups(-1, 9), "no"),
        ("worse>2s and runs>3", groups(-1, 9), "cant-tell"),
        ("worse>2s or runs>3", groups(-1, 9), "yes"),
        ("worse>2s or runs>4", groups(-1, 9), "cant-tell"),
        ("worse>2s", groups(3, 9, figure=WAIT), "cant-tell"),
        ("wait.worse>2s", groups(3, 9, figure=WAIT), "yes"),
    ],
)
def test_of_one_figure(expression: str, line: Compared, found: Fires) -> None:
    assert fires(gate(expression), of(line)) == found


def test_of_several_figures_one_that_fires_is_enough() -> None:
    bad, good, vague = groups(3, 9), groups(-1, 1, figure=DETECT), groups(-1, 9, figure=DETECT)

    assert fires(gate("worse>2s"), of(bad, vague)) == "yes"
    assert fires(gate("worse>2s"), of(good, good)) == "no"
    assert fires(gate("worse>2s"), of(good, vague)) == "cant-tell"
    assert fires(gate("worse>2s"), of()) == "cant-tell"


@pytest.mark.parametrize(
    ("corrected", "explained", "found"), [(0.01, "", "yes"), (0.2, "", "no"), (0.01, "AOS 6.8", "no")]
)
def test_a_step_that_nobody_explained(corrected: float, explained: str, found: Fires) -> None:
    test = one_test(1)
    step = Step(
        place=1, test=test, before=test, p=0.01, corrected=corrected, longer=ONE, altered=(), explained=explained
    )
    course = Course(figure=OUTAGE, tests=(test,), spans=(ONE,), steps=(step,))

    history = of(history=(OverTime("a", (course,)),))
    assert fires(gate("step"), history) == found
    assert fires(gate("detect.step"), history) == "cant-tell"
    assert fires(gate("step"), of(history=(OverTime("a", (replace(course, steps=()),)),))) == "no"


def test_a_change_that_was_told_and_stands() -> None:
    course = Course(figure=OUTAGE, tests=(one_test(1),), spans=(ONE,), steps=())
    change = Change(figure=OUTAGE, time=0, direction="longer", by=ONE, told_after="x")

    assert fires(gate("step"), of(history=(OverTime("a", (course,), Told(standing=(change,))),))) == "yes"


def test_a_step_that_so_few_runs_could_not_show_can_not_be_told() -> None:
    tests = (one_test(1),) * 6
    few = Course(figure=OUTAGE, tests=tests, spans=(ONE,) * 6, steps=(), able=False)
    rare = replace(few, figure=DETECT, spans=(ONE,) * 2)

    assert fires(gate("step"), of(history=(OverTime("a", (few,)),))) == "cant-tell"
    calm = of(history=(OverTime("a", (replace(few, able=True), rare)),))
    assert fires(gate("step"), calm) == "no"
    assert fires(gate("detect.step"), calm) == "cant-tell"
