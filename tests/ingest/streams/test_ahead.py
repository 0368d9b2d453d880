from __future__ import annotations

import _thread
import threading

import pytest

from analyzer.ingest.streams import ahead
from analyzer.ingest.streams.ahead import ReadAhead
from tests.ingest.streams.threads import assert_ended


class Counted:
    """Gives `size` bytes in pieces of at most `piece`, then raises, if told to."""

    def __init__(self, size: int, piece: int, error: Exception | None = None) -> None:
        self.left, self.piece, self.error = size, piece, error
        self.threads: set[int] = set()
        self.asked: list[int] = []

    def read(self, size: int, /) -> bytes:
        self.threads.add(threading.get_ident())
        self.asked.append(size)
        count = min(size, self.left, self.piece)
        if not count and self.error:
            raise self.error
        self.left -= count
        return b"x" * count


def drained(reader: ReadAhead, size: int) -> int:
    buffer, total = memoryview(bytearray(size)), 0
    while count := reader.readinto(buffer):
        total += count
    return total


@pytest.mark.parametrize("piece", [1 << 12, 300_001, 1 << 20])
@pytest.mark.parametrize("size", [0, 1, ahead.AT_ONCE, ahead.AT_ONCE + 1, 9_999_999])
def test_all_bytes_come_once(size: int, piece: int) -> None:
    assert drained(ReadAhead(Counted(size, piece)), 4 << 20) == size


def test_the_end_stays_the_end() -> None:
    reader = ReadAhead(Counted(5_000_000, 1 << 20))
    drained(reader, 1 << 20)
    assert [reader.read(10), reader.read(10)] == [b"", b""]


def test_what_is_small_starts_no_thread() -> None:
    inner = Counted(ahead.AT_ONCE - 1, 1 << 20)
    drained(ReadAhead(inner), 1 << 20)
    assert inner.threads == {threading.get_ident()}


def test_an_error_comes_where_its_bytes_would_have_and_again() -> None:
    reader = ReadAhead(Counted(5_000_000, 333_333, ValueError("broken")))
    buffer, left = memoryview(bytearray(1 << 20)), 5_000_000
    while left:
        left -= reader.readinto(buffer)
    for _ in range(2):
        with pytest.raises(ValueError, match="broken"):
            reader.read(1)


def test_reading_ahead_is_bounded_and_ends_with_close() -> None:
    inner, before = Counted(1 << 30, 1 << 20), _thread._count()
    reader = ReadAhead(inner)
    for _ in range(10):
        reader.read(1 << 20)
    reader.close()
    left = inner.left
    assert (1 << 30) - left <= 10 * (1 << 20) + (ahead.BLOCKS + 1) * ahead.BLOCK
    assert inner.left == left
    assert len(inner.threads - {threading.get_ident()}) == 1
    assert_ended(before)


@pytest.mark.parametrize("piece", [1 << 12, 300_001, 1 << 20])
def test_without_a_thread_it_asks_for_the_same(piece: int) -> None:
    """What a decompressor loses by damage depends on how much it is asked for, and must not on the workers."""
    beside, alone = (Counted(9_999_999, piece) for _ in range(2))
    reader = ReadAhead(beside)

    assert drained(reader, 2 << 20) == drained(ReadAhead(alone, beside=False), 2 << 20)
    reader.close()
    assert alone.asked == beside.asked[: len(alone.asked)]
    assert alone.threads == {threading.get_ident()}
