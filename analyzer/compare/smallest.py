"""What so many runs can show: the smallest shift that is found in 80 % of histories like these.

Histories are drawn by a seed with the runs' own evidence: values as if normal, with the spread that the Spans show,
each in a Span as wide as one of its group. Each draw is tested at several shifts, and the shift that 80 % find is read
between them.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from statistics import NormalDist
from typing import TypeAlias

import numpy as np

from analyzer.compare import midrange, two_groups
from analyzer.compare.spans import FARTHEST, Flags, Shares, Spans, Times, one_history
from analyzer.compare.splits import SEED
from analyzer.compare.turnbull import estimated
from analyzer.compare.two_groups import LEVEL
from analyzer.model.instant import UNBOUNDED, Span
from analyzer.model.over_time.comparison import Nothing, Shown

POWER = 0.8
HISTORIES = 200
SPLITS = 1_000
FINER_THAN = 4
"""By how much the smallest p-value of a sample is below the level, at least."""
DRAWS = 200
ROUGHLY = 1e-3
"""The tolerance of an estimate in a draw: of its scores' third digit."""
POINTS = np.array([0.25, 0.5, 0.75, 1.0])
FINER = np.array([0.2, 0.4, 0.6, 0.8])
WIDEST = 64

PowersAt: TypeAlias = Callable[[Times], Shares]
"""The shares of histories in which shifts, ns, are found: both of shape `(shifts,)`."""


def smallest(first: Sequence[Span], second: Sequence[Span], level: float = LEVEL) -> Shown | Nothing:
    """The smallest shift that these two groups would show, by the test of `two_groups`."""
    return of_evidence(_widths(first), _widths(second), spread(first, second), level)


def of_evidence(first: Times, second: Times, spread: int, level: float = LEVEL) -> Shown | Nothing:
    """The same for groups whose Spans are so wide, ns, shape `(runs,)`, and values that spread so much, ns."""
    if not two_groups.can_differ(len(first), len(second), level):
        return Nothing()
    powers = _powers(first, second, spread, level)
    return _smallest(powers, max(spread, int(first.max()), int(second.max()), 1))


def of_interval(interval: Span, kept: tuple[int, int], runs: tuple[int, int], level: float = LEVEL) -> Shown | Nothing:
    """The same for very many runs, by the normal limit, from the shift's interval, ns, of the runs that were `kept` for
    it: its half is as many errors wide as the level asks for, and the shift that is found in 80 % some more.
    """
    if interval.least <= -UNBOUNDED or interval.most >= UNBOUNDED:
        return Nothing()
    error = interval.width / 2 / NormalDist().inv_cdf(1 - level / 2) * (_error(runs) / _error(kept))
    return Shown(int(error * (NormalDist().inv_cdf(1 - level / 2) + NormalDist().inv_cdf(POWER))))


def _error(runs: tuple[int, int]) -> float:
    """What the error of a difference of two groups of so many runs is in proportion to."""
    return float((1 / runs[0] + 1 / runs[1]) ** 0.5)


def power(first: Times, second: Times, spread: int, shift: int, level: float = LEVEL) -> float:
    """The share of such histories in which a shift, ns, is found."""
    return float(_powers(first, second, spread, level)(np.array([shift]))[0])


def _powers(first: Times, second: Times, spread: int, level: float) -> PowersAt:
    widths = np.concatenate([first, second])
    values, phases = _drawn(len(widths))
    least = (values * max(spread, 1) - phases * widths).astype(np.int64)
    drawn = Spans(least, least + widths)
    count = max(SPLITS, int(FINER_THAN / level))

    def powers(shifts: Times) -> Shares:
        found = two_groups.p_values(*_shifted(drawn, len(first), shifts), count, count, ROUGHLY)
        return _each(found.p <= level, shifts)

    return powers


