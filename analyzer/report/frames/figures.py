"""The tables of what was measured of episodes, and of how that was judged."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING

from analyzer.model.episode import Judgement, MeasuredEpisode
from analyzer.model.measurement import KnownMeasurement, Measurement
from analyzer.model.run import Run
from analyzer.report.frames.table import OF_EPISODE, SPAN, Row, edge_columns, edges, frame, of_episode, span
from analyzer.report.notes import note_words, reason_words

if TYPE_CHECKING:
    from pandas import DataFrame

_JUDGED = ("expected_ns", "tolerance_ns", "bound_ns")
_RATES = ("replies", "bytes", "replies_per_1000s", "bytes_per_1000s")


def measurements_frame(run: Run) -> DataFrame:
    """One row a headline figure (detection, outage, …): `case episode host kind metric least_ns most_ns absence note`,
    then `least` and `most`. `absence` says why there is no figure.
    """
    return _figures(run, "metric", lambda measured: measured.measurements)


def stages_frame(run: Run) -> DataFrame:
    """One row a stage, in order: `case episode host kind stage least_ns most_ns absence note`, then `least` and
    `most`. The stages of an episode add up; of several that are measured as one, the names are joined by `+`.
    """
    return _figures(run, "stage", lambda measured: measured.stages)


def _figures(run: Run, named: str, figures: Callable[[MeasuredEpisode], tuple[Measurement, ...]]) -> DataFrame:
    rows = (_figure(run, measured, named, figure) for measured in run.episodes for figure in figures(measured))
    return frame(run, rows, (*OF_EPISODE, named, *SPAN, "absence", "note"), durations=("least", "most"))


def _figure(run: Run, measured: MeasuredEpisode, named: str, figure: Measurement) -> Row:
    row = {**of_episode(run, measured.episode), named: figure.metric}
    if isinstance(figure, KnownMeasurement):
        return row | span(figure.span) | {"note": note_words(figure)}
    return row | {"absence": figure.absence, "note": reason_words(figure, measured.episode)}


def judgements_frame(run: Run) -> DataFrame:
    """One row a judgement: `case episode host kind metric verdict reason least_ns most_ns expected_ns tolerance_ns
    bound_ns`, then `least` and `most` of what was measured, `expected` and `bound`.
    """
    rows = (_judgement(run, measured, judged) for measured in run.episodes for judged in measured.judgements)
    columns = (*OF_EPISODE, "metric", "verdict", "reason", *SPAN, *_JUDGED)
    return frame(run, rows, columns, durations=("least", "most", "expected", "bound"))


def _judgement(run: Run, measured: MeasuredEpisode, judged: Judgement) -> Row:
    return {
        **of_episode(run, measured.episode),
        "metric": judged.metric,
        "verdict": judged.verdict,
        "reason": judged.reason,
        **span(judged.measured),
        "expected_ns": judged.expected,
        "tolerance_ns": judged.tolerance,
        "bound_ns": judged.bound,
    }


def phases_frame(run: Run) -> DataFrame:
    """One row for each of the phases before, during and after an episode: `case episode host kind phase
    start_least_ns start_most_ns end_least_ns end_most_ns replies bytes replies_per_1000s bytes_per_1000s`, then `start`
    and `end`, on the captures' clock.
    """
    columns = (*OF_EPISODE, "phase", *edge_columns("start"), *edge_columns("end"), *_RATES)
    return frame(run, _phases(run), columns, moments=("start", "end"))


def _phases(run: Run) -> Iterator[Row]:
    for measured in run.episodes:
        for phase in measured.phases:
            yield {
                **of_episode(run, measured.episode),
                "phase": phase.name,
                **edges("start", phase.start),
                **edges("end", phase.end),
                "replies": phase.replies,
                "bytes": phase.bytes,
                "replies_per_1000s": phase.replies_per_1000s,
                "bytes_per_1000s": phase.bytes_per_1000s,
            }
