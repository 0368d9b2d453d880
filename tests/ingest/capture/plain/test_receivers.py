"""Linux cooked captures: a frame's receiver is who answers on its connection, or unknown."""

from __future__ import annotations

import io
import struct

import pytest

from analyzer.config import Settings
from analyzer.ingest.capture import CaptureScan, scan
from analyzer.ingest.capture.plain import receivers as cooked_ends
from analyzer.ingest.capture.plain.receivers import RawEnds, Receivers
from analyzer.model.event import StorageTraffic, TcpControl
from tests.ingest.capture.build import CVM_MAC, HOST_MAC, SYN, Connection, Timed, call, pcap, record, reply

HOST, CVM = HOST_MAC.hex(":"), CVM_MAC.hex(":")
VMK0, VMK1, LOCAL, REMOTE = b"vmk000", b"vmk111", b"local0", b"remote"


def cooked(frames: list[Timed]) -> list[Timed]:
    """The frames as Linux cooked capture v1 has them."""
    return [(at, struct.pack("!HHH", 0, 1, 6) + data[6:12] + bytes(2) + data[12:]) for at, data in frames]


def scanned(connection: Connection) -> CaptureScan:
    return scan(io.BytesIO(pcap(cooked(connection.frames), link_type=113)), "c.pcap", Settings())


def called(mac: bytes, port: int = 800) -> RawEnds:
    return (mac, b"", b"host", b"nfs", port, 2049, -1)


def answered(mac: bytes, port: int = 800) -> RawEnds:
    return (mac, b"", b"nfs", b"host", 2049, port, -1)


def test_calls_and_replies_name_both_macs_and_one_path() -> None:
    connection = Connection()
    connection.open()
    connection.to_server(record(call(1, 6)))
    connection.to_client(record(reply(1)))
    result = scanned(connection)
    traffic = [event.detail for event in result.events if isinstance(event.detail, StorageTraffic)]
    assert {(t.ends.src_mac, t.ends.dst_mac) for t in traffic if t.what == "reply"} == {(CVM, HOST)}
    assert {(t.ends.src_mac, t.ends.dst_mac) for t in traffic if t.what != "reply"} == {(CVM, HOST), (HOST, CVM)}
    (series,) = result.traffic
    assert (series.ends.src_mac, series.ends.dst_mac) == (HOST, CVM)
    assert [(b.calls, b.replies) for b in series.bins()] == [(1, 1)]


def test_a_syn_is_for_who_answers_it_later() -> None:
    connection = Connection()
    connection.open()
    controls = [e.detail for e in scanned(connection).events if isinstance(e.detail, TcpControl)]
    assert [(c.flags, c.ends.dst_mac) for c in controls] == [("SYN", CVM), ("SYN-ACK", HOST)]


def test_who_never_answers_stays_unknown() -> None:
    connection = Connection()
    connection.to_server(flags=SYN)
    (control,) = [e.detail for e in scanned(connection).events if isinstance(e.detail, TcpControl)]
    assert (control.ends.src_mac, control.ends.dst_mac) == (HOST, "")


def test_the_same_connection_by_another_port_of_the_host_is_for_somebody_else() -> None:
    receivers = Receivers()
    receivers.of_client(called(VMK1), opening=False)
    receivers.of_server(answered(LOCAL), called(VMK1))
    assert receivers.of_client(called(VMK0), opening=False)[1] == b""
    assert receivers.of_server(answered(REMOTE), called(VMK0))[1] == VMK0
    assert receivers.of_client(called(VMK0), opening=False)[1] == REMOTE
    assert receivers.of_client(called(VMK1), opening=False)[1] == LOCAL
    assert receivers.in_hindsight(called(VMK0))[1] == REMOTE


def test_a_new_connection_from_the_same_port_may_be_with_another() -> None:
    receivers = Receivers()
    receivers.of_server(answered(REMOTE), called(VMK0))
    assert receivers.of_client(called(VMK0), opening=True)[1] == b""


@pytest.mark.parametrize("ends", [called(b""), (VMK0, LOCAL, *called(VMK0)[2:])], ids=["no-macs", "known"])
def test_hindsight_leaves_ends_without_any_mac_and_known_ones_alone(ends: RawEnds) -> None:
    assert Receivers().in_hindsight(ends) == ends


def test_answers_to_more_clients_than_are_kept_are_counted(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(cooked_ends, "CLIENTS_AT_MOST", 1)
    receivers = Receivers()
    for port in (800, 801, 801, 800):
        receivers.of_server(answered(LOCAL, port), called(VMK1, port))

    assert receivers.left_out == 2
    assert receivers.of_client(called(VMK1), opening=False)[1] == LOCAL
    assert receivers.of_client(called(VMK1, 801), opening=False)[1] == b""
