"""Wireshark's dissection of one frame, and the sentences where there is none."""

from __future__ import annotations

import shutil

import pytest

from analyzer.ingest.capture import dissect
from analyzer.programs import ProgramError
from tests.ingest.capture.build import Connection, call, pcap, record, reply

TSHARK = [name for name in ("tshark",) if shutil.which(name)]
"""Not on every machine: there the sentence that says so is what remains to be tested."""


@pytest.fixture
def capture() -> bytes:
    connection = Connection()
    connection.open()
    connection.to_server(record(call(1)))
    connection.to_client(record(reply(1)))
    return pcap(connection.frames)


@pytest.mark.parametrize("tshark", TSHARK)
def test_wiresharks_lines(capture: bytes, tshark: str) -> None:
    lines = dissect([capture[:100], capture[100:]], "one.pcap", 4)
    assert {"ETH", "IP", "TCP", "RPC", "NFS"} <= set(lines)
    assert "    Destination Port: 2049" in lines


@pytest.mark.parametrize("tshark", TSHARK)
@pytest.mark.parametrize(
    ("content", "number"), [(None, 99), (b"only words", 1), (b"", 1)], ids=["no-frame", "no-capture", "nothing"]
)
def test_one_sentence(capture: bytes, content: bytes | None, number: int, tshark: str) -> None:
    said = rf"one\.pcap: tshark finds no frame {number} in it, or can't read it as a capture$"
    with pytest.raises(ProgramError, match=said):
        dissect([capture if content is None else content], "one.pcap", number)


@pytest.mark.parametrize("tshark", TSHARK)
def test_a_frame_before_the_cut(capture: bytes, tshark: str) -> None:
    assert "TCP" in dissect([capture[:-5]], "one.pcap", 1)
