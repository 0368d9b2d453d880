"""One pass over a capture: the events, operations and counters that it tells."""

from __future__ import annotations

import io
import time
from collections.abc import Iterable
from pathlib import Path
from typing import TypeVar

import pytest
from hypothesis import given
from hypothesis import strategies as st

from analyzer.config import Settings
from analyzer.ingest.capture import CaptureScan, scan
from analyzer.model.event import (
    AddressOwned,
    ArpTraffic,
    Ends,
    Event,
    IcmpRedirect,
    MacTraffic,
    SshTraffic,
    StorageTraffic,
    TcpControl,
)
from analyzer.model.instant import MILLISECOND, SECOND, Instant
from analyzer.model.traffic import Bin
from tests.ingest.capture.build import (
    ACK,
    CVM_MAC,
    FIN,
    HOST,
    HOST_MAC,
    PSH,
    RST,
    STORAGE,
    SYN,
    Connection,
    Timed,
    arp,
    block,
    call,
    enhanced,
    ethernet,
    interface,
    ipv4,
    pcap,
    record,
    reply,
    section,
    simple,
    tcp,
)
from tests.ingest.capture.recordings import recording_id, recordings

Kind = TypeVar("Kind")
T0 = 1_000_000_000_000
NOBODY = "0.0.0.0"  # noqa: S104
TO_STORAGE = Ends(HOST_MAC.hex(":"), CVM_MAC.hex(":"), HOST, STORAGE, 800, 2049)


def scanned(frames: Iterable[Timed], *, link_type: int = 1, magic: int = 0xA1B23C4D) -> CaptureScan:
    data = pcap(frames, link_type=link_type, magic=magic)
    return scan(io.BytesIO(data), "span.pcap", Settings(), "wire")


def details(result: CaptureScan, kind: type[Kind]) -> list[tuple[Event, Kind]]:
    return [(event, event.detail) for event in result.events if isinstance(event.detail, kind)]


def storage_runs(result: CaptureScan, what: str) -> list[tuple[int, int, int]]:
    """(first frame, last frame, count) of each run."""
    found = [(event, detail) for event, detail in details(result, StorageTraffic) if detail.what == what]
    return [(event.origin.number, detail.run.last_frame, detail.run.count) for event, detail in found]


def at(ns: int) -> Instant:
    return Instant("wire", ns, ns)


def test_a_connection_its_calls_and_its_end() -> None:
    connection = Connection()
    connection.open()
    connection.to_server(record(call(1, 6)) + record(call(2, 7, bytes(400)))[:60])
    connection.to_server(record(call(2, 7, bytes(400)))[60:])
    connection.to_client(record(reply(1)) + record(reply(2)))
    connection.to_server(flags=FIN | ACK)
    connection.to_client(flags=RST)
    result = scanned(connection.frames)
    controls = details(result, TcpControl)
    assert [(event.origin.number, control.flags, control.retransmission) for event, control in controls] == [
        (1, "SYN", False),
        (2, "SYN-ACK", False),
        (7, "FIN", False),
        (8, "RST", False),
    ]
    assert controls[0][1].ends == TO_STORAGE
    assert controls[0][0].at == at(T0)
    assert storage_runs(result, "call") == [(4, 5, 2)]
    assert storage_runs(result, "reply") == [(6, 6, 2)]
    assert storage_runs(result, "frame") == [(1, 7, 5), (2, 8, 3)]
    totals = result.totals
    assert (totals.frames, totals.storage_frames, totals.tcp_resets, totals.unanswered) == (8, 8, 1, 0)
    assert totals.nfs_calls == totals.nfs_replies == (("READ", 1), ("WRITE", 1))
    # xid 1 from frame 4, which completes it, xid 2 from frame 5: not from its first segment
    assert (totals.rpc_time.least, totals.rpc_time.most) == (1000, 2000)
    assert (result.first, result.last) == (at(T0), at(T0 + 7000))


