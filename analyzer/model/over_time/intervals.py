"""Things that begin and end, found by time without looking at all of them: a sorted tuple and a tree of latest ends."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import accumulate
from typing import Generic, TypeVar

T = TypeVar("T")
NEVER = -(2**62)  # before any instant, ns
FEW = 64  # so many are looked at one by one, which takes less time than to search for some of them


@dataclass(frozen=True, slots=True)
class Intervals(Generic[T]):
    """Items in order of their beginning. `begins`: each one's, ns; `reach`: the latest end of it and all before.

    `_tree` is a segment tree of the ends: a node (from 1) holds the latest end of its children, twice its number and
    the one after; the second half are the items. So a search costs what it finds times the logarithm of all.
    """

    items: tuple[T, ...] = ()
    begins: tuple[int, ...] = ()
    reach: tuple[int, ...] = ()
    _tree: tuple[int, ...] = (NEVER, NEVER)

    def overlapping(self, start: int, end: int) -> Iterator[T]:
        """The items that overlap [start, end], ns, in order."""
        first, width = bisect_left(self.reach, start), len(self._tree) // 2
        stop = bisect_right(self.begins, end)
        if stop - first <= FEW:
            ends = self._tree[width + first : width + stop]
            return (item for item, last in zip(self.items[first:stop], ends, strict=True) if last >= start)
        return map(self.items.__getitem__, self._searched(start, stop))

    def _searched(self, start: int, stop: int) -> Iterator[int]:
        """The places before `stop` of the items that end at `start` (ns) or later, in order."""
        width = len(self._tree) // 2
        nodes = [1]
        while nodes:
            node = nodes.pop()
            if self._tree[node] < start:
                continue
            if node < width:
                nodes += (2 * node + 1, 2 * node)
            elif node - width < stop:
                yield node - width
            else:
                return

    def any_overlapping(self, start: int, end: int) -> bool:
        """Whether any item overlaps [start, end], ns."""
        return any(True for _ in self.overlapping(start, end))

    def beginning(self, start: int, end: int) -> tuple[T, ...]:
        """The items that begin in [start, end), ns."""
        return self.items[bisect_left(self.begins, start) : bisect_left(self.begins, end)]

    def place(self, at: int) -> int:
        """How many items begin at `at` (ns) or before."""
        return bisect_right(self.begins, at)

    def reached(self, at: int) -> int | None:
        """Until when (ns, `at` at most) any item lasts that begins by then; None where none does."""
        begun = self.place(at)
        return min(self.reach[begun - 1], at) if begun else None


def intervals(items: Iterable[T], ends: Callable[[T], tuple[int, int]]) -> Intervals[T]:
    """An index of items by their beginning, those that begin together in the order given; `ends` gives an item's
    beginning and end, ns.
    """
    every = tuple(items)
    spans = [ends(item) for item in every]
    return indexed(every, [first for first, _ in spans], [last for _, last in spans])


def timed(rows: Iterable[tuple[int, int, T]]) -> Intervals[T]:
    """The same of items that each stand behind their beginning and end."""
    every = list(rows)
    return indexed([item for *_, item in every], [first for first, *_ in every], [last for _, last, _ in every])


def indexed(items: Sequence[T], firsts: list[int], lasts: list[int]) -> Intervals[T]:
    """The same of items whose beginnings and ends stand beside them."""
    begins = sorted(firsts)
    if begins != firsts:
        places = sorted(range(len(items)), key=firsts.__getitem__)
        items, lasts = [items[place] for place in places], [lasts[place] for place in places]
    return Intervals(tuple(items), tuple(begins), tuple(accumulate(lasts, max)), _tree(lasts))


def _tree(lasts: list[int]) -> tuple[int, ...]:
    """The ends and above them, level by level, the later of each two; from the top."""
    levels = [lasts + [NEVER] * ((1 << max(0, len(lasts) - 1).bit_length()) - len(lasts))]
    while len(levels[-1]) > 1:
        levels.append([*map(max, levels[-1][::2], levels[-1][1::2])])
    return (NEVER, *(last for level in reversed(levels) for last in level))
