"""Many rows of integers, kept small: counters over the time of a long capture."""

from __future__ import annotations

import zlib
from array import array
from collections.abc import Iterable, Iterator, Sequence
from itertools import groupby

import msgspec

_LEVEL = 1


class Part(msgspec.Struct, frozen=True):
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
        for part in self.parts:
            if (least is None or part.last + self.ahead >= least) and (most is None or part.first + self.ahead <= most):
                for first, *others in zip(*unpacked(part, self.width), strict=True):
                    at = first + self.ahead
                    if (least is None or at >= least) and (most is None or at <= most):
                        yield (at, *others)


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
