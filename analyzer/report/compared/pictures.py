"""The drawings of a comparison: distributions of two groups, and runs over time with their change points."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from analyzer.model.over_time.compared_groups import Estimated, Group, OverTime, Versus
from analyzer.model.over_time.compared_test import ComparedTest
from analyzer.model.over_time.comparison import Figure, OneSided
from analyzer.model.over_time.courses import Course, Step
from analyzer.model.over_time.looks import Told
from analyzer.report.compared.lines import figure_title
from analyzer.report.compared.parts import Limits, OverTimeView, Picture
from analyzer.report.compared.sentences import LEVEL, over_time_words, step_words, too_few_words
from analyzer.report.drawing.distributions import Dot, Sample, distributions
from analyzer.report.drawing.runs import Bar, Mark, runs_chart
from analyzer.report.over_time.looked import stands_words
from analyzer.report.words import counted, day, duration

CAPTION = (
    "the curves are the share of runs that took no longer; below them each run, from the least to the most that it "
    "may be, with a mark at its middle, for the eye alone."
)

Numbers = Mapping[int, int]
"""The row of a test in the table of runs, by its identity; of a test that has none, nothing."""


def run_id(number: int) -> str:
    """The anchor of a row in the table of runs."""
    return f"run-{number}"


def compared_pictures(
    of: Versus, known: Mapping[tuple[str, Figure], Estimated], numbers: Numbers, limits: Limits
) -> Iterator[Picture]:
    """A drawing of each figure that both groups have."""
    both = [line.figure for line in of.lines if not isinstance(line, OneSided)]
    for figure in both[: limits.pictures]:
        samples = [
            _sample(group, figure, known[group.name, figure], numbers, limits.drawn) for group in (of.first, of.second)
        ]
        title = figure_title(figure)
        said = ", ".join(one.name for one in samples)
        yield Picture(distributions(samples, f"{title}: {said}"), f"{title}: {CAPTION}")


def more_pictures(figures: int, limits: Limits) -> tuple[str, ...]:
    """That not all figures are drawn; nothing where they are."""
    more = figures - limits.pictures
    return (f"{counted(more, 'more figure')} not drawn: comparison.json has them",) if more > 0 else ()


def _sample(group: Group, figure: Figure, estimate: Estimated, numbers: Numbers, drawn: int) -> Sample:
    rows = [(test, span) for test in group.tests for one, span in test.durations if one == figure]
    shown = rows if len(rows) <= drawn else rows[:: -(-len(rows) // drawn)]
    dots = tuple(Dot(span, f"{_named(test)}: {duration(span)}", _href(test, numbers)) for test, span in shown)
    title = f"{group.name}, {counted(len(rows), 'run')}" + ("" if len(shown) == len(rows) else f", {len(shown)} drawn")
    return Sample(title, dots, estimate.masses)


def over_time_view(of: OverTime, number: int, numbers: Numbers, limits: Limits) -> OverTimeView:
    """A cluster over time: its sentences, and a chart of each figure."""
    return OverTimeView(
        id=f"over-time-{number}",
        title=f"{of.name} over time",
        sentences=(*over_time_words(of), *more_pictures(len(of.courses), limits)),
        pictures=tuple(_chart(course, of.told, numbers, limits.drawn) for course in of.courses[: limits.pictures]),
    )


def _chart(course: Course, told: Told, numbers: Numbers, drawn: int) -> Picture:
    rows = list(zip(course.tests, course.spans, strict=True))
    first = max(0, len(rows) - drawn)
    marks = _marks(course, told)
    bars = []
    for place in range(first, len(rows)):
        test, span = rows[place]
        bars.append(
            Bar(
                span=span,
                words=f"{_named(test)}: {duration(span)}",
                href=_href(test, numbers),
                marks=marks.get(place, ()),
            )
        )
    title = figure_title(course.figure)
    shown = f"the last {len(bars)} of {counted(len(rows), 'run')}" if first else counted(len(rows), "run")
    calm = "no change point" if course.able else too_few_words(course)
    said = "; ".join(mark.words for each in marks.values() for mark in each) or calm
    ends = tuple(day(test.time) if test.time is not None else "" for test in (rows[first][0], rows[-1][0]))
    return Picture(runs_chart(bars, f"{title}, {shown}: {said}", (ends[0], ends[1])), f"{title}, {shown}: {said}.")


def _marks(course: Course, told: Told) -> Mapping[int, tuple[Mark, ...]]:
    """What stands before each run, by its place: the steps, and the changes that looks told and that stand, where none
    of the steps shows them.
    """
    found = {step.place: (_mark(step),) for step in course.steps}
    shown = {step.place for step in course.steps if not step.explained and step.corrected <= LEVEL}
    for change in told.standing:
        place = next((at for at, test in enumerate(course.tests) if (test.time or 0) >= change.time), 0)
        if change.figure == course.figure and place and place not in shown:
            found[place] = (*found.get(place, ()), Mark("change", "change as told", stands_words(change)))
    return dict(sorted(found.items()))


def _mark(step: Step) -> Mark:
    if step.explained:
        return Mark("step", step.explained, step_words(step))
    if step.corrected <= LEVEL:
        return Mark("change", "change", step_words(step))
    return Mark("perhaps", "perhaps chance", step_words(step))


def _named(test: ComparedTest) -> str:
    return f"{test.name} ({day(test.time)})" if test.time is not None else test.name


def _href(test: ComparedTest, numbers: Numbers) -> str:
    number = numbers.get(id(test))
    return f"#{run_id(number)}" if number else ""
