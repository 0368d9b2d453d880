"""When replies are back at 95 % of their rate for five seconds."""

from __future__ import annotations

from fractions import Fraction

import pytest

from analyzer.correlate.wire.recovered import SHARE_PERCENT, WINDOW, Replies
from analyzer.model.instant import SECOND
from analyzer.model.measurement import MissingInstant
from tests.correlate import builder, scenes
from tests.correlate.builder import LOCAL, OUTSIDE, known, ms_of, only


def rates(*after: tuple[int, int, int]) -> tuple[builder.Capture, builder.Capture]:
    """A failure at 37 s, service again at 64 s; ten replies a bin before, and `after` as (from, to, replies a bin)."""
    span, vmk1 = scenes.failure(died=37_000, served=64_000, end=90_000)
    vmk1.counts(LOCAL, [(0, 37_000, 10)])
    span.counts(OUTSIDE, after)
    return span, vmk1


def test_at_once() -> None:
    episode = only(*rates((64_000, 90_000, 10)))

    least, most = ms_of(episode, "recovered")
    assert 64_000 <= least <= 64_100
    assert most <= 64_300


def test_after_a_slow_start() -> None:
    episode = only(*rates((64_000, 70_000, 5), (70_000, 90_000, 10)))

    least, _ = ms_of(episode, "recovered")
    assert 69_000 <= least <= 70_100


@pytest.mark.parametrize(("replies", "back"), [(10, True), (9, False)], ids=["95%", "90%"])
def test_the_line_is_95_percent(replies: int, back: bool) -> None:
    episode = only(*rates((64_000, 90_000, replies)))

    assert ("recovered" in known(episode)) is back


def test_a_burst_does_not_last_five_seconds() -> None:
    episode = only(*rates((64_000, 66_000, 10), (66_000, 90_000, 1)))

    assert "recovered" not in known(episode)


def test_a_capture_that_ends_too_soon_says_so() -> None:
    span, vmk1 = scenes.failure(died=37_000, served=64_000, end=67_000)
    vmk1.counts(LOCAL, [(0, 37_000, 10)])
    span.counts(OUTSIDE, [(64_000, 67_000, 10)])

    episode = only(span, vmk1)

    (missing,) = [i for i in episode.instants if i.name == "recovered"]
    assert "recovered" not in known(episode)
    assert missing == MissingInstant("recovered", "not-observed", "rate-not-back")


def test_three_seconds_tell_a_rate() -> None:
    span, vmk1 = scenes.failure(died=3_500, served=64_000, end=90_000)
    vmk1.counts(LOCAL, [(0, 3_500, 10)])
    span.counts(OUTSIDE, [(64_000, 90_000, 10)])

    assert "recovered" in known(only(span, vmk1))


def test_twice_the_rate_does_not_make_up_for_a_capture_that_ends() -> None:
    span, vmk1 = scenes.failure(died=37_000, served=64_000, end=67_500)
    vmk1.counts(LOCAL, [(0, 37_000, 10)])
    span.counts(OUTSIDE, [(64_000, 67_000, 20)])

    assert "recovered" not in known(only(span, vmk1))


def test_a_capture_that_begins_with_the_fault_has_no_rate_to_compare() -> None:
    span, vmk1 = scenes.failure(died=2_000, served=64_000, end=90_000)
    vmk1.counts(LOCAL, [(0, 2_000, 10)])
    span.counts(OUTSIDE, [(64_000, 90_000, 10)])

    (missing,) = [i for i in only(span, vmk1).instants if i.name == "recovered"]

    assert missing == MissingInstant("recovered", "not-observed", "too-little-before")


@pytest.mark.parametrize(("surely", "at"), [(True, None), (False, 0)])
def test_a_rate_is_back_for_sure_only_where_the_whole_bins_have_it(surely: bool, at: int | None) -> None:
    """Five seconds from somewhere in the first bin on: that has one reply at least, and the last one may have none."""
    width = SECOND
    replies = Replies("c", width, tuple(range(0, 8 * width, width)), tuple(range(0, 90, 10)))

    assert replies.first(0, 8 * SECOND, Fraction(50, WINDOW) * 100 / SHARE_PERCENT, surely=surely) == at
    assert replies.first(0, 8 * SECOND, Fraction(41, WINDOW) * 100 / SHARE_PERCENT, surely=True) == 0
    assert replies.first(0, 8 * SECOND, Fraction(61, WINDOW) * 100 / SHARE_PERCENT, surely=False) is None
