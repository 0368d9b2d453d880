"""What stands beside a verdict on the page."""

from __future__ import annotations

from analyzer.model.episode import JudgedBy, Judgement
from analyzer.model.instant import SECOND
from analyzer.model.measurement import MissingMeasurement
from analyzer.report.view.judgement import beside_badge, judgement
from tests.report import builder

BY_HAND = MissingMeasurement("detection", "not-applicable", "by-hand")


def not_judged(reason: JudgedBy, expected: int | None, missing: MissingMeasurement | None = None) -> Judgement:
    return Judgement(
        verdict="NOT-JUDGED", metric="detection", reason=reason, measured=None, expected=expected, missing=missing
    )


def test_what_has_an_expectation_and_was_not_tested_says_why() -> None:
    said = judgement(not_judged("not-applicable", 23 * SECOND, BY_HAND), builder.episode().episode).sentence

    assert said == "A person corrected the route before anybody else did."


def test_what_has_no_expectation_says_how_to_set_one() -> None:
    said = judgement(not_judged("no-expectation", None), builder.episode("cvm-recovery").episode).sentence

    assert "--expectations" in said


def test_a_verdict_stands_once_beside_its_badge() -> None:
    assert beside_badge("UNDECIDED: the evidence shows signs.", "UNDECIDED") == "The evidence shows signs."
    assert beside_badge("Nothing failed over.", "NO EPISODE") == "Nothing failed over."
