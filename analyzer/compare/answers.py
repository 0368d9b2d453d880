"""The three answers: different by at least so much, no difference larger than so much, can't tell and what would.

"The same" is only said for a stated size: the largest difference that would not matter.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from analyzer.compare import shift, smallest, sure, two_groups
from analyzer.compare.spans import Times
from analyzer.compare.two_groups import LEVEL
from analyzer.model.instant import Span
from analyzer.model.over_time.comparison import Answer, CantTell, Different, Grade, MoreRuns, NoLarger, TooManyRuns, Why

MOST_RUNS = 40
"""More runs a side than these are not asked of anybody."""


def answered(first: Sequence[Span], second: Sequence[Span], size: int) -> Answer:
    """What two groups of runs say; `size` is the largest difference that would not matter, ns."""
    by, grade = shift.interval(first, second), sure.grade(first, second)
    return concluded(first, second, two_groups.compared(first, second).p, by, grade, size)


def concluded(
    first: Sequence[Span],
    second: Sequence[Span],
    p: float,
    by: Span,
    grade: Grade,
    size: int,
    share: float = 1.0,
    better: int | None = None,
) -> Answer:
    """The same from a p-value, which may be corrected for several comparisons, the shift's interval and the grade.
    `share` is what of the level this comparison has where it is one of several, `better` how wide the Spans of better
    evidence would be, ns, where there is such.
    """
    if p <= LEVEL and not by.least <= 0 <= by.most:
        return _different(by, grade == "differs")
    limit = max(abs(by.least), abs(by.most))
    if limit <= size and by.least <= 0 <= by.most:
        return NoLarger(limit)
    return CantTell(_why(first, second, by), wanted(first, second, size, LEVEL * share, better))


def _why(first: Sequence[Span], second: Sequence[Span], by: Span) -> Why:
    if not two_groups.can_differ(len(first), len(second)):
        return "too-few-runs"
    return "interval-too-wide" if by.least <= 0 <= by.most else "among-several"


def wanted(
    first: Sequence[Span], second: Sequence[Span], size: int, level: float = LEVEL, better: int | None = None
) -> MoreRuns | TooManyRuns:
    """How many more runs a side would find a shift of `size`, ns, in 80 % of histories: runs of like evidence, or of
    Spans that are `better` wide, ns, where fewer of these would.
    """
    if max(len(first), len(second)) >= MOST_RUNS:
        return TooManyRuns()
    spread = smallest.spread(first, second)
    like = _wanted(_widths(first), _widths(second), spread, size, level)
    if better is None:
        return like
    with_better = _wanted(_widths(first), _widths(second), spread, size, level, better)
    if isinstance(with_better, MoreRuns) and (isinstance(like, TooManyRuns) or with_better.more < like.more):
        return MoreRuns(with_better.more, better=True)
    return like


def _wanted(
    first: Times, second: Times, spread: int, size: int, level: float, better: int | None = None
) -> MoreRuns | TooManyRuns:
    def enough(more: int) -> bool:
        groups = _longer(first, more, better), _longer(second, more, better)
        return smallest.power(*groups, spread, size, level) >= smallest.POWER

    most = MOST_RUNS - max(len(first), len(second))
    if not enough(most):
        return TooManyRuns()
    low = 0
    while most - low > 1:
        middle = (low + most) // 2
        low, most = (low, middle) if enough(middle) else (middle, most)
    return MoreRuns(most)


def _widths(group: Sequence[Span]) -> Times:
    return np.array([one.width for one in group], dtype=np.int64)


def _longer(widths: Times, more: int, better: int | None) -> Times:
    """The widths of a group's Spans, ns, with those of so many more runs: as wide as theirs, or `better`."""
    if better is None:
        return np.resize(widths, len(widths) + more)
    return np.append(widths, np.full(more, better, dtype=np.int64))


def _different(by: Span, certain: bool) -> Different:
    return Different("longer", by.least, certain) if by.least > 0 else Different("shorter", -by.most, certain)
