"""The bar of a judgement: three zones and the measured span, in a width that never changes."""

from __future__ import annotations

import pytest

from analyzer.cli.terminal.bar import WIDTH, bar
from analyzer.model.episode import JudgedBy, Judgement, Verdict
from analyzer.model.instant import SECOND, UNBOUNDED, Span


def judged(span: Span | None, *, verdict: Verdict = "LATE", expected: int | None = 36, bound: int = 51) -> Judgement:
    reason: JudgedBy = "within-bound"
    return Judgement(
        verdict=verdict,
        metric="outage",
        reason=reason,
        measured=span,
        expected=None if expected is None else expected * SECOND,
        bound=bound * SECOND,
    )


@pytest.mark.parametrize(
    ("span", "drawn"),
    [
        (Span(0, 0), "#.............------===="),
        (Span(40 * SECOND, 45 * SECOND), "..............-##---===="),
        (Span(0, 63 * SECOND), "########################"),
        (Span(102 * SECOND, 102 * SECOND), ".........----==========#"),
        (Span(60 * SECOND, UNBOUNDED), "........---=############"),
    ],
)
def test_the_span_lies_in_its_zone(span: Span, drawn: str) -> None:
    assert bar(judged(span)) == drawn


def test_nothing_is_late_where_the_bound_is_the_expectation() -> None:
    assert "-" not in bar(judged(Span(0, 0), bound=36))


@pytest.mark.parametrize(
    "judgement",
    [judged(None), judged(Span(0, 1), expected=None), judged(Span(0, 1), verdict="NOT-JUDGED")],
    ids=["nothing measured", "nothing expected", "not judged"],
)
def test_what_was_not_held_against_anything_has_no_bar(judgement: Judgement) -> None:
    assert bar(judgement) == ""


@pytest.mark.parametrize("ns", [0, 1, 35 * SECOND, 36 * SECOND + 1, 500 * SECOND, UNBOUNDED - 1])
def test_it_is_as_wide_as_it_is(ns: int) -> None:
    assert len(bar(judged(Span(0, ns)))) == WIDTH
