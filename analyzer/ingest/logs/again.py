"""Checks that say again what the one before them said: told from their bytes, without reading each line by itself.

A leader writes a check every 30 s for weeks, and nothing differs but the stamps. What a line means behind a usual stamp
is known from the check before; so only the stamps are read, and whether every line is there, in the same order. What
differs in anything is left to the reader of single lines.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from functools import cache

from analyzer.ingest.logs.checks.folding import APART, SAME_CHECK, Folder
from analyzer.ingest.logs.text.lines import Block
from analyzer.ingest.logs.text.stamp import USUAL, second_of
from analyzer.model.event import Event
from analyzer.model.instant import MILLISECOND, SECOND

FEW = 16
"""Where fewer checks are the same, what follows is not looked at in this way."""
_HOUR, _MINUTE, _SECOND = len("2015-07-19 14:"), len("2015-07-19 14:03:"), len("2015-07-19 14:03:22")
_MOST_MINUTES = 4096


class Again:
    """The checks of one log that say what the one on its way in `folder` says; `same` tells of a line of that one
    whether, behind its stamp, it means this wherever it stands. `lines` is how many lines were taken.
    """

    def __init__(self, folder: Folder, same: Callable[[Event], bool]) -> None:
        self._folder = folder
        self._same = same
        self._minutes = _Minutes()
        self.lines = 0

    def rest(self, block: Block) -> Iterator[Block]:
        """The parts of a block whose lines are to be read singly; what is between them was handed to the folder. Each
        part has to be read before the next is asked for.
        """
        data, at, number = block.data, 0, block.number
        first = self._first()
        begin = _line_with(first, data, 0)
        while begin >= 0:
            if begin > at:
                yield Block(number, data[at:begin])
                number += data.count(b"\n", at, begin)
            size, lines, checks = self._taken(data, begin, number)
            at, number = begin + size, number + lines
            self.lines += lines
            if checks < FEW:
                break
            begin = _line_with(first, data, data.find(b"\n", at) + 1)  # behind the one check that was left
        if at < len(data):
            yield Block(number, data[at:])

    def _first(self) -> bytes:
        """What the check on its way begins with, behind its stamp."""
        pending = self._folder.pending
        return (pending[0].text or "")[USUAL:].encode() if pending else b""

    def _taken(self, data: bytes, at: int, number: int) -> tuple[int, int, int]:
        """The bytes, lines and number of the checks from `at` on, line `number`, that say what the one on its way says
        and were handed on; not the last of them: that is whole only where another one follows.
        """
        pending = self._folder.pending
        texts = [(event.text or "")[USUAL:] for event in pending]
        if not pending or not all(map(str.isascii, texts)) or not all(map(self._same, pending)):
            return 0, 0, 0
        said = [text.encode() + _line_end(data)[:-1] for text in texts]
        width, size, checks = sum(USUAL + len(one) + 1 for one in said), len(said), 0
        if not data.startswith(said[0] + b"\n", at + FEW * width + USUAL):
            return 0, 0, 0
        lines = data[at:].split(b"\n")
        for times in self._checks(lines, said, pending[-1].at.least):
            begin = checks * size
            raws = lines[begin : begin + size]
            told = [str(raw[:USUAL], "ascii") + text for raw, text in zip(raws, texts, strict=True)]
            if not self._folder.again(times, range(number + begin, number + begin + size), told):
                break
            checks += 1
        return checks * width, checks * size, checks

    def _checks(self, lines: Sequence[bytes], said: Sequence[bytes], last: int) -> Iterator[list[int]]:
        """The stamps of each check of `lines` that says this, each as far apart as checks are, `last` before them."""
        size, minutes, seconds, below = len(said), self._minutes, _seconds(), _below()
        behind = [raw[USUAL:] for raw in lines]
        before: list[int] | None = None
        for begin in range(0, len(lines) - size + 1, size):
            if behind[begin : begin + size] != said:
                return
            try:
                times = [
                    minutes[raw[:_MINUTE]] + seconds[raw[_MINUTE:_SECOND]] + below[raw[_SECOND:USUAL]]
                    for raw in lines[begin : begin + size]
                ]
            except KeyError:  # another stamp
                return
            if times[0] - last <= APART or times[-1] - times[0] > SAME_CHECK or times != sorted(times):
                return
            if before is not None:
                yield before
            before, last = times, times[-1]


def _line_with(text: bytes, data: bytes, at: int) -> int:
    """Where in a block, from `at` on, a line begins that ends with a text; -1 where none does."""
    found = data.find(text + _line_end(data), at) if text else -1
    return data.rfind(b"\n", 0, found) + 1 if found >= 0 else -1


def _line_end(data: bytes) -> bytes:
    return b"\r\n" if data.endswith(b"\r\n") else b"\n"


class _Minutes(dict[bytes, int]):
    """Ns from the epoch to a minute as a stamp has it, up to its seconds; KeyError where it is no such text."""

    def __init__(self) -> None:
        super().__init__()
        self._hour, self._at = b"", 0

    def __missing__(self, text: bytes) -> int:
        hour, minutes = text[:_HOUR], _minutes()[text[_HOUR:]]
        if hour != self._hour:
            found = second_of(hour.decode("latin-1") + "00:00")
            if found is None:
                raise KeyError(text)
            self._hour, self._at = hour, found
        if len(self) >= _MOST_MINUTES:
            self.clear()
        self[text] = self._at + minutes
        return self._at + minutes


@cache
def _minutes() -> dict[bytes, int]:
    return {b"%02d:" % count: count * 60 * SECOND for count in range(60)}


@cache
def _seconds() -> dict[bytes, int]:
    return {b"%02d" % count: count * SECOND for count in range(60)}


@cache
def _below() -> dict[bytes, int]:
    """Ns of a second for what a usual stamp ends with."""
    return {b"%b%03dZ" % (mark, count): count * MILLISECOND for mark in (b",", b".") for count in range(1000)}
