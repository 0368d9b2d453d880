"""Things that begin and end, found by time without looking at all of them: a sorted tuple and a tree of latest ends."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from itertools import accumulate
from typing import Generic, TypeVar

T = TypeVar("T")
NEVER = -(2**62)  # before any instant, ns


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
        stop, width = bisect_right(self.begins, end), len(self._tree) // 2
        nodes = [1]
        while nodes:
            node = nodes.pop()
            if self._tree[node] < start:
                continue
            if node < width:
                nodes += (2 * node + 1, 2 * node)
            elif node - width < stop:
                yield self.items[node - width]
            else:
                return

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
    """An index of items in order of their beginning; `ends` gives an item's beginning and end, ns."""
    every = tuple(items)
    spans = [ends(item) for item in every]
    lasts = [last for _, last in spans]
    width = 1 << max(0, len(every) - 1).bit_length()
    tree = [NEVER] * width + lasts + [NEVER] * (width - len(every))
    for node in range(width - 1, 0, -1):
        tree[node] = max(tree[2 * node], tree[2 * node + 1])
    return Intervals(every, tuple(first for first, _ in spans), tuple(accumulate(lasts, max)), tuple(tree))
