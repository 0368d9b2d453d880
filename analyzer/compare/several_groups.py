"""Whether several groups of runs differ among each other: Kruskal and Wallis's statistic on the scores for Spans.

The same ranks, permutations and guard as for two groups. Where evidence is not alike the guard keeps each run's score
and draws its sign (Wu 1986), so that a run keeps its own spread. Of very many runs, none of whose groups is small, both
tests are by their limits: chi-squared, and sums that are normal with the spread of the runs' own scores.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import lru_cache
from itertools import combinations
from math import comb, erfc, exp, lgamma, log, prod, sqrt

import msgspec
import numpy as np
import numpy.typing as npt

from analyzer.compare.scores import centred, scored
from analyzer.compare.spans import Shares, Spans, alike, one_history, together
from analyzer.compare.splits import FEASIBLE, LARGE_GROUP, MOST_RUNS, SAMPLE, SIGNS, Drawn, signs
from analyzer.compare.turnbull import TOLERANCE
from analyzer.model.instant import Span
from analyzer.model.over_time.comparison import SEED

NEAR = 1 - 1e-12
ROUGHLY = 1e-2
"""The tolerance of the estimate of many runs: the permutation holds the level whatever the scores are."""
AT_ONCE = 8_000_000
LARGE = 20_000_000
FEWEST_DRAWS = 1_000
"""Draws times runs, where there are many runs; but always so many draws. The limits are for more runs than a whole
sample is drawn of.
"""


class SeveralGroups(msgspec.Struct, frozen=True):
    """What the comparison gave; `guards` has the second test's p-value where evidence is not alike."""

    permuted: float
    guards: tuple[float, ...]
    drawn: Drawn

    @property
    def p(self) -> float:
        """The p-value."""
        return max((self.permuted, *self.guards))


def compared(groups: Sequence[Sequence[Span] | Spans]) -> SeveralGroups:
    """Whether any of the groups differs from another; ValueError when one is empty or there are fewer than two."""
    if len(groups) < 2:
        raise ValueError("several groups are compared")
    histories = [one_history(group) for group in groups]
    spans = together(histories)
    scores = centred(scored(spans, ROUGHLY if spans.runs > MOST_RUNS else TOLERANCE))[0].astype(np.float64)
    sizes = tuple(one.runs for one in histories)
    found = float(_of_scores(scores[None], sizes)[0])
    if spans.runs * SAMPLE > LARGE and min(sizes) >= LARGE_GROUP:
        guards = () if alike(spans)[0] else (_guard_of_many(scores, sizes, found),)
        return SeveralGroups(_chi_squared(scores, sizes, found), guards, Drawn("normal", 0))
    labels, drawn = _labels(sizes)
    permuted = _share(
        _of_labels(scores, labels[at : at + _step(labels)], sizes) >= found * NEAR
        for at in range(0, len(labels), _step(labels))
    )
    if alike(spans)[0]:
        return SeveralGroups(permuted, (), drawn)
    flipped = scores * signs(len(scores), max(FEWEST_DRAWS, min(SIGNS, LARGE // len(scores))))
    flipped -= flipped.mean(1, keepdims=True)
    guard = _share([_of_scores(flipped, sizes) >= found * NEAR])
    return SeveralGroups(permuted, (guard,), drawn)


def _chi_squared(scores: Shares, sizes: tuple[int, ...], found: float) -> float:
    """The p-value by the limit of the permutations: chi-squared, with a degree of freedom less than there are groups.
    The sums are those of Abramowitz and Stegun 1964, 26.4.4 and 26.4.5.
    """
    squares = float((scores**2).sum())
    half = found * (len(scores) - 1) / squares / 2 if squares else 0.0
    if not half:
        return 1.0
    odd = len(sizes) % 2 == 0
    powers = np.arange(len(sizes) // 2 - odd) + odd / 2
    terms = (exp(one * log(half) - half - lgamma(one + 1)) for one in powers.tolist())
    return min(1.0, sum(terms, erfc(sqrt(half)) if odd else 0.0))


def _guard_of_many(scores: Shares, sizes: tuple[int, ...], found: float) -> float:
    """The p-value by the limit of the signs: each group's sum normal, with the spread of its scores, drawn by seed."""
    starts = np.concatenate([[0], np.cumsum(sizes)[:-1]])
    spread = np.sqrt(np.add.reduceat(scores**2, starts))
    sums = np.random.default_rng(SEED).standard_normal((SIGNS, len(sizes))) * spread
    sums -= sums.sum(1, keepdims=True) * (np.array(sizes) / len(scores))
    hits = int(((sums**2 / sizes).sum(1) >= found * NEAR).sum())
    return (1 + hits) / (1 + SIGNS)


def _of_labels(scores: Shares, labels: npt.NDArray[np.int8], sizes: tuple[int, ...]) -> Shares:
    """The statistic, the sum over the groups of the square of a group's sum by its size, of each row of labels."""
    groups = len(sizes)
    places = labels + np.arange(len(labels))[:, None] * groups
    weights = np.broadcast_to(scores, labels.shape).ravel()
    sums = np.bincount(places.ravel(), weights, len(labels) * groups).reshape(-1, groups)
    return np.asarray((sums**2 / sizes).sum(1))


def _of_scores(scores: Shares, sizes: tuple[int, ...]) -> Shares:
    """The statistic of each row of scores, in which the groups stand one after the other."""
    starts = np.concatenate([[0], np.cumsum(sizes)[:-1]])
    return np.asarray((np.add.reduceat(scores, starts, axis=1) ** 2 / sizes).sum(1))


def _share(hits: Iterator[npt.NDArray[np.bool_]] | list[npt.NDArray[np.bool_]]) -> float:
    return float(np.concatenate(list(hits)).mean())


def _step(labels: npt.NDArray[np.int8]) -> int:
    return max(1, AT_ONCE // int(labels.shape[1]))


def _own(sizes: tuple[int, ...]) -> npt.NDArray[np.int8]:
    return np.repeat(np.arange(len(sizes), dtype=np.int8), sizes)


@lru_cache(maxsize=4)
def _labels(sizes: tuple[int, ...]) -> tuple[npt.NDArray[np.int8], Drawn]:
    """The group of each run in every split, or in a sample that begins with the one that is."""
    runs = sum(sizes)
    if prod(comb(sum(sizes[at:]), size) for at, size in enumerate(sizes)) <= FEASIBLE:
        every = np.array(list(_splits(tuple(range(runs)), sizes)), dtype=np.int8)
        return every, Drawn("every-split", len(every))
    count = max(FEWEST_DRAWS, min(SAMPLE, LARGE // runs))
    drawn = np.random.default_rng(SEED).permuted(np.tile(_own(sizes), (count, 1)), axis=1)
    drawn[0] = _own(sizes)
    return drawn, Drawn("sampled-splits", count)


def _splits(left: tuple[int, ...], sizes: tuple[int, ...]) -> Iterator[tuple[int, ...]]:
    """The labels, by place, of every way to give these places to groups of these sizes."""
    of_place: dict[int, int]
    for of_place in _given(left, sizes, 0):
        yield tuple(of_place[place] for place in sorted(of_place))


def _given(left: tuple[int, ...], sizes: tuple[int, ...], group: int) -> Iterator[dict[int, int]]:
    if group == len(sizes) - 1:
        yield dict.fromkeys(left, group)
        return
    for chosen in combinations(left, sizes[group]):
        rest = tuple(place for place in left if place not in chosen)
        for others in _given(rest, sizes, group + 1):
            yield dict.fromkeys(chosen, group) | others
