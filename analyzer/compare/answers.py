"""The three answers: different by at least so much, no difference larger than so much, can't tell and what would.

"The same" is only said for a stated size: the largest difference that would not matter.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal, TypeAlias

import msgspec
import numpy as np

from analyzer.compare import shift, smallest, sure, two_groups
from analyzer.compare.spans import Times
from analyzer.compare.two_groups import LEVEL
from analyzer.model.instant import Span

MOST_RUNS = 40
"""More runs a side than these are not asked of anybody."""

Why = Literal["too-few-runs", "interval-too-wide"]
"""So few runs can't differ whatever they show; or both no difference and one that matters are possible."""


class Different(msgspec.Struct, frozen=True):
    """The second group takes longer (or shorter) than the first by at least so much, ns."""

    direction: Literal["longer", "shorter"]
    at_least: int
    sure: bool
    """Whether it holds for every value that the Spans allow."""


class NoLarger(msgspec.Struct, frozen=True):
    """No difference larger than `limit`, ns, which is at most the stated size."""

    limit: int


class Runs(msgspec.Struct, frozen=True):
    """With so many more runs a side, of evidence like theirs, the stated size would be found in 80 %."""

    more: int


class TooMany(msgspec.Struct, frozen=True):
    """More than 40 runs a side would be needed with this evidence."""


class CantTell(msgspec.Struct, frozen=True):
    """Neither; and how many more runs would tell."""

    why: Why
    would: Runs | TooMany


Answer: TypeAlias = Different | NoLarger | CantTell


def answered(first: Sequence[Span], second: Sequence[Span], size: int, level: float = LEVEL) -> Answer:
    """What two groups of runs say; `size` is the largest difference that would not matter, ns."""
    by = shift.interval(first, second, level)
    if two_groups.compared(first, second).p <= level and not by.least <= 0 <= by.most:
        return _different(by, sure.grade(first, second, level) == "differs")
    limit = max(abs(by.least), abs(by.most))
    if limit <= size:
        return NoLarger(limit)
    few = not two_groups.can_differ(len(first), len(second), level)
    return CantTell("too-few-runs" if few else "interval-too-wide", wanted(first, second, size, level))


def wanted(first: Sequence[Span], second: Sequence[Span], size: int, level: float = LEVEL) -> Runs | TooMany:
    """How many more runs a side, of like evidence, would find a shift of `size`, ns, in 80 % of histories."""
    spread = smallest.spread(first, second)

    def enough(more: int) -> bool:
        groups = _longer(first, more), _longer(second, more)
        return smallest.power(*groups, spread, size, level) >= smallest.POWER

    most = MOST_RUNS - max(len(first), len(second))
    if most < 1 or not enough(most):
        return TooMany()
    low = 0
    while most - low > 1:
        middle = (low + most) // 2
        low, most = (low, middle) if enough(middle) else (middle, most)
    return Runs(most)


def _longer(group: Sequence[Span], more: int) -> Times:
    """The widths of a group's Spans, repeated for so many more runs, ns."""
    widths = np.array([one.width for one in group], dtype=np.int64)
    return np.resize(widths, len(widths) + more)


def _different(by: Span, certain: bool) -> Different:
    return Different("longer", by.least, certain) if by.least > 0 else Different("shorter", -by.most, certain)
