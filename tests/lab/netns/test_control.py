"""What the truth rests on, without a lab: control captures, service, and an episode's instants."""

from __future__ import annotations

import socket
import struct
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from analyzer.lab.netns.client_log import Connection
from analyzer.lab.netns.cluster import cluster_of
from analyzer.lab.netns.control import Sent, sent_segments
from analyzer.lab.netns.cvm import ControlCapture
from analyzer.lab.netns.options import LabOptions
from analyzer.lab.netns.service import ASYMMETRIC, Served, served, service_of
from analyzer.model.instant import MICROSECOND, SECOND
from analyzer.model.truth import TrueHost

CLUSTER = cluster_of(LabOptions(scenario="healthy"))
HOST, LOCAL, REMOTE = CLUSTER.host, CLUSTER.cvm, CLUSTER.preferred
OTHER_HOST = CLUSTER.hosts[-1]
REPLY = struct.pack(">III", 0x80000018, 7, 1)


def record(
    at: int, flags: int, payload: bytes, *, interface: int = 2, packet_type: int = 4, sport: int = 2049
) -> bytes:
    tcp = struct.pack(">HHIIBBHHH", sport, 700, 99, 0, 5 << 4, flags, 0, 0, 0) + payload
    ip = struct.pack(">BBHHHBBH", 0x45, 0, 20 + len(tcp), 0, 0, 64, 6, 0)
    ip += socket.inet_aton("192.168.5.2") + socket.inet_aton("192.168.5.1")
    frame = struct.pack(">HHIHBB8x", 0x0800, 0, interface, 1, packet_type, 6) + ip + tcp
    seconds, rest = divmod(at, SECOND)
    return struct.pack("=IIII", seconds, rest // MICROSECOND, len(frame), len(frame)) + frame


def capture(tmp_path: Path, *records: bytes) -> ControlCapture:
    file = tmp_path / "control.pcap"
    file.write_bytes(bytes(24) + b"".join(records))
    return ControlCapture(LOCAL, file, {2: "eth1", 3: "eth0"})


def test_what_a_server_sent_is_read(tmp_path: Path) -> None:
    at = 1795338259 * SECOND + 83_351 * MICROSECOND
    records = [
        record(at, 0x12, b""),
        record(at, 0x18, REPLY),
        record(at, 0x18, REPLY, interface=3),
        record(at, 0x11, b""),
        record(at, 0x04, b""),
        record(at, 0x10, b""),  # a bare ACK
        record(at, 0x18, REPLY, packet_type=0),  # received
        record(at, 0x18, REPLY, sport=9876),  # another service
    ]

    segments = list(sent_segments(capture(tmp_path, *records)))

    assert [(one.what, one.interface) for one in segments] == [
        ("SYN-ACK", "eth1"),
        ("reply", "eth1"),
        ("reply", "eth0"),
        ("FIN", "eth1"),
        ("RST", "eth1"),
    ]
    assert {(one.at, one.cvm, one.client, one.port) for one in segments} == {(at, LOCAL.address, "192.168.5.1", 700)}


@given(cut=st.integers(0, 300), noise=st.binary(max_size=200))
def test_a_capture_that_was_cut_is_read_as_far_as_it_goes(tmp_path_factory: object, cut: int, noise: bytes) -> None:
    folder = tmp_path_factory.mktemp("cut")  # type: ignore[attr-defined]
    whole = bytes(24) + record(SECOND, 0x18, REPLY) * 3 + noise
    (folder / "control.pcap").write_bytes(whole[:cut])

    segments = list(sent_segments(ControlCapture(LOCAL, folder / "control.pcap", {})))

    assert all(one.at >= 0 for one in segments)


def sent(at: int, seq: int, *, cvm: str = LOCAL.address, client: str = "192.168.5.1", interface: str = "eth1") -> Sent:
    return Sent(at, "reply", cvm, interface, client, 700, seq)


def test_only_first_transmissions_on_a_living_connection_are_service() -> None:
    closed = Connection(50, "closed", "192.168.5.1:700", "rpc timeout")

    lost = sent(25, 4, cvm=REMOTE.address, interface="eth1")
    kept = served([sent(10, 1), sent(20, 2), lost, sent(30, 1), sent(60, 3)], HOST, (closed,))

    assert [one.at for one in kept.sent] == [10, 20]


@pytest.mark.parametrize(
    ("segment", "host"),
    [
        pytest.param(sent(10, 1), HOST, id="by-eth1-its-own-host"),
        pytest.param(sent(10, 1, cvm=REMOTE.address), OTHER_HOST, id="by-eth1-of-another-that-host"),
        pytest.param(
            sent(10, 1, cvm=REMOTE.address, client=HOST.address, interface="eth0"), HOST, id="by-eth0-whom-it-names"
        ),
        pytest.param(sent(10, 1, cvm=REMOTE.address, interface="eth0"), HOST, id="by-eth0-whose-port-it-is"),
        pytest.param(sent(10, 1, client="127.0.0.1", interface="lo"), None, id="by-lo-itself"),
    ],
)
def test_the_private_address_of_every_host_is_told_apart(segment: Sent, host: TrueHost | None) -> None:
    mounted = Connection(1, "mounted", "192.168.5.1:700")
    own = {HOST: (mounted,), OTHER_HOST: ()}

    assert [one for one in own if served([segment], one, own[one]).sent] == ([host] if host else [])


def test_service_tells_each_path() -> None:
    vmk0 = CLUSTER.host.address
    replies = (
        sent(10, 1),
        sent(20, 2),
        sent(30, 3, cvm=REMOTE.address, client=vmk0, interface="eth0"),
        sent(40, 4, client=vmk0, interface="eth0"),
    )

    service = service_of(Served(HOST, (), replies), CLUSTER)

    assert [(one.path.kind, one.path.via, one.path.note, one.replies) for one in service] == [
        ("local", None, "", 2),
        ("remote", REMOTE.address, "", 1),
        ("local", None, ASYMMETRIC, 1),
    ]
    assert (service[0].first_reply, service[0].last_reply) == (10, 20)
