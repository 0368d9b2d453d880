"""RPC messages in a TCP stream's bytes: record marking, with what the capture lost or cut off.

A message is one or more fragments, each after a 4-byte mark (the highest bit says last fragment, the others its
length; RFC 5531 section 11). Only a message's head is kept. A gap inside a body costs nothing; a gap over a mark costs
the sync, which comes back at the next segment that begins with a plausible mark and RPC header. The same makes a
stream readable that the capture joins in the middle.
"""

from __future__ import annotations

import struct
from collections.abc import Iterator

import msgspec

from analyzer.ingest.capture.plain.rpc import CALL, CALL_HEAD, REPLY, plausible_program
from analyzer.ingest.capture.scans.filled import Filled, is_filled_head, is_filled_mark

_LARGEST_RECORD = 8 << 20
_REPLY_HEAD = 12
"""Bytes of a message that tell a reply: xid, type, state."""


class Stamp(msgspec.Struct, frozen=True):
    """When and where a frame was: `ts` in ns on the capture's clock or None, its resolution in ns, its number."""

    ts: int | None
    resolution: int
    number: int


class Message(msgspec.Struct, frozen=True):
    """One RPC message.

    `head` are its first bytes (at most a call's fixed head), `size` is in bytes without marks, `at` is the frame that
    completed it.
    """

    head: bytes
    size: int
    at: Stamp


class Records:
    """Cuts a direction's bytes, in order, into RPC messages."""

    def __init__(self, filled: Filled, *, synced: bool = False) -> None:
        self._filled, self._synced = filled, synced
        self._reset()

    def _reset(self) -> None:
        self._mark = b""
        self._left = 0
        self._last = False
        self._head = b""
        self._size = 0

    def lose(self) -> None:
        """Forget where records begin."""
        self._synced = False
        self._reset()

    def gap(self, length: int, at: Stamp) -> Iterator[Message]:
        """`length` bytes are missing, and the stream goes on at `at`: no harm inside a body whose head is known, and a
        message that ends in them is complete; where the next one begins in them, the sync is lost.
        """
        if len(self._head) < CALL_HEAD:
            self.lose()
        else:
            yield from self._cut(length, at)

    def feed(self, data: bytes, length: int, at: Stamp) -> Iterator[Message]:
        """The messages that the next `length` bytes complete; `data` are those of them that were captured."""
        if not self._synced:
            if not plausible_record(data):
                return
            self._synced = True
            self._reset()
        missing = length - len(data)
        position = 0
        while position < len(data):
            if self._left:
                position = self._body(data, position)
            else:
                position = self._begin(data, position)
                if not self._synced:
                    return
            if not self._left and self._last and not self._mark:
                yield self._complete(at)
        if missing > 0:
            yield from self._cut(missing, at)

    def _begin(self, data: bytes, position: int) -> int:
        """Read a mark, or the part of it that is here."""
        need = 4 - len(self._mark)
        self._mark += data[position : position + need]
        if len(self._mark) == 4:
            mark = int.from_bytes(self._mark, "big")
            self._filled.count += is_filled_mark(self._mark)
            self._mark = b""
            self._last = bool(mark >> 31)
            self._left = mark & 0x7FFFFFFF
            if self._left > _LARGEST_RECORD or (not self._left and not self._last):
                self.lose()
        else:
            self._last = False
        return min(position + need, len(data))

    def _body(self, data: bytes, position: int) -> int:
        size = min(self._left, len(data) - position)
        if len(self._head) < CALL_HEAD:
            self._head += data[position : position + min(size, CALL_HEAD - len(self._head))]
        self._left -= size
        self._size += size
        return position + size

    def _cut(self, missing: int, at: Stamp) -> Iterator[Message]:
        """`missing` bytes were not captured, cut off or lost; the frame `at` shows that they were sent."""
        if len(self._head) < _REPLY_HEAD:
            self.lose()
            return
        inside = min(missing, self._left)
        self._left -= inside
        self._size += inside
        if not self._left and self._last:
            yield self._complete(at)
        if inside < missing:
            self.lose()  # the next mark is in what was cut off

    def _complete(self, at: Stamp) -> Message:
        message = Message(self._head, self._size, at)
        self._filled.count += is_filled_head(self._head)
        self._last = False
        self._head = b""
        self._size = 0
        return message


def plausible_record(data: bytes) -> bool:
    """Whether `data` begins with a record mark and an RPC header (RFC 5531, sections 9 and 11)."""
    if len(data) < 16:
        return False
    mark, _, kind, third = struct.unpack_from("!4I", data)
    length = mark & 0x7FFFFFFF
    if not 12 <= length <= _LARGEST_RECORD or length % 4:
        return False
    if kind == CALL:
        return third == 2 and length >= 40 and (len(data) < 20 or plausible_program(int.from_bytes(data[16:20], "big")))
    if kind != REPLY or third > 1:
        return False
    # An accepted reply goes on with a verifier: a small flavour, then at most 400 bytes (section 8.2).
    return len(data) < 24 or third == 1 or (data[16:18] == b"\0\0" and int.from_bytes(data[20:24], "big") <= 400)
