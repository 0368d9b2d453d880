"""Lines that stand in a log a second time, as whoever made the file printed or pasted the same stretch again.

A log whose stamps go back, to lines that it has above in the same order, was not written so: a clock that is set back
gives other stamps, or other lines between them. Such lines are made blank, so that those behind keep their numbers.
"""

from __future__ import annotations

import io
import re
from collections.abc import Iterator
from itertools import pairwise

from analyzer.ingest.logs.text.lines import is_prompt
from analyzer.ingest.streams.stream import Readable

MOST_BYTES = 8 << 20
"""Of a log: what is larger was put together by no hand, and is read as it is."""
FEWEST_LINES = 2
"""That make a stretch: a single line may be the same by chance, where stamps are of whole seconds."""
_STAMP_BYTES = 23
_STAMPS = re.compile(rb"\n(2\d{3}-\d\d-\d\d[^\n]{0,13})")
_FRACTION = re.compile(rb"[\d-]{10}[T ][\d:]{8}[.,]\d{3}")
_STAMPED = re.compile(rb"2\d{3}-\d\d-\d\d[T ]\d\d:\d\d:\d\d")


class ReadOnce:
    """A log without what stands above; once it was read, `left_out` are the lines that are made blank, by number, and
    `lines` is how many of them have stamps.
    """

    def __init__(self, stream: Readable) -> None:
        self._stream = stream
        self._whole: io.BytesIO | None = None
        self._places: dict[bytes, int] = {}
        self._count = 0
        self._latest = b""
        self.lines = 0
        self.left_out: dict[int, bytes] = {}

    def read(self, size: int, /) -> bytes:
        """At most `size` bytes, none at the end."""
        if self._whole is None:
            self._whole = io.BytesIO(self._read())
        return self._whole.read(size) or self._stream.read(size)

    def _read(self) -> bytes:
        parts = list[bytes]()
        left = MOST_BYTES + 1
        while left and (part := self._stream.read(left)):
            parts.append(part)
            left -= len(part)
        data = b"".join(parts)
        goes_on = all(a < b for a, b in pairwise(_STAMPS.findall(b"\n" + data)))
        return data if goes_on or not left else self._without(data)

    def _without(self, data: bytes) -> bytes:
        lines = data.split(b"\n")
        for start, end in self._stretches(lines):
            for at in range(start, end):
                self.lines += _STAMPED.match(lines[at]) is not None
                self.left_out[at + 1] = lines[at]
                lines[at] = b""
        return b"\n".join(lines)

    def _stretches(self, lines: list[bytes]) -> Iterator[tuple[int, int]]:
        """From where to where lines are told again; the others are known from here on."""
        at = 0
        while at < len(lines):
            line = lines[at]
            place = self._places.get(line)
            if place is not None and self._may_be_told_again(line):
                end, count = self._stretch(lines, at, place)
                if count >= FEWEST_LINES:
                    yield at, end
                    at = end
                    continue
            self._know(line)
            at += 1

    def _may_be_told_again(self, line: bytes) -> bool:
        """Whether the log has gone on from a known line's stamp: or stayed there, which whole seconds don't show."""
        stamp = line[:_STAMP_BYTES]
        return stamp < self._latest or (stamp == self._latest and _FRACTION.match(stamp) is not None)

    def _stretch(self, lines: list[bytes], start: int, place: int) -> tuple[int, int]:
        """Where the stretch ends that begins with the line known from `place`, and how many lines in it have stamps."""
        end, count = start, 0
        while end < len(lines) and not is_prompt(lines[end]):
            if _STAMPED.match(lines[end]):
                if self._places.get(lines[end]) != place + count:
                    break
                count += 1
            end += 1
        return end, count

    def _know(self, line: bytes) -> None:
        if _STAMPED.match(line):
            self._places[line] = self._count
            self._count += 1
            self._latest = max(self._latest, line[:_STAMP_BYTES])
