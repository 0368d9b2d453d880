"""What holds for every value that the Spans allow: a second grade beside the p-value.

The comparison of exact values by Mann and Whitney depends on them only by how many pairs have the second one longer.
The Spans bound that number from both sides, and both bounds are reached by values that they allow (Perolat, Couso,
Loquin and Strauss 2015, on rank tests of imprecise values). Nothing is assumed of where in its Span a value lies.
"""

from __future__ import annotations

from collections.abc import Sequence
from statistics import NormalDist

import numpy as np

from analyzer.compare.spans import Shares, Spans, one_history
from analyzer.compare.two_groups import LEVEL
from analyzer.model.instant import UNBOUNDED, Span
from analyzer.model.over_time.comparison import Grade

MOST_PAIRS = 2_500
"""Of more pairs the number that is rejected is by the normal limit."""


def grade(first: Sequence[Span] | Spans, second: Sequence[Span] | Spans, level: float = LEVEL) -> Grade:
    """Whether the groups differ whatever the values are, by the exact test of Mann and Whitney without ties."""
    one, other = one_history(first), one_history(second)
    fewest, most = _pairs(one, other)
    pairs = one.runs * other.runs
    rejected = _rejected(one.runs, other.runs, level)
    if rejected < 0:
        return "too-few-runs"
    if most <= rejected or fewest >= pairs - rejected:
        return "differs"
    if fewest > rejected and most < pairs - rejected:
        return "does-not"
    return "too-vague"


def shift(first: Sequence[Span], second: Sequence[Span], level: float = LEVEL) -> Span:
    """By how much the second group is longer, ns, whatever the values within the Spans are: from the least lower to the
    highest upper limit of Hodges and Lehmann's interval. Unbounded on both sides where so few runs tell nothing.
    """
    rejected = _rejected(len(first), len(second), level)
    if rejected < 0:
        return Span(-UNBOUNDED, UNBOUNDED)
    one, other = one_history(first), one_history(second)
    lowest = np.sort((other.least[0][:, None] - one.most[0][None]).ravel())
    highest = np.sort((other.most[0][:, None] - one.least[0][None]).ravel())
    return Span(int(lowest[rejected]), int(highest[len(highest) - 1 - rejected]))


def _pairs(one: Spans, other: Spans) -> tuple[int, int]:
    """In how many pairs the second is longer: for sure, and at most."""
    fewest = np.searchsorted(np.sort(one.most[0]), other.least[0], side="left").sum()
    most = np.searchsorted(np.sort(one.least[0]), other.most[0], side="right").sum()
    return int(fewest), int(most)


def _rejected(first: int, second: int, level: float) -> int:
    """The highest number of pairs that is rejected as too low, or -1 where none is."""
    if first * second > MOST_PAIRS:
        spread = (first * second * (first + second + 1) / 12) ** 0.5
        return int(first * second / 2 - NormalDist().inv_cdf(1 - level / 2) * spread) - 1
    ways = _ways(first, second)
    shares = 2 * np.cumsum(ways) / ways.sum()
    return int(np.searchsorted(shares, level * (1 + 1e-9), side="right")) - 1


def _ways(first: int, second: int) -> Shares:
    """How many splits have each number of such pairs (Mann and Whitney 1947): the product of (1 - q^(second + i)) by
    (1 - q^i) for i up to `first`.
    """
    ways = np.zeros(first * second + 1)
    ways[0] = 1
    for factor in range(1, first + 1):
        ways[second + factor :] -= ways[: len(ways) - second - factor].copy()
        for at in range(factor, len(ways)):
            ways[at] += ways[at - factor]
    return ways
