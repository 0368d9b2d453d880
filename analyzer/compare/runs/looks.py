"""A look after every run: whether the newest runs of a cluster differ from those before, and what became of the changes
that were told.

Each figure's history begins anew at what is known: a change that stands, or a step that people explained. A change is
told where its p-value, among those of all figures that are looked at (Holm), is at most 0.005 at two looks in a row;
it stands as long as the runs on both sides of it differ at the level of 5 %. One that people explain later, by a step
at its run or near it, is known then, as if they had said so before.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import lru_cache
from typing import NamedTuple

from msgspec.structs import replace

from analyzer.compare import change_points, shift
from analyzer.compare.change_points import LEAST_RUNS
from analyzer.compare.holm import corrected
from analyzer.compare.scores import centred, scored
from analyzer.compare.spans import one_history
from analyzer.compare.two_groups import LEVEL
from analyzer.compare.watching import RARE, alarmed
from analyzer.model.instant import MILLISECOND, Span
from analyzer.model.over_time.comparison import Figure
from analyzer.model.over_time.looks import (
    AsBefore,
    Change,
    Changed,
    Direction,
    Few,
    Known,
    Line,
    Looked,
    Outlook,
    Series,
    Told,
)

NEEDED = 12
"""Of fewer runs none reaches such a p-value, whatever they show."""
ORDERS = 10_000
"""A p-value of 0.005 among several figures is a much smaller one of one of them."""
MOST_RUNS = 200
"""Of a longer history the newest are looked at."""
NEAR = 2
"""A change point that moves by so few runs is the same."""
SHORTEST = 100 * MILLISECOND
HEADLINES = frozenset({"detection", "outage", "outage-at-repair"})
WAIT = "wait"


class Found(NamedTuple):
    """What a look finds, tells, and the series with the changes that stand then."""

    outlook: Outlook
    lines: tuple[Line, ...]
    series: tuple[Series, ...]


def watched(histories: Iterable[tuple[Figure, Sequence[Span]]]) -> tuple[Figure, ...]:
    """The figures that a look is at: the stages, but for the wait until the next check, which is chance; the headline
    figures of a kind of which no stage is known. One that in no run surely takes more than 0.1 s is none of them.
    """
    long = [figure for figure, spans in histories if any(one.least > SHORTEST for one in spans)]
    stages = [figure for figure in long if figure[1] not in HEADLINES and figure[1] != WAIT]
    kinds = {kind for kind, _ in stages}
    return (*stages, *(one for one in long if one[1] in HEADLINES and one[0] not in kinds))


def looked(histories: Sequence[Series], test: str) -> Found:
    """A look after the newest run, which is of this test; every series has the runs of one figure, by time, and the
    changes that stand (see :func:`revised`).
    """
    pieces = [(series, _last_piece(series)) for series in histories]
    enough = [(series, piece) for series, piece in pieces if len(piece) >= NEEDED]
    if not enough:
        most = max((len(piece) for _, piece in pieces), default=0)
        return Found(Few(most, NEEDED), (), tuple(histories))
    now = [_scan(piece) for _, piece in enough]
    before: list[change_points.ChangePoint | None] = [
        _scan(piece[:-1]) if len(piece) > NEEDED else None for _, piece in enough
    ]
    looks = zip(_among(before), _among(now), strict=True)
    changes, perhaps = [], []
    for (series, piece), point, ps in zip(enough, now, looks, strict=True):
        if alarmed(ps):
            changes.append(_change(series.figure, piece, point.place, test))
        elif ps[1] <= RARE:
            perhaps.append(series.figure)
    lines = tuple(Line(said="found", earlier=one.time, change=one) for one in changes)
    outlook = Changed(tuple(changes)) if changes else AsBefore(tuple(perhaps))
    return Found(outlook, lines, tuple(_with(series, changes) for series in histories))


def _with(series: Series, changes: Sequence[Change]) -> Series:
    new = [one for one in changes if one.figure == series.figure]
    return replace(series, changes=(*series.changes, *new))


def _among(points: Sequence[change_points.ChangePoint | None]) -> list[float]:
    """The p-values of a look, corrected for being several; 1 where there were too few runs."""
    known = iter(corrected([one.p for one in points if one]))
    return [next(known) if one else 1.0 for one in points]


def _scan(runs: Sequence[Looked]) -> change_points.ChangePoint:
    return _scanned(tuple(one.span for one in runs))


@lru_cache(maxsize=64)
def _scanned(spans: tuple[Span, ...]) -> change_points.ChangePoint:
    """The likeliest change point; what a look asks of the one before, that one asked itself."""
    (found,) = change_points.scanned(one_history(spans), RARE, most_orders=ORDERS)
    return found


def _place(runs: Sequence[Looked], time: int) -> int:
    return next((place for place, one in enumerate(runs) if one.time >= time), len(runs))


def _known(series: Series) -> set[int]:
    """The places at which something is known to be another."""
    return {_place(series.runs, time) for time in (*(at for at, _ in series.steps), *(c.time for c in series.changes))}


def _last_piece(series: Series) -> Sequence[Looked]:
    """The runs since the last place at which something is known to be another."""
    places = [place for place in _known(series) if place < len(series.runs)]
    return series.runs[max(places, default=0) :][-MOST_RUNS:]


def revised(series: Series) -> Told:
    """What became of the changes of a figure: which stand, which people explained, and a line for each other one."""
    steps = [(change, _step(series, change)) for change in series.changes]
    known = tuple(Known(change=change, step=step) for change, step in steps if step)
    series = replace(series, changes=tuple(change for change, step in steps if not step))
    kept: list[Change] = []
    lines: list[Line] = []
    for change in series.changes:
        line = _looked_again(replace(series, changes=(*kept, *series.changes[len(kept) :])), change)
        if line is None:
            kept.append(change)
            continue
        lines.append(line)
        if line.said == "moved":
            kept.append(line.change)
    return Told(standing=tuple(kept), known=known, lines=tuple(lines))


def _step(series: Series, change: Change) -> str:
    """The step that explains a change: the nearest, at its run or so near that the change is found there too; empty
    without one.
    """
    place = _place(series.runs, change.time)
    away = [(abs(_place(series.runs, at) - place), words) for at, words in series.steps]
    return next((words for far, words in sorted(away) if far <= NEAR), "")


def _looked_again(series: Series, change: Change) -> Line | None:
    """What is told of a change that was told before; None where it stands, or nothing can be said of it."""
    place = _place(series.runs, change.time)
    others = _known(replace(series, changes=tuple(one for one in series.changes if one is not change))) - {place}
    stop = min((other for other in others if other > place), default=len(series.runs))
    start = max((other for other in others if other < place), default=0)
    start = max(start, stop - MOST_RUNS)
    if place - start < LEAST_RUNS or stop - place < LEAST_RUNS:
        return None
    piece = series.runs[start:stop]
    (point,) = change_points.scanned(one_history([one.span for one in piece]), LEVEL)
    if point.p > LEVEL:
        return Line(said="withdrawn", earlier=change.time, change=change)
    if abs(start + point.place - place) <= NEAR:
        return None
    return Line(said="moved", earlier=change.time, change=_change(series.figure, piece, point.place, change.told_after))


def _change(figure: Figure, runs: Sequence[Looked], place: int, test: str) -> Change:
    spans = [one.span for one in runs]
    by = shift.interval(spans[:place], spans[place:])
    scores = centred(scored(one_history(spans)))[0]
    direction: Direction = "longer" if scores[place:].sum() > 0 else "shorter"
    return Change(figure=figure, time=runs[place].time, direction=direction, by=by, told_after=test)
