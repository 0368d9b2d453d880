"""A look at a cluster's history after a run of it was recorded; what it tells is kept in the store."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import TYPE_CHECKING

from analyzer.errors import StoreError

if TYPE_CHECKING:
    from analyzer.history.opening import Store
    from analyzer.model.over_time.compared_test import ComparedTest
    from analyzer.model.over_time.comparison import Figure, SettingName
    from analyzer.model.over_time.looks import Change, Line, Look, Series

    Numbered = tuple[int, ComparedTest]
    """A test, and its number in its cluster, by time."""

ATTEMPTS = 20


def look_after(store: Store, cluster: str, test: str) -> Look:
    """Look at the cluster's history after the test with this key, and keep what is told in the store.

    :class:`~analyzer.errors.StoreError` where others tell of the cluster all the time.
    """
    from analyzer.history.changes import tell_of_cluster, told_of_cluster

    for _ in range(ATTEMPTS):
        told = told_of_cluster(store, cluster)
        look = look_at(store, cluster, test, told.lines)
        if not look.lines or tell_of_cluster(store, cluster, look.lines, told.last):
            return look
    raise StoreError(f"{store.place}: others have been recording runs of cluster {cluster} all the time; try again")


def look_at(store: Store, cluster: str, test: str, told: Sequence[Line]) -> Look:
    """A look after the test with this key, where these lines were told before; nothing is kept."""
    from analyzer.compare.runs.looks import looked
    from analyzer.history.changes import standing
    from analyzer.history.compared import compared_tests
    from analyzer.history.queries import Asked, counting
    from analyzer.model.over_time.looks import Look

    tests = tuple(enumerate(compared_tests(store, Asked(cluster=cluster)), 1))
    run = counting(store, test)
    number, newest = next(one for one in tests if one[1].run == run)
    alike, apart = _alike([one for one in tests if one[1].time is not None], newest)
    found = looked(_histories(alike, newest, standing(told)), test)
    return Look(
        cluster=cluster,
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
    from msgspec.structs import replace

    from analyzer.compare.runs.settings import differing

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


def _histories(tests: Sequence[Numbered], newest: ComparedTest, changes: Sequence[Change]) -> list[Series]:
    """The series of each figure that the newest run has and that is watched."""
    from analyzer.compare.runs.looks import watched
    from analyzer.model.over_time.looks import Looked, Series

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
            changes=tuple(one for one in changes if one.figure == figure),
        )
        for figure in watched((figure, [one.span for one in each]) for figure, each in runs.items())
    ]
