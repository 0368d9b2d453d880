"""Captures inside a CVM, without a lab: which segments it sent."""

from __future__ import annotations

import socket
import struct
from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st

from analyzer.lab.netns.cluster.cvm import ControlCapture
from analyzer.lab.netns.cluster.members import cluster_of
from analyzer.lab.netns.options import LabOptions
from analyzer.lab.netns.recording.control_captures import sent_segments
from analyzer.model.instant import MICROSECOND, SECOND

LOCAL = cluster_of(LabOptions(scenario="healthy")).cvm
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
    one = record(SECOND, 0x18, REPLY)
    whole = max(0, min(3, (cut - 24) // len(one)))
    (folder / "control.pcap").write_bytes((bytes(24) + one * 3 + noise)[:cut])

    segments = list(sent_segments(ControlCapture(LOCAL, folder / "control.pcap", {})))

    assert [(segment.at, segment.what) for segment in segments[:whole]] == [(SECOND, "reply")] * whole
    assert len(segments) == whole or cut > 24 + 3 * len(one), "what comes after may look like a record"
