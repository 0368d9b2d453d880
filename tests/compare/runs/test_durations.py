from __future__ import annotations

from analyzer.compare.runs.durations import durations
from analyzer.model.instant import SECOND, Span
from tests.compare.runs.made import run, sample

OUTAGE = ("cvm-failure", "outage")


def test_one_a_run_in_their_order() -> None:
    found = durations([run(3), run(2), run(5)])

    assert found == {OUTAGE: tuple(Span(at * SECOND, (at + 1) * SECOND) for at in (3, 2, 5))}


def test_of_several_episodes_in_a_run_the_longest_counts() -> None:
    assert durations([run(3, episodes=3)]) == {OUTAGE: (Span(5 * SECOND, 6 * SECOND),)}


def test_a_figure_that_may_be_of_something_else_does_not_count() -> None:
    assert durations([run(3, note="other-path-unseen"), run(3, note="idle-or-stalled")]) == {}


def test_stages_and_headlines_of_a_sample() -> None:
    names = {metric for kind, metric in durations([sample()]) if kind == "cvm-failure"}

    assert {"detection", "outage", "wait", "repair", "resume"} <= names
