"""Many rows of integers, kept small: counters over the time of a long capture."""

from __future__ import annotations

import zlib
from array import array
from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator, Sequence
from itertools import groupby

import msgspec

_LEVEL = 1


class Part(msgspec.Struct, frozen=True, gc=False):
    """Rows whose first integer lies in [first, last], in order: their columns one after the other, compressed."""

    first: int
    last: int
    packed: bytes


class Columns(msgspec.Struct, frozen=True):
    """Rows of `width` integers of 64 bits, in order; `ahead` is added to the first of each."""

    width: int
    parts: tuple[Part, ...] = ()
    ahead: int = 0

    def rows(self, least: int | None = None, most: int | None = None) -> Iterator[tuple[int, ...]]:
        """The rows in order, those only whose first integer lies in [least, most]."""
        begin = 0 if least is None else bisect_left(self.parts, least - self.ahead, key=lambda part: part.last)
        for place in range(begin, len(self.parts)):
            part = self.parts[place]
            if most is not None and part.first + self.ahead > most:
                return
            columns = unpacked(part, self.width)
            first = 0 if least is None else bisect_left(columns[0], least - self.ahead)
            last = len(columns[0]) if most is None else bisect_right(columns[0], most - self.ahead)
            for at, *others in zip(*(column[first:last] for column in columns), strict=True):
                yield (at + self.ahead, *others)


def columns_of(rows: Iterable[Sequence[int]], width: int, part_bits: int) -> Columns:
    """The rows, which are in order; those with the same first integer but for its lowest `part_bits` are a part."""
    parts = []
    for _, group in groupby(rows, key=lambda row: row[0] >> part_bits):
        together = list(group)
        columns = array("q", (row[column] for column in range(width) for row in together))
        parts.append(packed(together[0][0], together[-1][0], columns.tobytes()))
    return Columns(width, tuple(parts))


def packed(first: int, last: int, columns: bytes) -> Part:
    """A part of columns of 64 bits, in the machine's byte order."""
    return Part(first, last, zlib.compress(columns, _LEVEL))


def unpacked(part: Part, width: int) -> list[array[int]]:
    """The columns of a part."""
    values = array("q", zlib.decompress(part.packed))
    size = len(values) // width
    return [values[column * size : (column + 1) * size] for column in range(width)]
