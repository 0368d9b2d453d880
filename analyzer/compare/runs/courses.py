"""A stage over time: where its level changed, and what else changed there.

A step that is explained (the label `step` of a test) is known: each side of it is a history of its own. Elsewhere
change points are looked for, and Holm's correction is over all figures.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import pairwise

import msgspec
from msgspec.structs import replace

from analyzer.compare import change_points, shift, two_groups
from analyzer.compare.holm import corrected
from analyzer.compare.runs.figures import by_figure
from analyzer.compare.runs.settings import differing
from analyzer.model.instant import Span
from analyzer.model.over_time.compared_test import ComparedTest
from analyzer.model.over_time.comparison import Figure
from analyzer.model.over_time.courses import Altered, AlteredName, Course, Step


class _Found(msgspec.Struct, frozen=True):
    """A change point or an explained step, by the place of its first run, and its p-value."""

    place: int
    p: float
    explained: str = ""


def courses(tests: Sequence[ComparedTest]) -> tuple[Course, ...]:
    """Each figure over time, of tests in the order in which they were made and of like settings."""
    found = [_course(rows, figure) for figure, rows in by_figure(tests).items()]
    least = [min((step.p for step in one.steps if not step.explained), default=1.0) for one in found]
    factors = [after / before for before, after in zip(least, corrected(least), strict=True)]
    return tuple(_among_all(one, factor) for one, factor in zip(found, factors, strict=True))


def _among_all(course: Course, factor: float) -> Course:
    steps = tuple(replace(one, corrected=one.p if one.explained else min(1.0, one.p * factor)) for one in course.steps)
    return replace(course, steps=steps)


def _course(rows: Sequence[tuple[ComparedTest, Span]], figure: Figure) -> Course:
    tests, spans = tuple(test for test, _ in rows), tuple(span for _, span in rows)
    starts = [0, *(place for place, test in enumerate(tests) if place and test.step)]
    found = sorted((*_explained(tests, spans, starts), *_unexplained(spans, starts)), key=lambda one: one.place)
    return Course(figure=figure, tests=tests, spans=spans, steps=tuple(_steps(tests, spans, found)))


def _explained(tests: Sequence[ComparedTest], spans: Sequence[Span], starts: Sequence[int]) -> Iterator[_Found]:
    """The steps that people told of, each with what both sides of it say."""
    for (before, place), stop in zip(pairwise(starts), (*starts[2:], len(spans)), strict=False):
        p = two_groups.compared(spans[before:place], spans[place:stop]).p
        yield _Found(place, p, tests[place].step)


def _unexplained(spans: Sequence[Span], starts: Sequence[int]) -> Iterator[_Found]:
    for start, stop in pairwise((*starts, len(spans))):
        for point in change_points.change_points(spans[start:stop]):
            yield _Found(start + point.place, point.p)


def _steps(tests: Sequence[ComparedTest], spans: Sequence[Span], found: Sequence[_Found]) -> Iterator[Step]:
    places = [0, *(one.place for one in found), len(spans)]
    for one, before, after in zip(found, places, places[2:], strict=False):
        yield Step(
            place=one.place,
            test=tests[one.place],
            before=tests[one.place - 1],
            p=one.p,
            corrected=one.p,
            longer=shift.interval(spans[before : one.place], spans[one.place : after]),
            altered=altered(tests[one.place - 1], tests[one.place]),
            explained=one.explained,
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
