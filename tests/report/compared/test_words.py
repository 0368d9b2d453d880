"""The word for all of a comparison: what counts, and what is chance."""

from __future__ import annotations

import pytest

from analyzer.compare.runs.grouping import Grouping
from analyzer.compare.runs.whole import comparison
from analyzer.model.instant import SECOND, Span
from analyzer.model.over_time.compared_groups import Comparison, Group
from analyzer.model.over_time.comparison import Figure
from analyzer.report.compared.words import counted_lines, is_told_by_parts, word_for_all
from tests.compare.runs.made import of_durations

STAGES = ("wait", "detect", "decide", "repair", "reconnect", "resume")


def figure(name: str) -> Figure:
    return ("cvm-failure", name)


def two_runs(first: dict[str, float], second: dict[str, float]) -> Comparison:
    """Runs whose stages take so many seconds, and an outage that is their sum."""
    sides = []
    for name, told in (("A", first), ("B", second)):
        each = {**told, "outage": sum(told.values())}
        exact = {figure(one): Span(round(at * SECOND), round(at * SECOND)) for one, at in each.items()}
        sides.append(Group(name, (of_durations(exact),)))
    return comparison(Grouping(tuple(sides)), SECOND)


def test_an_outage_that_is_longer_by_the_wait_alone_is_chance() -> None:
    same = dict.fromkeys(STAGES, 1.0)

    assert word_for_all(two_runs(same, {**same, "wait": 20.0})).word == "NO LARGER"
    assert word_for_all(two_runs(same, {**same, "repair": 20.0})).word == "WORSE"


@pytest.mark.parametrize(("wait", "word"), [(20.0, "CAN'T TELL"), (200.0, "WORSE")])
def test_an_outage_of_which_not_all_stages_are_compared_may_be_chance_up_to_a_period(wait: float, word: str) -> None:
    some = {"wait": 1.0, "repair": 1.0}

    assert word_for_all(two_runs(some, {**some, "wait": wait})).word == word


def test_what_counts_of_two_runs() -> None:
    (versus,) = two_runs(dict.fromkeys(STAGES, 1.0), dict.fromkeys(STAGES, 1.0)).versus

    assert [line.figure[1] for line in counted_lines(versus)] == list(STAGES[1:])


@pytest.mark.parametrize(
    ("name", "there", "told"),
    [
        ("detection", {"detect"}, True),
        ("detection", {"repair"}, False),
        ("wait + detect", {"detect"}, True),
        ("wait + detect + decide", {"detect"}, False),
        ("reconnect + resume", {"reconnect", "resume"}, False),
        ("repair", {"repair"}, False),
        ("outage", {"detect", "decide", "repair", "reconnect + resume"}, True),
        ("outage", {"wait + detect", "decide", "repair", "reconnect", "resume"}, False),
        ("outage-at-repair", {"repair"}, False),
    ],
)
def test_sums_that_their_parts_tell(name: str, there: set[str], told: bool) -> None:
    assert is_told_by_parts(figure(name), {figure(name), *map(figure, there)}) is told


def test_stages_of_another_kind_tell_nothing() -> None:
    assert not is_told_by_parts(figure("detection"), {("cvm-recovery", "detect")})
