"""A look at a cluster's tests after one of them: which may stand beside it, and what the series of each figure says;
and what became of the changes that were told of the cluster, whoever asks.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TypeAlias

from msgspec.structs import replace

from analyzer.compare.runs.looks import looked, revised, watched
from analyzer.compare.runs.settings import differing
from analyzer.model.instant import Span
from analyzer.model.over_time.compared_test import ComparedTest
from analyzer.model.over_time.comparison import Figure, SettingName
from analyzer.model.over_time.conditions import Conditions
from analyzer.model.over_time.looks import Apart, Change, Line, Look, Looked, Series, Told

Numbered: TypeAlias = tuple[int, ComparedTest]
"""A test, and its number in its cluster, by time."""


def look_at(tests: Sequence[ComparedTest], run: str, test: str, standing: Sequence[Change]) -> Look:
    """A look after the run with this key, which is of this test: `tests` are all of its cluster, by time, and
    `standing` the changes that were told of it and stand.
    """
    told = told_now(tests, standing)
    numbered = [*enumerate(tests, 1)]
    number, newest = next(one for one in numbered if one[1].run == run)
    timed = [one for one in numbered if one[1].time is not None]
    alike, apart = _alike(timed, newest)
    found = looked(_series(alike, newest, told.standing, _steps(timed)), test)
    return Look(
        cluster=newest.cluster,
        number=number,
        tests=len(tests),
        run=run,
        test=test,
        outlook=found.outlook,
        apart=apart,
        standing=_in_order((*told.standing, *(line.change for line in found.lines))),
        known=told.known,
        lines=(*told.lines, *found.lines),
        series=found.series,
    )


def told_now(tests: Sequence[ComparedTest], standing: Sequence[Change], lines: Sequence[Line] = ()) -> Told:
    """What the tests of a cluster, by time, say of the changes that were told of it and stand after these lines: each
    is looked at among the tests that are like those of its new level.
    """
    timed = [one for one in enumerate(tests, 1) if one[1].time is not None]
    found = [
        revised(_series_of(timed, figure, [one for one in standing if one.figure == figure]))
        for figure in dict.fromkeys(one.figure for one in standing)
    ]
    return Told(
        standing=_in_order([change for one in found for change in one.standing]),
        known=tuple(known for one in found for known in one.known),
        lines=(*lines, *(line for one in found for line in one.lines)),
    )


def _in_order(changes: Sequence[Change]) -> tuple[Change, ...]:
    return tuple(sorted(changes, key=lambda one: (one.figure, one.time)))


def _series_of(timed: Sequence[Numbered], figure: Figure, changes: Sequence[Change]) -> Series:
    """The series of a figure of which changes were told, of the tests like the first one since the last of these."""
    spans = {number: dict(one.durations).get(figure) for number, one in timed}
    having = [one for one in timed if spans[one[0]] is not None]
    since = max(one.time for one in changes)
    level = [one for _, one in having if (one.time or 0) >= since] or [one for _, one in having[-1:]]
    alike = _alike(having, level[0])[0] if level else []
    return Series(
        figure=figure,
        runs=tuple(_looked(number, one, span) for number, one in alike if (span := spans[number]) is not None),
        steps=_steps(timed),
        changes=tuple(changes),
    )


def _looked(number: int, one: ComparedTest, span: Span) -> Looked:
    return Looked(number=number, time=one.time or 0, run=one.run, span=span)


def _steps(timed: Sequence[Numbered]) -> tuple[tuple[int, str], ...]:
    """What people say of a change from a test on, of whatever settings that one is."""
    return tuple((one.time or 0, one.step) for _, one in timed if one.step)


def _alike(tests: Sequence[Numbered], newest: ComparedTest) -> tuple[list[Numbered], tuple[Apart, ...]]:
    """The tests that may be looked at beside the newest one, and which may not, by what differs in them first. A
    check period must be possible for all, the later ones first.
    """
    if newest.time is None:
        return [], ()
    mine = newest.conditions
    alike: list[Numbered] = []
    apart: dict[SettingName, list[Conditions]] = {}
    for number, one in reversed(tests):
        if names := differing(one.conditions, mine):
            apart.setdefault(names[0], []).append(one.conditions)
            continue
        alike.append((number, one))
        if (theirs := one.conditions.check_period) is not None:
            mine = replace(mine, check_period=mine.check_period.meet(theirs) if mine.check_period else theirs)
    others = (Apart(name, len(theirs), tuple(dict.fromkeys(theirs)), mine) for name, theirs in sorted(apart.items()))
    return alike[::-1], tuple(others)


def _series(
    tests: Sequence[Numbered], newest: ComparedTest, standing: Sequence[Change], steps: tuple[tuple[int, str], ...]
) -> list[Series]:
    """The series of each figure that the newest run has and that is watched."""
    runs: dict[Figure, list[Looked]] = {figure: [] for figure, _ in newest.durations}
    for number, one in tests:
        for figure, span in one.durations:
            if figure in runs:
                runs[figure].append(_looked(number, one, span))
    return [
        Series(
            figure=figure,
            runs=tuple(runs[figure]),
            steps=steps,
            changes=tuple(one for one in standing if one.figure == figure),
        )
        for figure in watched((figure, [one.span for one in each]) for figure, each in runs.items())
    ]