def test_a_call_sent_again_on_a_new_connection_is_one_operation() -> None:
    old, new = Connection(800, host="192.168.5.1"), Connection(801, start=T0 + 20 * SECOND)
    old.open()
    old.to_server(record(call(7, 7)))
    old.to_client(flags=RST)
    new.open()
    new.to_server(record(call(7, 7)))
    new.to_client(record(reply(7)))
    result = scanned([*old.frames, *new.frames])
    (operation,) = result.operations
    assert (operation.procedure, operation.calls) == ("WRITE", 2)
    assert (operation.first_call_frame, operation.last_call_frame, operation.reply_frame) == (4, 9, 10)
    assert (operation.ends.src, operation.ends.sport) == ("192.168.5.1", 800)
    assert operation.reply_ends is not None
    assert operation.reply_ends.dst == HOST
    # tshark matches within a connection: there the first call stays unanswered
    assert (result.totals.unanswered, result.totals.rpc_time.count) == (1, 1)
    (latency,) = [bucket for series in result.traffic for bucket in series.latency()]
    assert latency.least <= 20 * SECOND - 1000 * 4 + 1000 * 5 <= latency.most


def test_a_new_client_with_the_same_xid_is_another_operation() -> None:
    one, other = Connection(800), Connection(800, host="192.168.1.23", start=T0 + SECOND)
    for connection in (one, other):
        connection.to_server(record(call(7, 7)))
    frames = [(ns, data.replace(HOST_MAC, b"\0\x25\x90\0\0\xcc")) for ns, data in other.frames]
    assert [operation.calls for operation in scanned([*one.frames, *frames]).operations] == [1, 1]


def test_only_operations_worth_keeping() -> None:
    connection = Connection()
    connection.open()
    for xid in range(100):
        connection.to_server(record(call(xid)))
        if xid == 60:
            connection.now += 101 * MILLISECOND
        if xid != 70:
            connection.to_client(record(reply(xid)))
    connection.now += SECOND
    for xid in range(100, 140):
        connection.to_server(record(call(xid)))
        connection.to_client(record(reply(xid)))
    kept = [operation.xid for operation in scanned(connection.frames).operations]
    assert kept == [*range(32), 60, 70, *range(100, 132)]


def test_a_tcp_retransmission_is_the_same_call() -> None:
    connection = Connection()
    connection.open()
    connection.to_server(record(call(7)))
    connection.now += 300 * MILLISECOND
    connection.to_server(record(call(7)), seq=1001)
    connection.to_server(b"\0", seq=connection.client - 1)  # a keep-alive
    connection.to_client(record(reply(7)))
    result = scanned(connection.frames)
    assert storage_runs(result, "retransmission") == [(5, 5, 1)]
    assert storage_runs(result, "call") == [(4, 4, 1)]
    assert [operation.calls for operation in result.operations] == [1]
    assert result.totals.duplicates == 0


def test_a_mirrors_copies_are_no_retransmissions() -> None:
    connection = Connection()
    connection.open()
    connection.to_server(record(call(7)))
    connection.to_client(record(reply(7)))
    copies = [(ns + late, data) for ns, data in connection.frames for late in (0, 300)]
    result = scanned(copies)
    assert (result.totals.frames, result.totals.duplicates) == (10, 5)
    assert storage_runs(result, "retransmission") == []
    assert [control.retransmission for _, control in details(result, TcpControl)] == [False, False]
    assert result.totals.nfs_calls == result.totals.nfs_replies == (("GETATTR", 1),)


def test_a_syn_sent_again_is_marked_and_a_new_one_is_a_new_connection() -> None:
    connection = Connection()
    connection.to_server(flags=SYN, seq=1000)
    connection.now += SECOND
    connection.to_server(flags=SYN)
    connection.to_client(flags=SYN | ACK)
    connection.to_server(record(call(7)))
    connection.client, connection.server = 900_000, 70_000
    connection.open()
    connection.to_server(record(call(7)))
    connection.to_client(record(reply(7)))
    result = scanned(connection.frames)
    controls = [(control.flags, control.retransmission) for _, control in details(result, TcpControl)]
    assert controls == [("SYN", False), ("SYN", True), ("SYN-ACK", False), ("SYN", False), ("SYN-ACK", False)]
    assert (result.totals.unanswered, result.operations[0].calls) == (1, 2)


