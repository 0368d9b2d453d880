"""Everything that judging tells by name has words, each its own."""

from __future__ import annotations

from typing import get_args

import pytest
from msgspec import structs

from analyzer.model.episode import JudgedBy, Judgement, Wanted
from analyzer.model.instant import SECOND, Span
from analyzer.model.measurement import MissingMeasurement
from analyzer.report.judged import decides_words, judgement_words
from tests.report import builder

EPISODE = builder.episode(absent=("fault",)).episode
BY_HAND = MissingMeasurement("outage", "not-in-evidence", "by-hand", "fault", "so it is")


def judged(reason: JudgedBy) -> Judgement:
    return Judgement(
        verdict="UNDECIDED",
        metric="detection",
        reason=reason,
        measured=Span(22 * SECOND, 41 * SECOND),
        expected=23 * SECOND,
        bound=40 * SECOND,
        missing=BY_HAND,
    )


def test_every_verdict_says_how_it_came_about() -> None:
    said = [judgement_words(judged(reason), EPISODE) for reason in get_args(JudgedBy)]

    assert all(said)
    assert len(set(said)) == len(said)


def test_what_would_decide_is_any_of_each() -> None:
    names: tuple[Wanted, ...] = get_args(Wanted)
    each: tuple[tuple[Wanted, ...], ...] = tuple((wanted, "note") for wanted in names)
    of = Judgement(verdict="UNDECIDED", metric="outage", reason="straddles", measured=None, expected=None, decides=each)

    assert decides_words(of).count("; ") == len(each) - 1
    assert decides_words(of).count(", or a manual note of when") == len(each)


def test_a_figure_that_straddles_both_limits_says_so() -> None:
    assert judgement_words(judged("straddles"), EPISODE) == (
        "the measured range contains the expected limit of 23 s and the polling bound of 40 s"
    )


def test_a_figure_that_leans_on_one_clock_says_so() -> None:
    leaning = structs.replace(judged("within-expectation"), one_clock=True)

    assert judgement_words(leaning, EPISODE) == (
        "within the expected limit of 23 s even at the upper end of the uncertainty (if both captures share one clock)"
    )


@pytest.mark.parametrize(
    ("metric", "own", "tolerance", "said"),
    [
        ("detection", False, 0, "expected limit of 23 s"),
        ("outage", False, 0, "usual limit of 23 s"),
        ("outage", True, 0, "expected limit of 23 s"),
        ("detection", True, 2 * SECOND, "expected limit of 23 s and its tolerance of 2 s"),
    ],
)
def test_what_is_usual_is_no_expectation(metric: str, own: bool, tolerance: int, said: str) -> None:
    of = structs.replace(judged("within-expectation"), metric=metric, own=own, tolerance=tolerance)

    assert judgement_words(of, EPISODE) == f"within the {said} even at the upper end of the uncertainty"
