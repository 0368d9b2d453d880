"""How long a store with a million index rows takes to list, to compare and to look after."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import NamedTuple

from sqlalchemy import func, select

from analyzer.compare.runs.grouping import Grouping
from analyzer.compare.runs.whole import comparison, followed
from analyzer.history.compared import compared_tests
from analyzer.history.opening import Store, opened
from analyzer.history.place import Place
from analyzer.history.queries import Asked, conditions, figures, listed
from analyzer.history.recording import record
from analyzer.history.tables import INDEX_TABLES
from analyzer.model.over_time.compared_groups import Group
from analyzer.store import encode_run
from bench.history.runs import fill, small_run

CLUSTERS = 10
_NS = 1_000_000_000


class Took(NamedTuple):
    """What was done, how many there were of it, and how long it took, ns: on the wall, and of a core."""

    what: str
    number: int
    ns: int
    core_ns: int


def measured(place: Place, runs: int) -> tuple[Took, ...]:
    """A store of so many runs in ten clusters, made at the place, and how long what is done with it takes."""
    store = opened(place, make=True)
    filled = took("runs put in at once, index and all", lambda: fill(store, runs, CLUSTERS))
    one = Asked(cluster="cluster-3")
    repair = {"kind": "cvm-failure", "name": "repair"}
    return (
        filled,
        Took("rows of the index", _rows(store), 0, 0),
        took("schema looked at", lambda: len(opened(place).place)),
        took("tests of one cluster listed", lambda: len(listed(store, one))),
        took("figures of one cluster, to compare", lambda: len(figures(store, one))),
        took("conditions of one cluster, to compare", lambda: len(conditions(store, one))),
        took("figures of one cluster, kind and stage", lambda: len(figures(store, one, **repair))),
        took("two clusters compared and followed, runs", lambda: _compared(store)),
        took("tests of all clusters listed", lambda: len(listed(store))),
        took("a run recorded", lambda: record(store, encode_run(small_run(runs)), "it").tests),
    )


def _compared(store: Store) -> int:
    """All figures of two clusters beside each other, and each cluster over time; how many runs that are."""
    groups = tuple(Group(name, compared_tests(store, Asked(cluster=name))) for name in ("cluster-3", "cluster-4"))
    return len(comparison(Grouping(groups), 2 * _NS, [followed(one) for one in groups]).tests)


def took(what: str, do: Callable[[], int]) -> Took:
    """Do it, which gives a number, and how long that took."""
    start, core = time.perf_counter_ns(), time.process_time_ns()
    number = do()
    return Took(what, number, time.perf_counter_ns() - start, time.process_time_ns() - core)


def _rows(store: Store) -> int:
    with store.reading() as connection:
        return sum(connection.execute(select(func.count()).select_from(table)).scalar_one() for table in INDEX_TABLES)
