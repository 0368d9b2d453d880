"""A log that was recorded on a console, with the tables of commands between its lines."""

from __future__ import annotations

import re
from typing import BinaryIO

from analyzer.ingest.logs.snapshots.prompts import has_changes
from analyzer.ingest.logs.snapshots.reading import Snapshots
from analyzer.ingest.logs.snapshots.tables import HEADED, SHAPES
from analyzer.ingest.logs.text.lines import LONGEST_LINE, is_prompt

HEAD = 1 << 16
_MAY_BEGIN_ONE = re.compile(
    rb"\n[ \t]*(?:Active I|CVM:|Interface|N(?:ame|eighbor|etwork)\s|Proto\s|tcp|V(?:Mkernel|olume) |\d{1,3}\.\d)",
    re.IGNORECASE,
)
"""In front of each line that a table may begin with; found far sooner than :data:`SHAPES`."""


class Console:
    """The stream of a log, of which the tables are found while somebody reads it.

    They are told where its first 64 KiB show one, and from the first one on that a prompt stands before, or from where
    a route command was typed at one: what looks so in the midst of a log without a prompt is quoted by a line of it.
    """

    def __init__(self, stream: BinaryIO, found: Snapshots) -> None:
        self._stream, self._found = stream, found
        self._shown = self._beginning = False
        self._unread = b""  # the end of what was read: not yet looked at, or a line that goes on
        self._before, self._number = b"", 1  # the lines before it that no table was looked for in, and their first

    def read(self, size: int, /) -> bytes:
        """At most `size` bytes, none at the end."""
        data = self._stream.read(size)
        self._unread += data
        if len(self._unread) >= HEAD:
            self._look(self._unread.rfind(b"\n") + 1)
        return data

    def tables(self) -> Snapshots | None:
        """What was found, once the stream is read; None where it is no console's."""
        self._look(len(self._unread))
        self._found.end()
        return self._found if self._shown else None

    def _look(self, end: int) -> None:
        """Look at what was read, as far as its lines are whole."""
        data, self._unread = self._before + self._unread[:end], self._unread[end:][:LONGEST_LINE]
        beginning = not self._beginning and _has_table(data[:HEAD])
        self._shown = self._shown or beginning or _has_table_behind_prompt(data) or has_changes(data)
        self._beginning = self._beginning or end > 0
        if self._shown:
            lines = data.removesuffix(b"\n").split(b"\n") if data else []
            for number, raw in enumerate(lines, self._number):
                self._found.take(number, raw)
            kept = len(data)
        else:
            kept = data.find(b"\n", len(data) - HEAD) + 1 if len(data) > HEAD else 0
        self._number += data.count(b"\n", 0, kept)
        self._before = data[kept:]


def _has_table(data: bytes, start: int = 0) -> bool:
    return any(shape.search(data, start) for shape in SHAPES.values())


def _has_table_behind_prompt(data: bytes) -> bool:
    may = any(heading in data for heading in HEADED) or _MAY_BEGIN_ONE.search(b"\n" + data) is not None
    if not (may and _has_table(data)):
        return False
    at = 0
    for line in data.splitlines(keepends=True):
        if is_prompt(line):
            return _has_table(data, at)
        at += len(line)
    return False
