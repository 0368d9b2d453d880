"""What stands beside a verdict on the page."""

from __future__ import annotations

from analyzer.model.episode import Judgement
from analyzer.model.instant import SECOND
from analyzer.report.view.judgement import judgement

BY_HAND = "a person put the route right before Genesis did anything"


def not_judged(expected: int | None, sentence: str) -> Judgement:
    return Judgement(verdict="NOT-JUDGED", metric="detection", measured=None, expected=expected, sentence=sentence)


def test_what_has_an_expectation_and_was_not_tested_says_why() -> None:
    said = judgement(not_judged(23 * SECOND, BY_HAND), "cvm-failure").sentence

    assert said.lower().startswith(BY_HAND.lower())


def test_what_has_no_expectation_says_how_to_set_one() -> None:
    assert "--expectations" in judgement(not_judged(None, ""), "cvm-recovery").sentence
