"""A look at a cluster's history after a run of it was recorded: what it tells is kept in the store, and asked there."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from analyzer.errors import StoreError

if TYPE_CHECKING:
    from analyzer.history.opening import Store
    from analyzer.model.over_time.compared_test import ComparedTest
    from analyzer.model.over_time.looks import Line, Look, Told

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
    from analyzer.compare.runs.looking import look_at as at
    from analyzer.history.changes import standing
    from analyzer.history.compared import compared_tests
    from analyzer.history.queries import Asked, counting

    tests = compared_tests(store, Asked(cluster=cluster))
    return at(tests, counting(store, test), test, standing(told))


def told_of(store: Store, cluster: str, tests: Sequence[ComparedTest]) -> Told:
    """What was told of the changes of a cluster, and what its tests, all of them by time, say of that now."""
    from analyzer.compare.runs.looking import told_now
    from analyzer.history.changes import standing, told_of_cluster

    lines = told_of_cluster(store, cluster).lines
    return told_now(tests, standing(lines), lines)
