"""A log that was read on a console, with the tables of commands between its lines."""

from __future__ import annotations

from io import BytesIO
from typing import BinaryIO

from analyzer.ingest.logs.snapshots.tables import SHAPES
from analyzer.ingest.logs.text.lines import LONGEST_RECORD

HEAD = 1 << 16


class Console:
    """A stream that keeps its beginning while it is read, where its first 64 KiB show a table."""

    def __init__(self, stream: BinaryIO) -> None:
        self._stream = stream
        self._kept: bytes | None = None

    def read(self, size: int, /) -> bytes:
        """At most `size` bytes, none at the end."""
        data = self._stream.read(size)
        if self._kept is None:
            self._kept = data if _shows_a_table(data) else b""
        elif self._kept and len(self._kept) < LONGEST_RECORD:
            self._kept += data
        return data

    def tables(self) -> BinaryIO | None:
        """What was read, where there are tables in it."""
        return BytesIO(self._kept[:LONGEST_RECORD]) if self._kept else None


def _shows_a_table(data: bytes) -> bool:
    head = data[:HEAD].replace(b"\r\n", b"\n")
    return any(shape.search(head) for shape in SHAPES.values())
