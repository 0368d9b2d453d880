"""One line on a frame."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from analyzer.ingest.capture import Frame, frames, summary
from analyzer.ingest.capture.result import LINK_TYPES
from tests.ingest.capture.build import (
    ACK,
    HOST,
    HOST_MAC,
    STORAGE,
    SYN,
    arp,
    call,
    ethernet,
    ipv4,
    ipv6,
    record,
    reply,
    tcp,
    udp,
)
from tests.ingest.capture.recordings import recording_id, recordings

REDIRECT = b"\5\1\0\0" + bytes([192, 168, 1, 28]) + ipv4(bytes(8), HOST, STORAGE)


@pytest.mark.parametrize(
    ("link_type", "data", "line"),
    [
        (1, arp(1, HOST_MAC, HOST, STORAGE), f"ARP who has {STORAGE}? tell {HOST}"),
        (1, arp(2, HOST_MAC, HOST, STORAGE), f"ARP {HOST} is at 00:25:90:00:00:aa, to {STORAGE}"),
        (1, arp(1, HOST_MAC, HOST, HOST), f"ARP announcement: {HOST} is at 00:25:90:00:00:aa"),
        (
            1,
            ethernet(ipv4(tcp(800, 2049, 7, flags=SYN), HOST, STORAGE), tags=[(0x8100, 5)]),
            f"VLAN 5 {HOST}:800 → {STORAGE}:2049 TCP [SYN] Seq=7 Len=0",
        ),
        (
            101,
            ipv4(tcp(800, 2049, 7, record(call(16, 6)), ACK, ack=9), HOST, STORAGE),
            f"{HOST}:800 → {STORAGE}:2049 NFS V3 READ call xid 0x00000010 [ACK] Seq=7 Ack=9 Len=44",
        ),
        (
            1,
            ethernet(ipv4(udp(111, 700, reply(16)), STORAGE, HOST, 17)),
            f"{STORAGE}:111 → {HOST}:700 RPC reply xid 0x00000010 Len=24",
        ),
        (
            1,
            ethernet(ipv4(REDIRECT, "192.168.1.1", HOST, 1)),
            f"192.168.1.1 → {HOST} ICMP redirect: {STORAGE} by 192.168.1.28",
        ),
        (
            229,
            ipv6(tcp(800, 2049, 7, flags=SYN), "fe80::1", "fe80::2"),
            "fe80::1:800 → fe80::2:2049 TCP [SYN] Seq=7 Len=0",
        ),
        (1, b"short", "frame of 5 bytes, link type 1"),
        (147, b"whatever", "frame of 8 bytes, link type 147"),
    ],
    ids=["who-has", "is-at", "announcement", "syn", "call", "reply", "redirect", "ipv6", "short", "unknown"],
)  # fmt: skip
def test_lines(link_type: int, data: bytes, line: str) -> None:
    assert summary(Frame(1, 0, link_type, 0, 1, len(data), data)) == line


@given(st.sampled_from([*sorted(LINK_TYPES), 147]), st.binary(max_size=100))
def test_noise_never_raises(link_type: int, noise: bytes) -> None:
    for data in (noise, ethernet(noise), ethernet(ipv4(noise, HOST, STORAGE)), ethernet(ipv4(noise, HOST, STORAGE, 1))):
        assert summary(Frame(1, 0, link_type, 0, 1, len(data), data))


@pytest.mark.parametrize("capture", recordings(), ids=recording_id)
def test_every_frame_of_the_recordings_has_a_line(capture: Path) -> None:
    with capture.open("rb") as stream:
        lines = [summary(frame) for frame in frames(stream, capture.name)]
    assert lines
    for line in lines:
        assert "ARP " in line or " → " in line or " IP " in line or "link type 1" in line
