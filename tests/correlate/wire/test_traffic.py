"""What all captures show together: silences, ARP requests without a reply, segments and calls of a time."""

from __future__ import annotations

import pytest

from analyzer.config import Settings
from analyzer.correlate.wire.reading import read_traffic
from analyzer.correlate.wire.traffic import Traffic
from tests.correlate.builder import (
    CVM,
    CVM_ETH0,
    HOST,
    NOBODY,
    OUTSIDE,
    PEER,
    PEER_ETH0,
    VMK0,
    Capture,
    back,
    evidence,
    ns,
)


def traffic_of(*captures: Capture) -> Traffic:
    traffic = read_traffic(evidence(*captures), Settings(), "capture")
    assert traffic is not None
    return traffic


@pytest.mark.parametrize("names", [("a.pcap", "b.pcap"), ("b.pcap", "a.pcap")], ids="-".join)
def test_a_mac_in_two_captures_is_silent_only_after_both(names: tuple[str, str]) -> None:
    long, short = (Capture(source=name) for name in names)
    long.speaks(CVM_ETH0, CVM, 0, 60_000)
    short.speaks(CVM_ETH0, CVM, 0, 20_000)
    long.speaks(PEER_ETH0, PEER, 0, 90_000)

    traffic = traffic_of(long, short)

    (run,) = traffic.heard[CVM_ETH0].items
    assert (run.first, run.last) == (ns(0), ns(60_000))
    assert traffic.silence(CVM_ETH0, ns(70_000)) == (run, None)


def test_a_silence_lies_between_two_runs() -> None:
    capture = Capture()
    capture.speaks(CVM_ETH0, CVM, 0, 20_000)
    capture.speaks(CVM_ETH0, CVM, 50_000, 60_000)

    silence = traffic_of(capture).silence(CVM_ETH0, ns(30_000))

    assert silence is not None
    before, after = silence
    assert after is not None
    assert (before.last, after.first) == (ns(20_000), ns(50_000))
    assert traffic_of(capture).silence("ff", ns(30_000)) is None


def test_an_arp_request_is_unanswered_unless_a_reply_follows_soon() -> None:
    capture = Capture()
    capture.asks(VMK0, HOST, NOBODY, 1_000, 5_000)
    capture.asks(VMK0, HOST, PEER, 1_000, 1_000, answered_by=PEER_ETH0)
    capture.speaks(PEER_ETH0, None, 0, 9_000)

    traffic = traffic_of(capture)

    assert [request.target for request in traffic.requests_by({VMK0}, ns(0), ns(9_000))] == [NOBODY]
    assert [request.answered for request in traffic.asked[VMK0].items] == [None, ns(1_000)]
    assert not list(traffic.requests_by({VMK0}, ns(6_000), ns(9_000)))


@pytest.mark.parametrize(("heard_until", "steady"), [(20_000, True), (4_000, False)], ids=["all along", "now and then"])
def test_who_was_heard_all_along_is_missed_when_it_is_not(heard_until: int, steady: bool) -> None:
    capture = Capture()
    capture.speaks(VMK0, HOST, 0, 60_000)
    capture.speaks(CVM_ETH0, CVM, 0, heard_until)
    capture.speaks(CVM_ETH0, CVM, 22_000, 24_000)
    traffic = traffic_of(capture)

    assert traffic.steady(CVM_ETH0, traffic.heard[CVM_ETH0].items[-1], before=True) == steady


def test_control_segments_are_of_either_end() -> None:
    capture = Capture()
    capture.serves(OUTSIDE, 0, 10_000)
    capture.connects(OUTSIDE, 2_000)
    capture.control("RST", back(OUTSIDE), 8_000)
    traffic = traffic_of(capture)

    assert [one.segment.flags for one in traffic.controls_of({VMK0}, ns(0), ns(9_000))] == ["SYN", "SYN-ACK", "RST"]
    assert [one.segment.flags for one in traffic.controls_of({VMK0}, ns(3_000), ns(9_000))] == ["RST"]
    assert traffic.controls_of({PEER_ETH0}, ns(0), ns(9_000)) == ()


def test_calls_are_found_by_their_first() -> None:
    capture = Capture()
    capture.speaks(VMK0, HOST, 0, 10_000)
    for ms in (5_000, 1_000, 9_000):
        capture.calls(OUTSIDE, ms, None, xid=ms)

    assert [call.xid for call in traffic_of(capture).calls_of({VMK0}, ns(0), ns(9_000))] == [1_000, 5_000]


def test_at_the_end_of_a_capture_half_of_what_is_left_is_enough() -> None:
    capture = Capture()
    capture.speaks(PEER_ETH0, PEER, 0, 90_000)
    capture.speaks(CVM_ETH0, CVM, 84_000, 88_000)
    traffic = traffic_of(capture)

    assert traffic.steady(CVM_ETH0, traffic.heard[CVM_ETH0].items[0], before=False)


def test_a_next_hop_is_left_after_its_last_segment() -> None:
    capture = Capture()
    capture.sends(OUTSIDE, 0, 4_000)
    capture.speaks(VMK0, HOST, 0, 10_000)
    traffic = traffic_of(capture)

    assert traffic.left_next_hop({VMK0}, OUTSIDE.dst_mac, ns(9_000)) == ns(4_000)
    assert traffic.left_next_hop({VMK0}, OUTSIDE.dst_mac, ns(2_000)) == ns(2_000)
    assert traffic.left_next_hop({VMK0}, PEER_ETH0, ns(9_000)) is None
