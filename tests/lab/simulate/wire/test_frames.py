from __future__ import annotations

import dpkt
import pytest
from hypothesis import given
from hypothesis import strategies as st

from analyzer.lab.simulate.wire import frames
from analyzer.lab.simulate.wire.frames import Header, Station

ONE, OTHER = bytes(range(6)), bytes(range(6, 12))
word = st.integers(0, 2**32 - 1)


def header(ident: int = 7) -> Header:
    return Header(Station(ONE, "192.168.5.1", 777), Station(OTHER, "192.168.5.2", 2049), ident)


def parsed(frame: bytes) -> tuple[dpkt.ip.IP, dpkt.tcp.TCP]:
    ip = dpkt.ethernet.Ethernet(frame).data
    return ip, ip.data


def assert_right_checksums(frame: bytes) -> None:
    """As dpkt reckons them: over the bytes with the checksum in them, the sum is all ones."""
    ip, tcp = frame[14:34], frame[34:]
    pseudo = ip[12:20] + bytes((0, 6)) + len(tcp).to_bytes(2, "big")
    assert dpkt.in_cksum(ip) == 0
    assert dpkt.in_cksum(pseudo + tcp + bytes(len(tcp) % 2)) == 0


@given(seq=word, ack=word, stamps=st.tuples(word, word), payload=st.binary(max_size=1448), ident=st.integers(0, 65535))
def test_a_segment_is_what_was_asked_for(
    seq: int, ack: int, stamps: tuple[int, int], payload: bytes, ident: int
) -> None:
    frame = header(ident).segment(frames.PSH | frames.ACK, seq, ack, 63, stamps, payload)

    ip, tcp = parsed(frame)
    assert_right_checksums(frame)
    assert (tcp.seq, tcp.ack, tcp.flags, tcp.win, bytes(tcp.data)) == (seq, ack, 24, 63, payload)
    assert (tcp.sport, tcp.dport, ip.len, ip.id) == (777, 2049, len(frame) - 14, (ident + 1) & 0xFFFF)
    assert dpkt.tcp.parse_opts(tcp.opts)[-1][1] == b"".join(stamp.to_bytes(4, "big") for stamp in stamps)


@given(seq=word, ack=word, stamps=st.tuples(word, word))
def test_a_syn_and_a_reset_have_right_checksums(seq: int, ack: int, stamps: tuple[int, int]) -> None:
    syn = header().synchronize(frames.SYN | frames.ACK, seq, ack, 65160, stamps)
    reset = header().reset(seq)

    for frame in (syn, reset):
        assert_right_checksums(frame)
    assert parsed(reset)[1].flags == frames.RST
    assert parsed(syn)[1].seq == parsed(reset)[1].seq == seq


@pytest.mark.parametrize(
    ("frame", "operation", "to"),
    [
        pytest.param(frames.arp_request(ONE, "10.0.0.1", "10.0.0.2"), 1, frames.BROADCAST, id="request"),
        pytest.param(frames.arp_reply(ONE, "10.0.0.1", OTHER, "10.0.0.2"), 2, OTHER, id="reply"),
        pytest.param(frames.arp_announcement(ONE, "10.0.0.1", reply=True), 2, frames.BROADCAST, id="gratuitous"),
    ],
)
def test_arp(frame: bytes, operation: int, to: bytes) -> None:
    ethernet = dpkt.ethernet.Ethernet(frame)
    arp = ethernet.data

    assert (arp.op, arp.sha, arp.spa, ethernet.dst) == (operation, ONE, bytes((10, 0, 0, 1)), to)
