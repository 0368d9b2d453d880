"""Which CVM fell silent with a service, who misses it, and when it may not be told."""

from __future__ import annotations

from analyzer.correlate.wire.kinds.silent_cvm import SilentCvm, silent_cvm
from tests.correlate import scenes
from tests.correlate.builder import CVM, CVM_ETH0, NOBODY, PEER, PEER_ETH0, Capture, ns
from tests.correlate.wire.shown import changes_shown, scene_shown


def found(*captures: Capture) -> SilentCvm | None:
    (change,) = changes_shown(*captures)
    return silent_cvm(change, scene_shown(*captures))


def test_the_one_that_others_ask_for() -> None:
    silent = found(*scenes.failure(died=37_000))

    assert silent is not None
    assert (silent.address, silent.last.last) == (CVM, ns(37_000))
    assert [(one.sender, one.target) for one in silent.requests] == [(PEER, CVM)]
    assert silent.gone(ns(60_000)) == (ns(37_000), ns(40_010))


def test_its_end_is_bounded_by_the_first_request_after_its_last_frame() -> None:
    """A peer asked already while it lived, and went on to."""
    span, vmk1 = scenes.failure(died=37_000)
    span.asks(PEER_ETH0, PEER, CVM, 36_500, 37_500)

    silent = found(span, vmk1)

    assert silent is not None
    assert [one.frames.first for one in silent.requests] == [ns(36_500), ns(40_000)]
    assert silent.gone(ns(60_000)) == (ns(37_000), ns(40_010))


def test_one_that_goes_on_is_not_silent() -> None:
    span, vmk1 = scenes.failure()
    span.speaks(CVM_ETH0, CVM, 38_000, 90_000)

    assert found(span, vmk1) is None


def test_a_silence_that_nobody_misses_of_a_machine_that_is_no_cvm_shows_nothing() -> None:
    span, vmk1 = scenes.failure()
    span.events = [event for event in span.events if CVM not in str(event.detail) and CVM_ETH0 not in str(event.detail)]
    span.speaks("00:11:22:33:44:55", NOBODY, 0, 37_000)

    assert found(span, vmk1) is None
