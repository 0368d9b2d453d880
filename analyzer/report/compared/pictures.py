"""The drawings of a comparison: distributions of two groups, and runs over time with their change points."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from analyzer.model.over_time.compared_groups import Estimated, Group, OverTime, Versus
from analyzer.model.over_time.compared_test import ComparedTest
from analyzer.model.over_time.comparison import Figure, OneSided
from analyzer.model.over_time.courses import Course
from analyzer.report.compared.lines import figure_title
from analyzer.report.compared.parts import OverTimeView, Picture
from analyzer.report.compared.sentences import over_time_words, step_words
from analyzer.report.drawing.distributions import Dot, Sample, distributions
from analyzer.report.drawing.runs import Bar, runs_chart
from analyzer.report.words import counted, day, duration

DRAWN = 200
"""Runs of a group, or of a history, in one drawing."""
PICTURES = 40
"""Drawings of two groups, or of a cluster."""

CAPTION = (
    "the curves are the share of runs that took no longer; below them each run, from the least to the most that it "
    "may be."
)

Numbers = Mapping[int, int]
"""The row of a test in the table of runs, by its identity; of a test that has none, nothing."""


def run_id(number: int) -> str:
    """The anchor of a row in the table of runs."""
    return f"run-{number}"


def compared_pictures(of: Versus, known: Mapping[tuple[str, Figure], Estimated], numbers: Numbers) -> Iterator[Picture]:
    """A drawing of each figure that both groups have."""
    both = [line.figure for line in of.lines if not isinstance(line, OneSided)]
    for figure in both[:PICTURES]:
        samples = [_sample(group, figure, known[group.name, figure], numbers) for group in (of.first, of.second)]
        title = figure_title(figure)
        said = ", ".join(one.name for one in samples)
        yield Picture(distributions(samples, f"{title}: {said}"), f"{title}: {CAPTION}")


def _sample(group: Group, figure: Figure, estimate: Estimated, numbers: Numbers) -> Sample:
    rows = [(test, span) for test in group.tests for one, span in test.durations if one == figure]
    shown = rows if len(rows) <= DRAWN else rows[:: -(-len(rows) // DRAWN)]
    dots = tuple(Dot(span, f"{_named(test)}: {duration(span)}", _href(test, numbers)) for test, span in shown)
    title = f"{group.name}, {counted(len(rows), 'run')}" + ("" if len(shown) == len(rows) else f", {len(shown)} drawn")
    return Sample(title, dots, estimate.masses)


def over_time_view(of: OverTime, number: int, numbers: Numbers) -> OverTimeView:
    """A cluster over time: its sentences, and a chart of each figure."""
    return OverTimeView(
        id=f"over-time-{number}",
        title=f"{of.name} over time",
        sentences=tuple(over_time_words(of)),
        pictures=tuple(_chart(course, numbers) for course in of.courses[:PICTURES]),
    )


def _chart(course: Course, numbers: Numbers) -> Picture:
    rows = list(zip(course.tests, course.spans, strict=True))
    first = max(0, len(rows) - DRAWN)
    changes = {step.place: step for step in course.steps}
    bars = []
    for place in range(first, len(rows)):
        test, span = rows[place]
        step = changes.get(place)
        bars.append(
            Bar(
                span=span,
                words=f"{_named(test)}: {duration(span)}",
                href=_href(test, numbers),
                change=step_words(step) if step and not step.explained else "",
                step=step_words(step) if step and step.explained else "",
            )
        )
    title = figure_title(course.figure)
    shown = f"the last {len(bars)} of {counted(len(rows), 'run')}" if first else counted(len(rows), "run")
    said = "; ".join(map(step_words, course.steps)) or "no change point"
    ends = tuple(day(test.time) if test.time is not None else "" for test in (rows[first][0], rows[-1][0]))
    return Picture(runs_chart(bars, f"{title}, {shown}: {said}", (ends[0], ends[1])), f"{title}, {shown}: {said}.")


def _named(test: ComparedTest) -> str:
    return f"{test.name} ({day(test.time)})" if test.time is not None else test.name


def _href(test: ComparedTest, numbers: Numbers) -> str:
    number = numbers.get(id(test))
    return f"#{run_id(number)}" if number else ""
