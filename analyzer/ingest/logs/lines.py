"""Lines of a log: blocks of whole records read from a stream, the lines in them, and their text.

A block is bounded, so memory does not depend on the file; searching a block for a few byte strings costs far less
than matching each of its lines, and nearly all lines of a genesis.out are not about HA.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import BinaryIO

import msgspec

BLOCK_BYTES = 1 << 20
LONGEST_RECORD = 8 << 20
LONGEST_LINE = 1 << 16

_ESCAPES = re.compile(r"\x1b\[[0-9;?]*[A-Za-z]|[\x00-\x08\x0b-\x1f\x7f]")
_RECORD_START = b"\n20"  # both families' stamps begin with the century, at the line's start


class Line(msgspec.Struct, frozen=True):
    """One line: its number in the file, from 1, and its bytes without the line end."""

    number: int
    raw: bytes


class Block(msgspec.Struct, frozen=True):
    """Whole lines, and where possible whole records, of a file; `number` is the first line's."""

    number: int
    data: bytes

    def lines(self) -> Iterator[Line]:
        """Every line of the block."""
        if self.data:
            for index, raw in enumerate(self.data.removesuffix(b"\n").split(b"\n")):
                yield Line(self.number + index, raw)

    def candidates(self, tokens: tuple[bytes, ...]) -> Iterator[Line]:
        """The lines that hold one of `tokens` (lower-case bytes; case is ignored), in order, each with the lines
        before it up to a line that starts with a stamp, so that a record's header is always there.
        """
        data = self.data
        starts: set[int] = set()
        lower = data.lower()
        for token in tokens:
            at = lower.find(token)
            while at >= 0:
                starts.add(data.rfind(b"\n", 0, at) + 1)
                end = data.find(b"\n", at)
                at = lower.find(token, end) if end >= 0 else -1
        yield from self._numbered(sorted(self._with_headers(starts)))

    def _with_headers(self, starts: set[int]) -> set[int]:
        wanted = set(starts)
        for start in starts:
            at = start
            while at > 0 and not self.data.startswith(_RECORD_START[1:], at):
                at = self.data.rfind(b"\n", 0, at - 1) + 1
                if at in wanted:
                    break
                wanted.add(at)
        return wanted

    def _numbered(self, starts: list[int]) -> Iterator[Line]:
        number, counted = self.number, 0
        for start in starts:
            number += self.data.count(b"\n", counted, start)
            counted = start
            end = self.data.find(b"\n", start)
            yield Line(number, self.data[start : end if end >= 0 else len(self.data)])


def blocks(stream: BinaryIO) -> Iterator[Block]:
    """The stream in blocks that end before a line that starts with a stamp; when a record is longer than 8 MiB, at a
    line's end, and when there is none, anywhere. Line numbers are right in the first two cases.
    """
    number, carried = 1, b""
    while True:
        read = stream.read(BLOCK_BYTES)
        data = carried + read
        if not read:
            if data:
                yield Block(number, data)
            return
        cut = data.rfind(_RECORD_START) + 1
        if cut <= 0 and len(data) >= LONGEST_RECORD:
            cut = (data.rfind(b"\n") + 1) or len(data)
        if cut > 0:
            yield Block(number, data[:cut])
            number += data.count(b"\n", 0, cut)
        carried = data[cut:] if cut > 0 else data


def text_of(raw: bytes) -> str:
    """A line as text: UTF-8, else latin-1; without the carriage return, control characters and colour codes; at most
    64 KiB of it.
    """
    raw = raw[:LONGEST_LINE].removesuffix(b"\r").removeprefix(b"\xef\xbb\xbf")
    try:
        text = raw.decode("utf-8")
    except UnicodeDecodeError:
        text = raw.decode("latin-1")
    return _ESCAPES.sub("", text)