def test_runs_end_at_a_pause() -> None:
    connection = Connection(step=400 * MILLISECOND)
    for xid in range(3):
        connection.to_server(record(call(xid)))
    connection.now += 100 * MILLISECOND
    connection.to_server(record(call(3)))
    result = scanned(connection.frames)
    assert storage_runs(result, "frame") == [(1, 3, 3), (4, 4, 1)]
    first = next(detail for _, detail in details(result, StorageTraffic) if detail.what == "frame")
    assert (first.run.last, first.run.bytes) == (at(T0 + 800 * MILLISECOND), 3 * (54 + 44))


@pytest.mark.parametrize(("back", "runs"), [(800, [(1, 4, 4)]), (9_000, [(1, 3, 3), (4, 4, 1)])])
def test_runs_end_where_the_clock_was_set_back(back: int, runs: list[tuple[int, int, int]]) -> None:
    connection = Connection(step=100 * MILLISECOND)
    for xid in range(3):
        connection.to_server(record(call(xid)))
    connection.now -= back * MILLISECOND
    connection.to_server(record(call(3)))

    assert sorted(storage_runs(scanned(connection.frames), "frame")) == runs


def test_traffic_by_path_with_replies_in_the_path_of_their_calls() -> None:
    connection = Connection(step=60 * MILLISECOND)
    connection.to_server(record(call(1)))
    connection.to_client(record(reply(1)))
    (series,) = scanned(connection.frames).traffic
    assert series.ends == Ends(HOST_MAC.hex(":"), CVM_MAC.hex(":"), HOST, STORAGE, 0, 2049)
    assert tuple(series.bins()) == (Bin(T0 // series.width, 1, 1, 44 + 28),)
    ((index, procedure, least, most, count),) = [
        (one.index, one.procedure, one.least, one.most, one.count) for one in series.latency()
    ]
    assert (index, procedure, count) == (T0 // SECOND, "GETATTR", 1)
    assert least <= 60 * MILLISECOND <= most < least * 1.07


def test_vlan_is_the_outermost_tag() -> None:
    segment = tcp(800, 2049, 1, record(call(1)), PSH | ACK)
    tagged = ethernet(ipv4(segment, HOST, STORAGE), tags=[(0x88A8, 30), (0x8100, 5)])
    result = scanned([(T0, tagged)])
    assert result.totals.vlans == (30,)
    assert {detail.ends.vlan for _, detail in details(result, StorageTraffic)} == {30}


def test_arp_macs_and_addresses() -> None:
    frames = [(T0 + number * SECOND, arp(1, HOST_MAC, HOST, "192.168.1.28")) for number in range(4)]
    frames += [
        (T0 + 10 * SECOND, arp(2, CVM_MAC, "192.168.1.28", HOST)),
        (T0 + 11 * SECOND, arp(1, CVM_MAC, "192.168.1.28", "192.168.1.28")),
        (T0 + 12 * SECOND, arp(1, CVM_MAC, NOBODY, STORAGE)),
    ]
    result = scanned(frames)
    arps = [(arp.operation, arp.sender, arp.target, arp.run.count) for _, arp in details(result, ArpTraffic)]
    assert arps == [
        ("request", HOST, "192.168.1.28", 4),
        ("reply", "192.168.1.28", HOST, 1),
        ("announcement", "192.168.1.28", "192.168.1.28", 1),
        ("request", NOBODY, STORAGE, 1),
    ]
    owned = [(one.mac, one.address, one.by, one.run.count) for _, one in details(result, AddressOwned)]
    assert owned == [(HOST_MAC.hex(":"), HOST, "arp", 4), (CVM_MAC.hex(":"), "192.168.1.28", "arp", 2)]
    assert [one.run.count for _, one in details(result, MacTraffic)] == [1] * 7


def test_a_routers_mac_has_at_most_64_addresses() -> None:
    frames = [(T0 + n, ethernet(ipv4(b"", f"10.0.{n // 250}.{n % 250 + 1}", HOST, 89))) for n in range(300)]
    assert len(details(scanned(frames), AddressOwned)) == 64


def test_ssh_and_redirects() -> None:
    ssh = [
        ethernet(ipv4(tcp(5000, 22, 1, b"hello"), "192.168.1.27", HOST)),
        ethernet(ipv4(tcp(5000, 22, 6, b"", ACK), "192.168.1.27", HOST)),
        ethernet(ipv4(tcp(22, 5000, 1, b"answer"), HOST, "192.168.1.27")),
    ]
    quoted = ipv4(bytes(8), HOST, STORAGE)
    icmp = ethernet(ipv4(b"\5\1\0\0" + bytes([192, 168, 1, 28]) + quoted, "192.168.1.1", HOST, 1))
    result = scanned([(T0 + n, data) for n, data in enumerate([*ssh, icmp])])
    ((event, run),) = details(result, SshTraffic)
    assert (event.origin.number, run.client, run.server, run.run.count) == (1, "192.168.1.27", HOST, 1)
    assert [one for _, one in details(result, IcmpRedirect)] == [
        IcmpRedirect("192.168.1.1", HOST, STORAGE, "192.168.1.28")
    ]


def test_what_was_skipped_is_said_and_counted() -> None:
    damaged = ethernet(b"\x45\0")
    data = (
        section() + interface() + interface(147) + enhanced(1, damaged) + simple(damaged) + enhanced(1, b"abc", index=1)
    )
    result = scan(io.BytesIO(data + block(0xBAD, bytes(8)) + b"\6\0\0\0"), "x.pcapng", Settings())
    assert [(skipped.where, skipped.count) for skipped in result.skipped] == [
        (f"offset {len(data) + 20}", 1),
        ("the whole file", 1),
        ("all frames of the link type", 1),
        ("frame 1", 2),
        ("frame 2", 1),
    ]
    assert result.frames == result.totals.frames == 4


def test_an_empty_capture_has_no_time() -> None:
    result = scanned([])
    assert (result.frames, result.first, result.last, result.events, result.skipped) == (0, None, None, (), ())


def test_a_microsecond_stamp_means_its_microsecond() -> None:
    result = scanned([(T0 + 5000, arp(1, HOST_MAC, HOST, STORAGE))], magic=0xA1B2C3D4)
    assert result.events[0].at == Instant("wire", T0 + 5000, T0 + 5999)


@pytest.mark.parametrize("capture", recordings(), ids=recording_id)
def test_the_same_capture_gives_the_same_events_in_order_and_fast(capture: Path) -> None:
    data = capture.read_bytes()
    began = time.perf_counter()
    first = scan(io.BytesIO(data), capture.name, Settings())
    # 0.1 s for 2,000 frames is what an idle machine needs; a busy one gets five times that.
    assert time.perf_counter() - began < 0.5
    assert first == scan(io.BytesIO(data), capture.name, Settings())
    assert [event.at.least for event in first.events] == sorted(event.at.least for event in first.events)
    assert first.skipped == ()


@pytest.mark.parametrize("capture", recordings()[:2], ids=recording_id)
@given(data=st.data())
def test_a_cut_recording_is_read_to_its_cut(capture: Path, data: st.DataObject) -> None:
    whole = capture.read_bytes()[:20_000]
    cut = data.draw(st.integers(24, len(whole)))
    result = scan(io.BytesIO(whole[:cut]), capture.name, Settings())
    assert [skipped.where for skipped in result.skipped] in ([], [f"offset {cut}"])
    assert result.frames == _frames_before(cut, whole)


def _frames_before(cut: int, pcap: bytes) -> int:
    """How many records of a little-endian pcap end at `cut` or before."""
    at, count = 24, 0
    while at + 16 <= cut and (at := at + 16 + int.from_bytes(pcap[at + 8 : at + 12], "little")) <= cut:
        count += 1
    return count


@given(st.lists(st.binary(max_size=90), max_size=6), st.sampled_from([0, 1, 101, 108, 113, 276, 9999]))
def test_noise_never_raises(noise: list[bytes], link_type: int) -> None:
    frames = [data for one in noise for data in (one, ethernet(one), ethernet(ipv4(one, HOST, STORAGE)))]
    assert scanned([(T0, data) for data in frames], link_type=link_type).frames == 3 * len(noise)
