"""What machines say to one another stays in the capture: no output has it, but the frames that are asked for."""

from __future__ import annotations

import base64
import struct
from pathlib import Path

import pytest

from analyzer.cli import run
from analyzer.store.reading import read_document
from tests.ingest.capture.build import (
    CVM_MAC,
    HOST,
    HOST_MAC,
    STORAGE,
    Connection,
    Timed,
    arp,
    ethernet,
    ipv4,
    pcap,
    record,
    tcp,
    udp,
)

MARK = b"SAID-BY-SOMEBODY"
FORMS = "html,json,md,summary,junit,metrics,csv"
SECOND = 1_000_000_000
READ, LOOKUP, WRITE = 6, 3, 7
NFS = 100003


def call(xid: int, procedure: int) -> bytes:
    """A call with a machine's name in its credentials (RFC 5531, appendix A), a file's name, and data."""
    name = MARK + b"host"
    credentials = struct.pack("!II", 0, len(name)) + name + struct.pack("!III", 0, 0, 0)
    head = struct.pack("!6I", xid, 0, 2, NFS, 3, procedure) + struct.pack("!II", 1, len(credentials)) + credentials
    return record(head + bytes(8) + struct.pack("!I", 32) + MARK * 2 + struct.pack("!I", len(MARK)) + MARK)


def reply(xid: int) -> bytes:
    return record(struct.pack("!3I", xid, 1, 0) + bytes(12) + MARK * 20)


def others(at: int) -> list[Timed]:
    """What else may be in a capture: a web page, a shell, names, a mail, a ping, a refused datagram, a redirect."""
    said = [
        ipv4(tcp(40000, 80, 1, b"GET /" + MARK + b" HTTP/1.1\r\nCookie: " + MARK + b"\r\n\r\n"), HOST, "192.168.1.9"),
        ipv4(tcp(22, 40001, 1, b"SSH-2.0-" + MARK + b"\r\n" + MARK), HOST, "192.168.1.9"),
        ipv4(udp(40002, 53, b"\0\1" + MARK), HOST, "192.168.1.9", protocol=17),
        ipv4(udp(514, 514, b"<13>" + MARK), HOST, "192.168.1.9", protocol=17),
        ipv4(b"\x08\x00\0\0\0\1\0\1" + MARK, HOST, "192.168.1.9", protocol=1),
        ipv4(b"\x03\x03" + bytes(6) + ipv4(udp(1, 2, MARK), HOST, STORAGE, 17), HOST, "192.168.1.9", protocol=1),
        ipv4(b"\x05\x01\0\0\xc0\xa8\x01\x1c" + ipv4(MARK, HOST, STORAGE), "192.168.1.1", HOST, protocol=1),
        ipv4(b"", HOST, "192.168.1.9", options=MARK),
    ]  # fmt: skip
    frames = [ethernet(packet) for packet in said]
    frames += [
        arp(1, HOST_MAC, HOST, STORAGE) + MARK,
        ethernet(MARK * 3, 0x88CC),
        ethernet(MARK, 0x86DD),
        CVM_MAC + MARK,
    ]
    return [(at + number, frame) for number, frame in enumerate(frames)]


def capture() -> bytes:
    """A host that reads, is not answered for 40 s, and reads again; what else is said lies between."""
    connection = Connection(step=SECOND // 50)
    connection.open()
    frames: list[Timed] = []
    for xid in range(400):
        connection.to_server(call(xid, (READ, LOOKUP, WRITE)[xid % 3]))
        if xid == 200:
            frames += others(connection.now)
            sent = connection.client - len(call(xid, 0))
            for wait in (1, 3, 7, 15, 30):
                connection.now += wait * SECOND // 2
                connection.to_server(call(xid, LOOKUP), seq=sent)
        connection.to_client(reply(xid))
    return pcap(sorted(frames + connection.frames))


@pytest.fixture(scope="module")
def evidence(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("said") / "vmk1.pcap"
    path.write_bytes(capture())
    return path


def told(name: str, content: bytes) -> bool:
    """Whether the mark is in a file: as it is, in hexadecimal, or in base64 at any place of three."""
    texts = [content.upper(), read_document(content) if name.endswith(".html") else b""]
    forms = [MARK, MARK.hex().encode().upper(), *(base64.b64encode(b"." * n + MARK)[4:-4].upper() for n in range(3))]
    return any(form in text.upper() for form in forms for text in texts)


def test_no_output_has_a_byte_of_what_was_said(
    evidence: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out = tmp_path / "out"
    assert run(["analyze", str(evidence), "--write", FORMS, "--manifest", "-o", str(out)]) in range(5)
    said = "".join(capsys.readouterr())
    files = {path.name: path.read_bytes() for path in out.rglob("*") if path.is_file()}
    assert len(files) > 10
    assert b'"nfs_calls"' in files["run.json"]
    assert [name for name, content in {**files, "said": said.encode()}.items() if told(name, content)] == []


def test_the_frames_that_are_asked_for_have_it(evidence: Path, tmp_path: Path) -> None:
    """Else the test above would hold nothing."""
    assert run(["analyze", str(evidence), "-q", "--write", "pcapng", "-o", str(tmp_path / "out")]) in range(5)
    assert told("evidence.pcapng", (tmp_path / "out" / "evidence.pcapng").read_bytes())


def test_a_redacted_one_has_them_without_it(evidence: Path, tmp_path: Path) -> None:
    options = ("-q", "--redact", "--write", "pcapng", "-o", str(tmp_path / "out"))
    assert run(["analyze", str(evidence), *options]) in range(5)
    assert not told("evidence.pcapng", (tmp_path / "out" / "evidence.pcapng").read_bytes())
