"""Whether two groups of runs differ: the sum of the first one's scores, beside that of every split of the runs.

Where evidence is alike, runs may change places and the permutation test is exact. Where it is not, wide Spans have
scores near 0 and narrow ones far from it, and a permutation takes the wide ones' calm for that of all (Wang, Lagakos
and Gray 2010): the p-value is then at least that of a second test, which lets each run keep the spread of its own
score (the sum's normal limit with White's variance, as HC1 of MacKinnon and White 1985). docs/comparison.md has what
this does to false alarms.
"""

from __future__ import annotations

from collections.abc import Sequence
from math import comb, erfc, sqrt
from typing import TypeVar

import msgspec
import numpy as np
import numpy.typing as npt

from analyzer.compare.scores import centred, scored
from analyzer.compare.spans import Counts, Flags, Shares, Spans, alike, one_history
from analyzer.compare.splits import FEASIBLE, LARGE_GROUP, MOST_RUNS, SAMPLE, Drawn, Small, places, splits
from analyzer.compare.turnbull import TOLERANCE
from analyzer.model.instant import Span

LEVEL = 0.05
"""The share of false alarms that a test may have."""
ROUGHLY = 1e-2
"""The tolerance of the estimate of many runs: a test holds its level whatever the scores are."""
AT_ONCE = 8_000_000
EXACT_IN_FLOAT32 = 2**24

Real = TypeVar("Real", np.float32, np.float64)


class TwoGroups(msgspec.Struct, frozen=True):
    """What the comparison of two groups gave; `guards` has the second test's p-value where evidence is not alike."""

    permuted: float
    guards: tuple[float, ...]
    drawn: Drawn

    @property
    def p(self) -> float:
        """The p-value, two-sided."""
        return max((self.permuted, *self.guards))


class PValues(msgspec.Struct, frozen=True, eq=False):
    """The p-values of many histories, shape `(histories,)`."""

    permuted: Shares
    guard: Shares
    alike: Flags
    drawn: Drawn

    @property
    def p(self) -> Shares:
        """The p-value of each: the guard counts where evidence is not alike."""
        return np.where(self.alike, self.permuted, np.maximum(self.permuted, self.guard))


def compared(first: Sequence[Span] | Spans, second: Sequence[Span] | Spans) -> TwoGroups:
    """Whether the durations of the first group and of the second differ; ValueError when a group is empty."""
    found = p_values(one_history(first), one_history(second))
    guards = () if found.alike[0] else (float(found.guard[0]),)
    return TwoGroups(float(found.permuted[0]), guards, found.drawn)


def p_values(
    first: Spans, second: Spans, feasible: int = FEASIBLE, sample: int = SAMPLE, tolerance: float = TOLERANCE
) -> PValues:
    """The comparison of each history's first group with its second; `tolerance` is that of the pooled estimate."""
    spans = first.beside(second)
    many, few = spans.runs > MOST_RUNS, min(first.runs, second.runs)
    scores = centred(scored(spans, max(tolerance, ROUGHLY) if many else tolerance))
    guard = _normal(scores, first.runs, _white(scores, first.runs))
    if many and few < LARGE_GROUP:
        small = places(few, spans.runs, feasible, sample)
        ranks = scores if few == first.runs else scores[:, ::-1]
        return PValues(_of_places(ranks, small.places), guard, alike(spans), small.drawn)
    if many:
        permuted = _normal(scores, first.runs, _of_permutations(scores, first.runs))
        return PValues(permuted, guard, alike(spans), Drawn("normal", 0))
    drawn = splits(first.runs, second.runs, feasible, sample)
    return PValues(_permuted(scores, first.runs, drawn.members), guard, alike(spans), drawn.drawn)


def can_differ(first: int, second: int, level: float = LEVEL) -> bool:
    """Whether so many runs can give a p-value of at most `level` at all: 3 + 3 and 2 + 7 can't."""
    return least_p(first, second) <= level


def least_p(first: int, second: int) -> float:
    """The smallest p-value that so many runs can give."""
    return 1.0 if first == 0 or second == 0 else 2 / comb(first + second, first)


def _permuted(scores: Counts, first: int, members: Small) -> Shares:
    """The share of the splits whose sum is as far from 0 as that of the first `first` runs, or farther."""
    if np.abs(scores).max(initial=0) * scores.shape[1] < EXACT_IN_FLOAT32:
        return _farther(scores.astype(np.float32), first, members.T)
    return _farther(scores.astype(np.float64), first, members.T.astype(np.float64))


def _farther(kept: npt.NDArray[Real], first: int, table: npt.NDArray[Real]) -> Shares:
    found = np.abs(kept[:, :first].sum(1))
    step = max(1, AT_ONCE // table.shape[1])
    shares = [
        (np.abs(kept[at : at + step] @ table) >= found[at : at + step, None]).mean(1)
        for at in range(0, len(kept), step)
    ]
    return np.concatenate(shares)


def _of_places(scores: Counts, chosen: npt.NDArray[np.int64]) -> Shares:
    """The share of the places of a small group, that of the first runs, whose sum is as far from 0, or farther."""
    found = np.abs(scores[:, : chosen.shape[1]].sum(1))
    sums = (one[chosen].sum(1) for one in scores)
    return np.array([(np.abs(each) >= most).mean() for each, most in zip(sums, found, strict=True)])


def _normal(scores: Counts, first: int, variance: Shares) -> Shares:
    """The two-sided p-value of the sum of the first scores by the normal limit."""
    far = np.abs(scores[:, :first].sum(1)) / np.sqrt(np.maximum(variance, 1.0))
    return np.array([erfc(one / sqrt(2)) for one in far])


def _white(scores: Counts, first: int) -> Shares:
    """The variance of the sum where each score has a spread of its own, larger as two means are taken from few runs."""
    runs = scores.shape[1]
    second = runs - first
    weights = np.array([second] * first + [-first] * second) / runs
    return np.asarray(((scores * weights) ** 2).sum(1) * (runs / max(1, runs - 2)), dtype=np.float64)


def _of_permutations(scores: Counts, first: int) -> Shares:
    """The variance of the sum over all splits."""
    runs = scores.shape[1]
    squares = (scores.astype(np.float64) ** 2).sum(1)
    return np.asarray(squares * (first * (runs - first) / (runs * (runs - 1))))
