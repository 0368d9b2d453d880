"""Stamps of other forms, written as all others: a traditional syslog's, which have no year, and ESXi's in two parts.

    Nov 28 14:03:22 esx-a vmkernel: …                             2026-11-28T14:03:22 esx-a vmkernel: …
    2022-06-02 In(14) prog[77]: 05:34:23.666 …                    2022-06-02T05:34:23.666Z In(14) prog[77]: …
    2022-06-02T05:34:23.666Z In(14)[+] prog[77]: one              2022-06-02T05:34:23.666Z In(14)[+] prog[77]: one half
    2022-06-02T05:34:23.666Z In(14)[+] prog[77]: half             (an empty line)

The year is told, or the one that brings the first stamp nearest to other evidence; it goes on at New Year.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import TypeGuard

import msgspec

from analyzer.ingest.streams.stream import Readable
from analyzer.ingest.wrappers.line_starts import TRADITIONAL, Blocks, first_lines, most, whole_lines

_MONTHS = (b"Jan", b"Feb", b"Mar", b"Apr", b"May", b"Jun", b"Jul", b"Aug", b"Sep", b"Oct", b"Nov", b"Dec")
_NO_YEAR = re.compile(rb"(?m)^(" + rb"|".join(_MONTHS) + rb") ([ \d]\d) (\d\d:\d\d:\d\d)(?= )")
_TWO_PARTS = re.compile(
    rb"(?m)^(\d{4}-\d\d-\d\d) ([A-Z][a-z]\(\d{1,3}\)(?:\[\+\])? [\w.-]{1,60}(?:\[\w{1,12}\])?:) "
    rb"(\d\d:\d\d:\d\d(?:\.\d{1,9})?)(?= )"
)
_DATE_ONLY = re.compile(rb"\n\d{4}-\d\d-\d\d [A-Z]")  # begins with a byte, which is found fast
_ESXI_8 = re.compile(rb"\d{4}-\d\d-\d\d(?:T[\d:.]{8,18}Z)? [A-Z][a-z]\(\d{1,3}\)")
_GOES_ON = re.compile(
    rb"(?P<of>\d{4}-\d\d-\d\dT[\d:.]{8,18}Z [A-Z][a-z]\(\d{1,3}\))(?P<more>\[\+\])?"
    rb"(?P<by> [\w.-]{1,60}(?:\[\w{1,12}\])?: )(?P<text>.*)", re.DOTALL
)  # fmt: skip
_MARK = b")[+] "
_OF_ITS_OWN = re.compile(rb"cpu\d{1,5}:|\[|$")
"""How a record begins behind the program, and no rest of one."""
_MOST_PIECES = 1_000
_LOG = re.compile(TRADITIONAL + rb" [\w.:-]{1,250} [A-Za-z][\w./-]{0,60}(?:\[\w{1,12}\])?: ")
_HALF_A_YEAR = 6
LEAP_YEAR = 2000
"""Taken while no other is known: it has every day."""


class Year(msgspec.Struct, frozen=True):
    """The year of the first stamp without one: `told`, or that which brings it nearest to `near` (ns)."""

    told: int | None = None
    near: int | None = None


UNKNOWN = Year()


def lacks_a_year(head: bytes) -> bool:
    """Whether the text that begins with `head` is a traditional syslog."""
    return most(first_lines(head), _LOG)


def year_of(head: bytes, year: Year) -> int | None:
    """The year of its first stamp, if that is known."""
    if year.told is not None or year.near is None:
        return year.told
    found = _NO_YEAR.search(head)
    if found is None:
        return None
    try:
        near = datetime.fromtimestamp(year.near // 10**9, UTC)
        dates = {n: _date(found, n) for n in (near.year - 1, near.year, near.year + 1)}
    except (ValueError, OverflowError, OSError):  # a capture can claim any time
        return None
    return min(dates, key=lambda n: abs((dates[n] - near).total_seconds()))


def _date(found: re.Match[bytes], year: int) -> datetime:
    month, day = _MONTHS.index(found[1]) + 1, max(1, min(28, int(found[2])))  # a day more or less decides nothing
    return datetime(year, month, day, tzinfo=UTC)


def may_be_in_two_parts(head: bytes) -> bool:
    """Whether the text that begins with `head` is of an ESXi 8, in which a line here and there, or each, has the date
    before the program and the time behind it.
    """
    return most(first_lines(head), _ESXI_8)


def with_years(inner: Readable, year: int) -> Readable:
    """The text with a year in each stamp; `year` is the first one's."""
    return Blocks(_with_years(inner, year))


def _with_years(inner: Readable, year: int) -> Iterator[bytes]:
    last = 0

    def dated(found: re.Match[bytes]) -> bytes:
        nonlocal last, year
        month = _MONTHS.index(found[1]) + 1
        before = last and month - last > _HALF_A_YEAR  # a line of December that comes late, in January
        if not before:
            year += last - month > _HALF_A_YEAR
            last = month
        return b"%04d-%02d-%02dT%s" % (year - bool(before), month, int(found[2]), found[3])

    for block in whole_lines(inner):
        yield _NO_YEAR.sub(dated, block)


def in_one_part(inner: Readable) -> Readable:
    """The text with whole stamps at the start of each line, and records in one; ESXi's are UTC."""
    return Blocks(_joined(_stamped(inner)))


def _stamped(inner: Readable) -> Iterator[bytes]:
    for block in whole_lines(inner):
        yield _TWO_PARTS.sub(rb"\1T\3Z \2", block) if _DATE_ONLY.search(b"\n" + block) else block


def _joined(blocks: Iterator[bytes]) -> Iterator[bytes]:
    """Blocks in which the pieces of a record stand on its first line; where the others were, there are empty ones."""
    begun = _NONE
    for block in blocks:
        if begun is _NONE and _MARK not in block:
            yield block
            continue
        told: list[bytes] = []
        for line in block.removesuffix(b"\n").split(b"\n"):
            piece = _GOES_ON.match(line)
            if begun.goes_on(piece):
                begun = begun.joined(piece)
                continue
            told += begun.lines
            begun = _NONE
            if piece is not None and piece["more"]:
                begun = _Begun((piece["of"], piece["by"]), line)
            else:
                told.append(line)
        if told:
            ended = block.endswith(b"\n") or begun is not _NONE
            yield b"\n".join(told) + (b"\n" if ended else b"")
    if begun is not _NONE:
        yield b"\n".join(begun.lines) + b"\n"


class _Begun(msgspec.Struct, frozen=True):
    """A record that may go on: its stamp and program, its line so far, and how many lines were joined to that."""

    by: tuple[bytes, bytes]
    line: bytes
    rest: int = 0

    @property
    def lines(self) -> list[bytes]:
        """Its line, and an empty one for each that was joined."""
        return [self.line, *[b""] * self.rest] if self.by[0] else []

    def goes_on(self, piece: re.Match[bytes] | None) -> TypeGuard[re.Match[bytes]]:
        """Whether a line is the next piece of it."""
        if piece is None or self.rest >= _MOST_PIECES or (piece["of"], piece["by"]) != self.by:
            return False
        return _OF_ITS_OWN.match(piece["text"]) is None

    def joined(self, piece: re.Match[bytes]) -> _Begun:
        """With the next piece of it."""
        return _Begun(self.by, self.line.rstrip(b"\r ") + b" " + piece["text"].lstrip(), self.rest + 1)


_NONE = _Begun((b"", b""), b"")
