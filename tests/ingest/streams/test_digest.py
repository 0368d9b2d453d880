from __future__ import annotations

import _thread
import hashlib
import io
import os
from pathlib import Path
from typing import BinaryIO

import blake3
import pytest

from analyzer.ingest.files.bundle import Leaf, leaves
from analyzer.ingest.streams.digest import INLINE, PIECE, PIECES, Digest
from analyzer.ingest.streams.stream import SMALL, Stream
from analyzer.model.source import HashAlgorithm
from tests.ingest.packing import COMPRESSORS, tarred, zipped
from tests.ingest.streams.threads import assert_ended

SIZES = [0, 1, INLINE, INLINE + 1, 3 * PIECE + 17, (PIECES + 3) * PIECE]


def fed(digest: Digest, data: bytes, step: int) -> Digest:
    """In one buffer that is used again, as a reader does."""
    buffer = bytearray(step)
    for start in range(0, len(data), step):
        part = data[start : start + step]
        buffer[: len(part)] = part
        digest.update(memoryview(buffer)[: len(part)])
        buffer[:] = bytes(step)
    return digest


@pytest.mark.parametrize("step", [1 << 16, 1 << 20, 4 << 20, (1 << 20) + 7])
@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("beside", [False, True], ids=["in place", "beside"])
def test_the_digest_is_of_what_passed_though_the_buffer_changes(size: int, step: int, *, beside: bool) -> None:
    data = os.urandom(size)
    assert fed(Digest("sha256", beside=beside), data, step).value == f"sha256:{hashlib.sha256(data).hexdigest()}"
    assert fed(Digest("blake3", beside=beside), data, step).value == f"blake3:{blake3.blake3(data).hexdigest()}"
    assert fed(Digest("none"), data, step).value is None


def test_reads_of_a_mebibyte_are_not_copied_either() -> None:
    """As captures are read: a buffer of the same size would take each of them twice."""
    recorded = Recorded(io.BytesIO(bytes(9 << 20)))
    stream = Stream(recorded)
    assert stream.head()
    buffer = memoryview(bytearray(1 << 20))
    while stream.body.readinto(buffer):  # type: ignore[attr-defined]
        pass
    assert recorded.sizes.count(SMALL) == 1


def test_what_is_hashed_in_place_starts_no_thread() -> None:
    before = _thread._count()
    digest = fed(Digest("sha256"), bytes(9_000_000), PIECE)
    assert _thread._count() == before
    assert digest.value


def test_no_thread_is_left() -> None:
    before = _thread._count()
    digest = fed(Digest("sha256", beside=True), bytes(9_000_000), PIECE)
    assert _thread._count() == before + 1
    assert digest.value
    assert_ended(before)


@pytest.mark.parametrize("size", [0, 10, 5_000, 70_000, 2_000_000])
@pytest.mark.parametrize("at", [0.0, 0.999999], ids=["head", "tail"])
def test_without_a_digest_copies_are_known_by_size_and_ends(size: int, at: float) -> None:
    data = os.urandom(size)
    changed = bytearray(data)
    if size:
        changed[int(size * at)] ^= 1
    one, again, other = (fed(Digest("none"), d, 4096).identity for d in (data, data, bytes(changed)))
    assert one == again
    assert (one == other) == (size == 0)
    assert one != fed(Digest("none"), data + b"\n", 1 << 20).identity
    assert one == fed(Digest("none"), data, 1 << 20).identity


@pytest.mark.parametrize("algorithm", ["sha256", "blake3"])
@pytest.mark.parametrize("packing", ["plain", *COMPRESSORS, "tar", "zip", "tgz"])
def test_every_kind_of_input_has_the_digest_of_its_stored_bytes(
    tmp_path: Path, packing: str, algorithm: HashAlgorithm
) -> None:
    data = os.urandom(3_000_000)
    stored = COMPRESSORS.get(packing, bytes)(data)
    whole = {"tar": tarred, "zip": zipped}.get(packing, lambda files: files["m"])({"m": stored})
    if packing == "tgz":
        whole = COMPRESSORS["gzip"](tarred({"m": stored}))
    (tmp_path / "f").write_bytes(whole)
    taken = hashlib.sha256(stored) if algorithm == "sha256" else blake3.blake3(stored)
    (digest,) = [read(leaf) for leaf in leaves([tmp_path / "f"], algorithm=algorithm) if isinstance(leaf, Leaf)]
    assert digest == f"{algorithm}:{taken.hexdigest()}"


def read(leaf: Leaf) -> str | None:
    leaf.plain.body.read(100_000)  # a parser may stop anywhere
    leaf.plain.drain()
    leaf.stored.drain()
    return leaf.stored.digest


class Recorded:
    """A file that notes which buffers it was asked to fill."""

    def __init__(self, file: BinaryIO) -> None:
        self._file = file
        self.sizes: list[int] = []

    def read(self, size: int, /) -> bytes:
        raise AssertionError(f"a copy of {size} bytes")

    def readinto(self, buffer: memoryview, /) -> int:
        self.sizes.append(len(buffer))
        count: int = self._file.readinto(buffer)  # type: ignore[attr-defined]
        return count


def test_a_large_read_goes_straight_into_the_callers_buffer(tmp_path: Path) -> None:
    data = os.urandom(9_000_000)
    (tmp_path / "f").write_bytes(data)
    with (tmp_path / "f").open("rb", buffering=0) as file:
        recorded = Recorded(file)
        stream = Stream(recorded)
        assert stream.head() == data[: 1 << 16]
        buffer, got = memoryview(bytearray(4 << 20)), b""
        while count := stream.body.readinto(buffer):  # type: ignore[attr-defined]
            got += buffer[:count]
    assert got == data
    assert recorded.sizes[:2] == [SMALL, (4 << 20) - SMALL]
    assert set(recorded.sizes[2:]) >= {4 << 20}
