"""Lines of a log that a terminal, a ticket or a mail cut to its width: they are joined again.

    2025-11-02 08:03:01,400Z WARNING 80801248 ha_service.py:497 Stargate on node 192      cut in the middle of a word
    .168.1.26 is down
    2025-11-02 08:03:01,400Z WARNING 80801248 ha_service.py:497                           cut between words
    Stargate on node 192.168.1.26 is down

A text is taken for one where nearly each line without a stamp stands behind one in which its first word had no room. A
record stays on the line on which it begins; the lines of its rest are empty, so that each record keeps its number.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import pairwise

import msgspec

from analyzer.ingest.streams.stream import Readable
from analyzer.ingest.wrappers.line_starts import START, Blocks, first_lines, whole_lines

NARROWEST, WIDEST = 40, 400
FEWEST = 2  # joints: one alone may be any record with a line below it
MOST_PIECES = 1_000
INDENTED = (b"  ", b"\t")  # rows below a header; a cut before a blank leaves one
_STARTED = re.compile(START)


class Wrapping(msgspec.Struct, frozen=True):
    """The width, and whether words were cut in two there."""

    width: int
    in_words: bool


def wrapping_of(head: bytes) -> Wrapping | None:
    """How the lines of the text that begins with `head` were cut; None where they were not."""
    lines = [line.rstrip(b"\r") for line in first_lines(head)]
    width = max(map(len, lines), default=0)
    if not NARROWEST <= width <= WIDEST:
        return None
    joints = _joints(lines)
    if len(joints) < FEWEST or 2 * sum(after.startswith(INDENTED) for _, after in joints) > len(joints):
        return None
    for one in (Wrapping(width, in_words=True), Wrapping(width, in_words=False)):
        if 10 * sum(_had_no_room(before, after, one) for before, after in joints) >= 9 * len(joints):
            return one
    return None


def _joints(lines: list[bytes]) -> list[tuple[bytes, bytes]]:
    """Each line of a record but its first, with the line before it."""
    found, inside = [], False
    for before, after in pairwise(lines):
        inside = bool(before) and (inside or _STARTED.match(before) is not None)
        if inside and after and not _STARTED.match(after):
            found.append((before, after))
    return found


def _had_no_room(before: bytes, after: bytes, wrapping: Wrapping) -> bool:
    """Whether a line was cut where the next begins; a blank at the cut may be lost."""
    if wrapping.in_words:
        return wrapping.width - 1 <= len(before) <= wrapping.width
    return len(before) + 1 + len(after.split(b" ", 1)[0]) > wrapping.width


def joined(inner: Readable, wrapping: Wrapping) -> Readable:
    """The text with its lines whole."""
    return Blocks(_joined(inner, wrapping))


def _joined(inner: Readable, wrapping: Wrapping) -> Iterator[bytes]:
    pieces: list[bytes] = []  # of a record, each with the blank before it that was lost
    last = b""
    for block in whole_lines(inner):
        found = []
        for raw in block.removesuffix(b"\n").split(b"\n"):
            line = raw.rstrip(b"\r")
            goes_on = bool(pieces) and len(pieces) < MOST_PIECES and bool(line) and not _STARTED.match(line)
            if goes_on and _had_no_room(last, line, wrapping):
                blank = not wrapping.in_words or len(last) < wrapping.width
                pieces.append(b" " + line if blank else line)
            else:
                found.append(_whole(pieces))
                pieces = [line]
            last = line
        yield b"".join(found)
    yield _whole(pieces)


def _whole(pieces: list[bytes]) -> bytes:
    return b"".join(pieces) + b"\n" * len(pieces)
