"""Bytes of a forward-only stream, read in blocks of 1 MiB, and the frame that a container yields.

The stream may be a pipe or a decompressor: it is never rewound, and a short read is no end of file.
"""

from __future__ import annotations

from typing import BinaryIO

import msgspec

BLOCK = 1 << 20

LARGEST_FRAME = 262_144
"""Wireshark's limit of a captured frame, in bytes; a larger captured length means a damaged file."""


class Frame(msgspec.Struct, frozen=True):
    """One captured frame.

    `number` is Wireshark's, from 1. `interface` counts from 0 within its section. `ts` is ns since the epoch on the
    capture's clock, None where the container has no time (simple packet block); `resolution` is the stamp's unit in
    ns. `data` holds the `len(data)` captured of `length` original bytes.
    """

    number: int
    interface: int
    link_type: int
    ts: int | None
    resolution: int
    length: int
    data: bytes


class ByteSource:
    """Takes bytes from `stream` in order and knows the offset of the next one."""

    def __init__(self, stream: BinaryIO) -> None:
        self._stream = stream
        self._buffer = b""
        self._position = 0
        self._base = 0

    @property
    def offset(self) -> int:
        """The offset of the next byte, from the start of the (decompressed) stream."""
        return self._base + self._position

    def take(self, size: int) -> bytes:
        """The next `size` bytes, fewer only where the stream ends."""
        end = self._position + size
        if end > len(self._buffer):
            self._fill(size)
            end = min(self._position + size, len(self._buffer))
        taken = self._buffer[self._position : end]
        self._position = end
        return taken

    def peek(self, size: int) -> bytes:
        """As :meth:`take`, and the bytes stay."""
        if self._position + size > len(self._buffer):
            self._fill(size)
        return self._buffer[self._position : self._position + size]

    def skip(self, size: int) -> int:
        """Pass over `size` bytes without keeping them; how many there were."""
        left = size
        while left:
            passed = len(self.take(min(left, BLOCK)))
            if not passed:
                break
            left -= passed
        return size - left

    def _fill(self, size: int) -> None:
        parts = [self._buffer[self._position :]]
        have = len(parts[0])
        while have < size:
            part = self._stream.read(max(BLOCK, size - have))
            if not part:
                break
            parts.append(part)
            have += len(part)
        self._base += self._position
        self._position = 0
        self._buffer = b"".join(parts)


class ContainerNotes:
    """What a container tells beside its frames; complete only when its frames have been read.

    `format` names the container; `skipped` are (where, why) pairs; `drops` counts frames that the capturing side says
    it lost; `passed` counts records that have a frame number in Wireshark and hold no packet.
    """

    def __init__(self) -> None:
        self.format = ""
        self.comments: list[str] = []
        self.skipped: list[tuple[str, str]] = []
        self.drops = 0
        self.passed = 0

    def stop(self, offset: int, why: str) -> None:
        """Note that reading ends at `offset`, and why."""
        self.skipped.append((f"offset {offset}", why))
