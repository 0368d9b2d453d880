"""Checks that say again what the one before them said: told from their bytes, without reading each line by itself.

A leader writes a check every 30 s for weeks, and nothing differs but the stamps. What a line means behind a usual stamp
is known from the check before; so only the stamps are read, and whether every line is there, in the same order. What
differs in anything is left to the reader of single lines.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from functools import cache

from analyzer.ingest.logs.checks.folding import APART, SAME_CHECK, Folder
from analyzer.ingest.logs.text.lines import Block, Line
from analyzer.ingest.logs.text.stamp import USUAL, second_of
from analyzer.model.event import Event
from analyzer.model.instant import MILLISECOND, SECOND

FEW = 16
"""Where fewer checks are the same, what follows is not looked at in this way."""
_HOUR, _MINUTE, _SECOND = len("2015-07-19 14:"), len("2015-07-19 14:03:"), len("2015-07-19 14:03:22")
_MOST_MINUTES = 4096


class Again:
    """The checks of one log that say what the one on its way in `folder` says; `same` tells of a line of that one
    whether, behind its stamp, it means this wherever it stands. `lines` is how many lines `rest` left out.
    """

    def __init__(self, folder: Folder, same: Callable[[Event], bool]) -> None:
        self._folder = folder
        self._same = same
        self._minutes = _Minutes()
        self.lines = 0

    def rest(self, block: Block) -> Iterator[Block]:
        """The parts of a block that are not checks one right behind the other; those were handed to the folder. Each
        part has to be read before the next is asked for.
        """
        data, at, number = block.data, 0, block.number
        end = _end(data.removesuffix(b"\n"))
        first = self._first(end)
        begin = _line_with(first, data, 0)
        while begin >= 0:
            if begin > at:
                yield Block(number, data[at:begin])
                number += data.count(b"\n", at, begin)
            said, checks = self._said(end), 0
            width = sum(USUAL + len(one) + 1 for one in said)
            if said and data.startswith(said[0] + b"\n", begin + FEW * width + USUAL):
                raws = data[begin:].split(b"\n")
                checks = self._taken(raws, _behind(raws), range(number, number + len(raws)), said)
            at, number = begin + checks * width, number + checks * len(said)
            self.lines += checks * len(said)
            if checks < FEW:
                break
            begin = _line_with(first, data, data.find(b"\n", at) + 1)  # behind the one check that was left
        if at < len(data):
            yield Block(number, data[at:])

    def single(self, lines: Sequence[Line]) -> Iterator[Sequence[Line]]:
        """Those of the lines of a part that have to be read singly, likewise: checks may have stood among lines that
        say nothing, and are not here.
        """
        end = _end(lines[0].raw) if lines else b""
        first, at = self._first(end), 0
        if first and len(lines) > FEW:
            raws, numbers = [line.raw for line in lines], [line.number for line in lines]
            behind = _behind(raws)
            begin = _place(first, behind, 0)
            while begin >= 0:
                if begin > at:
                    yield lines[at:begin]
                said = self._said(end)
                checks = self._taken(raws[begin:], behind[begin:], numbers[begin:], said)
                at = begin + checks * len(said)
                begin = _place(first, behind, at + 1) if checks >= FEW else -1
        if at < len(lines):
            yield lines[at:]

    def _first(self, end: bytes) -> bytes:
        """What the check on its way begins with, behind its stamp; b"" where none is."""
        pending = self._folder.pending
        return (pending[0].text or "")[USUAL:].encode() + end if pending else b""

    def _said(self, end: bytes) -> list[bytes]:
        """What each line of the check on its way says, where this means the same wherever it stands; else nothing."""
        pending = self._folder.pending
        texts = [(event.text or "")[USUAL:] for event in pending]
        known = all(map(str.isascii, texts)) and all(map(self._same, pending))
        return [text.encode() + end for text in texts] if known else []

    def _taken(
        self, raws: Sequence[bytes], behind: Sequence[bytes], numbers: Sequence[int], said: Sequence[bytes]
    ) -> int:
        """How many checks at the beginning of these lines say what the one on its way says, and were handed on; not the
        last of them: that is whole only where another one follows.
        """
        checks, size = 0, len(said)
        if not said or FEW * size >= len(behind) or behind[FEW * size] != said[0]:
            return 0
        texts = [text.decode().removesuffix("\r") for text in said]
        for times in self._checks(raws, behind, said, self._folder.pending[-1].at.least):
            some = slice(checks * size, (checks + 1) * size)
            told = [str(raw[:USUAL], "ascii") + text for raw, text in zip(raws[some], texts, strict=True)]
            if not self._folder.again(times, numbers[some], told):
                break
            checks += 1
        return checks

    def _checks(
        self, raws: Sequence[bytes], behind: Sequence[bytes], said: Sequence[bytes], last: int
    ) -> Iterator[list[int]]:
        """The stamps of each check of `raws` that says this, each as far apart as checks are, `last` before them."""
        size, minutes, seconds, below = len(said), self._minutes, _seconds(), _below()
        before: list[int] | None = None
        for begin in range(0, len(raws) - size + 1, size):
            if behind[begin : begin + size] != said:
                return
            try:
                times = [
                    minutes[raw[:_MINUTE]] + seconds[raw[_MINUTE:_SECOND]] + below[raw[_SECOND:USUAL]]
                    for raw in raws[begin : begin + size]
                ]
            except KeyError:  # another stamp
                return
            if times[0] - last <= APART or times[-1] - times[0] > SAME_CHECK or times != sorted(times):
                return
            if before is not None:
                yield before
            before, last = times, times[-1]


def _behind(raws: Sequence[bytes]) -> list[bytes]:
    """What stands behind usual stamps."""
    return [raw[USUAL:] for raw in raws]


def _place(text: bytes, behind: list[bytes], at: int) -> int:
    """Where in a list, from `at` on, a text is; -1 where it is not."""
    try:
        return behind.index(text, at)
    except ValueError:
        return -1


def _line_with(text: bytes, data: bytes, at: int) -> int:
    """Where in a block, from `at` on, a line begins that ends with a text; -1 where none does."""
    found = data.find(text + b"\n", at) if text else -1
    return data.rfind(b"\n", 0, found) + 1 if found >= 0 else -1


def _end(line: bytes) -> bytes:
    """What a line has before its end."""
    return b"\r" if line.endswith(b"\r") else b""


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
