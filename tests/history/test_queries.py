"""What the store says: which tests, which figures, under which conditions; a run by the beginning of its key."""

from __future__ import annotations

import pytest
from msgspec.structs import replace

from analyzer.errors import EvidenceError, UsageError
from analyzer.history.opening import Store
from analyzer.history.queries import (
    Asked,
    clusters,
    conditions,
    document,
    figures,
    inputs_of_test,
    listed,
    run_named,
    runs_of,
    shown,
)
from analyzer.history.tables import DOCUMENT, RUN
from analyzer.model.about import About
from analyzer.model.measurement import KnownMeasurement
from analyzer.model.over_time.conditions import conditions_of
from tests.history.made import CLUSTER, HOUR, put, run
from tests.report import builder

FIRST = builder.FAULT


def test_tests_are_listed_by_the_time_of_the_test(store: Store) -> None:
    for number in (2, 0, 1):
        put(store, run(number))
    put(store, run(3, sources=tuple(replace(one, first=None) for one in run(3).sources), episodes=()))

    found = [(each.case, each.time) for each in listed(store)]
    assert found == [("test-3", None), *((f"test-{number}", FIRST + number * HOUR) for number in range(3))]


@pytest.mark.parametrize(
    ("asked", "cases"),
    [
        (Asked(cluster=CLUSTER), ["test-0", "test-2"]),
        (Asked(cluster="nobody's"), []),
        (Asked(after=FIRST + HOUR), ["test-1", "test-2"]),
        (Asked(before=FIRST + HOUR), ["test-0"]),
        (Asked(labels=(("phase", "1"),)), ["test-0", "test-1"]),
        (Asked(labels=(("phase", "1"), ("site", "x"))), ["test-1"]),
        (Asked(labels=(("phase", "2"),)), []),
    ],
    ids=["cluster", "no-cluster", "after", "before", "label", "labels", "no-label"],
)
def test_tests_are_chosen(store: Store, asked: Asked, cases: list[str]) -> None:
    put(store, run(0, about=About(cluster=CLUSTER, labels=(("phase", "1"),))))
    put(store, run(1, about=About(cluster="b", labels=(("phase", "1"), ("site", "x")))))
    put(store, run(2))

    assert [each.case for each in listed(store, asked)] == cases
    assert len(conditions(store, asked)) == len(cases)
    assert {each.run for each in figures(store, asked)} == {each.run for each in listed(store, asked)}


def test_every_known_figure_of_the_runs_that_count_is_there(store: Store) -> None:
    put(store, run(0))
    newer = put(store, run(0, program="2"))
    later = put(store, run(1, episodes=(*run(1).episodes, *run(2).episodes)))

    (episode,) = run(0).episodes
    known = [one for one in (*episode.stages, *episode.measurements) if isinstance(one, KnownMeasurement)]
    found = figures(store)
    assert [(one.run, one.episode) for one in found] == [
        *((newer.run, 0) for _ in known),
        *((later.run, number) for number in (0, 1) for _ in known),
    ]
    assert [(one.name, one.span, one.kind) for one in found[: len(known)]] == [
        (one.metric, one.span, "cvm-failure") for one in known
    ]
    assert [one.name for one in found[: len(known)] if one.stage] == [
        "wait",
        "detect",
        "decide",
        "repair",
        "reconnect",
        "resume",
    ]


def test_figures_of_one_kind_and_name(store: Store) -> None:
    put(store, run(0))
    put(store, run(1, episodes=(builder.episode("route-injection"),)))

    assert {(one.kind, one.name) for one in figures(store, kind="route-injection")} > {("route-injection", "repair")}
    assert [(one.kind, one.name) for one in figures(store, kind="cvm-failure", name="repair")] == [
        ("cvm-failure", "repair")
    ]
    assert figures(store, name="nothing") == ()


def test_the_conditions_of_each_run_that_counts(store: Store) -> None:
    put(store, run(0))
    newer = put(store, run(0, program="2"))

    assert conditions(store) == {newer.run: conditions_of(run(0, program="2"))}


def test_clusters_are_named_once(store: Store) -> None:
    for number, cluster in enumerate(("b", CLUSTER, "b")):
        put(store, run(number, cluster=cluster))

    assert clusters(store) == (CLUSTER, "b")


def test_a_run_is_named_by_the_beginning_of_its_key(store: Store) -> None:
    stored = put(store, run())

    assert {run_named(store, stored.run[:length]) for length in (4, 12, 64)} == {stored.run}
    assert run_named(store, stored.run[:8].upper()) == stored.run
    assert shown(store, stored.run).test == stored.test
    assert [each.run for each in runs_of(store, stored.test)] == [stored.run]
    assert [name for _, name in inputs_of_test(store, stored.test)] == sorted(one.name for one in run().sources)


@pytest.mark.parametrize(("name", "said"), [("abc", "at least 4"), ("xyzw", "names no run"), ("0" * 64, "no run in")])
def test_a_run_that_is_not_there(store: Store, name: str, said: str) -> None:
    with pytest.raises(UsageError, match=said):
        run_named(store, name)


def test_a_beginning_that_several_have(store: Store) -> None:
    keys = sorted(put(store, run(number)).run for number in range(6))
    with store.writing() as connection:
        for key, number in zip(keys, "123456", strict=True):
            same = "abcd" + number * 60
            for table in (DOCUMENT, RUN):
                column = table.c.run if table is DOCUMENT else table.c.key
                connection.execute(table.update().where(column == key).values({column.name: same}))

    named = ", ".join("abcd" + number * 12 for number in "1234")
    with pytest.raises(UsageError, match=rf"several runs begin so \({named} and 2 more\)"):
        run_named(store, "abcd")


@pytest.mark.parametrize(
    ("packed", "said"),
    [(b"\xff\xff", "its document is damaged"), (b"x", "is not the one that was stored")],
    ids=["damaged", "cut"],
)
def test_a_damaged_document_is_said(store: Store, packed: bytes, said: str) -> None:
    stored = put(store, run())
    with store.writing() as connection:
        connection.execute(DOCUMENT.update().values(packed=packed))

    with pytest.raises(EvidenceError, match=said):
        document(store, stored.run)
    with pytest.raises(UsageError, match="there is no such run"):
        document(store, "0" * 64)
