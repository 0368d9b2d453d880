"""Detections of which nobody saw the checks: only the sum of the wait for a check and of processing is known, and they
are compared for the processing in them.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from analyzer.compare import midrange, smallest, sure
from analyzer.model.instant import Span
from analyzer.model.over_time.compared_test import ComparedTest
from analyzer.model.over_time.comparison import Figure, Grade, Nothing, Shown

DETECTION, WAIT, CHAIN = "detection", "wait", " + "
WITH_WAIT = frozenset({DETECTION, "outage", WAIT})
UNIFORM = 12
"""The variance of a uniform, of its width's square, is one part in so many."""
NARROW = 4
"""A detection is known where its Span is at most this part of the check period."""


def period(figure: Figure, first: Iterable[ComparedTest], second: Iterable[ComparedTest]) -> int | None:
    """The check period, ns, where the figure is a detection, known in every test, and the wait for the check is known
    in none; None elsewhere, and where no test shows the period.
    """
    kind, name = figure
    if name != DETECTION:
        return None
    tests = [one for one in (*first, *second) if figure in dict(one.durations)]
    periods = [one.conditions.check_period for one in tests if one.conditions.check_period is not None]
    if not periods:
        return None
    found = max(one.least for one in periods)
    for one in tests:
        spans = dict(one.durations)
        wait = spans.get((kind, WAIT))
        if spans[figure].width * NARROW > found or (wait is not None and wait.width < found):
            return None
    return found


def spread_by_wait(figure: Figure, tests: Iterable[ComparedTest]) -> int:
    """By how much the wait for a check, which is in the figure, spreads its values: the standard deviation, ns, of what
    is uniform over the check period. 0 where no wait is in it. Where no test shows the period, the widest Span counts
    for it: what nobody saw is known to a check.
    """
    name = figure[1]
    if name not in WITH_WAIT and WAIT not in name.split(CHAIN):
        return 0
    having = [(dict(one.durations)[figure], one.conditions) for one in tests if figure in dict(one.durations)]
    periods = [conditions.check_period.least for _, conditions in having if conditions.check_period is not None]
    widths = [span.width for span, _ in having if span.bounded]
    return int(max(periods or widths, default=0) / UNIFORM**0.5)


def worth(first: Sequence[Span], second: Sequence[Span], of_checks: int) -> tuple[Span, Grade, Shown | Nothing]:
    """By how much the second group's processing is longer, ns; whether that holds for every wait that is possible; and
    what such runs could show.
    """
    by = midrange.interval(first, second, of_checks)
    grade = sure.grade(_possible(first, of_checks), _possible(second, of_checks))
    return by, grade, smallest.of_detections(first, second, of_checks)


def _possible(detections: Sequence[Span], of_checks: int) -> list[Span]:
    """What processing may have been."""
    return [Span(max(0, one.least - of_checks), one.most) for one in detections]
