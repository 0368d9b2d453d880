"""What so many runs can show: the smallest shift that is found in 80 % of histories like these.

Histories are drawn by a seed with the runs' own evidence: values as if normal, with the spread that the Spans show,
each in a Span that lies about its value as that of its run does: where in it the value lies is drawn from the estimate
of all runs together, as the part of it within this Span. So Spans that all share a stretch, as those of a timeout do,
share it in every draw, and no number of them shows a shift that leaves them overlapping; Spans placed at random would.
Half of the histories are shifted to longer, half to shorter durations. Each draw is tested at several shifts, and the
shift that 80 % find is searched for between them.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from statistics import NormalDist
from typing import TypeAlias

import msgspec
import numpy as np

from analyzer.compare import midrange, two_groups
from analyzer.compare.spans import FARTHEST, Counts, Flags, Shares, Spans, Times, one_history
from analyzer.compare.turnbull import Estimate, estimated
from analyzer.compare.two_groups import LEVEL
from analyzer.model.instant import UNBOUNDED, Span
from analyzer.model.over_time.comparison import SEED, Nothing, Shown

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
NEAR, NEAREST = 0.2, 0.01
"""The search ends with shifts so near, of their size; only the second where between them the share jumps."""
JUMP = 0.4

PowersAt: TypeAlias = Callable[[Times], Shares]
"""The shares of histories in which shifts, ns, are found: both of shape `(shifts,)`."""


class Evidence(msgspec.Struct, frozen=True, eq=False):
    """How the Spans of a group's runs lie about their values, ns, in each draw: how far a Span begins `before` its
    value and ends `after` it, shape `(histories, runs)`; and by how much values spread (standard deviation), `(runs,)`.
    """

    before: Times
    after: Times
    spread: Shares

    @property
    def runs(self) -> int:
        """How many runs there are."""
        return int(self.before.shape[1])

    def of(self, places: Counts) -> Evidence:
        """That of the runs at these places, each as often as it is named."""
        return Evidence(self.before[:, places], self.after[:, places], self.spread[places])

    def beside(self, other: Evidence) -> Evidence:
        """That of the runs of both."""
        return Evidence(
            np.concatenate([self.before, other.before], 1),
            np.concatenate([self.after, other.after], 1),
            np.concatenate([self.spread, other.spread]),
        )


def smallest(first: Sequence[Span], second: Sequence[Span], level: float = LEVEL, chance: int = 0) -> Shown | Nothing:
    """The smallest shift that these two groups would show, by the test of `two_groups`; `chance` as in `evidence`."""
    return of_evidence(*evidence(first, second, chance), level)


def evidence(first: Sequence[Span], second: Sequence[Span], chance: int = 0) -> tuple[Evidence, Evidence]:
    """The evidence of two groups. `chance`, ns: that values spread by so much at least is known, as those of a sum with
    the wait for a check in it do; Spans wider than that need not, wherever their values are.
    """
    one, other = one_history(first), one_history(second)
    spans = one.beside(other)
    values = _values(spans, estimated(spans))
    wide = np.minimum(spans.most - spans.least, FARTHEST).astype(np.float64)[0]
    spreads = np.maximum(max(spread(first, second), 1), np.where(wide <= chance, float(chance), 0.0))
    every = Evidence(values - spans.least, spans.most - values, spreads)
    places = np.arange(spans.runs)
    return every.of(places[: one.runs]), every.of(places[one.runs :])


def _values(spans: Spans, estimate: Estimate) -> Times:
    """Where in its Span the value of each run of one history may lie, ns, by the estimate: `(histories, runs)`."""
    _, chance = _drawn(spans.runs)
    below = estimate.below[0]
    before, until = below[estimate.first[0]], below[estimate.after[0]]
    place = np.searchsorted(below, before + chance * (until - before), side="right") - 1
    place = np.clip(place, estimate.first[0], estimate.after[0] - 1)
    least, most = estimate.least[0], estimate.most[0]
    return np.asarray(np.where(most < FARTHEST, (least + most) // 2, least)[place])


def of_evidence(first: Evidence, second: Evidence, level: float = LEVEL) -> Shown | Nothing:
    """The same for groups of such evidence."""
    if not two_groups.can_differ(first.runs, second.runs, level):
        return Nothing()
    both = first.beside(second)
    wide = (both.before + both.after)[0]
    unit = max(int(both.spread.max()), int(wide[wide < FARTHEST].max(initial=1)))
    return searched(_powers(first, second, level), unit)


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


def power(first: Evidence, second: Evidence, shift: int, level: float = LEVEL) -> float:
    """The share of such histories in which a shift, ns, is found."""
    return float(_powers(first, second, level)(np.array([shift]))[0])


def histories(of: Evidence) -> Spans:
    """Histories without a shift, as they are measured."""
    values, _ = _drawn(of.runs)
    value = (values * of.spread).astype(np.int64)
    return Spans(value - of.before, value + of.after)


def _powers(first: Evidence, second: Evidence, level: float) -> PowersAt:
    drawn = histories(first.beside(second))
    count = max(SPLITS, int(FINER_THAN / level))

    def powers(shifts: Times) -> Shares:
        found = two_groups.p_values(*_shifted(drawn, first.runs, shifts), count, count, ROUGHLY)
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

    return searched(powers, period // 2)


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
    """Both groups of all histories at each shift, every other one the other way: shape `(shifts * histories, runs)`."""
    count, runs = len(shifts), drawn.runs
    every = Spans(np.tile(drawn.least, (count, 1)), np.tile(drawn.most, (count, 1)))
    return every.part(0, first), every.part(first, runs).later(both_ways(shifts, drawn.histories))


def both_ways(shifts: Times, histories: int) -> Times:
    """Each shift for so many histories, of every other one the other way: shape `(shifts * histories, 1)`."""
    ways = np.where(np.arange(histories) % 2, -1, 1)
    return np.asarray((shifts[:, None] * ways).reshape(-1, 1))


def _each(found: Flags, shifts: Times) -> Shares:
    return np.asarray(found.reshape(len(shifts), -1).mean(1))


def searched(powers: PowersAt, unit: int) -> Shown | Nothing:
    """The shift that 80 % find: up to `unit`, or beyond, four times as far until they do; then nearer and nearer."""
    shifts, found = np.array([0]), np.array([0.0])
    high = unit
    while found[-1] < POWER:
        if high > WIDEST * unit:
            return Nothing()
        shifts = int(shifts[-1]) + np.append([0], ((high - shifts[-1]) * POINTS).astype(np.int64))
        found = np.append(found[-1:], powers(shifts[1:]))
        high *= 4
    while True:
        at = int(np.flatnonzero(found >= POWER)[0])
        low, high = int(shifts[at - 1]), int(shifts[at])
        jump = found[at] - found[at - 1]
        if high - low <= max(NEAREST * high, 1):
            return Shown(high)
        if high - low <= NEAR * high and jump <= JUMP:
            return Shown(low + int((POWER - found[at - 1]) / jump * (high - low)))
        finer = low + (FINER * (high - low)).astype(np.int64)
        shifts = np.array([low, *finer, high])
        found = np.array([found[at - 1], *powers(finer), found[at]])
