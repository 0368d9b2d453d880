"""Two groups of tests, figure by figure: how much longer the second one's are, and what that is worth."""

from __future__ import annotations

from collections.abc import Sequence

from analyzer.compare import answers, shift, smallest, sure, two_groups
from analyzer.compare.holm import corrected
from analyzer.compare.runs.figures import figures_of, with_figure
from analyzer.model.instant import UNBOUNDED, Span
from analyzer.model.over_time.compared_test import ComparedTest
from analyzer.model.over_time.comparison import Compared, Figure, Groups, OneSided, Pair


def compared(first: Sequence[ComparedTest], second: Sequence[ComparedTest], size: int) -> tuple[Compared, ...]:
    """A line for every figure that either group has; `size` is the largest difference that would not matter, ns."""
    figures = figures_of((*first, *second))
    one, other = _durations(first, figures), _durations(second, figures)
    both = [figure for figure in figures if figure in one and figure in other]
    several = [figure for figure in both if max(len(one[figure]), len(other[figure])) > 1]
    p_values = [two_groups.compared(one[figure], other[figure]).p for figure in several]
    worth = dict(zip(several, zip(p_values, corrected(p_values), strict=True), strict=True))
    lines: list[Compared] = []
    for figure in figures:
        if figure in worth:
            lines.append(_groups(figure, (one[figure], other[figure]), worth[figure], size))
        elif figure in both:
            (a,), (b,) = one[figure], other[figure]
            lines.append(Pair(figure, a, b, _apart(a, b)))
        else:
            lines.append(OneSided(figure, len(one.get(figure, ())), len(other.get(figure, ()))))
    return tuple(lines)


def _durations(tests: Sequence[ComparedTest], figures: Sequence[Figure]) -> dict[Figure, tuple[Span, ...]]:
    found = {figure: tuple(span for _, span in with_figure(tests, figure)) for figure in figures}
    return {figure: spans for figure, spans in found.items() if spans}


def _groups(
    figure: Figure, groups: tuple[tuple[Span, ...], tuple[Span, ...]], p_values: tuple[float, float], size: int
) -> Groups:
    first, second = groups
    by, grade = shift.interval(first, second), sure.grade(first, second)
    return Groups(
        figure=figure,
        first=first,
        second=second,
        p=p_values[0],
        corrected=p_values[1],
        grade=grade,
        interval=by,
        shown=smallest.smallest(first, second),
        answer=answers.concluded(first, second, p_values[1], by, grade, size),
    )


def _apart(first: Span, second: Span) -> Span:
    """By how much the second is longer; not bounded where a duration is not."""
    least = -UNBOUNDED if not first.bounded else second.least - first.most
    return Span(least, UNBOUNDED if not second.bounded else second.most - first.least)
