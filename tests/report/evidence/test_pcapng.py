from __future__ import annotations

import io
import json
import shutil
import struct
import subprocess
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from analyzer.ingest.capture import captured_frames, frames
from analyzer.ingest.capture.pcapng import LONGEST_TEXT
from analyzer.model.evidence import CapturedFrame, CaptureInterface
from analyzer.model.source import Origin
from analyzer.report.evidence.pcapng import MOST_OF_A_TEXT, write_pcapng

SECOND = 1_000_000_000
T0 = 1_795_331_026
ETHERNET = CaptureInterface("x.pcap", 1, 256, tsresol=6)
COOKED = CaptureInterface("y.pcapng", 113, 0, tsresol=0x80 | 16, offset=-3, name="any")
PICOSECONDS = CaptureInterface("z.pcapng", 1, 0, tsresol=12, offset=T0)


def frame(
    number: int, interface: CaptureInterface, stamp: int | None, data: bytes = b"abcde", more: int = 0
) -> CapturedFrame:
    origin = Origin(interface.source, number)
    return CapturedFrame(origin=origin, interface=interface, ts=0, stamp=stamp, length=len(data) + more, data=data)


WRITTEN = (
    frame(1, ETHERNET, T0 * 10**6 + 7),
    frame(9, COOKED, (T0 << 16) + 5, b"", 60),
    frame(3, PICOSECONDS, 5_001, b"abcd", 1),
)


def write(*each: CapturedFrame, comment: str = "why") -> bytes:
    interfaces = dict.fromkeys(one.interface for one in each)
    return write_pcapng(
        "autopath", "about", [(one, one.source) for one in interfaces], [(one, comment) for one in each]
    )


def test_what_is_written_is_read_as_it_was() -> None:
    data = write(*WRITTEN)
    read = list(captured_frames(io.BytesIO(data), "evidence.pcapng", {1, 2, 3}))
    assert [(one.stamp, one.length, one.data) for one in read] == [(one.stamp, one.length, one.data) for one in WRITTEN]
    fields = ("link_type", "snaplen", "tsresol", "offset", "name")
    assert [[getattr(one.interface, field) for field in fields] for one in read] == [
        [getattr(one.interface, field) for field in fields] for one in WRITTEN
    ]


def test_comments_are_on_their_frames() -> None:
    reader = frames(io.BytesIO(write(*WRITTEN, comment="first\nsecond")), "evidence.pcapng")
    assert len(list(reader)) == 3
    assert reader.notes.comments == ["about", *(f"frame {number}: first\nsecond" for number in (1, 2, 3))]
    assert reader.notes.skipped == []


@given(st.text(), st.binary(max_size=70))
def test_any_text_stays_in_its_option(text: str, data: bytes) -> None:
    reader = frames(io.BytesIO(write(frame(1, ETHERNET, 1, data), frame(2, ETHERNET, 2, data), comment=text)), "x")
    assert [one.data for one in reader] == [data, data]
    assert reader.notes.skipped == []


def test_a_long_text_is_cut_between_characters() -> None:
    reader = frames(io.BytesIO(write(frame(1, ETHERNET, 1), comment="a" + "é" * 1_000_000)), "x")
    list(reader)
    told = reader.notes.comments[1].removeprefix("frame 1: ")
    said = f"… ({1 + 2_000_000 - MOST_OF_A_TEXT:,} more bytes in run.json)"
    assert told == f"a{'é' * (LONGEST_TEXT - 1)} … ({1 + (MOST_OF_A_TEXT - 1) // 2 + len(said)} characters)"


def test_a_frame_without_a_time_is_refused() -> None:
    with pytest.raises(ValueError, match=r"frame 4 of x\.pcap has no time"):
        write(frame(4, ETHERNET, None))


def test_the_byte_order_and_lengths_are_those_of_the_format() -> None:
    data, kinds = write(*WRITTEN), list[int]()
    at = 0
    while at < len(data):
        kind, length = struct.unpack_from("<II", data, at)
        assert length % 4 == 0
        assert struct.unpack_from("<I", data, at + length - 4) == (length,)
        kinds.append(kind)
        at += length
    assert kinds == [0x0A0D0D0A, 1, 1, 1, 6, 6, 6]


@pytest.mark.skipif(shutil.which("tshark") is None, reason="tshark is not installed")
def test_wireshark_reads_it(tmp_path: Path) -> None:
    path = tmp_path / "evidence.pcapng"
    path.write_bytes(write(*WRITTEN, comment='it\'s "quoted" <b>'))
    fields = ("frame.time_epoch", "frame.len", "frame.cap_len", "frame.interface_description", "frame.comment")
    command = ["tshark", "-n", "-r", str(path), "-T", "json", *(word for name in fields for word in ("-e", name))]
    told = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    packets = [packet["_source"]["layers"] for packet in json.loads(told)]
    assert [packet["frame.len"] for packet in packets] == [["5"], ["60"], ["5"]]
    assert [packet["frame.cap_len"] for packet in packets] == [["5"], ["0"], ["4"]]
    assert [packet["frame.interface_description"] for packet in packets] == [["x.pcap"], ["y.pcapng"], ["z.pcapng"]]
    assert {packet["frame.comment"][0] for packet in packets} == {'it\'s "quoted" <b>'}
    assert packets[0]["frame.time_epoch"] == [f"{T0}.000007000"]
    assert packets[1]["frame.time_epoch"] == [f"{T0 - 3}.000076293"]
    assert packets[2]["frame.time_epoch"] == [f"{T0}.000000005"]
