"""The three answers: different by at least so much, no difference larger than so much, can't tell and what would.

"The same" is only said for a stated size: the largest difference that would not matter. What more runs would show is
said of runs of evidence that some of these have: like all of theirs, or like the best of theirs.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TypeAlias

import numpy as np

from analyzer.compare import shift, smallest, sure, two_groups
from analyzer.compare.smallest import Evidence
from analyzer.compare.spans import Counts, one_history
from analyzer.compare.two_groups import LEVEL
from analyzer.model.instant import Span
from analyzer.model.over_time.comparison import (
    Answer,
    CantTell,
    Different,
    Grade,
    MoreRuns,
    NoLarger,
    NoRuns,
    TooManyRuns,
    Why,
    Would,
)

MOST_RUNS = 40
"""More runs a side than these are not asked of anybody."""
BEST = 2
"""The best evidence has Spans at most so many times as wide as the narrowest; others are wider."""

Both: TypeAlias = tuple[Evidence, Evidence]


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
    chance: int = 0,
) -> Answer:
    """The same from a p-value, which may be corrected for several comparisons, the shift's interval and the grade.
    `share` is what of the level this comparison has where it is one of several, `chance` by how much the values are
    known to spread at least (standard deviation), ns.
    """
    if p <= LEVEL and not by.least <= 0 <= by.most:
        return _different(by, grade == "differs")
    limit = max(abs(by.least), abs(by.most))
    if limit <= size and by.least <= 0 <= by.most:
        return NoLarger(limit)
    return CantTell(_why(first, second, by), wanted(first, second, size, LEVEL * share, chance))


def _why(first: Sequence[Span], second: Sequence[Span], by: Span) -> Why:
    if not two_groups.can_differ(len(first), len(second)):
        return "too-few-runs"
    return "interval-too-wide" if by.least <= 0 <= by.most else "among-several"


def wanted(first: Sequence[Span], second: Sequence[Span], size: int, level: float = LEVEL, chance: int = 0) -> Would:
    """How many more runs a side would find a shift of `size`, ns, in 80 % of histories: runs of evidence like all of
    theirs, or like the best of theirs where fewer of these would.
    """
    if max(len(first), len(second)) >= MOST_RUNS:
        return TooManyRuns()
    groups = smallest.evidence(first, second, chance)
    like = _wanted(groups, groups, size, level)
    best = _best(first, second, groups)
    if best is None:
        return like
    with_best = _wanted(groups, best, size, level)
    if isinstance(with_best, MoreRuns) and (not isinstance(like, MoreRuns) or with_best.more < like.more):
        return MoreRuns(with_best.more, better=True)
    return with_best if isinstance(like, NoRuns) else like


def _best(first: Sequence[Span], second: Sequence[Span], groups: Both) -> Both | None:
    """The best evidence for more runs of each group: its own runs that have such, else those of the other group that
    have. None where all evidence is as good.
    """
    widths = [(one.most - one.least)[0] for one in (one_history(first), one_history(second))]
    narrow = max(BEST * min(int(each.min()) for each in widths), 1)
    if max(int(each.max()) for each in widths) <= narrow:
        return None
    having = [group.of(np.flatnonzero(each <= narrow)) for group, each in zip(groups, widths, strict=True)]
    return (having[0] if having[0].runs else having[1], having[1] if having[1].runs else having[0])


def _wanted(groups: Both, more_like: Both, size: int, level: float) -> Would:
    def power(more: int) -> float:
        longer = [one.beside(like.of(_again(like, more))) for one, like in zip(groups, more_like, strict=True)]
        return smallest.power(longer[0], longer[1], size, level)

    most = MOST_RUNS - max(one.runs for one in groups)
    at_most = power(most)
    if at_most < smallest.POWER:
        return TooManyRuns() if at_most else NoRuns()
    low = 0
    while most - low > 1:
        middle = (low + most) // 2
        low, most = (low, middle) if power(middle) >= smallest.POWER else (middle, most)
    return MoreRuns(most)


def _again(like: Evidence, more: int) -> Counts:
    """The places of so many runs, one after the other and from the first again."""
    return np.asarray(np.resize(np.arange(like.runs), more), dtype=np.int64)


def _different(by: Span, certain: bool) -> Different:
    return Different("longer", by.least, certain) if by.least > 0 else Different("shorter", -by.most, certain)
