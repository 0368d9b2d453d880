"""Where nobody saw the checks: a detection is the wait for the next check plus processing, and only the sum is known.

The wait is uniform over the check period, which is known. The middle between a group's shortest and longest detection
is then the efficient statistic, and the difference of the groups' middles estimates that of their processing. What it
would be without a difference is drawn from the model: processing from Turnbull's estimate of all runs together, a wait,
and the evidence of each run as wide as it is. That estimate is as narrow as the data allow, so it is widened on both
sides by the gap that one expects at the edge of a uniform. In larger groups, where the shape of processing shows, the
p-value is also at least that of the splits.
"""

from __future__ import annotations

from collections.abc import Sequence

import msgspec
import numpy as np

from analyzer.compare.shift import evenly, inverted
from analyzer.compare.spans import Flags, Shares, Spans, Times, one_history
from analyzer.compare.splits import Drawn, splits
from analyzer.compare.turnbull import estimated
from analyzer.compare.two_groups import LEVEL
from analyzer.model.instant import Span
from analyzer.model.over_time.comparison import SEED

DRAWS = 2_000
OF_A_LIMIT = 1_000
SMALL_GROUP = 12
EDGE = 20
SPLITS = 1_000
ROUGHLY = 1e-3
"""The tolerance of an estimate of which values are drawn."""
AT_ONCE = 4_000_000


class NotConstant(msgspec.Struct, frozen=True):
    """Processing was not the same in all runs: detections lie farther apart than the check period, by `ns` at least."""

    ns: int


class Midrange(msgspec.Struct, frozen=True):
    """What the comparison gave: how much longer the second group's processing is at best, ns, and the p-values."""

    estimate: int
    model: float
    guards: tuple[float, ...]
    """That of the splits, in larger groups."""
    drawn: Drawn

    @property
    def p(self) -> float:
        """The p-value, two-sided."""
        return max((self.model, *self.guards))


def processing(detections: Sequence[Span], period: int) -> Span | NotConstant:
    """What processing was, ns, if it was the same in all these runs: a hard bound, by the check period in ns."""
    least, most = max(one.least for one in detections) - period, min(one.most for one in detections)
    return Span(max(least, 0), most) if max(least, 0) <= most else NotConstant(max(least, 0) - most)


def compared(first: Sequence[Span], second: Sequence[Span], period: int) -> Midrange:
    """Whether the processing of two groups differs, by their detections and the check period, ns."""
    one, other = one_history(first), one_history(second)
    model, guard = p_values(one, other, period)
    apart = int(_apart(_middles(one.beside(other)), one.runs)[0] / 2)
    guards = () if _small(one, other) else (float(guard[0]),)
    return Midrange(apart, float(model[0]), guards, Drawn("model", DRAWS))


def interval(first: Sequence[Span], second: Sequence[Span], period: int, level: float = LEVEL) -> Span:
    """By how much the second group's processing is longer, ns, at the confidence 1 - `level`."""
    one, other = one_history(first), one_history(second)
    middle = int(_apart(_middles(one.beside(other)), one.runs)[0] / 2)

    def p_at(shifts: Times) -> Shares:
        count = len(shifts)
        same = Spans(np.repeat(one.least, count, 0), np.repeat(one.most, count, 0))
        moved = Spans(other.least - shifts[:, None], other.most - shifts[:, None])
        return p_of(same, moved, period, OF_A_LIMIT)

    return inverted(p_at, evenly(middle - 4 * period, middle + 4 * period), level)


def p_of(first: Spans, second: Spans, period: int, draws: int = DRAWS) -> Shares:
    """The p-value of each history."""
    model, guard = p_values(first, second, period, draws)
    return model if _small(first, second) else np.maximum(model, guard)


def p_values(first: Spans, second: Spans, period: int, draws: int = DRAWS) -> tuple[Shares, Shares]:
    """Of each history, the p-value by the model, and that by the splits where the groups are larger."""
    spans = first.beside(second)
    found = np.abs(_apart(_middles(spans), first.runs))
    model = np.empty(spans.histories)
    step = max(1, AT_ONCE // (draws * spans.runs))
    random = np.random.default_rng(SEED)
    for at in range(0, spans.histories, step):
        part = Spans(spans.least[at : at + step], spans.most[at : at + step])
        drawn = np.abs(_apart(_modelled(part, period, draws, random), first.runs))
        model[at : at + step] = (1 + (drawn >= found[at : at + step, None]).sum(1)) / (1 + draws)
    if _small(first, second):
        return model, np.ones(spans.histories)
    return model, _permuted(_middles(spans), first.runs, found)


def _small(first: Spans, second: Spans) -> bool:
    return max(first.runs, second.runs) <= SMALL_GROUP


def _middles(spans: Spans) -> Shares:
    return np.asarray((spans.least + spans.most) / 2)


def _apart(detections: Shares, first: int) -> Shares:
    """Twice the difference of the groups' middles, the second's less the first's; runs are the last axis."""
    one, other = detections[..., :first], detections[..., first:]
    return np.asarray(other.max(-1) + other.min(-1) - one.max(-1) - one.min(-1))


def _modelled(spans: Spans, period: int, draws: int, random: np.random.Generator) -> Shares:
    """Middles of detections without a difference: shape `(histories, draws, runs)`, ns."""
    runs = spans.runs
    estimate = estimated(Spans(spans.least - period, spans.most), ROUGHLY)
    edge = period / min(EDGE, runs + 1)
    shape = (spans.histories, draws, runs)
    chance, rank = random.random(shape), np.zeros(shape, dtype=np.int64)
    for after in range(1, estimate.below.shape[1] - 1):
        rank += chance >= estimate.below[:, after, None, None]
    rows = np.arange(spans.histories)[:, None, None]
    least, most = estimate.least[rows, rank] - edge, estimate.most[rows, rank] + edge
    wide = (spans.most - spans.least)[:, None]
    return np.asarray(
        least
        + (most - least) * random.random(shape)
        + period * random.random(shape)
        + wide * (random.random(shape) - 0.5)
    )


def _permuted(middles: Shares, first: int, found: Shares) -> Shares:
    """The share of the splits in which the groups' middles are as far apart, or farther."""
    members: Flags = splits(first, middles.shape[1] - first, SPLITS, SPLITS).members.astype(bool)
    shares = []
    for one, most in zip(middles, found, strict=True):
        inside, outside = _twice_middle(one, members), _twice_middle(one, ~members)
        shares.append((np.abs(outside - inside) >= most).mean())
    return np.array(shares)


def _twice_middle(detections: Shares, members: Flags) -> Shares:
    """The longest and the shortest of each choice of the runs, together."""
    highest = np.where(members, detections, -np.inf).max(1)
    return np.asarray(highest + np.where(members, detections, np.inf).min(1))
