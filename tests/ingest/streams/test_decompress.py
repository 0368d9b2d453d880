from __future__ import annotations

import gzip
import io
import os
import random
import resource
import zlib
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import pytest
import zstandard
from hypothesis import given, settings
from hypothesis import strategies as st

from analyzer.ingest.streams import ahead
from analyzer.ingest.streams.decompress import compression, decompress
from analyzer.ingest.streams.stream import Allowance, Stream
from analyzer.model.source import Reason
from tests.ingest.packing import COMPRESSORS

BUFFER = 4 << 20
CUT = "the data ends early: the file was cut, copy it again"
DAMAGED = "it was cut or damaged, copy it again"


def text(size: int) -> bytes:
    """Bytes that compress by two or three, alike each time."""
    rng = random.Random(size)  # noqa: S311 - the same bytes each time
    words = [rng.randbytes(rng.randrange(2, 30)) for _ in range(300)]
    data = b"".join(rng.choice(words) for _ in range(size // 10))
    return data[:size]


def unpacked(packed: bytes, allowance: Allowance | None = None) -> tuple[bytes, str]:
    """The plain bytes by reads of 4 MiB on another thread, as a capture is read, and the fault."""
    head = compression(packed)
    assert head is not None
    threaded = ahead.ReadAhead(decompress(io.BytesIO(packed), head))
    stream = Stream(threaded, allowance=allowance)

    def read() -> bytes:
        buffer, parts = bytearray(BUFFER), []
        while count := stream.body.readinto(buffer):  # type: ignore[attr-defined]
            parts.append(bytes(buffer[:count]))
        return b"".join(parts)

    with ThreadPoolExecutor(1) as other:
        plain = other.submit(read).result()
    threaded.close()
    return plain, stream.fault.reason.sentence if stream.fault.reason else ""


@pytest.mark.parametrize("size", [0, 1, 70_000, ahead.AT_ONCE, 4_500_001])
@pytest.mark.parametrize("name", COMPRESSORS)
def test_the_bytes_come_back(name: str, size: int) -> None:
    data = text(size)
    assert unpacked(COMPRESSORS[name](data)) == (data, "")


@pytest.mark.parametrize("name", COMPRESSORS)
def test_many_members_are_one_stream(name: str) -> None:
    parts = [text(size) for size in (3_000_000, 0, 1, 500_000, 3_000_000)]
    assert unpacked(b"".join(COMPRESSORS[name](part) for part in parts)) == (b"".join(parts), "")


@pytest.mark.parametrize("kept", [0.001, 0.1, 0.5, 0.9, 0.9999])
@pytest.mark.parametrize("name", COMPRESSORS)
def test_data_that_is_cut_is_given_up_to_the_cut(name: str, kept: float) -> None:
    data = text(2_500_000)
    packed = COMPRESSORS[name](data)
    plain, why = unpacked(packed[: max(20, int(len(packed) * kept))])
    assert data.startswith(plain)
    assert why == CUT
    assert len(plain) >= kept * len(data) - 1_000_000


@pytest.mark.parametrize("left", range(1, 30))
@pytest.mark.parametrize("name", ["gzip", "zstd"])
def test_a_second_member_that_is_cut_anywhere_near_its_ends_is_told(name: str, left: int) -> None:
    whole = COMPRESSORS[name](b"one")
    second = COMPRESSORS[name](b"the second")
    for cut in (min(left, len(second) - 1), max(1, len(second) - left)):
        plain, why = unpacked(whole + second[:cut])
        assert (why, b"onethe second".startswith(plain), plain[:3]) == (CUT, True, b"one")


@pytest.mark.parametrize("size", [30_000, 3_000_000])
def test_a_wrong_checksum_costs_not_one_byte(size: int) -> None:
    data = text(size)
    packed = bytearray(gzip.compress(data))
    packed[-6] ^= 1
    plain, why = unpacked(bytes(packed))
    assert plain == data
    assert why == DAMAGED


def test_a_wrong_length_is_told_as_damage() -> None:
    packed = bytearray(gzip.compress(b"x" * 1000))
    packed[-4] ^= 1
    assert unpacked(bytes(packed)) == (b"x" * 1000, DAMAGED)


@pytest.mark.parametrize("at", [0.02, 0.3, 0.8])
@pytest.mark.parametrize("name", ["gzip", "zstd"])
def test_damage_leaves_most_of_what_is_before_it(name: str, at: float) -> None:
    data = text(3_000_000)
    packed = bytearray(COMPRESSORS[name](data))
    where = int(len(packed) * at)
    packed[where : where + 64] = b"\xff" * 64
    plain, why = unpacked(bytes(packed))
    assert why
    assert why != CUT
    sound = max(0, int(len(data) * at * 0.95) * 7 // 8 - 150_000)  # without a step of an eighth and a block of zstd
    assert len(plain) >= sound
    assert plain[:sound] == data[:sound]


@pytest.mark.parametrize(
    ("tail", "why"),
    [
        pytest.param(bytes(3000), "", id="zero-padding"),
        pytest.param(b"garbage", DAMAGED, id="garbage"),
        pytest.param(bytes(9) + gzip.compress(b"!"), "", id="padding-and-a-member"),
        pytest.param(b"\x1f\x8b\x07" + bytes(20), DAMAGED, id="method"),
        pytest.param(b"\x1f", CUT, id="half-a-magic"),
    ],
)
def test_what_follows_a_gzip_member(tail: bytes, why: str) -> None:
    plain, told = unpacked(gzip.compress(b"data") + tail)
    assert told == why
    assert plain == (b"data!" if tail.startswith(bytes(9)) and tail.strip(b"\0") else b"data")


def test_every_field_of_a_gzip_header_is_passed_over() -> None:
    deflate = zlib.compressobj(wbits=-15)
    body = deflate.compress(b"data") + deflate.flush()
    header = b"\x1f\x8b\x08\x1e" + bytes(6) + b"\x03\x00abc" + b"name\0" + b"comment\0" + b"\x12\x34"
    trailer = zlib.crc32(b"data").to_bytes(4, "little") + (4).to_bytes(4, "little")
    assert unpacked(header + body + trailer) == (b"data", "")
    for cut in range(3, len(header)):
        assert unpacked((header + body + trailer)[:cut]) == (b"", CUT)


def _gzip_by_python(packed: bytes) -> tuple[bytes, bool]:
    plain, file = b"", gzip.GzipFile(fileobj=io.BytesIO(packed))
    try:
        while data := file.read1(100):
            plain += data
    except (EOFError, OSError, zlib.error):
        return plain, True
    return plain, False


@settings(max_examples=150, deadline=None)
@given(
    members=st.lists(st.binary(max_size=3000), min_size=1, max_size=3),
    cut=st.none() | st.integers(3, 2000),
    flip=st.none() | st.integers(10, 3000),
    padding=st.integers(0, 3),
)
def test_gzip_is_read_as_python_reads_it(members: list[bytes], cut: int | None, flip: int | None, padding: int) -> None:
    packed = bytearray(b"".join(gzip.compress(member) + bytes(padding) for member in members))
    if flip is not None:
        packed[flip % len(packed)] ^= 4
    packed = packed[:cut]
    if compression(bytes(packed)) != "gzip":
        return
    plain, why = unpacked(bytes(packed))
    theirs, broken = _gzip_by_python(bytes(packed))
    assert bool(why) == broken
    assert plain == theirs or (broken and theirs.startswith(plain[: len(theirs)]))


_FRAMES: dict[str, Callable[[bytes], bytes]] = {
    "no-size": lambda d: zstandard.ZstdCompressor(write_content_size=False).compress(d),
    "no-checksum": lambda d: zstandard.ZstdCompressor(write_checksum=False).compress(d),
    "fast": lambda d: zstandard.ZstdCompressor(level=-5).compress(d),
    "best": lambda d: zstandard.ZstdCompressor(level=19, write_checksum=True).compress(d),
    "streamed": lambda d: (c := zstandard.ZstdCompressor().compressobj()).compress(d) + c.flush(),
    "skippable": lambda d: (
        b"\x5a\x2a\x4d\x18\x05\x00\x00\x00hello"
        + zstandard.ZstdCompressor().compress(d)
        + b"\x50\x2a\x4d\x18"
        + bytes(4)
    ),
}


@pytest.mark.parametrize("size", [0, 100, 300, 70_000, 700_000])
@pytest.mark.parametrize("frame", _FRAMES)
def test_any_zstd_frame_is_followed_to_its_end(frame: str, size: int) -> None:
    for data in (text(size), bytes(size), os.urandom(size)):
        packed = COMPRESSORS["zstd"](b"first") + _FRAMES[frame](data)
        assert unpacked(packed) == (b"first" + data, "")
        assert unpacked(packed[:-1])[1] == CUT


@pytest.mark.parametrize("name", ["gzip", "zstd", "xz", "lz4"])
def test_a_bomb_stops_at_its_allowance_in_little_memory(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Allowance, "LEAST", 40_000_000)
    packed = COMPRESSORS[name](bytes(100_000_000))
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    threaded = ahead.ReadAhead(decompress(io.BytesIO(packed), name))  # type: ignore[arg-type]
    stream = Stream(threaded, allowance=Allowance(0))
    stream.drain()
    threaded.close()
    assert stream.fault.reason == Reason("expands-too-much")
    assert stream.count <= 40_000_000
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < 64_000  # KiB


def test_zstd_blocks_of_four_bytes_that_give_128_kib_each_take_little_memory() -> None:
    """A hand-made frame of RLE blocks: 400 KB of input that are 13 GB."""
    block = (1 << 1 | (1 << 17) << 3).to_bytes(3, "little") + b"x"
    packed = b"\x28\xb5\x2f\xfd\x00\x58" + block * 100_000
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    threaded = ahead.ReadAhead(decompress(io.BytesIO(packed), "zstd"))
    for _ in range(20):
        assert threaded.read(1 << 20).strip(b"x") == b""
    threaded.close()
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < 64_000  # KiB
