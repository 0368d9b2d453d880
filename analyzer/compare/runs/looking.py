"""A look at a cluster's tests after one of them: which may stand beside it, and what the series of each figure says."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import TypeAlias

from msgspec.structs import replace

from analyzer.compare.runs.looks import looked, watched
from analyzer.compare.runs.settings import differing
from analyzer.model.over_time.compared_test import ComparedTest
from analyzer.model.over_time.comparison import Figure, SettingName
from analyzer.model.over_time.looks import Change, Look, Looked, Series

Numbered: TypeAlias = tuple[int, ComparedTest]
"""A test, and its number in its cluster, by time."""


def look_at(tests: Sequence[ComparedTest], run: str, test: str, standing: Sequence[Change]) -> Look:
    """A look after the run with this key, which is of this test: `tests` are all of its cluster, by time, and
    `standing` the changes that were told of it and stand.
    """
    numbered = [*enumerate(tests, 1)]
    number, newest = next(one for one in numbered if one[1].run == run)
    alike, apart = _alike([one for one in numbered if one[1].time is not None], newest)
    found = looked(_series(alike, newest, standing), test)
    return Look(
        cluster=newest.cluster,
        number=number,
        tests=len(tests),
        run=run,
        test=test,
        outlook=found.outlook,
        apart=apart,
        standing=tuple(change for one in found.series for change in one.changes),
        lines=found.lines,
        series=found.series,
    )


def _alike(
    tests: Sequence[Numbered], newest: ComparedTest
) -> tuple[list[Numbered], tuple[tuple[SettingName, int], ...]]:
    """The tests that may be looked at beside the newest one, and how many may not, by what differs in them first. A
    check period must be possible for all, the later ones first.
    """
    if newest.time is None:
        return [], ()
    mine = newest.conditions
    alike: list[Numbered] = []
    apart: Counter[SettingName] = Counter()
    for number, one in reversed(tests):
        if names := differing(one.conditions, mine):
            apart[names[0]] += 1
            continue
        alike.append((number, one))
        if (theirs := one.conditions.check_period) is not None:
            mine = replace(mine, check_period=mine.check_period.meet(theirs) if mine.check_period else theirs)
    return alike[::-1], tuple(sorted(apart.items()))


def _series(tests: Sequence[Numbered], newest: ComparedTest, standing: Sequence[Change]) -> list[Series]:
    """The series of each figure that the newest run has and that is watched."""
    runs: dict[Figure, list[Looked]] = {figure: [] for figure, _ in newest.durations}
    for number, one in tests:
        for figure, span in one.durations:
            if figure in runs:
                runs[figure].append(Looked(number=number, time=one.time or 0, run=one.run, span=span))
    steps = tuple((one.time or 0, one.step) for _, one in tests if one.step)
    return [
        Series(
            figure=figure,
            runs=tuple(runs[figure]),
            steps=steps,
            changes=tuple(one for one in standing if one.figure == figure),
        )
        for figure in watched((figure, [one.span for one in each]) for figure, each in runs.items())
    ]
