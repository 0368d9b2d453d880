"""What a history of so many runs can show: the smallest step in its middle that is found in 80 % of histories like it.

As `smallest` for groups, with the evidence of each run in its place. What is found is read from the largest contrast of
the scores, by their spread, against that of ranks in other orders; where evidence is not alike, by the spread of each
run's own score too.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache

import numpy as np

from analyzer.compare.change_points import LEAST_RUNS, OF_STEPS, Steps
from analyzer.compare.scores import centred, scored
from analyzer.compare.smallest import both_ways, evidence, histories, searched
from analyzer.compare.spans import FARTHEST, Flags, Shares, Spans, Times, alike
from analyzer.compare.splits import Small, orders
from analyzer.compare.two_groups import LEVEL
from analyzer.model.instant import Span
from analyzer.model.over_time.comparison import Nothing, Shown

MOST_RUNS = 30
"""Of a longer history so many runs count, evenly chosen: all of them show no less."""
ORDERS = 10_000
ROUGHLY = 1e-2
"""The tolerance of an estimate: what is found of a history is held against the spread of its own scores."""
TINY = 1e-9


def smallest_step(durations: Sequence[Span], figures: int = 1, chance: int = 0) -> Shown | Nothing:
    """The smallest step of a history, in its order, where so many figures are asked for at once; `chance`, ns, is by
    how much the values are known to spread at least.
    """
    chosen = np.unique(np.linspace(0, len(durations) - 1, min(len(durations), MOST_RUNS)).astype(int))
    runs = [durations[at] for at in chosen]
    level = min(LEVEL * OF_STEPS, LEVEL / figures)
    if len(runs) < 2 * LEAST_RUNS or not np.isfinite(limit := _limit(len(runs), level)):
        return Nothing()
    middle = len(runs) // 2
    both = evidence(runs[:middle], runs[middle:], chance)
    every = both[0].beside(both[1])
    drawn = histories(every)
    steps = Steps(len(runs), LEAST_RUNS)

    def powers(shifts: Times) -> Shares:
        moved = np.where(np.arange(len(runs)) < middle, 0, both_ways(shifts, drawn.histories))
        least, most = (np.tile(end, (len(shifts), 1)) + moved for end in (drawn.least, drawn.most))
        return np.asarray(_found(Spans(least, most), steps, limit).reshape(len(shifts), -1).mean(1))

    wide = (every.before + every.after)[0]
    return searched(powers, max(int(every.spread.max()), int(wide[wide < FARTHEST].max(initial=1))))


def _found(spans: Spans, steps: Steps, limit: float) -> Flags:
    """Of each history, whether its largest contrast is beyond the limit, by the spread of its scores."""
    scores = centred(scored(spans, ROUGHLY)).astype(np.float32)
    contrasts = steps.contrasts(scores)
    best = contrasts.argmax(1)
    most = contrasts.max(1)
    found = most >= limit * np.maximum(_spread(scores), TINY)
    place = steps.places[best]
    weights = (np.arange(spans.runs) < place) - place / spans.runs
    own = np.sqrt(((weights * scores) ** 2).sum(1)) / steps.spread[best]
    return np.asarray(found & (alike(spans) | (most >= limit * own)))


def _spread(scores: Small) -> Shares:
    """The standard deviation of each history's scores."""
    return np.asarray(np.sqrt((scores.astype(np.float64) ** 2).sum(1) / (scores.shape[1] - 1)))


@lru_cache(maxsize=64)
def _limit(runs: int, level: float) -> float:
    """The largest contrast of ranks, by their spread, that is reached in a share of `level` of the orders at most."""
    ranks = (orders(runs, ORDERS) - (runs - 1) / 2).astype(np.float32)
    most = np.sort(Steps(runs, LEAST_RUNS).contrasts(ranks).max(1))[::-1] / _spread(ranks[:1])[0]
    allowed = int(level * len(most))
    above = most[most > most[allowed] * (1 + TINY)]
    return float(above.min() * (1 - 1e-6)) if len(above) else float("inf")
