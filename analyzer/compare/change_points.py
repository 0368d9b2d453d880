"""Since when: the runs at which a history's durations changed their level.

Each place where a history may be split is a comparison of two groups; the largest, each by its own spread, is held
against that of the runs in other orders. What is found is looked at again on both sides (binary segmentation;
Vostrikova 1981). Levels that come and go hide from that, so that where no step is found the largest stretch that
differs from the runs on both sides is held against other orders too (Olshen and others 2004); a step has four fifths of
the level, a stretch the rest.

Where evidence is not alike a second test counts too: orders alone would alarm falsely in 7 to 10 % of histories whose
evidence gets worse halfway. Where runs of like evidence lie all over the history, they change places only among
themselves (a stratified permutation test); else each run keeps its place and the size of its score, and the sign of
that is drawn.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from itertools import pairwise
from math import comb
from typing import TypeVar

import msgspec
import numpy as np
import numpy.typing as npt
from msgspec.structs import replace

from analyzer.compare.scores import centred, scored
from analyzer.compare.spans import Counts, Spans, alike, one_history, strata
from analyzer.compare.splits import MOST_RUNS, Drawn, Small, mixed, orders, orders_within, signs
from analyzer.compare.two_groups import LEVEL
from analyzer.model.instant import Span
from analyzer.model.over_time.comparison import ORDERS

LEAST_RUNS = 3
"""A level lasts for so many runs at least."""
NEAR = 1 - 1e-6
ROUGHLY = 1e-3
ROUGHLY_OF_MANY = 1e-2
"""The tolerance of an estimate, and of that of many runs: orders hold the level whatever the scores are."""
LARGE = 4_000_000
PARTS = 10
OF_STEPS = 0.8
LONGEST = 200
"""Stretches are looked for among so many runs: there are as many as the square of that."""
FEWEST_ORDERS = 200

Row = TypeVar("Row", np.int32, np.float32)


class ChangePoint(msgspec.Struct, frozen=True):
    """A run that is the first of a new level; `guards` has the second test's p-value where evidence is not alike."""

    place: int
    """The run's place in the history, from 0."""
    permuted: float
    guards: tuple[float, ...]
    drawn: Drawn

    @property
    def p(self) -> float:
        """The p-value, of the stretch of runs between the change points before and after."""
        return max((self.permuted, *self.guards))


class Piece(msgspec.Struct, frozen=True):
    """Some neighbouring runs of a history: the `history`-th, from the run `start`, so many."""

    history: int
    start: int
    runs: int

    def between(self, ends: Sequence[int]) -> Iterator[Piece]:
        """Its parts between these places, which count from its start."""
        for start, stop in pairwise((0, *ends, self.runs)):
            yield Piece(self.history, self.start + start, stop - start)


def change_points(
    durations: Sequence[Span], level: float = LEVEL, least_runs: int = LEAST_RUNS
) -> tuple[ChangePoint, ...]:
    """The change points of a history, in its order. A step is found where its p-value is at most `level`."""
    return of_histories(one_history(durations), level, least_runs)[0] if durations else ()


def of_histories(spans: Spans, level: float = LEVEL, least_runs: int = LEAST_RUNS) -> list[tuple[ChangePoint, ...]]:
    """The change points of each history, in its order."""
    found: list[list[ChangePoint]] = [[] for _ in range(spans.histories)]
    left = [Piece(history, 0, spans.runs) for history in range(spans.histories)]
    while left:
        runs = max(one.runs for one in left)
        alike_long = [one for one in left if one.runs == runs]
        left = [one for one in left if one.runs < runs]
        if runs < 2 * least_runs:
            break
        changes = _changes(_taken(spans, alike_long), level, least_runs)
        for one, points in zip(alike_long, changes, strict=True):
            found[one.history] += [replace(point, place=one.start + point.place) for point in points]
            left += one.between([point.place for point in points]) if points else ()
    return [tuple(sorted(points, key=lambda point: point.place)) for points in found]


def _taken(spans: Spans, pieces: Sequence[Piece]) -> Spans:
    """Pieces of the same length, as histories."""
    ends = [
        np.stack([end[one.history, one.start : one.start + one.runs] for one in pieces])
        for end in (spans.least, spans.most)
    ]
    return Spans(ends[0], ends[1])


def _changes(spans: Spans, level: float, least_runs: int) -> list[tuple[ChangePoint, ...]]:
    """Of each history the likeliest step, else both ends of the likeliest stretch; none where neither is likely."""
    for_steps, rest = level * OF_STEPS, level * (1 - OF_STEPS)
    found = [(one,) if one.p <= for_steps else () for one in scanned(spans, for_steps, least_runs)]
    none = [at for at, one in enumerate(found) if not one]
    if not none or not 3 * least_runs <= spans.runs <= LONGEST:
        return list(found)
    others = _held(Spans(spans.least[none], spans.most[none]), Stretches(spans.runs, least_runs), rest)
    those = {at: one for at, one in zip(none, others, strict=True) if one[0].p <= rest}
    return [those.get(at, one) for at, one in enumerate(found)]


def scanned(spans: Spans, level: float, least_runs: int = LEAST_RUNS, most_orders: int = ORDERS) -> list[ChangePoint]:
    """The likeliest change point of each history with its p-value, which is only a bound from below where it is above
    `level`: the draws, of `most_orders` at most, end there.
    """
    return [one for (one,) in _held(spans, Steps(spans.runs, least_runs), level, most_orders)]


