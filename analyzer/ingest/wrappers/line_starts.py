"""How a log's lines begin, so that what stands before that is known for a wrapper; and blocks of whole lines."""

from __future__ import annotations

import re
from collections.abc import Iterator

from analyzer.ingest.streams.stream import Readable

ISO = rb"\d{4}-\d\d-\d\d[T ]\d\d:\d\d:\d\d"
DATE_ONLY = rb"\d{4}-\d\d-\d\d [A-Z][a-z]\(\d{1,3}\)"
TRADITIONAL = rb"(?:Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec) [ \d]\d \d\d:\d\d:\d\d"
START = rb"(?:<\d{1,3}>(?:\d )?)?(?:" + ISO + rb"|" + DATE_ONLY + rb"|" + TRADITIONAL + rb")"

_STARTED = re.compile(START)
_STEP, _LONGEST_LINE = 1 << 18, 1 << 20
LINES_LOOKED_AT = 2_000


def first_lines(head: bytes) -> list[bytes]:
    """The whole lines that `head` begins with, as many as are looked at; the only one, if none is whole."""
    lines = head.split(b"\n", LINES_LOOKED_AT)
    return lines[:LINES_LOOKED_AT] if len(lines) < 2 else lines[: min(LINES_LOOKED_AT, len(lines) - 1)]


def most(lines: list[bytes], pattern: re.Pattern[bytes]) -> bool:
    """Whether more lines begin as `pattern` says than as a log's own lines do."""
    told = [line for line in lines if line]  # of a log that was told from others in one text, most are empty
    wrapped = sum(pattern.match(line) is not None for line in told)
    return wrapped > sum(_STARTED.match(line) is not None and pattern.match(line) is None for line in told)


def whole_lines(inner: Readable) -> Iterator[bytes]:
    """The bytes of `inner` in blocks that end with a line, but for the last one and for lines beyond all measure."""
    carried = b""
    while block := inner.read(_STEP):
        data = carried + block
        end = data.rfind(b"\n") + 1
        if not end and len(data) > _LONGEST_LINE:
            end = len(data)
        if end:
            yield data[:end]
        carried = data[end:]
    if carried:
        yield carried


class Blocks:
    """Blocks of bytes, however long, as something to read from."""

    def __init__(self, blocks: Iterator[bytes]) -> None:
        self._blocks, self._ready = blocks, b""

    def read(self, size: int, /) -> bytes:
        """At most `size` bytes, none at the end."""
        while not self._ready:
            block = next(self._blocks, None)
            if block is None:
                return b""
            self._ready = block
        given, self._ready = self._ready[:size], self._ready[size:]
        return given
