"""The index made anew from the documents and from what was told."""

from __future__ import annotations

from typing import NamedTuple

from sqlalchemy import Connection, delete

from analyzer.errors import AutopathError
from analyzer.history.documents import Kept, all_kept, unpacked
from analyzer.history.index.rows import RunRows, rows_of
from analyzer.history.index.writing import index_run, index_test
from analyzer.history.tables import INDEX_TABLES
from analyzer.store import decode_run


class Rebuilt(NamedTuple):
    """How many runs are in the new index, and a sentence for each document that can't be."""

    runs: int
    unread: tuple[str, ...]


def rebuilt(connection: Connection) -> Rebuilt:
    """Make the index anew, in a transaction that writes."""
    for table in INDEX_TABLES:
        connection.execute(delete(table))
    inputs: dict[str, tuple[tuple[str, str], ...]] = {}
    count, unread = 0, []
    for kept in all_kept(connection):
        try:
            rows = kept_rows(kept)
        except AutopathError as error:
            unread.append(str(error))
            continue
        index_run(connection, kept.id, rows)
        inputs.setdefault(kept.test, rows.inputs)
        count += 1
    for test, names in inputs.items():
        index_test(connection, test, names)
    return Rebuilt(count, tuple(unread))


def kept_rows(kept: Kept) -> RunRows:
    """The rows of a stored run: with the keys that it was stored under, whatever a later program would give it."""
    name = f"run {kept.run}"
    rows = rows_of(decode_run(unpacked(kept), name), name)
    return rows._replace(run=rows.run | {"key": kept.run, "test": kept.test})
