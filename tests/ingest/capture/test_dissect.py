"""Wireshark's dissection of one frame, and the sentences where there is none."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from analyzer.errors import EvidenceError, UsageError
from analyzer.ingest.capture import dissect
from tests.ingest.capture.build import Connection, call, pcap, record, reply

TSHARK = [name for name in ("tshark",) if shutil.which(name)]
"""Not on every machine: there the sentence that says so is what remains to be tested."""


@pytest.fixture
def capture(tmp_path: Path) -> Path:
    connection = Connection()
    connection.open()
    connection.to_server(record(call(1)))
    connection.to_client(record(reply(1)))
    path = tmp_path / "one.pcap"
    path.write_bytes(pcap(connection.frames))
    return path


@pytest.mark.parametrize("tshark", TSHARK)
def test_wiresharks_lines(capture: Path, tshark: str) -> None:
    lines = dissect(str(capture), 4)
    assert {"ETH", "IP", "TCP", "RPC", "NFS"} <= set(lines)
    assert "    Destination Port: 2049" in lines


@pytest.mark.parametrize("tshark", TSHARK)
@pytest.mark.parametrize(
    ("name", "content", "number", "sentence"),
    [
        ("one.pcap", None, 99, r"one\.pcap: tshark finds no frame 99 in it, or"),
        ("text.pcap", b"only words", 1, r"text\.pcap: tshark finds no frame 1 in it, or can't read it as a capture$"),
        ("none.pcap", b"", 1, r"none\.pcap: there is no such file"),
    ],
    ids=["no-frame", "no-capture", "no-file"],
)
def test_one_sentence(capture: Path, name: str, content: bytes | None, number: int, sentence: str, tshark: str) -> None:
    path = capture.parent / name
    if content:
        path.write_bytes(content)
    with pytest.raises(EvidenceError, match=sentence):
        dissect(str(path), number)


@pytest.mark.parametrize("tshark", TSHARK)
def test_a_frame_before_the_cut(capture: Path, tshark: str) -> None:
    capture.write_bytes(capture.read_bytes()[:-5])
    assert "TCP" in dissect(str(capture), 1)


def test_without_tshark(capture: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(capture.parent))
    with pytest.raises(UsageError, match="needs tshark, and there is none on PATH: install it"):
        dissect(str(capture), 1)
