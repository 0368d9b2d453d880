"""Zstandard: frames one after the other, in steps of bounded size; whether the data ends within a frame.

The library's stream reader bounds what one step may give (a block of a few bytes can be 128 KiB, so input is no
bound), but takes data that is cut for an end. So frame and block headers are followed beside it.

Reference: RFC 8878, sections 3.1.1 (frames, blocks) and 3.1.2 (skippable frames).
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Protocol

from analyzer.ingest.streams.stream import Readable

INPUT = 1 << 17
LEAST, MOST = 1 << 12, 1 << 19
_MAGIC = 0xFD2FB528
_SKIPPABLE, _SKIPPABLE_MASK = 0x184D2A50, 0xFFFFFFF0
_CHECKSUM, _SINGLE_SEGMENT = 4, 32
_RLE = 1


class _Reader(Protocol):
    def read(self, size: int = -1, /) -> bytes: ...


class ZstdFrames:
    """The plain bytes of all frames; skippable ones are passed over.

    A read raises EOFError for data that is cut, and others for damage. The step that fails takes with it at most an
    eighth of what was given (or 4 KiB).
    """

    def __init__(self, inner: Readable) -> None:
        import zstandard

        self._ends = _Followed(inner)
        source: Any = self._ends  # only its read is used
        self._reader: _Reader = zstandard.ZstdDecompressor().stream_reader(source, INPUT, read_across_frames=True)
        self._given = 0

    def read(self, size: int, /) -> bytes:
        """At most `size` bytes, none at the end."""
        data = self._reader.read(min(size, max(LEAST, min(MOST, self._given // 8))))
        self._given += len(data)
        if not data and self._ends.within_a_frame:
            raise EOFError
        return data


class _Followed:
    """Passes compressed bytes on, and knows whether they end where a frame does."""

    def __init__(self, inner: Readable) -> None:
        self._inner = inner
        self._skip = 0
        self._header = b""
        self._wanted = 4
        self._parse: Callable[[int], None] = self._magic
        self._trailer = 0

    def read(self, size: int, /) -> bytes:
        data = self._inner.read(size)
        self._follow(data)
        return data

    @property
    def within_a_frame(self) -> bool:
        return bool(self._skip or self._header or self._parse != self._magic)

    def _follow(self, data: bytes) -> None:
        at = 0
        while at < len(data):
            if self._skip:
                passed = min(self._skip, len(data) - at)
                self._skip -= passed
                at += passed
                continue
            part = data[at : at + self._wanted - len(self._header)]
            self._header += part
            at += len(part)
            if len(self._header) == self._wanted:
                value, self._header = int.from_bytes(self._header, "little"), b""
                self._parse(value)

    def _next(self, parse: Callable[[int], None], wanted: int, skip: int = 0) -> None:
        """After `skip` bytes, `wanted` ones are for `parse`."""
        self._parse, self._wanted, self._skip = parse, wanted, skip

    def _magic(self, value: int) -> None:
        if value == _MAGIC:
            self._next(self._descriptor, 1)
        elif value & _SKIPPABLE_MASK == _SKIPPABLE:
            self._next(self._skippable, 4)
        else:  # the library says what is wrong
            self._next(self._magic, 4)

    def _skippable(self, size: int) -> None:
        self._next(self._magic, 4, size)

    def _descriptor(self, flags: int) -> None:
        single = bool(flags & _SINGLE_SEGMENT)
        window = 0 if single else 1
        dictionary = (0, 1, 2, 4)[flags & 3]
        content = (int(single), 2, 4, 8)[flags >> 6]
        self._trailer = 4 if flags & _CHECKSUM else 0
        self._next(self._block, 3, window + dictionary + content)

    def _block(self, header: int) -> None:
        last, kind, size = header & 1, header >> 1 & 3, header >> 3
        stored = 1 if kind == _RLE else size
        if last:
            self._next(self._magic, 4, stored + self._trailer)
        else:
            self._next(self._block, 3, stored)
