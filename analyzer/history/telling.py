"""What people say of a test after it was stored: its cluster, its ticket, a label such as `step = "AOS 6.8"`.

It is said of the test, so every analysis of it has it, and it counts before what the documents say.
"""

from __future__ import annotations

from collections.abc import Mapping

from sqlalchemy import Connection, delete, insert, select

from analyzer.config import LONGEST_WORDS, MOST_LABELS
from analyzer.errors import UsageError
from analyzer.history.index.rows import storable
from analyzer.history.index.writing import UNKNOWN_CLUSTER, index_test, test_rows, told_of
from analyzer.history.opening import Store
from analyzer.history.queries import named
from analyzer.history.tables import DOCUMENT, TOLD


def tell(store: Store, run: str, told: Mapping[str, str | None]) -> str:
    """Say this of the test of the run whose key begins so; None takes back what was said. The run's whole key.

    :class:`~analyzer.errors.UsageError` where there is no such run, where the test would be of no cluster then, or for
    more than a page has room for.
    """
    with store.writing() as connection:
        key = named(connection, store, run)
        test = str(connection.execute(select(DOCUMENT.c.test).where(DOCUMENT.c.run == key)).scalar_one())
        _write(connection, test, told)
        rows = test_rows(connection, test)
        if rows is None or rows.test["cluster"] == UNKNOWN_CLUSTER:
            raise UsageError(f"{run}: would be of no cluster then; give cluster=NAME")
        index_test(connection, test, ())
        return key


def checked(told: Mapping[str, str | None]) -> Mapping[str, str | None]:
    """What is to be told, as it can be stored; :class:`~analyzer.errors.UsageError` for too long a text."""
    for name, value in told.items():
        if len(name) + len(value or "") > LONGEST_WORDS:
            raise UsageError(f"{name[:LONGEST_WORDS]}: has more than {LONGEST_WORDS} characters; say it shorter")
    return {storable(name): None if value is None else storable(value) for name, value in told.items()}


def _write(connection: Connection, test: str, told: Mapping[str, str | None]) -> None:
    for name, value in checked(told).items():
        connection.execute(delete(TOLD).where(TOLD.c.test == test, TOLD.c.name == name))
        if value is not None:
            connection.execute(insert(TOLD), {"test": test, "name": name, "value": value})
    if len(told_of(connection, test)) > MOST_LABELS:
        raise UsageError(f"more than {MOST_LABELS} labels were told of this test; take some back (NAME=)")
