"""The events of all captures, sorted for questions: by whose they are, and in time."""

from __future__ import annotations

import pytest
from msgspec.structs import replace

from analyzer.config import Settings
from analyzer.correlate.wire.reading import ANSWER_WITHIN, read_traffic
from analyzer.model.event import ArpTraffic, Ends
from analyzer.model.instant import MILLISECOND
from tests.correlate.builder import (
    HOST,
    LOCAL,
    OUTSIDE,
    PEER,
    PEER_ETH0,
    STORAGE,
    VMK0,
    Capture,
    Genesis,
    back,
    evidence,
    ns,
)
from tests.correlate.wire.shown import traffic_of

COOKED = Ends("00:0c:29:c0:01:28", "", STORAGE, HOST, 2049, 878)  # a reply in a capture that has no receiver's MAC


def test_without_a_capture_there_is_no_traffic() -> None:
    assert read_traffic(evidence(Genesis()), Settings(), "capture") is None


def test_all_together_cover_what_its_captures_cover() -> None:
    first, second = Capture(source="a.pcap"), Capture(source="b.pcap")
    first.speaks(VMK0, HOST, 0, 5_000)
    second.speaks(VMK0, HOST, 9_000, 12_000)

    traffic = traffic_of(first, second)

    assert (traffic.first, traffic.last) == (ns(0), ns(12_000) + 999)
    assert traffic.covers["a.pcap"][0] == ns(0)
    assert traffic.covers["b.pcap"][0] == ns(9_000)


def test_a_capture_on_another_clock_is_not_read() -> None:
    other = Capture(source="b.pcap", clock="capture:b.pcap")
    other.speaks(VMK0, HOST, 0, 5_000)

    assert read_traffic(evidence(other), Settings(), "capture") is None
    assert read_traffic(evidence(other), Settings(), "capture:b.pcap") is not None


def test_each_file_of_a_ring_stands_for_all() -> None:
    first, second = Capture(source="1.pcap"), Capture(source="2.pcap")
    first.speaks(VMK0, HOST, 0, 5_000)
    second.speaks(VMK0, HOST, 5_000, 9_000)
    told = replace(evidence(first, second), rings=(("1.pcap", "2.pcap"),))

    traffic = read_traffic(told, Settings(), "capture")

    assert traffic is not None
    assert traffic.covers["1.pcap"] == traffic.covers["2.pcap"] == (ns(0), ns(9_000) + 999)
    assert traffic.spans == ((ns(0), ns(9_000) + 999),)


@pytest.mark.parametrize(("late", "answered"), [(0, True), (1, False)], ids=["in time", "too late"])
def test_a_reply_answers_a_request_of_its_time(late: int, answered: bool) -> None:
    capture = Capture()
    capture.asks(VMK0, HOST, PEER, 1_000, 1_000)
    at = 1_000 + ANSWER_WITHIN // MILLISECOND + late
    capture.run(at, at, ArpTraffic, "reply", PEER_ETH0, PEER, HOST, None)

    (asked,) = traffic_of(capture).asked[VMK0].items
    assert asked.answered == (ns(at) if answered else None)


def test_of_requests_that_a_reply_ends_those_long_before_it_had_none() -> None:
    capture = Capture()
    capture.asks(VMK0, HOST, PEER, 1_000, 4_000)
    capture.run(4_100, 4_100, ArpTraffic, "reply", PEER_ETH0, PEER, HOST, None)

    (in_vain,) = traffic_of(capture).requests_by({VMK0}, ns(0), ns(9_000))

    assert (in_vain.frames.first, in_vain.frames.last) == (ns(1_000), ns(4_100) - ANSWER_WITHIN)


def test_replies_are_by_the_receiver_and_of_a_cooked_capture_by_the_client_too() -> None:
    capture = Capture()
    capture.sends(back(LOCAL), 0, 1_000, "reply")
    capture.sends(COOKED, 2_000, 3_000, "reply")

    replies = traffic_of(capture).replies

    assert {key for key in replies if len(replies[key]) == 1} >= {LOCAL.src_mac, (HOST, 878)}
    assert (LOCAL.src, LOCAL.sport) not in replies


def test_callers_are_the_macs_that_sent_as_a_client() -> None:
    capture = Capture()
    capture.sends(OUTSIDE, 0, 1_000)
    capture.sends(replace(OUTSIDE, src_mac=PEER_ETH0), 0, 1_000)

    assert traffic_of(capture).callers == {(HOST, OUTSIDE.sport): frozenset({VMK0, PEER_ETH0})}


def test_segments_are_by_sender_and_next_hop_without_the_calls_in_them() -> None:
    capture = Capture()
    capture.sends(OUTSIDE, 0, 1_000, "call", "retransmission")

    segments = traffic_of(capture).segments

    assert [*segments] == [(VMK0, OUTSIDE.dst_mac)]
    assert len(segments[VMK0, OUTSIDE.dst_mac].items) == 1


def test_two_captures_of_one_announcement_tell_it_in_order() -> None:
    first, second = Capture(source="a.pcap"), Capture(source="b.pcap")
    second.announces(PEER_ETH0, PEER, 1_000)
    first.announces(PEER_ETH0, PEER, 2_000)

    announced = traffic_of(first, second).announced[PEER_ETH0].items

    assert [one.frames.first for one in announced] == [ns(1_000), ns(2_000)]
