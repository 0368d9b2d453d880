"""A look at a cluster's history after a run of it was recorded; what it tells is kept in the store."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, get_args

from analyzer.errors import StoreError

if TYPE_CHECKING:
    from analyzer.history.conditions import Conditions
    from analyzer.history.opening import Store
    from analyzer.history.values import Listed
    from analyzer.model.instant import Span
    from analyzer.model.over_time.comparison import Figure
    from analyzer.model.over_time.looks import Apart, Change, Line, Look, Series

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
    from analyzer.history.queries import Asked, conditions, listed
    from analyzer.model.over_time.looks import Look

    asked = Asked(cluster=cluster)
    tests = listed(store, asked)
    number, newest = next((place, one) for place, one in enumerate(tests, 1) if one.test == test)
    timed = [(place, one) for place, one in enumerate(tests, 1) if one.time is not None] if newest.time else []
    alike, apart = _alike(timed, newest, conditions(store, asked))
    histories = _histories(store, alike, newest, standing(told))
    found = looked(histories, test)
    shown = tuple(change for one in found.series for change in one.changes)
    return Look(
        cluster=cluster,
        number=number,
        tests=len(tests),
        run=newest.run,
        test=test,
        outlook=found.outlook,
        apart=apart,
        standing=shown,
        lines=found.lines,
        series=found.series,
    )


def _alike(
    tests: Sequence[tuple[int, Listed]], newest: Listed, of_runs: Mapping[str, Conditions]
) -> tuple[list[tuple[int, Listed]], tuple[tuple[Apart, int], ...]]:
    """The tests that may be looked at beside the newest one, and how many may not, by what differs in them first. A
    check period must be possible for all, the later ones first.
    """
    from msgspec.structs import replace

    from analyzer.history.conditions import differing
    from analyzer.model.over_time.looks import Apart

    names: tuple[Apart, ...] = get_args(Apart)
    mine = of_runs[newest.run]
    alike, apart = [], Counter[Apart]()
    for number, one in reversed(tests):
        theirs = of_runs[one.run]
        differ = differing(mine, theirs)
        first = next((name for name in names if name in differ), None)
        if first is not None:
            apart[first] += 1
            continue
        alike.append((number, one))
        if theirs.check_period is not None:
            period = mine.check_period.meet(theirs.check_period) if mine.check_period else theirs.check_period
            mine = replace(mine, check_period=period)
    return alike[::-1], tuple((name, apart[name]) for name in names if apart[name])


def _histories(
    store: Store, tests: Sequence[tuple[int, Listed]], newest: Listed, changes: Sequence[Change]
) -> list[Series]:
    """The series of each figure that the newest run has and that is watched."""
    from analyzer.compare.runs.looks import watched
    from analyzer.model.over_time.looks import Looked, Series

    of_runs = _durations(store, newest.cluster)
    mine = of_runs.get(newest.run, {}) if newest.time is not None else {}
    series = {
        figure: tuple(
            Looked(number=number, time=one.time or 0, run=one.run, span=of_runs[one.run][figure])
            for number, one in tests
            if figure in of_runs.get(one.run, {})
        )
        for figure in mine
    }
    steps = tuple((one.time or 0, text) for _, one in tests for name, text in one.about.labels if name == "step")
    return [
        Series(
            figure=figure,
            runs=series[figure],
            steps=steps,
            changes=tuple(one for one in changes if one.figure == figure),
        )
        for figure in watched((figure, [one.span for one in runs]) for figure, runs in series.items())
    ]


def _durations(store: Store, cluster: str) -> Mapping[str, Mapping[Figure, Span]]:
    """What of each run of a cluster can be compared, by its key."""
    from itertools import groupby

    from analyzer.compare.runs.durations import CLEAR, longest
    from analyzer.history.queries import Asked, figures

    known = (one for one in figures(store, Asked(cluster=cluster)) if one.note in CLEAR)
    return {
        run: longest(((one.kind, one.name), one.span) for one in each)
        for run, each in groupby(known, key=lambda one: one.run)
    }
