"""What is wrong in a store is found, its index is made anew, and a run is taken out with all that is of it."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from sqlalchemy import Connection, delete, func, insert, select

from analyzer.errors import UsageError
from analyzer.history.opening import Store
from analyzer.history.queries import figures, listed
from analyzer.history.tables import DOCUMENT, INDEX_TABLES, METADATA, TEST, TOLD
from analyzer.history.telling import tell
from analyzer.history.upkeep import Removed, check, rebuild, remove
from tests.history.made import put, run

KEY = "0" * 64
TABLES = (DOCUMENT, TOLD, *INDEX_TABLES)


def changed(table: str, **values: object) -> Callable[[Connection], object]:
    return lambda connection: connection.execute(METADATA.tables[table].update().values(values))


def without(table: str) -> Callable[[Connection], object]:
    return lambda connection: connection.execute(delete(METADATA.tables[table]))


DAMAGE: dict[str, tuple[Callable[[Connection], object], list[str]]] = {
    "cut-document": (changed("autopath_document", packed=b"x"), ["unreadable-document"]),
    "other-document": (changed("autopath_document", digest=KEY), ["unreadable-document"]),
    "other-verdict": (changed("autopath_run", verdict="MET"), ["index-differs"]),
    "other-figure": (changed("autopath_figure", least=1), ["index-differs"]),
    "no-figures": (without("autopath_figure"), ["index-differs"]),
    "no-episodes": (without("autopath_episode"), ["index-differs"]),
    "other-cluster": (changed("autopath_test", cluster="b"), ["index-differs"]),
    "no-test": (without("autopath_test"), ["index-differs"]),
    "no-labels": (without("autopath_label"), ["index-differs"]),
    "told-of-nothing": (
        lambda connection: connection.execute(insert(TOLD), {"test": KEY, "name": "a", "value": "b"}),
        ["told-of-nothing"],
    ),
}


@pytest.mark.parametrize("name", DAMAGE)
def test_what_is_wrong_is_found_and_an_index_is_mended(store: Store, name: str) -> None:
    damage, wrong = DAMAGE[name]
    tell(store, put(store, run()).run, {"step": "x"})
    with store.writing() as connection:
        damage(connection)

    assert [each.wrong for each in check(store)] == wrong
    done = rebuild(store)
    unread = wrong == ["unreadable-document"]
    assert (done.runs, len(done.unread)) == (not unread, unread)
    assert [each.wrong for each in check(store)] == [each for each in wrong if each != "index-differs"]


def test_a_damaged_document_is_replaced_by_the_one_that_comes_again(store: Store) -> None:
    stored = put(store, run())
    put(store, run(1))
    with store.writing() as connection:
        connection.execute(DOCUMENT.update().where(DOCUMENT.c.run == stored.run).values(packed=b"x"))
    rebuild(store)

    assert put(store, run()).outcome == "mended"
    assert put(store, run()).outcome == "known"
    assert (check(store), len(listed(store))) == ((), 2)


def test_a_damaged_document_is_taken_out(store: Store) -> None:
    stored = put(store, run())
    with store.writing() as connection:
        connection.execute(DOCUMENT.update().values(packed=b"x"))
    rebuild(store)

    assert remove(store, stored.run) == (stored.run, None)
    assert check(store) == ()


def test_an_index_of_nothing_is_found(store: Store) -> None:
    put(store, run())
    with store.writing() as connection:
        connection.execute(TEST.update().values(key=KEY))

    assert sorted(each.wrong for each in check(store)) == ["index-differs", "index-of-nothing"]


def test_the_index_made_anew_is_the_same(store: Store) -> None:
    for number in range(3):
        put(store, run(number))
    put(store, run(1, program="2"))
    before = (listed(store), figures(store))

    assert rebuild(store) == (4, ())
    assert (listed(store), figures(store)) == before


def test_a_run_is_taken_out_with_all_that_is_of_it(store: Store) -> None:
    first, second = put(store, run()), put(store, run(1))
    tell(store, first.run, {"step": "x"})

    assert remove(store, first.run[:12]) == Removed(first.run, None)
    assert [each.run for each in listed(store)] == [second.run]
    remove(store, second.run)
    with store.reading() as connection:
        counts = [connection.execute(select(func.count()).select_from(table)).scalar_one() for table in TABLES]
    assert counts == [0] * len(TABLES)


def test_an_older_run_counts_when_the_newer_is_taken_out(store: Store) -> None:
    older, newer = put(store, run()), put(store, run(program="2"))
    tell(store, newer.run, {"step": "x"})

    assert remove(store, newer.run) == (newer.run, older.run)
    (test,) = listed(store)
    assert (test.run, test.runs, test.about.labels) == (older.run, 1, (("step", "x"),))
    assert check(store) == ()


def test_what_was_taken_out_can_be_stored_again(store: Store) -> None:
    stored = put(store, run())
    remove(store, stored.run)

    assert put(store, run()) == stored
    assert check(store) == ()


def test_a_run_that_is_not_there(store: Store) -> None:
    with pytest.raises(UsageError, match="no run in"):
        remove(store, "abcdef")
