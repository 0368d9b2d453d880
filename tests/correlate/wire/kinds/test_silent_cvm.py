"""Which CVM fell silent with a service, who misses it, and when it may not be told."""

from __future__ import annotations

import pytest
from msgspec.structs import replace

from analyzer.correlate.wire.change import Change
from analyzer.correlate.wire.frames import ArpRequests, Frames
from analyzer.correlate.wire.kinds.silent_cvm import SilentCvm, _nearest, silent_cvm
from analyzer.model.instant import SECOND
from analyzer.model.source import Origin
from tests.correlate import scenes
from tests.correlate.builder import (
    CVM,
    CVM_ETH0,
    HOST,
    LOCAL,
    NOBODY,
    OUTSIDE,
    PEER,
    PEER_ETH0,
    PRIVATE,
    REMOTE,
    REMOTE_ETH0,
    VMK0,
    Capture,
    back,
    ms_of,
    ns,
    only,
)
from tests.correlate.story.made import LOCAL as LOCAL_PATH
from tests.correlate.story.made import REMOTE as REMOTE_PATH
from tests.correlate.story.made import served
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


@pytest.mark.parametrize(
    ("asks_from", "silent"),
    [pytest.param(PRIVATE, None, id="for storage"), pytest.param(HOST, CVM, id="for something else")],
)
def test_one_that_the_host_turned_to_as_a_gateway_is_not_its_own(asks_from: str, silent: str | None) -> None:
    """A route by a CVM that is off takes the host away from its own."""
    span, vmk1 = scenes.failure(died=37_000)
    span.asks(VMK0, asks_from, CVM, 37_300, 60_000)

    one = found(span, vmk1)

    assert (one and one.address) == silent


def test_nor_is_one_that_it_sent_its_calls_to() -> None:
    span, vmk1 = scenes.failure(died=37_000)
    span.sends(replace(OUTSIDE, dst_mac=CVM_ETH0), 37_300, 60_000)

    assert found(span, vmk1) is None


def test_one_that_was_heard_again_just_before_may_be_it_as_well() -> None:
    """The local path is not captured: Genesis may have acted on either silence."""
    span, _ = scenes.both()
    span.speaks(VMK0, HOST, 0, 90_000)
    span.speaks(CVM_ETH0, CVM, 0, 20_000)
    span.speaks(CVM_ETH0, CVM, 60_000, 90_000)
    span.speaks(PEER_ETH0, PEER, 0, 40_000)
    span.speaks(REMOTE_ETH0, REMOTE, 0, 90_000)
    span.connects(OUTSIDE, 64_001)
    span.serves(OUTSIDE, 64_002, 90_000)

    silent = found(span)

    assert silent is not None
    assert (silent.address, len(silent.alternatives)) == (None, 1)
    assert silent.gone(ns(64_000))[0] == ns(20_000)


def test_of_one_whose_stargate_stopped_first_another_that_is_silent_may_be_meant() -> None:
    span, vmk1 = scenes.failure(died=37_000)
    vmk1.control("FIN", back(LOCAL), 37_100)
    span.events = [
        event for event in span.events if PEER not in str(event.detail) and PEER_ETH0 not in str(event.detail)
    ]
    span.speaks(PEER_ETH0, PEER, 0, 36_000)

    silent = found(span, vmk1)

    assert silent is not None
    assert (silent.address, len(silent.alternatives)) == (None, 1)


def silent(address: str, last: int, *, asked: bool = True) -> SilentCvm:
    """A CVM that was heard until so many s."""
    frames = Frames(0, last * SECOND, Origin("a", 1), Origin("a", 2), 9)
    requests = (ArpRequests(PEER_ETH0, PEER, CVM, frames, answered=None),) if asked else ()
    return SilentCvm(address, frames, requests, None, ())


@pytest.mark.parametrize(
    ("seen", "expected"), [(True, "192.168.1.31"), (False, "192.168.1.32")], ids=["as service ended", "as it appeared"]
)
def test_of_two_that_fell_silent_it_is_the_one_whose_silence_is_nearest(seen: bool, expected: str) -> None:
    """To the service's end, where that is in the capture, and else to where the host appeared."""
    service = served((LOCAL_PATH, 0, 100), (REMOTE_PATH, 300, 400))
    before, after = service.segments
    change = Change(service.host, service, before if seen else None, after, 100 * SECOND, 300 * SECOND)
    both = [silent("192.168.1.31", 101), silent("192.168.1.32", 299)]

    found, asked = (
        _nearest(change, cvms, sure=True) for cvms in (both, [*both, silent("192.168.1.33", 200, asked=False)])
    )

    assert found is not None
    assert (found, found.address) == (asked, expected)
    assert _nearest(change, [], sure=True) is None


def test_a_cvm_that_was_heard_again_and_fell_silent_once_more_may_have_failed_then() -> None:
    """It hung, was back for some seconds, and died: Genesis found that it was gone, or that it had hung."""
    span, vmk1 = scenes.failure(died=37_000, served=64_000)
    span.speaks(CVM_ETH0, CVM, 50_000, 53_000)

    _, most = ms_of(only(span, vmk1), "fault")
    assert most >= 53_000
