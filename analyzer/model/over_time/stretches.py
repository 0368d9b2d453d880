"""Stretches of time as pairs (first, last), ns: joined, met and left over."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable, Sequence

Stretch = tuple[int, int]


def merged(stretches: Iterable[Stretch], bridge: int = 0) -> tuple[Stretch, ...]:
    """In order, those joined that overlap or lie no more than `bridge` apart."""
    found: list[Stretch] = []
    for first, last in sorted(stretches):
        if found and first - found[-1][1] <= bridge:
            found[-1] = (found[-1][0], max(found[-1][1], last))
        else:
            found.append((first, last))
    return tuple(found)


def common(some: Sequence[Stretch], others: Sequence[Stretch]) -> tuple[Stretch, ...]:
    """What lies in both; each is in order and without overlaps."""
    found: list[Stretch] = []
    place = 0
    for first, last in some:
        while place < len(others) and others[place][1] < first:
            place += 1
        at = place
        while at < len(others) and others[at][0] <= last:
            found.append((max(first, others[at][0]), min(last, others[at][1])))
            at += 1
    return tuple(found)


def touches(stretch: Stretch, others: Sequence[Stretch]) -> bool:
    """Whether it has a point in common with any of the others, which are in order and without overlaps."""
    place = bisect_left(others, stretch[0], key=lambda other: other[1])
    return place < len(others) and others[place][0] <= stretch[1]


def left_over(whole: Stretch, covered: Iterable[Stretch], *, longer_than: int = 0) -> tuple[Stretch, ...]:
    """The parts of `whole` that no stretch of `covered` reaches, those only that are longer than so much."""
    return left_of(whole, merged(covered), longer_than=longer_than)


def left_of(whole: Stretch, covered: Sequence[Stretch], *, longer_than: int = 0) -> tuple[Stretch, ...]:
    """The same, where those of `covered` are in order and without overlaps: only those that meet it are looked at."""
    found: list[Stretch] = []
    at, end = whole
    for place in range(bisect_left(covered, at, key=_last), len(covered)):
        first, last = covered[place]
        if first > end:
            break
        if first > at:
            found.append((at, first))
        at = max(at, last)
    found += [(at, end)] if end > at else []
    return tuple((first, last) for first, last in found if last - first > longer_than)


def _last(stretch: Stretch) -> int:
    return stretch[1]
