"""The pcapng container: sections, interfaces, units, every kind of packet block, comments, damage and cuts."""

from __future__ import annotations

import io
import struct

import pytest
from hypothesis import given
from hypothesis import strategies as st

from analyzer.config import Settings
from analyzer.ingest.capture import Frame, frames, scan, sniff
from analyzer.ingest.capture.blocks import ByteSource, ContainerNotes
from analyzer.ingest.capture.container import FrameReader
from analyzer.ingest.capture.pcapng import PcapngReader
from analyzer.model.source import Reason
from tests.ingest.capture.build import block, enhanced, interface, obsolete, option, section, simple

SECOND = 1_000_000_000
T0 = 1_700_000_000


def read(data: bytes) -> tuple[list[Frame], FrameReader]:
    reader = frames(io.BytesIO(data), "x")
    return list(reader), reader


@pytest.mark.parametrize(
    ("resolution", "stamp", "ts", "unit"),
    [
        (None, T0 * 10**6 + 7, T0 * SECOND + 7000, 1000),
        (b"\x06", T0 * 10**6 + 7, T0 * SECOND + 7000, 1000),
        (b"\x09", T0 * SECOND + 7, T0 * SECOND + 7, 1),
        (b"\x03", T0 * 1000 + 7, T0 * SECOND + 7_000_000, 1_000_000),
        (b"\x0c", T0 * 10**9 + 7, T0 * 10**6, 1),
        (b"\x8a", (T0 << 10) + 512, T0 * SECOND + 500_000_000, 976_563),
    ],
    ids=["default", "us", "ns", "ms", "ps", "binary"],
)
def test_time_units(resolution: bytes | None, stamp: int, ts: int, unit: int) -> None:
    options = option(9, resolution) if resolution else b""
    ((frame,), _) = read(section() + interface(options=options) + enhanced(stamp, b"abc"))
    assert (frame.ts, frame.resolution) == (ts, unit)


@pytest.mark.parametrize("order", ["<", ">"])
def test_every_packet_block_in_either_byte_order(order: str) -> None:
    data = (
        section(order)
        + interface(1, order)
        + interface(113, order, option(14, struct.pack(order + "q", 5), order) + option(9, b"\x09", order), snaplen=2)
        + enhanced(T0 * 10**6, b"abc", order)
        + simple(b"defgh", order)
        + obsolete(T0 * SECOND, b"ij", order, index=1)
    )
    assert sniff(data[:12]) == "pcapng"
    found, reader = read(data)
    assert found == [
        Frame(1, 0, 1, T0 * SECOND, 1000, 3, b"abc", T0 * 10**6),
        Frame(2, 0, 1, None, 1000, 5, b"defgh"),
        Frame(3, 1, 113, (T0 + 5) * SECOND, 1, 2, b"ij", T0 * SECOND),
    ]
    assert reader.notes.skipped == []


def test_sections_have_their_own_interfaces_and_byte_order() -> None:
    data = section("<") + interface(1) + enhanced(0, b"a") + section(">") + interface(276, ">") + enhanced(0, b"b", ">")
    found, reader = read(data)
    assert [(frame.number, frame.link_type, frame.data) for frame in found] == [(1, 1, b"a"), (2, 276, b"b")]
    assert reader.notes.format == "pcapng, little-endian and big-endian"


@pytest.mark.parametrize("order", ["<", ">"])
def test_empty_sections_in_a_row_are_passed_over_at_once(order: str) -> None:
    data = section(order) * 5_000 + section(order, option(1, b"why", order)) + section(order) * 5_000
    source = ByteSource(io.BytesIO(data + interface(1, order) + enhanced(0, b"a", order)))
    reader, steps, found = PcapngReader(source, ContainerNotes()), 0, []
    while not reader.ended:
        steps += 1
        found += [frame for frame in [reader.step()] if frame is not None]

    assert steps == 6
    assert [(one.number, one.data) for one in found] == [(1, b"a")]


def test_sections_that_differ_are_read_one_by_one() -> None:
    data = (section("<") + section(">")) * 50 + section("<") * 3 + interface(1) + enhanced(0, b"b")
    found, reader = read(data)

    assert [frame.data for frame in found] == [b"b"]
    assert reader.notes.format == "pcapng, little-endian and big-endian"


def test_a_simple_packet_is_cut_by_its_interface() -> None:
    ((frame,), _) = read(section() + interface(snaplen=4) + block(3, struct.pack("<I", 60) + b"abcd"))
    assert (frame.length, frame.data) == (60, b"abcd")


