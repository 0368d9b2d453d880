"""Which expectation applies, and the borders of each verdict."""

from __future__ import annotations

from typing import get_args

import pytest

from analyzer.judge.judgements.limits import Limits, applying, reason_of, verdict_of
from analyzer.model.episode import EpisodeKind, JudgedBy, Verdict
from analyzer.model.instant import UNBOUNDED, Span
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
