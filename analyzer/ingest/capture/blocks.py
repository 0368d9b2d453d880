"""Bytes of a forward-only stream, read in blocks, and the frame that a container yields.

The stream may be a pipe or a decompressor: it is never rewound, and a short read is no end of file.
"""

from __future__ import annotations

import os
from collections import Counter
from mmap import mmap
from typing import BinaryIO

import msgspec

from analyzer.model.source import Reason, Skipped

BLOCK = 1 << 21
"""Bytes that are read at once."""
BUFFER = 8 << 20
"""Bytes of every buffer but those of giant records; memory is only taken for those in use."""
LEAD = BUFFER - BLOCK
"""Bytes before a block, for the part of a record that was in the block before."""

TYPES_AT_MOST = 8
"""Types of unknown blocks that are told by their numbers, the first ones."""
LARGEST_FRAME = 262_144
"""Wireshark's limit of a captured frame, in bytes; a larger captured length means a damaged file."""


class Frame(msgspec.Struct, frozen=True):
    """One captured frame.

    `number` is Wireshark's, from 1. `interface` counts from 0 within its section. `ts` is ns since the epoch on the
    capture's clock, None where the container has no time (simple packet block); `resolution` is the stamp's unit in
    ns. `data` holds the `len(data)` captured of `length` original bytes. `stamp` is the time as recorded, in the units
    of its interface.
    """

    number: int
    interface: int
    link_type: int
    ts: int | None
    resolution: int
    length: int
    data: bytes
    stamp: int | None = None


class ByteSource:
    """Takes bytes from `stream` in order and knows the offset of the next one.

    Readers :meth:`take` what they want; a scan that works in place takes a :meth:`window` and moves on by
    :meth:`advance`.
    """

    def __init__(self, stream: BinaryIO) -> None:
        self._stream = stream
        self._buffer = buffer_of(BUFFER)
        self._position = self._end = self._base = 0

    @property
    def offset(self) -> int:
        """The offset of the next byte, from the start of the (decompressed) stream."""
        return self._base + self._position

    def take(self, size: int) -> bytes:
        """The next `size` bytes, fewer only where the stream ends."""
        taken = self.peek(size)
        self._position += len(taken)
        return taken

    def holds(self, size: int) -> bool:
        """Whether `size` more bytes are there; they are read if they are."""
        while self._end - self._position < size:
            if not self.more():
                return False
        return True

    def peek(self, size: int) -> bytes:
        """As :meth:`take`, and the bytes stay."""
        self.holds(size)
        return bytes(memoryview(self._buffer)[self._position : min(self._position + size, self._end)])

    def pass_repeats(self, block: bytes) -> None:
        """Pass over `block` as often as it follows."""
        size = len(block)
        while self.holds(size) and self._buffer[self._position : self._position + size] == block:
            self._position += size

    def skip(self, size: int) -> int:
        """Pass over `size` bytes without keeping them; how many there were."""
        left = size
        while left:
            passed = min(left, self._end - self._position)
            self._position += passed
            left -= passed
            if left > BUFFER and self._stream.seekable():
                left -= self._seek(left)
            if left and not self.more():
                break
        return size - left

    def _seek(self, size: int) -> int:
        """Pass over `size` bytes of a file that were not read yet; how many there were."""
        here = self._stream.tell()
        there = min(here + size, self._stream.seek(0, os.SEEK_END))
        self._stream.seek(there)
        self._base += there - here
        return there - here

    def window(self) -> tuple[mmap, int, int]:
        """A buffer with the next bytes from one offset in it to another; until the next call of another method."""
        return self._buffer, self._position, self._end

    def advance(self, position: int) -> None:
        """The bytes of the window before `position` are done with."""
        self._position = position

    def more(self) -> bool:
        """Add a block to the window; False where the stream has ended."""
        left, lead = self._end - self._position, LEAD
        if left > lead or len(self._buffer) != BUFFER:
            before, (lead, size) = self._buffer, _room(left)
            self._buffer = buffer_of(size)
        else:
            before = self._buffer
        memoryview(self._buffer)[lead - left : lead] = memoryview(before)[self._position : self._end]
        self._base += self._position - (lead - left)
        self._position, self._end = lead - left, lead
        self._end += _fill(self._stream, memoryview(self._buffer)[lead : lead + BLOCK])
        return self._end > lead


def buffer_of(size: int) -> mmap:
    """Memory that begins with a page: to there the system copies a file twice as fast."""
    return mmap(-1, size)


def _room(left: int) -> tuple[int, int]:
    """Where a block is read to behind what is left, and the size of the buffer: the usual one where that holds both."""
    return (LEAD, BUFFER) if left <= LEAD else (left, left + BLOCK)


def _fill(stream: BinaryIO, view: memoryview) -> int:
    """Read until `view` is full or the stream ends; how many bytes were read."""
    filled = 0
    readinto = getattr(stream, "readinto", None)
    while filled < len(view):
        if readinto is not None:
            size = readinto(view[filled:])
        else:
            data = stream.read(len(view) - filled)
            size = len(data)
            view[filled : filled + size] = data
        if not size:
            break
        filled += size
    return filled


class ContainerNotes:
    """What a container tells beside its frames; complete only when its frames have been read.

    `format` names the container; `skipped` are (where, reason) pairs; `drops` counts frames that the capturing side
    says it lost; `passed` counts records that have a frame number in Wireshark and hold no packet; `further_comments`
    counts those that are not kept; `unknown` the blocks of each type that is none of a pcapng's, `further` those of
    types beyond the first few.
    """

    def __init__(self) -> None:
        self.format = ""
        self.comments: list[str] = []
        self.skipped: list[tuple[str, Reason]] = []
        self.drops = 0
        self.passed = 0
        self.further_comments = 0
        self.unknown: Counter[int] = Counter()
        self.further = 0

    def pass_over(self, kind: int) -> None:
        """Note a block of an unknown type."""
        if kind in self.unknown or len(self.unknown) < TYPES_AT_MOST:
            self.unknown[kind] += 1
        else:
            self.further += 1

    def stop(self, offset: int, reason: Reason) -> None:
        """Note that reading ends at `offset`, and why."""
        self.skipped.append((f"offset {offset}", reason))

    def told(self, source: str) -> list[Skipped]:
        """What of the file `source` was not read."""
        told = [Skipped(source, *one) for one in self.skipped]
        if self.further_comments:
            told.append(Skipped(source, "comments", Reason("further-comments"), self.further_comments))
        return told
