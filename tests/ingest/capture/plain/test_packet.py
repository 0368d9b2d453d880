"""Header decoding: each link type and tag, fragments, damage; dpkt decodes the recordings the same way."""

from __future__ import annotations

import struct
from pathlib import Path

import dpkt
import pytest
from hypothesis import given
from hypothesis import strategies as st

from analyzer.ingest.capture import frames
from analyzer.ingest.capture.plain.fragments import Fragments
from analyzer.ingest.capture.plain.packet import Packet, address_text, decode, mac_text
from analyzer.ingest.capture.result import LINK_TYPES
from tests.ingest.capture.build import HOST_MAC, ethernet, ipv4, ipv6, tcp, udp
from tests.ingest.capture.recordings import recording_id, recordings

SEGMENT = tcp(801, 2049, 7, b"payload", flags=0x18, ack=9)
DATAGRAM = ipv4(SEGMENT, "192.168.1.24", "192.168.5.2", identification=77)
DATAGRAM6 = ipv6(SEGMENT, "fe80::1", "fe80::2")
SLL = struct.pack("!HHH6s2s", 0, 1, 6, HOST_MAC, b"")
SLL2 = struct.pack("!HIHBB6s2s", 0, 3, 1, 0, 6, HOST_MAC, b"")


@pytest.mark.parametrize(
    ("link_type", "data", "vlan", "src_mac"),
    [
        (1, ethernet(DATAGRAM), -1, HOST_MAC),
        (1, ethernet(DATAGRAM, tags=[(0x8100, 5)]), 5, HOST_MAC),
        (1, ethernet(DATAGRAM, tags=[(0x88A8, 7), (0x8100, 5)]), 7, HOST_MAC),
        (1, ethernet(DATAGRAM, tags=[(0x9100, 7), (0x8100, 5)]), 7, HOST_MAC),
        (1, ethernet(b"\x11\0\0\1\0\x4a\0\x21" + DATAGRAM, 0x8864), -1, HOST_MAC),
        (1, ethernet(b"\0\0\x10\x40\0\0\x21\x40" + DATAGRAM, 0x8847), -1, HOST_MAC),
        (113, SLL + b"\x08\0" + DATAGRAM, -1, HOST_MAC),
        (113, SLL + b"\x81\0\0\x05\x08\0" + DATAGRAM, 5, HOST_MAC),
        (276, b"\x08\0" + SLL2 + DATAGRAM, -1, HOST_MAC),
        (101, DATAGRAM, -1, b""),
        (228, DATAGRAM, -1, b""),
        (12, DATAGRAM, -1, b""),
        (0, b"\2\0\0\0" + DATAGRAM, -1, b""),
        (0, b"\0\0\0\2" + DATAGRAM, -1, b""),
        (108, b"\0\0\0\2" + DATAGRAM, -1, b""),
        (1, ethernet(ipv4(SEGMENT, "192.168.1.24", "192.168.5.2", options=b"\1\1\1\1")), -1, HOST_MAC),
    ],
    ids=[
        "ethernet", "vlan", "qinq", "qinq-9100", "pppoe", "mpls", "sll", "sll-vlan", "sll2", "raw", "raw-ipv4",
        "raw-12", "null-little", "null-big", "loop", "ip-options",
    ],
)  # fmt: skip
def test_link_types(link_type: int, data: bytes, vlan: int, src_mac: bytes) -> None:
    packet = decode(link_type, data)
    assert (address_text(packet.src), packet.sport) == ("192.168.1.24", 801)
    assert (address_text(packet.dst), packet.dport) == ("192.168.5.2", 2049)
    assert (packet.seq, packet.ack, packet.flags, packet.payload) == (7, 9, 0x18, b"payload")
    assert (packet.vlan, packet.src_mac) == (vlan, src_mac)


