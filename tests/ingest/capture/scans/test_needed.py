"""What is kept of each file, scanned on from one to the next, gives what the files give."""

from __future__ import annotations

import io
import random
from collections.abc import Sequence
from typing import BinaryIO, cast

import msgspec
import pytest
from hypothesis import event, example, given, settings
from hypothesis import strategies as st

from analyzer.config import Settings
from analyzer.ingest.capture import CaptureScan, Chain
from analyzer.ingest.capture.scans.needed import write_needed
from analyzer.ingest.streams.scan_file import FILL, VERSION, Described, Filled, Writer
from analyzer.ingest.streams.stream import Stream
from tests.ingest.capture import build
from tests.ingest.capture.traffic import IMPAIRMENTS, LINKS, File, Traffic

SEEDS = st.integers(0, 1 << 32)
FILES = st.builds(
    File,
    magic=st.sampled_from([0xA1B23C4D, 0xA1B2C3D4, 0xA1B2CD34, 0]),
    order=st.sampled_from("<>"),
    link_type=st.sampled_from(LINKS),
    snaplen=st.sampled_from([262144, 262144, 262144, 128, 400]),
    seed=SEEDS,
)
Timed = build.Timed


def scan_file(data: bytes) -> tuple[bytes, Described]:
    """The scan of a capture, and what it says of it."""
    written = io.BytesIO()
    writer = Writer(written)
    write_needed(io.BytesIO(data), "x", 2049, writer)
    digests: dict[str, str] = {"sha256": "s", "blake3": "b", "none": "n"}
    told = msgspec.convert(
        {"version": VERSION, "name": "x", "size": len(data), "plain": writer.plain, "compressions": [],
         "digests": digests}, Described)  # fmt: skip
    writer.end(told)
    return written.getvalue(), told


def filled(data: bytes) -> bytes:
    """A capture as its scan gives it back."""
    written, told = scan_file(data)
    return Stream(Filled(io.BytesIO(written), told)).body.read()


def chained(files: Sequence[bytes], *, compiled: bool = False) -> list[CaptureScan]:
    chain = Chain("0", Settings(), "capture", compiled=compiled)
    for number, data in enumerate(files):
        chain.take(cast("BinaryIO", io.BytesIO(data)), str(number))
    return chain.finish()


def without_count(scans: Sequence[CaptureScan]) -> list[CaptureScan]:
    return [msgspec.structs.replace(scan, filled=0) for scan in scans]


def cut(frames: Sequence[Timed], file: File, seed: int, most: int = 8) -> list[bytes]:
    """The frames in several files, cut at random."""
    ends = sorted(random.Random(seed).choices(range(len(frames) + 1), k=most - 1))  # noqa: S311
    return [file.of(list(frames[start:end])) for start, end in zip([0, *ends], [*ends, len(frames)], strict=True)]


def holds(files: Sequence[bytes], *, compiled: bool = False) -> int:
    """The scans give what the files give, or know that they don't; how many bytes they leave out."""
    backs = [filled(data) for data in files]
    assert [len(back) for back in backs] == [len(data) for data in files]
    whole, joined = chained(files, compiled=compiled), chained(backs, compiled=compiled)
    if joined[0].filled == whole[0].filled:
        assert joined == whole
    else:
        assert joined[0].filled > 0
        event("apart")
    return sum(a != b for data, back in zip(files, backs, strict=True) for a, b in zip(data, back, strict=True))


@given(st.builds(Traffic, SEEDS, st.integers(1, 150), st.frozensets(st.sampled_from(IMPAIRMENTS))), FILES, SEEDS)
@example(Traffic(1, 150, frozenset(IMPAIRMENTS)), File(), 1)
@settings(max_examples=60, deadline=None)
def test_any_traffic_cut_anywhere(traffic: Traffic, file: File, seed: int) -> None:
    files = cut(traffic.frames, file, seed)
    holds(files)
    holds(files, compiled=True)


