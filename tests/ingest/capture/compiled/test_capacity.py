"""What happens where a table is full: what can be told is taken out, what can't be kept is said."""

from __future__ import annotations

import struct

import pytest

from analyzer.ingest.capture import limits
from analyzer.ingest.capture.compiled import layout
from analyzer.ingest.capture.plain import bounds
from analyzer.ingest.capture.plain import connections as followed
from analyzer.model.event import AddressOwned
from analyzer.model.source import Reason, Skipped
from tests.ingest.capture import build
from tests.ingest.capture.build import HOST, HOST_MAC, STORAGE, SYN, Connection, Timed, pcap, record
from tests.ingest.capture.compiled.both import blocks_of, compiled, plain

T0 = 1_000_000_000_000


def segments(port: int, parts: list[tuple[int, bytes]], start: int = T0) -> list[Timed]:
    """Segments of a stream from a host to the storage address, by their offset in the stream."""
    return [
        (
            start + number * 1000,
            build.ethernet(build.ipv4(build.tcp(port, 2049, 7 + at, data), HOST, STORAGE, identification=number + 1)),
        )
        for number, (at, data) in enumerate(parts)
    ]


def test_more_calls_than_are_remembered() -> None:
    """140,000 open calls, of which the oldest are given up, as operations and as pending calls; then replies."""
    connection = Connection()
    for first in range(0, 140_000, 1400):
        connection.to_server(b"".join(record(build.call(xid)) for xid in range(first, first + 1400)))
    for first in range(0, 140_000, 2000):
        connection.to_client(b"".join(record(build.reply(xid)) for xid in range(first, first + 2000)))
    data = pcap(connection.frames)
    expected = plain(data)
    assert expected.totals.unanswered == 140_000 - 131_071
    assert compiled(data) == expected


def test_bytes_that_wait_are_packed() -> None:
    """One segment waits all the time, so that the others' bytes are not simply forgotten."""
    large = build.call(1, body=bytes(50_000))
    parts, at = [], 0
    for _ in range(120):
        parts += [(at + 30_000, record(large)[30_000:]), (at, record(large)[:30_000])]
        at += len(record(large))
    waiting = segments(700, [(100, b"waits"), (0, bytes(100))])
    frames = [*segments(700, [(0, b"first")]), waiting[0], *segments(800, parts), waiting[1]]
    data = pcap(frames)
    with blocks_of(64_000):
        assert compiled(data) == plain(data)


def test_gaps_are_given_up_where_too_many_bytes_wait() -> None:
    frames = segments(700, [(0, b"first")])
    for port in range(100):
        large = record(build.call(port, body=bytes(60_000)))
        frames += segments(800 + port, [(0, bytes(7)), *((1000 + n * len(large), large) for n in range(3))])
    totals = compiled(pcap(frames)).totals
    assert (totals.frames, totals.gaps, totals.nfs_calls) == (401, 100, (("GETATTR", 300),))
    assert 280 < totals.out_of_order < 300  # what comes after a gap was given up is in order


def test_gaps_are_given_up_where_too_many_segments_wait() -> None:
    small = record(build.call(1))
    frames = []
    for port in range(500):
        frames += segments(800 + port, [(0, bytes(7)), *((1000 + n * 44, small) for n in range(60))])
    totals = compiled(pcap(frames)).totals
    assert (totals.frames, totals.gaps, totals.nfs_calls) == (30_500, 500, (("GETATTR", 30_000),))
    assert 29_000 < totals.out_of_order < 30_000


@pytest.fixture(scope="module")
def many() -> bytes:
    """70,000 connections that are opened by cooked frames."""
    frames = [
        (
            T0 + number * 1000,
            struct.pack("!HHH6s2xH", 0, 1, 6, HOST_MAC, 0x0800)
            + build.ipv4(
                build.tcp(1 + number % 60_000, 2049, number, flags=SYN), f"10.0.0.{number // 60_000}", STORAGE
            ),
        )
        for number in range(70_000)
    ]
    return pcap(frames, link_type=113)


def test_more_connections_than_are_known(many: bytes, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limits, "CONTROLS_AT_MOST", 100_000)
    monkeypatch.setattr(limits, "RUNS_AT_MOST", 100_000)
    monkeypatch.setattr(followed, "CONNECTIONS_AT_MOST", 100_000)
    monkeypatch.setattr(bounds, "CONTROLS_HELD", 100_000)
    monkeypatch.setattr(bounds, "RUNS_HELD", 100_000)
    expected, found = plain(many), compiled(many)
    connections, details = [skipped.reason for skipped in found.skipped]
    assert connections.name == "connections-forgotten"
    assert 28_600 <= connections.expected < 28_700
    assert details == Reason("details-forgotten", found=4461)
    assert (found.totals, found.events) == (expected.totals, expected.events)


def test_more_procedures_than_are_told_apart() -> None:
    connection = Connection()
    for first in range(0, 4200, 700):
        calls = (record(build.call(xid, xid % 4150)) for xid in range(first, first + 700))
        connection.to_server(b"".join(calls))
    connection.to_client(b"".join(record(build.reply(xid)) for xid in range(4000, 4200)))
    expected = plain(pcap(connection.frames))
    assert compiled(pcap(connection.frames)) == expected
    assert len(expected.totals.rpc_calls) == 4096
    assert expected.skipped == (Skipped("x.pcap", "RPC calls", Reason("too-many-procedures"), 54),)


def test_more_interfaces_than_kernels_know() -> None:
    count = layout.INTERFACES_AT_MOST + 50
    frame = Connection()
    frame.to_server(record(build.call(1)))
    packets = [build.enhanced(1_700_000_000_000_000 + at, frame.frames[0][1], index=at) for at in range(0, count, 7)]
    data = b"".join([build.section(), *(build.interface() for _ in range(count)), *packets, build.section(), *packets])
    assert compiled(data) == plain(data)


@pytest.mark.parametrize("kind", [0x7777, 0xBAD, 6], ids=["unknown", "custom", "frame"])
@pytest.mark.parametrize("size", [9 << 20, 15 << 20, 17 << 20], ids=["9", "15", "17"])
def test_blocks_larger_than_a_buffer(kind: int, size: int) -> None:
    frame = Connection()
    frame.to_server(record(build.call(1)))
    packet = build.enhanced(1_700_000_000_000_000, frame.frames[0][1])
    large = build.block(kind, packet[8:-4] + bytes(size))
    data = b"".join([build.section(), build.interface(), packet, large, packet])
    assert compiled(data) == plain(data)


def test_a_mac_keeps_its_limit_of_addresses_when_tables_are_taken_out() -> None:
    """A router's MAC sends from the whole world; enough runs of others make room necessary in between."""
    frames = []
    for number in range(70_000):
        if number % 500:
            frame = build.ethernet(b"LLDP", 0x88CC, src=struct.pack("!HI", 2, number))
        else:
            datagram = build.ipv4(build.udp(1, 2, b""), f"11.0.0.{number // 500}", HOST, 17)
            frame = build.ethernet(datagram, src=b"router")
        frames.append((T0 + number, frame))
    found = compiled(pcap(frames))
    owned = [event.detail.address for event in found.events if isinstance(event.detail, AddressOwned)]
    assert owned == [f"11.0.0.{number}" for number in range(64)]
