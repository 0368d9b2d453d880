"""One direction of a TCP connection that carries RPC: which bytes are new, in order, and which were sent before.

Sequence numbers follow RFC 9293. Segments out of order wait until the gap before them is filled, or until the peer
acknowledges the gap, which shows that the capture lost it.
"""

from __future__ import annotations

from collections.abc import Iterator

import msgspec

from analyzer.ingest.capture.plain.records import Message, Records, Stamp
from analyzer.ingest.capture.scans.filled import Filled

_WRAP = 1 << 32
_HALF = 1 << 31
_FAR = 16 << 20
"""A segment farther than this (bytes) from where the stream was is another connection that uses the same ports."""
_WAITING = 64
"""Segments that wait for a gap at most; then the gap counts as lost."""
_DUPLICATE_NS = 5_000_000
_RECENT = 8


class Segment(msgspec.Struct, frozen=True):
    """A TCP segment's payload: sequence number, length by the IP header, and the bytes captured of it."""

    seq: int
    length: int
    data: bytes
    at: Stamp


class Gaps:
    """What the capture lacks: segments out of order, gaps that were never filled (and their bytes) though the peer
    has what was in them, or went on without. `filled` is of all connections together.
    """

    def __init__(self, filled: Filled) -> None:
        self.filled = filled
        self.out_of_order = 0
        self.lost = 0
        self.lost_bytes = 0


class Direction:
    """Tracks one direction; feed it segments in capture order."""

    def __init__(self, gaps: Gaps) -> None:
        self._gaps = gaps
        self._expected: int | None = None
        self._waiting: list[Segment] = []
        self._recent: list[tuple[object, int | None]] = []
        self.records = Records(gaps.filled)
        self.initial: int | None = None

    def start(self, seq: int) -> None:
        """The direction opens with a SYN of this sequence number."""
        self.initial = seq
        self._expected = (seq + 1) % _WRAP
        self._waiting.clear()
        self.records = Records(self._gaps.filled, synced=True)

    def duplicate(self, fingerprint: object, ts: int | None) -> bool:
        """Whether the same frame (by its fingerprint) was here a moment ago: a mirror port's copy, sent once."""
        for seen, then in self._recent:
            if seen == fingerprint and (ts is None or then is None or ts - then <= _DUPLICATE_NS):
                return True
        self._recent.append((fingerprint, ts))
        if len(self._recent) > _RECENT:
            del self._recent[0]
        return False

    def feed(self, segment: Segment) -> tuple[bool, list[Message]]:
        """Whether the payload is a retransmission, and the messages that it completes."""
        if self._expected is None:
            self._expected = segment.seq
        ahead = self._ahead(segment.seq)
        if abs(ahead) > _FAR:
            self._expected, ahead = segment.seq, 0
            self._waiting.clear()
            self.records.lose()
        if ahead < 0 and segment.length <= 1:
            return False, []  # a keep-alive: one byte before the next one
        if ahead + segment.length <= 0:
            return True, []
        if ahead > 0:
            if any(waiting.seq == segment.seq and waiting.length >= segment.length for waiting in self._waiting):
                return True, []
            self._gaps.out_of_order += 1
            self._waiting.append(segment)
            return False, list(self._overflow())
        return ahead < 0, [*self._take(segment), *self._filled()]

    def acknowledged(self, ack: int) -> list[Message]:
        """The peer has everything before `ack`: a gap before it is lost to the capture, not to the peer."""
        if not self._waiting or self._ahead(ack) <= 0:
            return []
        messages: list[Message] = []
        while self._waiting:
            nearest = min(self._waiting, key=lambda segment: self._ahead(segment.seq))
            if self._ahead(nearest.seq) > self._ahead(ack):
                break
            messages += self._jump()
        return messages

    def finish(self) -> list[Message]:
        """What waits at the capture's end."""
        messages: list[Message] = []
        while self._waiting:
            messages += self._jump()
        return messages

    def _ahead(self, seq: int) -> int:
        """How far `seq` is beyond the next expected byte, bytes, negative when before it."""
        return (seq - (self._expected or 0) + _HALF) % _WRAP - _HALF

    def _take(self, segment: Segment) -> Iterator[Message]:
        old = -self._ahead(segment.seq)
        self._expected = (segment.seq + segment.length) % _WRAP
        yield from self.records.feed(segment.data[old:], segment.length - old, segment.at)

    def _filled(self) -> Iterator[Message]:
        """The waiting segments that now follow without a gap."""
        while self._waiting:
            nearest = min(self._waiting, key=lambda segment: self._ahead(segment.seq))
            if self._ahead(nearest.seq) > 0:
                return
            self._waiting.remove(nearest)
            if self._ahead(nearest.seq) + nearest.length > 0:
                yield from self._take(nearest)

    def _overflow(self) -> Iterator[Message]:
        if len(self._waiting) > _WAITING:
            yield from self._jump()

    def _jump(self) -> list[Message]:
        """Give the gap before the nearest waiting segment up."""
        nearest = min(self._waiting, key=lambda segment: self._ahead(segment.seq))
        self._gaps.lost += 1
        self._gaps.lost_bytes += self._ahead(nearest.seq)
        ended = list(self.records.gap(self._ahead(nearest.seq), nearest.at))
        self._expected = nearest.seq
        return [*ended, *self._filled()]
