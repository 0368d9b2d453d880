"""Looking after a store: what is wrong in it, its index made anew, a run taken out."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from typing import Literal, NamedTuple

from sqlalchemy import Connection, Row, delete, func, select

from analyzer.errors import AutopathError
from analyzer.history.documents import all_kept
from analyzer.history.index.rebuilding import Rebuilt, kept_rows, rebuilt
from analyzer.history.index.rows import RunRows
from analyzer.history.index.writing import index_test, test_rows, unindex_run
from analyzer.history.opening import Store
from analyzer.history.queries import named
from analyzer.history.tables import DOCUMENT, EPISODE, FIGURE, INPUT, LABEL, RUN, TEST, TOLD
from analyzer.history.values import SHOWN

Wrong = Literal["damaged-file", "unreadable-document", "index-differs", "index-of-nothing", "told-of-nothing", "shared"]
"""What may be wrong. `damaged-file`: SQLite says so of its file; `unreadable-document`: a run's can't be read;
`index-differs`: the tables say of a run, or of a test, something else than the documents; `index-of-nothing`: or have
one of which there is no document; `told-of-nothing`: something was told of a test that has no run; `shared`: two tests
have a capture or a log with events in common, so one of them may be the other with more evidence, and one of them is to
be removed.
"""


class Trouble(NamedTuple):
    """What is wrong, of which run or test (its key), and what else there is to say."""

    wrong: Wrong
    of: str
    said: str


class Removed(NamedTuple):
    """A run that was taken out, and the one of its test that counts now: None where it was the last."""

    run: str
    counts: str | None


def rebuild(store: Store) -> Rebuilt:
    """The index made anew from the documents and from what was told; nobody sees half of it."""
    with store.writing() as connection:
        return rebuilt(connection)


def remove(store: Store, run: str) -> Removed:
    """Take the run out whose key begins so. What was told of its test stays as long as the test has another run.

    :class:`~analyzer.errors.UsageError` where there is no such run.
    """
    with store.writing() as connection:
        key = named(connection, store, run)
        number, test = connection.execute(select(DOCUMENT.c.id, DOCUMENT.c.test).where(DOCUMENT.c.run == key)).one()
        unindex_run(connection, number)
        connection.execute(delete(DOCUMENT).where(DOCUMENT.c.id == number))
        index_test(connection, test, ())
        counts = connection.execute(select(RUN.c.key).join(TEST, TEST.c.run == RUN.c.id).where(TEST.c.key == test))
        left = counts.scalar_one_or_none()
        if left is None:
            connection.execute(delete(TOLD).where(TOLD.c.test == test))
        return Removed(key, left)


def check(store: Store) -> tuple[Trouble, ...]:
    """All that is wrong in the store; nothing where it is clean. It sees one state, whoever writes meanwhile."""
    with store.reading() as connection:
        evidence: set[str] = set()
        return (
            *_file(connection),
            *_runs(connection, evidence),
            *_tests(connection),
            *_told(connection),
            *_shared(connection, evidence),
        )


def _file(connection: Connection) -> Iterator[Trouble]:
    if connection.dialect.name != "sqlite":
        return
    for said in connection.exec_driver_sql("PRAGMA integrity_check").scalars():
        if said != "ok":
            yield Trouble("damaged-file", "", str(said))
    for row in connection.exec_driver_sql("PRAGMA foreign_key_check"):
        yield Trouble("damaged-file", "", f"{row[0]} has a row of nothing")


def _runs(connection: Connection, evidence: set[str]) -> Iterator[Trouble]:
    """What is wrong of each run; the digests of what is of one test alone are put into `evidence`."""
    for kept in all_kept(connection):
        try:
            rows = kept_rows(kept)
        except AutopathError as error:
            yield Trouble("unreadable-document", kept.run, str(error))
        else:
            evidence |= rows.evidence
            yield from _run(connection, kept.id, rows)
    without = select(RUN.c.key).where(RUN.c.id.not_in(select(DOCUMENT.c.id))).order_by(RUN.c.key)
    for key in connection.execute(without).scalars():
        yield Trouble("index-of-nothing", key, "there is no document of this run")


def _run(connection: Connection, number: int, rows: RunRows) -> Iterator[Trouble]:
    for table, column, made in (
        (RUN, RUN.c.id, (rows.run | {"id": number},)),
        (EPISODE, EPISODE.c.run, tuple(row | {"run": number} for row in rows.episodes)),
        (FIGURE, FIGURE.c.run, tuple(row | {"run": number} for row in rows.figures)),
    ):
        query = select(table).where(column == number).order_by(*table.primary_key.columns)
        if [*map(_plain, connection.execute(query))] != [*made]:
            yield Trouble("index-differs", rows.run["key"], f"its rows of {table.name}")


def _plain(row: Row[tuple[object, ...]]) -> Mapping[str, object]:
    return dict(row._mapping)  # noqa: SLF001 - so it is called, and public


def _tests(connection: Connection) -> Iterator[Trouble]:
    there = {row.key: row for row in connection.execute(select(TEST))}
    wanted = set(connection.execute(select(RUN.c.test)).scalars())
    for key in sorted(there.keys() - wanted):
        yield Trouble("index-of-nothing", key, "there is no run of this test")
    for key in sorted(wanted):
        rows = test_rows(connection, key)
        found = _plain(there[key]) if key in there else {}
        if rows is None or {name: value for name, value in found.items() if name != "id"} != rows.test:
            yield Trouble("index-differs", key, f"the row of this test in {TEST.name}")
            continue
        labels = connection.execute(select(LABEL.c.name, LABEL.c.value).where(LABEL.c.test == found["id"])).all()
        if sorted((row.name, row.value) for row in labels) != sorted(rows.labels):
            yield Trouble("index-differs", key, f"the rows of this test in {LABEL.name}")


def _told(connection: Connection) -> Iterator[Trouble]:
    query = select(TOLD.c.test).where(TOLD.c.test.not_in(select(DOCUMENT.c.test))).distinct().order_by(TOLD.c.test)
    for key in connection.execute(query).scalars():
        yield Trouble("told-of-nothing", key, "something was told of a test that has no run")


def _shared(connection: Connection, evidence: Collection[str]) -> Iterator[Trouble]:
    query = (
        select(INPUT.c.digest, RUN.c.key, INPUT.c.name)
        .join(TEST, TEST.c.id == INPUT.c.test)
        .join(RUN, RUN.c.id == TEST.c.run)
        .where(INPUT.c.digest.in_(select(INPUT.c.digest).group_by(INPUT.c.digest).having(func.count() > 1)))
        .order_by(INPUT.c.digest, RUN.c.key)
    )
    shared: dict[str, list[tuple[str, str]]] = {}
    for digest, key, name in connection.execute(query):
        if digest not in evidence:
            continue
        shared.setdefault(digest, []).append((key, name))
    for runs in shared.values():
        first, *others = runs
        said = ", ".join(key[:SHOWN] for key, _ in others)
        yield Trouble("shared", first[0], f"{first[1]} is also an input of {said}")
