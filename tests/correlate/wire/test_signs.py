"""What a host's frames and ARP requests show of its route: until when it was certainly in place."""

from __future__ import annotations

from dataclasses import replace

import msgspec

from analyzer.correlate.wire.frames import Frames
from analyzer.correlate.wire.signs import (
    ON_ITS_WAY,
    PROBED,
    RESOLVED,
    RESPONSE,
    SENT_AGAIN,
    refused_inside,
    routed_until,
    served_unseen,
    still_inside,
)
from analyzer.model.instant import SECOND
from analyzer.model.source import Origin
from tests.correlate import scenes
from tests.correlate.builder import HOST, LOCAL, OUTSIDE, PRIVATE, STORAGE, VMK1, back, known, neighbours, ns, only
from tests.correlate.wire.shown import changes_shown, scene_shown

BEGIN = 1_000 * SECOND


def requests(*spans: tuple[int, int]) -> list[Frames]:
    """Runs of ARP requests from and to so many seconds after `BEGIN`."""
    here = Origin("vmk1.pcap", 1)
    return [
        Frames(BEGIN + first * SECOND, BEGIN + last * SECOND, here, here, last - first + 1) for first, last in spans
    ]


def test_three_requests_may_be_for_one_who_was_known_and_so_of_a_packet_long_ago() -> None:
    assert routed_until(requests((20, 22))) == BEGIN + 22 * SECOND - PROBED


def test_requests_that_go_on_are_of_a_packet_just_before() -> None:
    assert routed_until(requests((20, 22), (23, 25))) == BEGIN + 25 * SECOND - RESOLVED
    assert routed_until(requests((20, 23))) == BEGIN + 23 * SECOND - RESOLVED


def test_no_request_shows_nothing() -> None:
    assert routed_until([]) is None


def test_frames_that_begin_after_the_last_reply_show_where_the_host_still_turns() -> None:
    span, vmk1 = scenes.failure(died=37_000)
    vmk1.sends(LOCAL, 37_005, 37_300)
    scene = scene_shown(span, vmk1)
    host = scene.topology.host(HOST)
    assert host is not None

    found = still_inside(scene, host, ns(37_000), ns(60_000))

    assert RESPONSE > 5 * 10**6
    assert [frames.first for frames in found] == [ns(37_500), ns(45_000)]


def test_a_host_that_sends_new_calls_is_answered_until_it_sends_many_again() -> None:
    span, vmk1 = scenes.both()
    neighbours(span, 0, 90_000)
    span.serves(OUTSIDE, 0, 30_000)
    vmk1.sends(LOCAL, 30_500, 60_000, "call")
    vmk1.sends(LOCAL, 40_000, 50_000, "retransmission")
    vmk1.speaks(VMK1, None, 30_500, 60_000)
    scene = scene_shown(span, replace(vmk1, source="vmk1.pcap"))
    host = scene.topology.host_of_mac(VMK1)
    assert host is not None

    found = served_unseen(scene, host, ns(30_000), ns(60_000))

    assert found is not None
    assert found[0] == ns(40_000) - SENT_AGAIN


def test_a_new_call_by_another_connection_is_not_one_after_an_answer() -> None:
    """The own CVM is dead when the first of the two is used, and still when the other is."""
    span, vmk1 = scenes.both()
    neighbours(span, 0, 90_000)
    span.serves(OUTSIDE, 0, 30_000)
    vmk1.sends(LOCAL, 31_800, 31_800, "call")
    for again in (32_000, 32_400):
        vmk1.sends(LOCAL, again, again, "retransmission")
    vmk1.sends(msgspec.structs.replace(LOCAL, sport=LOCAL.sport + 1), 38_500, 38_500, "call")
    vmk1.speaks(VMK1, None, 30_500, 60_000)
    scene = scene_shown(span, vmk1)
    host = scene.topology.host_of_mac(VMK1)
    assert host is not None

    assert served_unseen(scene, host, ns(30_000), ns(60_000)) is None


def test_a_route_may_be_back_before_the_last_request_inside() -> None:
    """A kernel asks the dead CVM that it knew 5 s after its last frame, whatever the route is by then."""
    span, vmk1 = scenes.deletion(deleted=37_000, back_at=50_300)
    vmk1.events[:] = []
    vmk1.sends(LOCAL, 37_400, 45_700, "frame")
    vmk1.sends(LOCAL, 37_600, 45_700, "retransmission")
    vmk1.asks(VMK1, PRIVATE, STORAGE, 49_600, 51_600)

    repaired = known(only(span, replace(vmk1, source="vmk1.pcap")))["repaired"].at

    assert repaired.least == vmk1.at(45_700).least - ON_ITS_WAY


def test_a_cvm_refuses_the_connection_that_the_host_opens_and_no_other() -> None:
    def is_refused(opened: int, ended: int) -> bool:
        span, vmk1 = scenes.failure(died=37_000)
        vmk1.control("SYN", msgspec.structs.replace(LOCAL, sport=opened), 40_000)
        vmk1.control("RST", back(msgspec.structs.replace(LOCAL, sport=ended)), 40_001)
        (change,) = changes_shown(span, vmk1)
        return refused_inside(change, scene_shown(span, vmk1))

    assert is_refused(900, 900)
    assert not is_refused(900, 901)
