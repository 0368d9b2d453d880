"""A stage over time: where its level changed, and what else changed there.

A step that is explained (the label `step` of a test) is known: each side of it is a history of its own. Elsewhere
change points are looked for, and Holm's correction is over all figures that have runs enough to show one (Tarone 1990:
what can't be told whatever it shows need not count).
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import pairwise
from typing import NamedTuple

from msgspec.structs import replace

from analyzer.compare import change_points, shift, two_groups
from analyzer.compare.holm import corrected
from analyzer.compare.runs import unseen_checks
from analyzer.compare.runs.figures import by_figure
from analyzer.compare.runs.settings import differing
from analyzer.compare.smallest_step import smallest_step
from analyzer.compare.splits import Drawn
from analyzer.compare.two_groups import LEVEL
from analyzer.model.instant import Span
from analyzer.model.over_time.compared_test import ComparedTest
from analyzer.model.over_time.comparison import Figure
from analyzer.model.over_time.courses import Altered, AlteredName, Course, Step


class _Found(NamedTuple):
    """A change point or an explained step, by the place of its first run, its p-value and how that was had."""

    place: int
    p: float
    drawn: Drawn
    explained: str = ""


class _Told(NamedTuple):
    """A course, and the longest stretch of it that has no known step: the runs in which a change is looked for."""

    course: Course
    longest: tuple[Span, ...]


def courses(tests: Sequence[ComparedTest], *, showing: bool = False) -> tuple[Course, ...]:
    """Each figure over time, of tests in the order in which they were made and of like settings; `showing`: with what
    so many runs would show.
    """
    told = [_told(rows, figure) for figure, rows in by_figure(tests).items()]
    courses_told = [one.course for one in told]
    counted = [bool(_unknown(one.course)) or change_points.least_p(len(one.longest)) <= LEVEL for one in told]
    least = [min((step.p for step in _unknown(one)), default=1.0) for one in courses_told]
    among = iter(corrected([p for p, counts in zip(least, counted, strict=True) if counts]))
    factors = [next(among) / p if counts else 1.0 for p, counts in zip(least, counted, strict=True)]
    family = sum(counted)
    asked = max(family, sum(not is_rare(one, courses_told) for one in courses_told), 1)
    return tuple(
        _worth(_among_all(one.course, factor), one.longest, (max(family, 1), asked), showing=showing)
        for one, factor in zip(told, factors, strict=True)
    )


def is_rare(of: Course, others: Sequence[Course]) -> bool:
    """Whether fewer than half of the runs of its kind have this figure, where one of its figures has all."""
    most = max(len(one.spans) for one in others if one.figure[0] == of.figure[0])
    return 2 * len(of.spans) < most


def _unknown(of: Course) -> list[Step]:
    return [step for step in of.steps if not step.explained]


def _worth(of: Course, longest: tuple[Span, ...], figures: tuple[int, int], *, showing: bool) -> Course:
    """The course with what so many runs can show, where so many figures can be told and so many are asked for."""
    able = bool(_unknown(of)) or change_points.least_p(len(longest)) * figures[0] <= LEVEL
    shown = None
    if showing and able and not _unknown(of):
        shown = smallest_step(longest, figures[0], unseen_checks.spread_by_wait(of.figure, of.tests))
    return replace(of, able=able, needed=change_points.fewest(figures[1]), figures=figures[1], shown=shown)


def _among_all(course: Course, factor: float) -> Course:
    steps = tuple(replace(one, corrected=one.p if one.explained else min(1.0, one.p * factor)) for one in course.steps)
    return replace(course, steps=steps)


def _told(rows: Sequence[tuple[ComparedTest, Span]], figure: Figure) -> _Told:
    tests, spans = tuple(test for test, _ in rows), tuple(span for _, span in rows)
    starts = [0, *(place for place, test in enumerate(tests) if place and test.step)]
    found = sorted((*_explained(tests, spans, starts), *_unexplained(spans, starts)), key=lambda one: one.place)
    course = Course(figure=figure, tests=tests, spans=spans, steps=tuple(_steps(tests, spans, found)))
    pieces = [spans[start:stop] for start, stop in pairwise((*starts, len(spans)))]
    return _Told(course, max(pieces, key=len))


def _explained(tests: Sequence[ComparedTest], spans: Sequence[Span], starts: Sequence[int]) -> Iterator[_Found]:
    """The steps that people told of, each with what both sides of it say."""
    for (before, place), stop in zip(pairwise(starts), (*starts[2:], len(spans)), strict=False):
        found = two_groups.compared(spans[before:place], spans[place:stop])
        yield _Found(place, found.p, found.drawn, tests[place].step)


def _unexplained(spans: Sequence[Span], starts: Sequence[int]) -> Iterator[_Found]:
    for start, stop in pairwise((*starts, len(spans))):
        for point in change_points.change_points(spans[start:stop]):
            yield _Found(start + point.place, point.p, point.drawn)


def _steps(tests: Sequence[ComparedTest], spans: Sequence[Span], found: Sequence[_Found]) -> Iterator[Step]:
    for one in found:
        beside = [other.place for other in found if other.explained or not one.explained]
        before = max((place for place in beside if place < one.place), default=0)
        after = min((place for place in beside if place > one.place), default=len(spans))
        longer = shift.interval(spans[before : one.place], spans[one.place : after])
        if one.explained and one.p > LEVEL:  # of very many runs the interval is that of a sample
            longer = Span(min(longer.least, 0), max(longer.most, 0))
        yield Step(
            place=one.place,
            test=tests[one.place],
            before=tests[one.place - 1],
            p=one.p,
            corrected=one.p,
            longer=longer,
            altered=altered(tests[one.place - 1], tests[one.place]),
            explained=one.explained,
            how=one.drawn.how,
            draws=one.drawn.count,
        )


def altered(before: ComparedTest, after: ComparedTest) -> tuple[Altered, ...]:
    """What is otherwise in a test than in the one before: versions, and settings."""
    versions: tuple[tuple[AlteredName, str | None, str | None], ...] = (
        ("aos", before.about.aos_version, after.about.aos_version),
        ("esxi", before.about.esxi_version, after.about.esxi_version),
        ("program", before.conditions.program, after.conditions.program),
    )
    others = (Altered(name, one or "", other or "") for name, one, other in versions if one != other)
    return (*others, *(Altered(name, "", "") for name in differing(before.conditions, after.conditions)))
