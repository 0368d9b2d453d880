"""What runs have that can be compared: a duration of each run for every kind of episode and every figure."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence

from analyzer.model.instant import Span
from analyzer.model.measurement import KnownMeasurement, Note
from analyzer.model.over_time.comparison import Figure
from analyzer.model.run import Run

CLEAR: frozenset[Note | None] = frozenset(
    {None, "no-pause", "calls-outstanding", "far-beyond-usual", "bounded-by-later", "not-over"}
)
"""Notes of figures whose Span holds the value all the same; others may be of something else."""


def durations(runs: Sequence[Run]) -> dict[Figure, tuple[Span, ...]]:
    """The durations of each figure, in the order of the runs, one a run: of several episodes of a kind in one run,
    which one fault may have made, the longest counts. Figures are in the order in which the runs have them.
    """
    found: dict[Figure, list[Span]] = {}
    for run in runs:
        for figure, span in longest(_figures(run)).items():
            found.setdefault(figure, []).append(span)
    return {figure: tuple(spans) for figure, spans in found.items()}


def longest(figures: Iterable[tuple[Figure, Span]]) -> Mapping[Figure, Span]:
    """The longest duration of each figure of one run."""
    found: dict[Figure, Span] = {}
    for figure, span in figures:
        before = found.get(figure)
        found[figure] = span if before is None else _longer(before, span)
    return found


def _figures(run: Run) -> Iterator[tuple[Figure, Span]]:
    for one in run.episodes:
        for measured in (*one.measurements, *one.stages):
            if isinstance(measured, KnownMeasurement) and measured.note in CLEAR:
                yield (one.episode.kind, measured.metric), measured.span


def _longer(one: Span, other: Span) -> Span:
    """What the longer of two durations may be."""
    return Span(max(one.least, other.least), max(one.most, other.most))