def least_p(runs: int, least_runs: int = LEAST_RUNS, level: float = LEVEL) -> float:
    """The smallest p-value that a change point of so many runs can have, whatever they show; 1 where none can be found.
    As likely as a perfect step are all orders of the runs on either side of it, and their reverse; as likely as a
    stretch all of those within it and around it, wherever it fits.
    """
    ways = [(2 / comb(runs, runs // 2), OF_STEPS)] if runs >= 2 * least_runs else []  # none is less likely than halves
    if runs <= LONGEST:
        lengths = range(least_runs, runs - 2 * least_runs + 1)
        ways += [((runs - 2 * least_runs - long + 1) / comb(runs, long), 1 - OF_STEPS) for long in lengths]
    return max(min((p for p, part in ways if p <= level * part), default=1.0), 1 / ORDERS)


def fewest(figures: int, level: float = LEVEL) -> int | None:
    """The fewest runs of which a change point can be told among so many figures (Holm); None where the orders that are
    drawn are too few for so many.
    """
    if figures / ORDERS > level:
        return None
    runs = 2 * LEAST_RUNS
    while least_p(runs) * figures > level:
        runs += 1
    return runs


class Steps:
    """Every place where so many runs may be split in two."""

    def __init__(self, runs: int, least_runs: int) -> None:
        self.places = np.arange(least_runs, runs - least_runs + 1)[:, None]
        self.spread = np.sqrt(self.places[:, 0] * (runs - self.places[:, 0]) / runs).astype(np.float32)

    def contrasts(self, scores: Small) -> Small:
        """How far apart both sides of each are, by its spread over the orders: shape `(rows, places)`."""
        before = np.cumsum(scores, 1)[:, self.places[0, 0] - 1 : self.places[-1, 0]]
        return np.asarray(np.abs(before) / self.spread)


class Stretches:
    """Every stretch of so many runs with others on both sides."""

    def __init__(self, runs: int, least_runs: int) -> None:
        ends = np.arange(least_runs, runs - least_runs + 1)
        starts, stops = (one.ravel() for one in np.meshgrid(ends, ends, indexing="ij"))
        self.places = np.stack([starts, stops], 1)[stops - starts >= least_runs]
        long = self.places[:, 1] - self.places[:, 0]
        self.spread = np.sqrt(long * (runs - long) / runs).astype(np.float32)

    def contrasts(self, scores: Small) -> Small:
        """How far each is from the other runs, by its spread over the orders: shape `(rows, stretches)`."""
        before = np.cumsum(scores, 1)
        within = before[:, self.places[:, 1] - 1] - before[:, self.places[:, 0] - 1]
        return np.asarray(np.abs(within) / self.spread)


def _held(
    spans: Spans, changes: Steps | Stretches, level: float, most_orders: int = ORDERS
) -> list[tuple[ChangePoint, ...]]:
    """The likeliest of these changes in each history, held against other orders: its change points."""
    tolerance = ROUGHLY_OF_MANY if spans.runs > MOST_RUNS else ROUGHLY
    scores = centred(scored(spans, tolerance)).astype(np.float32)
    count = max(FEWEST_ORDERS, min(most_orders, LARGE // spans.runs))
    drawn = Drawn("sampled-orders", count)
    table = orders(spans.runs, count)
    found = []
    for at, (one, calm) in enumerate(zip(scores, alike(spans), strict=True)):
        contrasts = changes.contrasts(one[None])[0]
        best = int(contrasts.argmax())
        most = float(contrasts[best]) * NEAR
        permuted = _exceeding((one[part] for part in _parts(table)), changes, most, level * count) / count
        guards: tuple[float, ...] = ()
        if not calm and permuted <= level:
            stratum = strata(Spans(spans.least[at : at + 1], spans.most[at : at + 1]))
            guards = (_guard(one, stratum, changes, most, level, count),)
        places = changes.places[best].tolist()
        found.append(tuple(ChangePoint(place, permuted, guards, drawn) for place in places))
    return found


def _guard(scores: Small, stratum: Counts, changes: Steps | Stretches, most: float, level: float, count: int) -> float:
    """The share of the orders of runs of like evidence, or of the choices of signs, that give as large a contrast."""
    if mixed(stratum, LEAST_RUNS):
        table = orders_within(stratum, count)
        return _exceeding((scores[part] for part in _parts(table)), changes, most, level * count) / count
    flips = signs(len(scores))
    flipped = (scores * part for part in _parts(flips))
    drawn = (one - one.mean(1, keepdims=True) for one in flipped)
    return _exceeding(drawn, changes, most, level * len(flips)) / len(flips)


def _parts(table: npt.NDArray[Row]) -> Iterator[npt.NDArray[Row]]:
    step = -(-len(table) // PARTS)
    return (table[at : at + step] for at in range(0, len(table), step))


def _exceeding(drawn: Iterable[Small], changes: Steps | Stretches, most: float, enough: float) -> int:
    """How many draws have a contrast of at least `most`; no more are made once they are more than `enough`."""
    above = 0
    for part in drawn:
        above += int((changes.contrasts(part).max(1) >= most).sum())
        if above > enough:
            break
    return above
