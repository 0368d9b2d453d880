"""Lines of a log: blocks of whole records read from a stream, the lines in them, and their text.

A block is bounded, so memory does not depend on the file; looking at a block as a whole (`prefilter`) costs far less
than looking at each of its lines.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

import msgspec

from analyzer.ingest.streams.stream import Readable

BLOCK_BYTES = 1 << 20
LONGEST_RECORD = 8 << 20
LONGEST_LINE = 1 << 16
MOST_BELOW = 256
"""So many lines below one that holds a token are looked at with it."""

_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f]")
_EMPTY = re.compile(rb"\n{1,%d}" % MOST_BELOW)
_CENTURY = b"20"
"""What stamps begin with."""


_PROMPT = re.compile(
    rb"[ \t]*(?:\[?[\w.-]{1,80}@[\w.-]{1,120}(?:[: ][^\s$#>\]]{0,200})?(?:\][ ]?[$#]?|[$#>])(?:\s|$)"
    rb"|(?:~|/[\w./-]{0,120}) [#$] |(?:PS )?[A-Z]:\\[^>\n]{0,200}> ?)"
)


def is_prompt(raw: bytes) -> bool:
    """Whether a line begins with a shell's prompt: what is typed there, and what follows, is of no record before it."""
    return _PROMPT.match(raw) is not None


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

    def candidates(self, starts: Mapping[int, int]) -> Iterator[Line]:
        """The lines that begin at `starts` (each with how many lines of the block are before it), in order, each with
        the lines before it up to a line that starts with a stamp, so that a record's header is always there, and with
        the lines behind it up to the next one that are not empty, as they go on with what it says.
        """
        for start, index in sorted(self._with_continuation(self._with_headers(starts)).items()):
            end = self.data.find(b"\n", start)
            yield Line(self.number + index, self.data[start : end if end >= 0 else len(self.data)])

    def _with_headers(self, starts: Mapping[int, int]) -> dict[int, int]:
        wanted = dict(starts)
        for start, index in starts.items():
            at = start
            while at > 0 and not self.data.startswith(_CENTURY, at):
                at = self.data.rfind(b"\n", 0, at - 1) + 1
                if at in wanted:
                    break
                index -= 1  # noqa: PLW2901 - it goes back with `at`
                wanted[at] = index
        return wanted

    def _with_continuation(self, wanted: dict[int, int]) -> dict[int, int]:
        found = dict(wanted)
        for start, index in wanted.items():
            at, lines = self.data.find(b"\n", start) + 1, index + 1
            while 0 < at < len(self.data) and lines - index <= MOST_BELOW and not self.data.startswith(_CENTURY, at):
                if at in found:
                    break
                if (empty := _EMPTY.match(self.data, at)) is not None:
                    at, lines = empty.end(), lines + empty.end() - at
                    continue
                found[at] = lines
                at, lines = self.data.find(b"\n", at) + 1, lines + 1
        return found


def blocks(stream: Readable) -> Iterator[bytes]:
    """The stream in blocks that end before a line that starts with a stamp; when a record is longer than 8 MiB, at a
    line's end, and when there is none, anywhere.
    """
    carried = b""
    while read := stream.read(BLOCK_BYTES):
        data = carried + read
        cut = data.rfind(b"\n" + _CENTURY) + 1
        if cut <= 0 and len(data) >= LONGEST_RECORD:
            cut = (data.rfind(b"\n") + 1) or len(data)
        if cut > 0:
            yield data[:cut]
        carried = data[cut:] if cut > 0 else data
    if carried:
        yield carried


def text_of(raw: bytes) -> str:
    """A line as text: UTF-8, else latin-1; without control characters; at most 64 KiB of it."""
    raw = raw[:LONGEST_LINE]
    try:
        text = raw.decode("utf-8")
    except UnicodeDecodeError:
        text = raw.decode("latin-1")
    return text if text.isprintable() else _CONTROL.sub("", text)
