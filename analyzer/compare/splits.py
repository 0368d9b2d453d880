"""What a comparison is held against: the splits, orders and signs that would be as likely without a difference."""

from __future__ import annotations

from functools import lru_cache
from itertools import combinations, product
from math import comb
from typing import TypeAlias

import msgspec
import numpy as np
import numpy.typing as npt

from analyzer.compare.spans import Counts
from analyzer.model.over_time.comparison import ORDERS, SEED, How

Small: TypeAlias = npt.NDArray[np.float32]
Orders: TypeAlias = npt.NDArray[np.int32]

FEASIBLE = 200_000
"""So many splits are all tried, at most: 10 + 10 runs have 184,756."""
SAMPLE = 20_000
"""What was found counts as one of a sample, so that the test keeps its level."""
MOST_RUNS = 100
LARGE_GROUP = 20
"""Of more runs, where the smallest group has so many at least, the normal limit is as good."""
ALL_SIGNS = 12
SIGNS = 4_096
KEPT = 48


class Drawn(msgspec.Struct, frozen=True):
    """How a p-value came: from so many splits, orders or draws, by this seed where they are a sample."""

    how: How
    count: int
    seed: int = SEED


class Splits(msgspec.Struct, frozen=True, eq=False):
    """Splits of runs into two groups: 1 where a run is in the first, shape `(splits, runs)`."""

    members: Small
    drawn: Drawn


@lru_cache(maxsize=8)
def splits(first: int, second: int, feasible: int = FEASIBLE, sample: int = SAMPLE) -> Splits:
    """All splits of `first + second` runs, or a sample by the seed that begins with the one that is."""
    runs = first + second
    if comb(runs, first) <= feasible:
        chosen = np.array(list(combinations(range(runs), first)), dtype=np.int64)
        return Splits(_marked(chosen, runs), Drawn("every-split", len(chosen)))
    drawn = np.argsort(np.random.default_rng(SEED).random((sample - 1, runs)), axis=1)[:, :first]
    chosen = np.concatenate([np.arange(first)[None], drawn])
    return Splits(_marked(chosen, runs), Drawn("sampled-splits", sample))


class Places(msgspec.Struct, frozen=True, eq=False):
    """The places of a small group among many runs: shape `(splits, runs of the group)`."""

    places: npt.NDArray[np.int64]
    drawn: Drawn


@lru_cache(maxsize=8)
def places(few: int, runs: int, feasible: int = FEASIBLE, sample: int = SAMPLE) -> Places:
    """Where `few` of many runs may be: everywhere, or a sample by the seed that begins with the first ones."""
    if comb(runs, few) <= feasible:
        every = np.array(list(combinations(range(runs), few)), dtype=np.int64)
        return Places(every, Drawn("every-split", len(every)))
    random = np.random.default_rng((SEED, runs))
    chosen = np.full((sample, few), -1)
    for at, last in enumerate(range(runs - few, runs)):  # Floyd's sampling (Bentley 1987, Commun. ACM 30(9))
        place = random.integers(0, last + 1, sample)
        taken = (chosen == place[:, None]).any(1)
        chosen[:, at] = np.where(taken, last, place)
    chosen[0] = np.arange(few)
    return Places(chosen, Drawn("sampled-splits", sample))


def _marked(chosen: npt.NDArray[np.int64], runs: int) -> Small:
    members = np.zeros((len(chosen), runs), dtype=np.float32)
    np.put_along_axis(members, chosen, np.float32(1), 1)
    return members


@lru_cache(maxsize=KEPT)
def orders(runs: int, count: int = ORDERS) -> Orders:
    """`count` orders of so many runs, of which the first is as they are: shape `(count, runs)`."""
    drawn = np.random.default_rng((SEED, runs)).permuted(np.tile(np.arange(runs, dtype=np.int32), (count, 1)), axis=1)
    drawn[0] = np.arange(runs)
    return drawn


@lru_cache(maxsize=KEPT)
def signs(runs: int, count: int = SIGNS) -> Small:
    """Signs for so many runs, of which the first are all +1: every choice up to 12 runs, else `count` by the seed."""
    if runs <= ALL_SIGNS and 2**runs <= count:
        return np.array(list(product((1, -1), repeat=runs)), dtype=np.float32)
    drawn = np.random.default_rng((SEED, runs)).choice(np.array([1, -1], dtype=np.float32), (count, runs))
    drawn[0] = 1
    return np.asarray(drawn, dtype=np.float32)


def orders_within(strata: Counts, count: int = ORDERS) -> Orders:
    """`count` orders of runs that change places only within their stratum, of which the first is as they are: shape
    `(count, runs)`.
    """
    runs = len(strata)
    keys = np.random.default_rng((SEED, runs)).random((count, runs))
    by_stratum = np.argsort(strata, kind="stable")
    drawn = np.empty((count, runs), dtype=np.int32)
    drawn[:, by_stratum] = np.argsort(keys + strata, axis=1)
    drawn[0] = np.arange(runs)
    return drawn


def mixed(strata: Counts, least_runs: int) -> bool:
    """Whether the strata are mixed over a history: split anywhere with so many runs on a side, the ways to split it
    within the strata are at least the square root of all ways; and there is a place with more of them than signs drawn.
    """
    runs = len(strata)
    logs = np.concatenate([[0.0], np.cumsum(np.log(np.arange(1, runs + 1)))])
    before = np.cumsum(strata[:, None] == np.arange(strata.max() + 1), axis=0)[least_runs - 1 : runs - least_runs]
    of = np.bincount(strata)[None]
    within = (logs[of] - logs[before] - logs[of - before]).sum(1)
    places = np.arange(least_runs, runs - least_runs + 1)
    every = logs[runs] - logs[places] - logs[runs - places]
    return bool((2 * within >= every).all() and within.max() >= np.log(SIGNS))