@pytest.mark.parametrize(
    ("link_type", "data"),
    [
        (1, ethernet(DATAGRAM6, 0x86DD)),
        (229, DATAGRAM6),
        (108, b"\0\0\0\x1e" + DATAGRAM6),
        (101, ipv6(b"\6\0" + bytes(6) + SEGMENT, "fe80::1", "fe80::2", protocol=0)),
        (101, ipv6(b"\6\0\0\0\0\0\0\1" + SEGMENT, "fe80::1", "fe80::2", protocol=44)),
    ],
    ids=["ethernet", "raw", "loop", "hop-by-hop", "whole-fragment"],
)
def test_ipv6(link_type: int, data: bytes) -> None:
    packet = decode(link_type, data)
    assert (address_text(packet.src), packet.sport, packet.payload) == ("fe80::1", 801, b"payload")


def test_the_snapshot_length_cuts_the_payload_and_not_its_length() -> None:
    packet = decode(1, ethernet(DATAGRAM)[:57])
    assert (packet.payload, packet.payload_length) == (b"pay", 7)


def test_padding_is_no_payload() -> None:
    assert decode(1, ethernet(DATAGRAM) + bytes(9)).payload == b"payload"


@pytest.mark.parametrize("size", range(0, 48, 4))
def test_cut_headers_leave_no_ports(size: int) -> None:
    assert decode(1, ethernet(DATAGRAM)[:size]).sport == -1


@given(st.sampled_from(sorted(LINK_TYPES)), st.binary(max_size=120))
def test_noise_never_raises(link_type: int, noise: bytes) -> None:
    assert decode(link_type, noise).sport < 1 << 16
    assert decode(1, ethernet(noise)).sport < 1 << 16
    assert decode(1, ethernet(DATAGRAM[:12] + noise)).sport < 1 << 16


@given(st.permutations([0, 1, 2]))
def test_fragments_in_any_order(order: list[int]) -> None:
    datagram = udp(800, 2049, bytes(range(200)))
    pieces = [datagram[:80], datagram[80:160], datagram[160:]]
    made = [
        ethernet(ipv4(piece, "10.0.0.1", "10.0.0.2", 17, 5, index * 10 | (0x2000 if index < 2 else 0)))
        for index, piece in enumerate(pieces)
    ]
    fragments = Fragments()
    packets = [decode(1, made[index]) for index in order]
    assert [fragments.add(packet) for packet in packets] == [False, False, True]
    assert (packets[-1].sport, packets[-1].payload) == (800, bytes(range(200)))


def test_memory_for_fragments_is_bounded() -> None:
    fragments = Fragments()
    for number in range(3000):
        fragments.add(decode(1, ethernet(ipv4(bytes(8), "10.0.0.1", "10.0.0.2", 17, number, 0x2000))))
    assert len(fragments._pieces) == 1024


@pytest.mark.parametrize("capture", recordings(), ids=recording_id)
def test_dpkt_decodes_the_recordings_the_same_way(capture: Path) -> None:
    with capture.open("rb") as stream:
        recorded = list(frames(stream, capture.name))
    assert recorded
    for frame in recorded:
        assert _ours(decode(frame.link_type, frame.data)) == _theirs(frame.data), f"frame {frame.number}"


def _ours(packet: Packet) -> tuple[object, ...]:
    ends = (mac_text(packet.src_mac), mac_text(packet.dst_mac), packet.src, packet.dst, packet.protocol)
    if packet.protocol != 6:
        return ends
    return (*ends, packet.sport, packet.dport, packet.seq, packet.ack, packet.flags, packet.payload)


def _theirs(data: bytes) -> tuple[object, ...]:
    frame = dpkt.ethernet.Ethernet(data)
    ip = frame.data
    if not isinstance(ip, dpkt.ip.IP):
        return (frame.src.hex(":"), frame.dst.hex(":"), b"", b"", -1)
    ends = (frame.src.hex(":"), frame.dst.hex(":"), ip.src, ip.dst, ip.p)
    if not isinstance(ip.data, dpkt.tcp.TCP):
        return ends
    segment = ip.data
    return (*ends, segment.sport, segment.dport, segment.seq, segment.ack, segment.flags, bytes(segment.data))
