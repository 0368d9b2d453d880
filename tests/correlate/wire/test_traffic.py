"""Captures sorted for questions: silences over several of them, and ARP requests without a reply."""

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
    PEER,
    PEER_ETH0,
    VMK0,
    Capture,
    Genesis,
    evidence,
    ns,
)


def traffic_of(*captures: Capture) -> Traffic:
    traffic = read_traffic(evidence(*captures), Settings(), "capture")
    assert traffic is not None
    return traffic


def test_without_a_capture_there_is_no_traffic() -> None:
    assert read_traffic(evidence(Genesis()), Settings(), "capture") is None


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
    assert [request.answered for request in traffic.asked[VMK0].items] == [False, True]
    assert not list(traffic.requests_by({VMK0}, ns(6_000), ns(9_000)))


def test_all_together_cover_what_its_captures_cover() -> None:
    first, second = Capture(source="a.pcap"), Capture(source="b.pcap")
    first.speaks(VMK0, HOST, 0, 5_000)
    second.speaks(VMK0, HOST, 9_000, 12_000)

    traffic = traffic_of(first, second)

    assert (traffic.first, traffic.last) == (ns(0), ns(12_000) + 999)
    assert traffic.covers["a.pcap"][0] == ns(0)
    assert traffic.covers["b.pcap"][0] == ns(9_000)
