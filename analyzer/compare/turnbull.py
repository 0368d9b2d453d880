"""The distribution of durations that are known as Spans: the nonparametric maximum of likelihood.

Mass can only lie in innermost intervals: those from a `least` to the next `most` with no other end between (Turnbull
1976). How much lies in each is found by EM from equal shares. It ends when no history's likelihood can rise any more:
at the maximum no interval's gradient is above the number of runs (Gentleman and Geyer 1994), and by how much the
steepest is, per run, bounds what is still to be won. Each Span covers neighbouring innermost intervals, so that a round
costs as much as there are ends. Of many runs EM needs many rounds: two of them are then followed on to where they lead
(squared extrapolation, Varadhan and Roland 2008, Scand. J. Stat. 35(2)), and the same bound says when it ends.
"""

from __future__ import annotations

import msgspec
import numpy as np

from analyzer.compare.spans import Counts, Flags, Shares, Spans, Times

TOLERANCE = 1e-5
"""The gain per run, of the logarithm of the likelihood, below which the search ends."""
ROUNDS = 20_000
WORK = 4_000_000
"""At most so many rounds, and at most so many rounds times runs of one history; but always some hundred."""
FEWEST_ROUNDS = 200
EVERY = 10
FEW_RUNS = 100
"""Of so many runs each round is one of EM."""
KEPT = 0.01
"""What an extrapolation leaves of a mass, at least, so that none is lost."""


class Estimate(msgspec.Struct, frozen=True, eq=False):
    """The estimate of each history. Innermost intervals are numbered from 0 in the order of time; histories with fewer
    of them than others have some of no mass at the end.
    """

    first: Counts
    """Of each run, the first innermost interval within its Span: shape `(histories, runs)`."""
    after: Counts
    """Of each run, the one after the last within its Span: shape `(histories, runs)`."""
    below: Shares
    """The mass before each innermost interval, and 1 at the end: shape `(histories, intervals + 1)`."""
    least: Times
    most: Times
    """The innermost intervals, ns: shape `(histories, intervals)`."""
    gain: Shares
    """What the logarithm of the likelihood could still rise by, per run, at most: shape `(histories,)`."""

    @property
    def settled(self) -> Flags:
        """Of each history, whether the maximum was found before the rounds were over."""
        return np.asarray(self.gain <= TOLERANCE)

    @property
    def mass(self) -> Shares:
        """The share of runs in each innermost interval: shape `(histories, intervals)`."""
        return np.diff(self.below, axis=1)


def estimated(spans: Spans, tolerance: float = TOLERANCE) -> Estimate:
    """The estimate for each history by itself."""
    first, after, least, most = _innermost(spans)
    mass, gain = _climbed(first, after, least.shape[1], tolerance)
    return Estimate(first, after, _before(mass), least, most, gain)


def _innermost(spans: Spans) -> tuple[Counts, Counts, Times, Times]:
    """Which innermost intervals each Span covers, and where they are. Ends are closed: a least comes before a most."""
    runs = spans.runs
    ends = np.concatenate([spans.least * 2, spans.most * 2 + 1], 1)
    order = np.argsort(ends, axis=1, kind="stable")
    place = np.empty_like(order)
    np.put_along_axis(place, order, np.arange(2 * runs)[None], 1)
    closing = order >= runs
    opens = np.zeros(closing.shape, dtype=bool)
    opens[:, :-1] = ~closing[:, :-1] & closing[:, 1:]
    earlier = np.concatenate([np.zeros((spans.histories, 1), dtype=np.int64), np.cumsum(opens, 1)], 1)
    first = np.take_along_axis(earlier, place[:, :runs], 1)
    after = np.take_along_axis(earlier, place[:, runs:], 1)
    values = np.take_along_axis(ends, order, 1) >> 1
    intervals = int(earlier[:, -1].max())
    least, most = (np.zeros((spans.histories, intervals), dtype=np.int64) for _ in range(2))
    history, at = np.nonzero(opens)
    number = earlier[history, at]
    least[history, number] = values[history, at]
    most[history, number] = values[history, at + 1]
    return first, after, least, most


def _before(mass: Shares) -> Shares:
    return np.concatenate([np.zeros((mass.shape[0], 1)), np.cumsum(mass, 1)], 1)


def _climbed(first: Counts, after: Counts, intervals: int, tolerance: float) -> tuple[Shares, Shares]:
    """The mass of each innermost interval, and what could still be gained; histories leave as they are settled."""
    histories, runs = first.shape
    there = after.max(1)
    mass = np.where(np.arange(intervals)[None] < there[:, None], 1.0 / there[:, None], 0.0)
    found, gain = np.empty_like(mass), np.empty(histories)
    left = np.arange(histories)
    covers = _Covers(first, after, intervals)
    rounds = max(FEWEST_ROUNDS, min(ROUNDS, WORK // runs))
    for number in range(1, rounds + 1):
        slope = covers.slope(mass)
        if runs > FEW_RUNS or number % EVERY == 0 or number == rounds:
            gains = slope.max(1) - 1
            done = (gains <= tolerance) | (number == rounds)
            if done.any():
                found[left[done]], gain[left[done]] = mass[done], gains[done]
                left, first, after, mass, slope = (one[~done] for one in (left, first, after, mass, slope))
                if not len(left):
                    break
                covers = _Covers(first, after, intervals)
        before, mass = mass, mass * slope
        if runs > FEW_RUNS:
            mass = _extrapolated(before, mass, mass * covers.slope(mass))
    return found / found.sum(1, keepdims=True), gain


def _extrapolated(before: Shares, once: Shares, twice: Shares) -> Shares:
    """Each history's masses farther along the way from `before` by two rounds: never back, and none of them lost."""
    step = once - before
    bend = twice - once - step
    squares = [np.einsum("ij,ij->i", one, one) for one in (step, bend)]
    by = np.maximum(np.sqrt(squares[0] / np.maximum(squares[1], np.finfo(np.float64).tiny)), 1.0)[:, None]
    mass = np.maximum(before + 2 * by * step + by**2 * bend, twice * KEPT)
    return np.asarray(mass / mass.sum(1, keepdims=True))


class _Covers:
    """Which innermost intervals the Spans of some histories cover, by their places in one row."""

    def __init__(self, first: Counts, after: Counts, intervals: int) -> None:
        self._histories, self._runs = first.shape
        self._before = np.zeros((self._histories, intervals + 1))
        rows = np.arange(self._histories)[:, None] * (intervals + 1)
        self._first, self._after = (rows + first).ravel(), (rows + after).ravel()

    def slope(self, mass: Shares) -> Shares:
        """The gradient of the likelihood by each mass, per run: the sum over the Spans that cover it of 1 / theirs."""
        before = self._before
        np.cumsum(mass, 1, out=before[:, 1:])
        weights = 1.0 / (before.take(self._after) - before.take(self._first))
        comes = np.bincount(self._first, weights, before.size)
        comes -= np.bincount(self._after, weights, before.size)
        steps = np.cumsum(comes.reshape(before.shape), 1)[:, :-1] / self._runs
        return np.where(mass > 0, steps, 0.0)
