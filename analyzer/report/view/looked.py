"""A look at the cluster's history as the report shows it: a line, and a small strip of the last runs of each figure."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import msgspec
from markupsafe import Markup

from analyzer.model.over_time.looks import Look, Looked, Series
from analyzer.report.drawing.runs import Bar, Mark, runs_chart
from analyzer.report.over_time.looked import change_words, figure_words, look_line, revised_words
from analyzer.report.words import counted, day, duration

CHANGED = "change"
"""What stands above the line of a change that was told."""
SHOWN = 20
"""So many of the last runs."""


class StripView(msgspec.Struct, frozen=True):
    """The last runs of a figure: its name, and the drawing."""

    caption: str
    drawing: Markup


class LookView(msgspec.Struct, frozen=True):
    """What the report shows of a look."""

    line: str
    more: tuple[str, ...]
    strips: tuple[StripView, ...]


def look_view(look: Look) -> LookView:
    """The look in words and drawings."""
    said = look_line(look)
    return LookView(
        line=f"{said[:1].upper()}{said[1:]}.",
        more=tuple(f"{one}." for one in revised_words(look.lines)),
        strips=tuple(_strip(one, look) for one in look.series if one.runs),
    )


def _strip(series: Series, look: Look) -> StripView:
    named, runs = figure_words(series.figure), series.runs[-SHOWN:]
    if all(one.run != look.run for one in runs):  # it is of long ago
        runs = (*(one for one in series.runs if one.run == look.run), *runs)[:SHOWN]
    told = counted(len(runs), "run")
    if len(series.runs) > len(runs):
        told = f"{len(runs)} of {counted(len(series.runs), 'run')}"
    label = f"{named}, {told}: {'; '.join(map(_words, runs))}"
    ends = day(runs[0].time), day(runs[-1].time)
    return StripView(named, runs_chart(tuple(_bars(series, runs, look)), label, ends))


def _bars(series: Series, runs: Sequence[Looked], look: Look) -> Iterator[Bar]:
    marks = [(one.time, Mark("change", CHANGED, change_words(one, look))) for one in series.changes]
    marks += [(at, Mark("step", step, f"known step {step}")) for at, step in series.steps]
    before = runs[0].time  # what changed earlier stands before none of them
    for one in runs:
        yield Bar(
            span=one.span,
            words=_words(one),
            own=one.run == look.run,
            marks=tuple(mark for at, mark in marks if before < at <= one.time),
        )
        before = one.time


def _words(one: Looked) -> str:
    return f"run {one.number}, {day(one.time)}: {duration(one.span)}"
