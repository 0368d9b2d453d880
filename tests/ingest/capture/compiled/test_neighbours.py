"""Of a MAC that speaks for very many addresses both scans keep the same; what it claims by ARP has room of its own."""

from __future__ import annotations

import pytest

from analyzer.ingest.capture import CaptureScan
from analyzer.model.event import AddressOwned
from analyzer.model.source import Reason
from tests.ingest.capture.build import HOST_MAC, arp, ethernet, ipv4, pcap, udp
from tests.ingest.capture.compiled.both import compiled, plain

ROUTER = bytes.fromhex("00163e000001")
SENT_FROM, CLAIMED = 64, 256
SECOND = 10**9


def forwarded(count: int) -> list[bytes]:
    return [
        ethernet(ipv4(udp(53, 53, b""), f"10.0.{n >> 8}.{n & 255}", "192.168.1.9", 17), src=ROUTER)
        for n in range(1, count + 1)
    ]


def claimed(count: int) -> list[bytes]:
    return [arp(2, ROUTER, f"10.9.{n >> 8}.{n & 255}", "192.168.1.9") for n in range(1, count + 1)]


def both(frames: list[bytes]) -> CaptureScan:
    data = pcap([(n * SECOND, frame) for n, frame in enumerate(frames, 1)])
    one, other = plain(data), compiled(data)
    assert one.events == other.events
    assert one.skipped == other.skipped
    return other


def owned(found: CaptureScan, by: str) -> list[str]:
    owners = (event.detail for event in found.events if isinstance(event.detail, AddressOwned))
    return [one.address for one in owners if one.by == by and one.mac != HOST_MAC.hex(":")]


def test_a_routers_own_address_is_known_however_many_it_forwards_for() -> None:
    found = both([*forwarded(3 * SENT_FROM), arp(2, ROUTER, "192.168.1.1", "192.168.1.9")])

    assert owned(found, "arp") == ["192.168.1.1"]
    assert len(owned(found, "ipv4")) == SENT_FROM
    assert found.skipped == ()


@pytest.mark.parametrize(("count", "lost"), [(CLAIMED, 0), (CLAIMED + 3, 3)])
def test_what_a_mac_claims_beyond_measure_is_counted(count: int, lost: int) -> None:
    found = both([*claimed(count), *forwarded(SENT_FROM)])

    assert len(owned(found, "arp")) == CLAIMED
    assert len(owned(found, "ipv4")) == SENT_FROM
    told = [one.reason for one in found.skipped]
    assert told == ([Reason("details-forgotten", found=lost)] if lost else [])


def test_an_address_that_is_claimed_counts_once() -> None:
    sent = [ethernet(ipv4(udp(53, 53, b""), "10.9.0.1", "192.168.1.9", 17), src=ROUTER)]
    found = both([*sent, *claimed(CLAIMED + 1), *forwarded(SENT_FROM)])

    assert len(owned(found, "arp")) == CLAIMED + 1
    assert len(owned(found, "ipv4")) == SENT_FROM - 1
    assert found.skipped == ()