def of_detections(first: Sequence[Span], second: Sequence[Span], period: int, level: float = LEVEL) -> Shown | Nothing:
    """The smallest shift of processing where nobody saw the checks, by the test of `midrange`; `period` in ns."""
    if not two_groups.can_differ(len(first), len(second), level):
        return Nothing()
    widths = np.concatenate([_widths(first), _widths(second)])
    spans = [[Span(each.least - period, each.most) for each in group] for group in (first, second)]
    values, phases = _drawn(len(widths))
    waits = np.random.default_rng((SEED, 1)).random(values.shape) * period
    least = (values * spread(*spans) + waits - phases * widths).astype(np.int64)
    drawn = Spans(least, least + widths)

    def powers(shifts: Times) -> Shares:
        found = midrange.p_of(*_shifted(drawn, len(first), shifts), period, DRAWS)
        return _each(found <= level, shifts)

    return _smallest(powers, period // 2)


def spread(first: Sequence[Span], second: Sequence[Span]) -> int:
    """The standard deviation of the values within a group, ns, by Turnbull's estimate of each group."""
    total, runs = 0.0, 0
    for group in (first, second):
        total += _squares(one_history(group)) * len(group)
        runs += len(group)
    return int((total / max(1, runs - 2)) ** 0.5)


def _squares(spans: Spans) -> float:
    """The variance of one history's values, ns², the mass of an innermost interval in its middle."""
    estimate = estimated(spans)
    least, most = estimate.least[0].astype(np.float64), np.minimum(estimate.most[0], FARTHEST).astype(np.float64)
    middle, mass = (least + most) / 2, estimate.mass[0]
    mean = float(mass @ middle)
    return float(mass @ (middle - mean) ** 2)


def _widths(group: Sequence[Span]) -> Times:
    spans = one_history(group)
    return np.asarray((spans.most - spans.least)[0])


def _drawn(runs: int) -> tuple[Shares, Shares]:
    """Standard normal values, and where in its Span each lies: shape `(histories, runs)`."""
    random = np.random.default_rng(SEED)
    return random.standard_normal((HISTORIES, runs)), random.random((HISTORIES, runs))


def _shifted(drawn: Spans, first: int, shifts: Times) -> tuple[Spans, Spans]:
    """Both groups of all histories at each shift: shape `(shifts * histories, runs)`."""
    count, runs = len(shifts), drawn.runs
    every = Spans(np.tile(drawn.least, (count, 1)), np.tile(drawn.most, (count, 1)))
    moved = np.repeat(shifts, drawn.histories)[:, None]
    return every.part(0, first), every.part(first, runs).later(moved)


def _each(found: Flags, shifts: Times) -> Shares:
    return np.asarray(found.reshape(len(shifts), -1).mean(1))


def _smallest(powers: PowersAt, unit: int) -> Shown | Nothing:
    """The shift that 80 % find: up to `unit`, or beyond, four times as far until they do; then read from between."""
    shifts, found = np.array([0]), np.array([0.0])
    high = unit
    while found[-1] < POWER:
        if high > WIDEST * unit:
            return Nothing()
        shifts = int(shifts[-1]) + np.append([0], ((high - shifts[-1]) * POINTS).astype(np.int64))
        found = np.append(found[-1:], powers(shifts[1:]))
        high *= 4
    at = int(np.flatnonzero(found >= POWER)[0])
    low, high = int(shifts[at - 1]), int(shifts[at])
    finer = low + (FINER * (high - low)).astype(np.int64)
    return Shown(_read(np.array([low, *finer, high]), np.array([found[at - 1], *powers(finer), found[at]])))


def _read(shifts: Times, found: Shares) -> int:
    """Where a line through the shares that were found first reaches 80 %: between the first, below it, and the last."""
    at = int(np.flatnonzero(found >= POWER)[0])
    part = (POWER - found[at - 1]) / (found[at] - found[at - 1])
    return int(shifts[at - 1] + part * (shifts[at] - shifts[at - 1]))
