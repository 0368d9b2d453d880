"""Which expectation applies, and the borders of each verdict."""

from __future__ import annotations

from typing import get_args

import pytest

from analyzer.judge.judgements.limits import Limits, applying, as_judged, reason_of, verdict_of
from analyzer.model.episode import EpisodeKind, JudgedBy, Verdict
from analyzer.model.instant import SECOND, UNBOUNDED, Span
from analyzer.model.run import Expectation

NAMED = Expectation(kind="cvm-failure", metric="outage", expected=10)
ANY = Expectation(kind="*", metric="outage", expected=20)
OTHER = Expectation(kind="*", metric="detection", expected=30)


@pytest.mark.parametrize(
    ("kind", "metric", "wanted"),
    [
        ("cvm-failure", "outage", NAMED),
        ("route-deletion", "outage", ANY),
        ("cvm-failure", "detection", OTHER),
        ("cvm-failure", "operations", None),
    ],
)
def test_a_named_kind_beats_any(kind: EpisodeKind, metric: str, wanted: Expectation | None) -> None:
    assert applying((OTHER, ANY, NAMED), kind, metric) == wanted


@pytest.mark.parametrize(
    ("span", "reason"),
    [
        (Span(0, 12), "within-expectation"),
        (Span(12, 13), "straddles-expectation"),
        (Span(13, 20), "within-bound"),
        (Span(20, 21), "straddles"),
        (Span(0, UNBOUNDED), "straddles"),
        (Span(21, 21), "beyond-bound"),
        (Span(21, UNBOUNDED), "beyond-bound"),
    ],
)
def test_how_a_span_lies(span: Span, reason: JudgedBy) -> None:
    limits = Limits(Expectation(kind="*", metric="outage", expected=10, tolerance=2), 20)

    assert reason_of(span, limits) == reason


def test_nothing_is_late_where_the_bound_is_below_what_is_expected() -> None:
    limits = Limits(Expectation(kind="*", metric="outage", expected=30), 20)

    assert (limits.met, limits.late, reason_of(Span(31, 31), limits)) == (30, 30, "beyond-bound")


def test_every_reason_gives_a_verdict() -> None:
    assert {verdict_of(reason) for reason in get_args(JudgedBy)} == set(get_args(Verdict))


@pytest.mark.parametrize(
    ("least", "most", "reason"),
    [
        pytest.param(35.9, 35.9, "straddles-expectation", id="met-but-for-what-the-clocks-may-be-apart"),
        pytest.param(36.5, 36.5, "straddles-expectation", id="late-but-for-that"),
        pytest.param(34.9, 34.9, "within-expectation", id="met-whatever-the-clocks"),
        pytest.param(50.5, 50.5, "straddles", id="late-or-beyond"),
        pytest.param(51.5, 51.5, "beyond-bound", id="beyond-the-bound"),
    ],
)
def test_captures_that_are_taken_to_share_a_clock_give_no_verdict_that_hangs_on_it(
    least: float, most: float, reason: JudgedBy
) -> None:
    limits = Limits(Expectation(kind="*", metric="outage", expected=36 * SECOND), 51 * SECOND)
    span = Span(round(least * SECOND), round(most * SECOND))

    assert reason_of(as_judged(span, limits, one_clock=True), limits) == reason
    assert as_judged(span, limits, one_clock=False) == span


def test_what_the_clocks_can_not_change_is_told_as_it_is() -> None:
    limits = Limits(Expectation(kind="*", metric="outage", expected=36 * SECOND), 51 * SECOND)

    for span in (Span(0, SECOND), Span(20 * SECOND, UNBOUNDED), Span(40 * SECOND, 41 * SECOND)):
        assert as_judged(span, limits, one_clock=True) == span
    assert as_judged(Span(SECOND // 2, 35 * SECOND + 1), limits, one_clock=True) == Span(0, 36 * SECOND + 1)
