"""By how much two groups of runs differ: all shifts that the same test does not reject.

A test's p-value for a shift is that of the first group against the second one moved back by it. It is taken at evenly
spaced shifts and where the Spans' ends lie apart, as one wide Span may reach far beyond all that is possible; then
again between the outermost that are not rejected and their neighbours that are, until these are as near as the search
is told to go. The limits are the rejected ones, so that the interval is a little too wide rather than too narrow. That
a shift between two that are not rejected may itself be rejected narrows nothing.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TypeAlias

import numpy as np

from analyzer.compare.spans import FARTHEST, Shares, Spans, Times, one_history
from analyzer.compare.splits import MOST_RUNS
from analyzer.compare.two_groups import LEVEL, p_values
from analyzer.model.instant import UNBOUNDED, Span
from analyzer.model.over_time.comparison import SEED

STEPS = 32
FEWER_STEPS = 6
ROUNDS = 2
NEAREST = 1_000
"""The search for a limit ends at a microsecond, ns, or after two rounds: at 1 / 65,536 of where it began, or 1 / 400
where there are many runs.
"""
MOST_KEPT = 200

PAt: TypeAlias = Callable[[Times], Shares]
"""The p-values of shifts, ns: both of shape `(shifts,)`."""


def interval(first: Sequence[Span] | Spans, second: Sequence[Span] | Spans, level: float = LEVEL) -> Span:
    """By how much the durations of the second group are longer, ns, at the confidence 1 - `level`; not bounded on a
    side on which so few runs reject nothing. Of a group of more than 200 runs a sample by a seed counts.
    """
    one, other = kept(one_history(first)), kept(one_history(second))
    steps = STEPS if one.runs + other.runs <= MOST_RUNS else FEWER_STEPS
    return inverted(lambda shifts: p_of_shifts(one, other, shifts), _shifts(one, other, steps), level, steps)


def _shifts(one: Spans, other: Spans, steps: int) -> Times:
    """Where the search begins, ns: evenly to where the groups lie wholly apart, and as the ends of their Spans do."""
    low, high = reach(one, other)
    apart = [
        np.quantile(
            (getattr(other, end)[0][:, None] - getattr(one, end)[0][None]).ravel(),
            np.linspace(0, 1, steps // 2 + 2)[1:-1],
            method="nearest",
        )
        for end in ("least", "most")
    ]
    inside = np.clip(np.concatenate(apart), low, high)
    return np.unique(np.concatenate([evenly(low, high, steps), inside.astype(np.int64)]))


def evenly(low: int, high: int, steps: int = STEPS) -> Times:
    """Shifts from the lowest to the highest, ns."""
    return np.linspace(low, high, 2 * steps + 1).astype(np.int64)


def kept(spans: Spans) -> Spans:
    """The Spans, or a sample of their runs by the seed where there are very many."""
    if spans.runs <= MOST_KEPT:
        return spans
    chosen = np.sort(np.random.default_rng(SEED).permutation(spans.runs)[:MOST_KEPT])
    return Spans(spans.least[:, chosen], spans.most[:, chosen])


def p_of_shifts(first: Spans, second: Spans, shifts: Times) -> Shares:
    """The p-value of each shift, of one history's groups: shape `(shifts,)`."""
    count = len(shifts)
    same = Spans(np.repeat(first.least, count, 0), np.repeat(first.most, count, 0))
    moved = Spans(second.least - shifts[:, None], second.most - shifts[:, None])
    return p_values(same, moved).p


def reach(first: Spans, second: Spans) -> tuple[int, int]:
    """Shifts beyond which the groups lie wholly apart, ns, of one history."""
    ends = [spans.most[np.abs(spans.most) < FARTHEST] for spans in (first, second)]
    highest = [
        int(max(end.max(initial=-FARTHEST), spans.least.max()))
        for end, spans in zip(ends, (first, second), strict=True)
    ]
    lowest = [int(spans.least.min()) for spans in (first, second)]
    return lowest[1] - highest[0] - 1, highest[1] - lowest[0] + 1


def inverted(p_at: PAt, shifts: Times, level: float, steps: int = STEPS) -> Span:
    """The hull of the shifts that are not rejected, looked for from these on, which are in their order; where the first
    or the last of them is not, it has no end there.
    """
    accepted = np.flatnonzero(p_at(shifts) > level)
    if not len(accepted):
        return _narrowest(p_at, shifts)
    first, last = int(accepted[0]), int(accepted[-1])
    least, most = int(shifts[first - 1]), int(shifts[min(last + 1, len(shifts) - 1)])
    lower, upper = (least, int(shifts[first])), (int(shifts[last]), most)
    for _ in range(ROUNDS):
        if max(lower[1] - lower[0], upper[1] - upper[0]) <= NEAREST:
            break
        lower, upper = _nearer(p_at, lower, upper, level, steps)
    return Span(
        -UNBOUNDED if first == 0 else lower[0],
        UNBOUNDED if last == len(shifts) - 1 else upper[1],
    )


def _nearer(
    p_at: PAt, lower: tuple[int, int], upper: tuple[int, int], level: float, steps: int
) -> tuple[tuple[int, int], tuple[int, int]]:
    """The pair of a rejected and an accepted shift, and that of an accepted and a rejected one, closer together."""
    below, above = (np.linspace(*pair, steps + 1).astype(np.int64) for pair in (lower, upper))
    accepted = p_at(np.concatenate([below[1:-1], above[1:-1]])) > level
    first = np.flatnonzero(np.append(accepted[: steps - 1], [True]))[0] + 1
    last = np.flatnonzero(np.insert(accepted[steps - 1 :], 0, [True]))[-1]
    return (int(below[first - 1]), int(below[first])), (int(above[last]), int(above[last + 1]))


def _narrowest(p_at: PAt, shifts: Times) -> Span:
    """Around the least rejected shift, where none is accepted: between its neighbours."""
    best = int(p_at(shifts).argmax())
    return Span(int(shifts[max(best - 1, 0)]), int(shifts[min(best + 1, len(shifts) - 1)]))