def bulk(seed: int, lost: float, operations: int = 40) -> list[Timed]:
    """Frames of writes and reads in many segments each, some with the end of one message and the next, of which so many
    are sent again or lost.
    """
    r = random.Random(seed)  # noqa: S311
    sides = {True: ("192.168.5.254", "192.168.5.2", 700, 2049), False: ("192.168.5.2", "192.168.5.254", 2049, 700)}
    sent = {True: bytearray(), False: bytearray()}
    ends: dict[bool, list[int]] = {True: [], False: []}
    for xid in range(operations):
        size = r.choice([40, 400, 4096, 9000, 33000])
        write = r.random() < 0.5
        body = r.randbytes(size)
        sent[True] += build.record(build.call(xid, 7 if write else 6, body if write else b"\0" * 40))
        sent[False] += build.record(build.reply(xid, b"\0" * 40 if write else body))
        for way, told in ends.items():
            told.append(len(sent[way]))
    frames = []
    at = {True: 0, False: 0}
    ts = 1_700_000_000_000_000_000
    while any(at[way] < len(sent[way]) for way in sides):
        way = r.random() < 0.5
        src, dst, sport, dport = sides[way]
        size = r.choice([1448, 1448, 1448, 8948, 300])
        start = at[way] - (r.choice([100, 1448, 5000]) if r.random() < lost else 0)
        start = max(0, start)
        end = next((end for end in ends[way] if start < end < start + size), start + size)
        data = bytes(sent[way][start : end if r.random() < 0.7 else start + size])
        at[way] = max(at[way], start + len(data))
        segment = build.tcp(
            sport, dport, (0xFFFF0000 + start) % (1 << 32), data, ack=(0xFFFF0000 + at[not way]) % (1 << 32)
        )
        ts += r.choice([1000, 100_000, 600_000_000])
        if data and r.random() >= lost:
            frames.append((ts, build.ethernet(build.ipv4(segment, src, dst))))
    return frames


@pytest.mark.parametrize("compiled", [False, True], ids=["plain", "compiled"])
@pytest.mark.parametrize("file", [File(), File(magic=0, seed=4)], ids=["pcap", "pcapng"])
@pytest.mark.parametrize("lost", [0, 0.05], ids=["whole", "lossy"])
@pytest.mark.parametrize("seed", range(4))
def test_large_messages_over_the_boundary(file: File, seed: int, lost: float, *, compiled: bool) -> None:
    """Much of the data is left out where none is lost, and no boundary is told by it."""
    files = cut(bulk(seed, lost), file, seed)
    left_out = holds(files, compiled=compiled)
    assert left_out > (0 if lost else 0.25 * sum(len(data) for data in files))
    assert chained([filled(data) for data in files], compiled=compiled)[0].filled == 0


def test_a_capture_in_a_message_is_noticed() -> None:
    """Data that looks like a record where a file begins hides where the real one is: that is told, not guessed."""
    sides = "192.168.5.254", "192.168.5.2"
    fake = build.record(build.call(9, 7, bytes(60_000)))[: 1448 * 20]
    real = build.record(build.call(1, 7, bytes(1448 * 3) + fake))
    stream = real + build.record(build.call(2, 7, bytes(20_000))) * 3
    start = real.index(fake)
    first = build.tcp(700, 2049, 1, stream[:start])
    rest = [build.tcp(700, 2049, 1 + at, stream[at : at + 1448]) for at in range(start, len(stream), 1448)]
    frames = [(10**18 + n * 10**6, build.ethernet(build.ipv4(one, *sides))) for n, one in enumerate((first, *rest))]
    files = [File().of(frames[:1]), File().of(frames[1:])]
    joined, whole = chained([filled(data) for data in files]), chained(files)
    assert without_count(joined) != without_count(whole)
    assert joined[0].filled
    assert not whole[0].filled


def test_what_is_read_back_is_kept_or_filled() -> None:
    data = File().of(bulk(3, 0))
    back = filled(data)
    assert all(b in (a, FILL) for a, b in zip(data, back, strict=True))
    assert 0 < back.count(FILL) < len(back)
