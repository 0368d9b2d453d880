"""The latest of what counts by a time: whoever asks of many looks at none of them twice."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable
from itertools import accumulate
from typing import Generic, TypeVar

T = TypeVar("T", int, tuple[int, int])


class LatestBefore(Generic[T]):
    """Values in `pairs`, each behind the time (ns) from which it counts."""

    def __init__(self, pairs: Iterable[tuple[int, T]]) -> None:
        ordered = sorted(pairs)
        self._times = [time for time, _ in ordered]
        self._latest: list[T] = list(accumulate((value for _, value in ordered), max))

    def upto(self, time: int) -> T | None:
        """The greatest value that counts at a time; None where none does."""
        begun = bisect_right(self._times, time)
        return self._latest[begun - 1] if begun else None
