"""The compiled scan gives what the plain one gives: the whole result, of any capture, cut and damaged anywhere."""

from __future__ import annotations

import io
import struct
from dataclasses import replace

import msgspec
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from analyzer.config import Settings
from analyzer.ingest.capture.blocks import ByteSource
from analyzer.ingest.capture.compiled.scan import CompiledScanner
from analyzer.ingest.capture.places import Places
from tests.ingest.capture import build
from tests.ingest.capture.compiled.both import CLOCK, NAME, between_blocks, blocks_of, compiled, plain
from tests.ingest.capture.traffic import IMPAIRMENTS, LINKS, File, Traffic

SEEDS = st.integers(0, 1 << 32)
TRAFFIC = st.builds(Traffic, SEEDS, st.integers(1, 150), st.frozensets(st.sampled_from(IMPAIRMENTS)))
FILES = st.builds(
    File,
    magic=st.sampled_from([0xA1B23C4D, 0xA1B2C3D4, 0xA1B2CD34, 0]),
    order=st.sampled_from("<>"),
    link_type=st.sampled_from(LINKS),
    snaplen=st.sampled_from([262144, 262144, 54, 66, 70, 96, 128, 200]),
    version=st.sampled_from([(2, 4), (2, 4), (2, 4), (2, 3), (2, 2)]),
    seed=SEEDS,
)
ALL = Traffic(1, 150, frozenset(IMPAIRMENTS))


def same(data: bytes) -> None:
    assert msgspec.structs.asdict(compiled(data)) == msgspec.structs.asdict(plain(data))


@given(TRAFFIC, FILES)
@example(ALL, File())
@settings(max_examples=120, deadline=None)
def test_any_traffic_in_any_file(traffic: Traffic, file: File) -> None:
    same(file.of(traffic.frames))


@pytest.mark.parametrize("back", [900, 1_100, 1_400, 1_600, 9_000])
def test_a_clock_that_is_set_back_and_forward(back: int) -> None:
    """Whether runs go on over that is the same, also where tables are taken out in between."""
    frames = ALL.frames[:300]
    third = len(frames) // 3
    stamped = [
        (ts - back * 10**6 if third <= place < 2 * third else ts, frame) for place, (ts, frame) in enumerate(frames)
    ]
    data = File().of(stamped)
    same(data)
    with blocks_of(len(data) // 30), between_blocks(lambda memory: memory.make_room()):
        same(data)


@given(TRAFFIC, FILES, st.integers(8, 3000))
@settings(max_examples=50, deadline=None)
def test_records_that_straddle_blocks(traffic: Traffic, file: File, size: int) -> None:
    data = file.of(traffic.frames[:60])
    with blocks_of(max(size, len(data) // 100)):
        same(data)


@pytest.mark.parametrize("file", [File(), File(magic=0, seed=4)], ids=["pcap", "pcapng"])
def test_every_offset_of_a_block_boundary(file: File) -> None:
    data = file.of(Traffic(3, 40, frozenset({"udp", "neighbours"})).frames[:12])
    expected = plain(data)
    for size in range(1, 50):
        with blocks_of(size):
            assert compiled(data) == expected, size


@given(TRAFFIC, FILES, st.data())
@settings(max_examples=80, deadline=None)
def test_cut_at_any_byte_and_damaged(traffic: Traffic, file: File, data: st.DataObject) -> None:
    whole = bytearray(file.of(traffic.frames[:60]))
    for _ in range(data.draw(st.integers(0, 3))):
        whole[data.draw(st.integers(12, len(whole) - 1))] ^= 1 << data.draw(st.integers(0, 7))
    same(bytes(whole[: data.draw(st.integers(12, len(whole)))]))


@given(TRAFFIC, FILES, st.integers(300, 3000))
@settings(max_examples=40, deadline=None)
def test_tables_taken_out_at_any_time(traffic: Traffic, file: File, size: int) -> None:
    data = replace(file, snaplen=262144).of(traffic.frames[:300])
    with blocks_of(max(size, len(data) // 30)), between_blocks(lambda memory: memory.make_room()):
        same(data)


def test_a_connection_whose_ends_are_equal() -> None:
    """As damaged frames or an attack have it: both of its directions have one key."""
    again = build.record(build.call(7))
    segment = build.ipv4(build.tcp(2049, 2049, 1000, again), build.STORAGE, build.STORAGE, identification=0)
    same(build.pcap([(number * 10**10, build.ethernet(segment)) for number in range(1, 4)]))


def test_no_address_of_a_link_is_not_one_of_zeros() -> None:
    """A cooked frame tells how long the sender's address is."""
    datagram = build.ipv4(build.tcp(800, 2049, 1000, build.record(build.call(7))), build.HOST, build.STORAGE)
    frames = [(1000 + size, struct.pack("!HHH8xH", 0, 1, size, 0x0800) + datagram) for size in (6, 0)]
    same(build.pcap(frames, link_type=113))


@pytest.mark.parametrize("beyond", [-1, 0, 1, 20])
def test_a_message_whose_end_is_in_a_gap(beyond: int) -> None:
    connection = build.Connection()
    connection.to_server(build.record(build.call(3)) + build.record(build.call(5)))
    replies = build.record(build.reply(3, bytes(400)))
    sent = len(connection.frames)
    rest = replies + build.record(build.reply(5))
    for start, stop in ((0, 200), (200, len(replies) + beyond), (len(replies) + beyond, len(rest))):
        connection.to_client(rest[start:stop])
    connection.to_server(build.record(build.call(7)))
    frames = [*connection.frames[: sent + 1], *connection.frames[sent + 2 :]]
    data = build.pcap(frames)
    same(data)
    assert sum(count for _, count in plain(data).totals.nfs_replies) == 1 + (beyond <= 0)


def test_the_frames_of_a_ring_buffer_are_counted_in_each_file() -> None:
    """What a file says of its frames has its own numbers."""
    said = build.option(1, b"look here") + bytes(4)
    file = build.section() + build.interface()
    file += b"".join(
        build.enhanced(10**6 * n, Traffic(3, 40, frozenset()).frames[n][1], options=said) for n in range(5)
    )
    scanner = CompiledScanner(NAME, Settings(), CLOCK)
    notes = [scanner.file(ByteSource(io.BytesIO(file[:-3])), name, Places()).notes for name in ("a", "b")]

    assert notes[0].comments == notes[1].comments == [f"frame {n}: look here" for n in range(1, 5)]
    assert notes[0].skipped == notes[1].skipped != []