def test_comments_drops_and_blocks_without_packets() -> None:
    drops = [block(5, struct.pack("<III", 0, 0, 0) + option(5, struct.pack("<Q", count))) for count in (3, 9)]
    others = block(4, bytes(8)) + block(10, bytes(12)) + block(0x7777, b"whatever")
    custom = block(0xBAD, struct.pack("<I", 32473) + b"mine")
    data = section(options=option(1, "Größe".encode()) + option(0, b"")) + interface() + others + drops[0] + custom
    data += enhanced(0, b"abc", options=option(1, b"look here")) + drops[1]
    found, reader = read(data)
    # Wireshark gives a custom block a frame number, so that the first packet is frame 2.
    assert [frame.number for frame in found] == [2]
    assert reader.notes.comments == ["Größe", "frame 2: look here"]
    assert (reader.notes.drops, reader.notes.passed, reader.notes.skipped) == (9, 1, [])
    assert reader.notes.unknown == {0x7777: 1}


def test_blocks_of_sysdig_are_named_by_number_and_numbered_as_wireshark_does() -> None:
    """A .scap file: machine, processes, then system calls."""
    calls = b"".join(block(kind, bytes(26)) for kind in (0x201, 0x202, 0x216, 0x216, 0x221, 0x204, 0x208))
    data = section() + interface() + calls + enhanced(0, b"abc")
    assert [frame.number for frame in read(data)[0]] == [5]
    told = [(one.where, one.reason.sentence, one.count) for one in scan(io.BytesIO(data), "x", Settings()).skipped]
    of_sysdig = "blocks of type 0x{:08x} (of sysdig or Falco) are ignored"
    types = ((0x201, 1), (0x202, 1), (0x204, 1), (0x208, 1), (0x216, 2), (0x221, 1))
    assert told[0][1:] == (Reason("holds-no-packet").sentence, 4)
    assert told[1:] == [("the whole file", of_sysdig.format(kind), count) for kind, count in types]


def test_types_beyond_the_first_few_are_one_number() -> None:
    blocks = b"".join(block(0x8000_0000 + kind, b"") for kind in range(1000))
    _, reader = read(section() + blocks)
    assert (len(reader.notes.unknown), reader.notes.further) == (8, 992)


@pytest.mark.parametrize(
    ("tail", "why"),
    [
        (struct.pack("<II", 6, 13) + bytes(8), "a block of 13 bytes"),
        (struct.pack("<II", 6, 0x7FFFFFFC) + bytes(8), "claims 2147483644 bytes"),
        (enhanced(0, b"abcd", index=4), "names interface 4"),
        (block(6, struct.pack("<IIIII", 0, 0, 0, 300_000, 300_000) + b"abcd"), "claims 300000 captured bytes"),
        (block(6, struct.pack("<IIIII", 0, 0, 0, 9, 9) + b"abcd"), "its block holds 4"),
        (block(6, b"abcd"), "shorter than its fields"),
        (enhanced(0, b"abcd")[:-4] + b"\0\0\0\1", "two lengths differ"),
        (b"\n\r\r\n\x1c\0\0\0what", "byte-order magic 77686174"),
        (block(0x0A0D0D0A, struct.pack("<IHHq", 0x1A2B3C4D, 2, 0, -1)), "pcapng version 2.0"),
    ],
    ids=["length", "wild", "interface", "captured", "too-short", "no-fields", "lengths", "magic", "version"],
)
def test_damage_stops_the_reading_with_a_sentence(tail: bytes, why: str) -> None:
    good = section() + interface() + enhanced(0, b"abc")
    found, reader = read(good + tail + enhanced(0, b"never"))
    assert [frame.data for frame in found] == [b"abc"]
    ((where, reason),) = reader.notes.skipped
    assert where == f"offset {len(good)}"
    assert why in reason.sentence


@given(
    st.lists(st.tuples(st.sampled_from("esp"), st.binary(max_size=40)), max_size=8), st.sampled_from("<>"), st.data()
)
def test_a_cut_keeps_every_frame_before_it(contents: list[tuple[str, bytes]], order: str, data: st.DataObject) -> None:
    blocks = [section(order), interface(1, order)]
    for kind, content in contents:
        made = {"e": enhanced(1, content, order), "s": simple(content, order), "p": obsolete(1, content, order)}
        blocks.append(made[kind])
    whole = b"".join(blocks)
    ends = [sum(map(len, blocks[: count + 1])) for count in range(len(blocks))]
    cut = data.draw(st.integers(12, len(whole)))
    found, reader = read(whole[:cut])
    assert [frame.data for frame in found] == [content for _, content in contents][
        : sum(end <= cut for end in ends[2:])
    ]
    assert bool(reader.notes.skipped) == (cut not in ends)


@given(st.binary(max_size=200))
def test_noise_never_raises(noise: bytes) -> None:
    found, _ = read(section() + interface() + noise)
    assert len(found) <= len(noise)
