"""Stretches of time that are looked up: which of many overlap a given one, without walking all of them."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Generic, TypeVar

_Value = TypeVar("_Value")


@dataclass(frozen=True, slots=True)
class _OfLength:
    """Stretches shorter than `length` ns: their starts, rising, and beside each its end and its place in the order."""

    length: int
    starts: tuple[int, ...]
    ends: tuple[int, ...]
    places: tuple[int, ...]

    def within(self, least: int, most: int) -> Iterator[int]:
        """The places of those that overlap [least, most], as they start."""
        first = bisect_left(self.starts, least - self.length)
        for at in range(first, bisect_right(self.starts, most, first)):
            if self.ends[at] >= least:
                yield self.places[at]


@dataclass(frozen=True, slots=True)
class Intervals(Generic[_Value]):
    """Values that hold from one ns to another, both counted in; :func:`intervals` makes one.

    They are kept by length, in powers of two: of each length a look-up passes at most as many again as it finds in
    twice the time, however long others are.
    """

    values: tuple[_Value, ...]
    _by_length: tuple[_OfLength, ...]

    def within(self, least: int, most: int) -> list[_Value]:
        """Those that overlap [least, most], in the order in which they were given."""
        places = sorted(place for each in self._by_length for place in each.within(least, most))
        return [self.values[place] for place in places]

    def any_within(self, least: int, most: int) -> bool:
        """Whether any overlaps [least, most]."""
        return any(True for each in self._by_length for _ in each.within(least, most))


def intervals(each: Iterable[tuple[int, int, _Value]]) -> Intervals[_Value]:
    """The look-up of values with their first and last ns."""
    values: list[_Value] = []
    by_length: dict[int, list[tuple[int, int, int]]] = {}
    for place, (start, end, value) in enumerate(each):
        values.append(value)
        by_length.setdefault(max(end - start, 0).bit_length(), []).append((start, end, place))
    kept = []
    for bits, rows in sorted(by_length.items()):
        starts, ends, places = zip(*sorted(rows), strict=True)
        kept.append(_OfLength(1 << bits, starts, ends, places))
    return Intervals(tuple(values), tuple(kept))
