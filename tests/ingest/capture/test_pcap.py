"""The pcap container: byte orders, units, damage, and a cut at any place."""

from __future__ import annotations

import io

import pytest
from hypothesis import given
from hypothesis import strategies as st

from analyzer.errors import EvidenceError
from analyzer.ingest.capture import Frame, frames, read_frames, sniff
from analyzer.model.source import Reason
from tests.ingest.capture.build import pcap

NS, US, MODIFIED = 0xA1B23C4D, 0xA1B2C3D4, 0xA1B2CD34
TIME = 1_700_000_000_123_456_789


class Trickle(io.BytesIO):
    """A stream whose reads give less than was asked for, as pipes do, and that can't be rewound."""

    def read(self, size: int | None = -1, /) -> bytes:
        return super().read(min(7, size) if size and size > 0 else 7)

    def seek(self, *_: int) -> int:
        raise OSError("forward only")


@pytest.mark.parametrize("order", ["<", ">"])
@pytest.mark.parametrize(
    ("magic", "ts", "resolution", "unit"),
    [(NS, TIME, 1, "ns"), (US, TIME // 1000 * 1000, 1000, "µs"), (MODIFIED, TIME // 1000 * 1000, 1000, "µs, modified")],
    ids=["ns", "us", "modified"],
)
def test_reads_each_variant(order: str, magic: int, ts: int, resolution: int, unit: str) -> None:
    data = pcap([(TIME, b"abc"), (TIME, b"")], order=order, magic=magic, link_type=113)
    assert sniff(data[:4]) == "pcap"
    reader = frames(Trickle(data), "x")
    assert list(reader) == [
        Frame(1, 0, 113, ts, resolution, 3, b"abc", ts // resolution),
        Frame(2, 0, 113, ts, resolution, 0, b"", ts // resolution),
    ]
    assert reader.notes.format == f"pcap, {unit}, {'little' if order == '<' else 'big'}-endian"
    assert reader.notes.skipped == []


@given(st.lists(st.binary(max_size=60), max_size=8), st.data())
def test_a_cut_keeps_every_frame_before_it(contents: list[bytes], data: st.DataObject) -> None:
    whole = pcap([(TIME + number, content) for number, content in enumerate(contents)])
    cut = data.draw(st.integers(4, len(whole)))
    ends = [24 + sum(16 + len(content) for content in contents[:count]) for count in range(len(contents) + 1)]
    reader = frames(io.BytesIO(whole[:cut]), "x")
    assert [frame.data for frame in reader] == contents[: sum(end <= cut for end in ends[1:])]
    assert bool(reader.notes.skipped) == (cut not in ends)
    assert all(where == f"offset {cut}" and reason.name.startswith("cut-in-") for where, reason in reader.notes.skipped)


def test_a_wild_length_stops_with_a_sentence_and_without_memory() -> None:
    data = bytearray(pcap([(TIME, b"abc"), (TIME, b"def")]))
    data[24 + 19 + 8 : 24 + 19 + 12] = b"\xff\xff\xff\x7f"
    reader = frames(io.BytesIO(bytes(data)), "x")
    assert [frame.data for frame in reader] == [b"abc"]
    assert reader.notes.skipped == [
        ("offset 43", Reason("frame-beyond-limit", frame=2, found=2147483647, expected=262144))
    ]


@pytest.mark.parametrize(("version", "swapped"), [((2, 2), True), ((2, 3), True), ((2, 4), False)], ids=str)
def test_lengths_stand_the_other_way_round_before_version_2_4(version: tuple[int, int], swapped: bool) -> None:
    data = bytearray(pcap([(TIME, b"abcdef")], version=version))
    if swapped:
        data[32:36], data[36:40] = (60).to_bytes(4, "little"), (6).to_bytes(4, "little")
    (frame,) = frames(io.BytesIO(bytes(data)), "x")
    assert (frame.data, frame.length) == (b"abcdef", 60 if swapped else 6)


def test_a_frame_check_sequence_note_is_no_link_type_and_reserved_bits_are_refused() -> None:
    (frame,) = frames(io.BytesIO(pcap([(TIME, b"a")], link_type=0x24000001)), "x")
    assert frame.link_type == 1
    refused = frames(io.BytesIO(pcap([(TIME, b"a")], link_type=0x00300001)), "x")
    assert list(refused) == []
    assert refused.notes.skipped[0][0] == "offset 20"


@pytest.mark.parametrize("version", [(0, 0), (1, 4), (3, 0), (543, 0)], ids=str)
def test_an_unknown_version_is_refused_in_words(version: tuple[int, int]) -> None:
    refused = frames(io.BytesIO(pcap([(TIME, b"a")], version=version)), "x")
    assert list(refused) == []
    ((where, reason),) = refused.notes.skipped
    assert where == "offset 4"
    said = f"a pcap file of version {version[0]}.{version[1]} (2.0 to 2.4 are known): not read"
    assert reason.sentence == said


@pytest.mark.parametrize("data", [b"", b"\xd4\xc3", b"hello, this is text", b"\n\r\r\nabcdefgh"], ids=repr)
def test_what_is_no_capture_is_refused(data: bytes) -> None:
    assert sniff(data[:12]) is None
    with pytest.raises(EvidenceError, match=r"^notes\.pcap: expected a pcap or pcapng capture"):
        frames(io.BytesIO(data), "notes.pcap")


def test_evidence_frames_by_number() -> None:
    stream = io.BytesIO(pcap([(TIME, b"a"), (TIME, b"b"), (TIME, b"c"), (TIME, b"d")]))
    assert {number: frame.data for number, frame in read_frames(stream, "x", {3, 1, 9}).items()} == {1: b"a", 3: b"c"}


@given(st.lists(st.binary(max_size=40), max_size=8), st.sets(st.integers(1, 9)), st.data())
def test_frames_by_number_are_those_of_a_walk_wherever_the_file_is_cut(
    contents: list[bytes], wanted: set[int], data: st.DataObject
) -> None:
    order, magic, version = data.draw(
        st.sampled_from([("<", NS, (2, 4)), (">", US, (2, 3)), ("<", MODIFIED, (2, 4)), (">", NS, (2, 2))])
    )
    whole = pcap(
        [(TIME + number, content) for number, content in enumerate(contents)],
        order=order,
        magic=magic,
        version=version,
    )
    cut = whole[: data.draw(st.integers(24, len(whole)))]
    walked = {frame.number: frame for frame in frames(io.BytesIO(cut), "x") if frame.number in wanted}
    assert read_frames(io.BytesIO(cut), "x", wanted) == walked


def test_frames_by_number_lie_over_several_blocks_and_end_at_a_wild_length() -> None:
    large = [(TIME, bytes([number]) * 200_000) for number in range(30)]
    data = bytearray(pcap(large))
    data[24 + 28 * 200_016 + 8 : 24 + 28 * 200_016 + 12] = b"\xff\xff\xff\x7f"
    found = read_frames(io.BytesIO(bytes(data)), "x", {2, 12, 28, 29, 30})
    assert {number: frame.data[0] for number, frame in found.items()} == {2: 1, 12: 11, 28: 27}
