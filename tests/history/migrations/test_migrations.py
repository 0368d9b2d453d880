"""A store of each earlier schema becomes one of today's with every run; the tables are those that the code knows.

`store-SCHEMA.json` is what a store of that schema held of what is true; one is added with each new schema.
"""

from __future__ import annotations

import json
from base64 import b64decode
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, insert

from analyzer.history import migrations
from analyzer.history.migrations import HEAD, SCHEMAS, schema_of, upgrade
from analyzer.history.opening import Store, _file, _server, opened
from analyzer.history.place import Place, Server
from analyzer.history.queries import figures, listed
from analyzer.history.tables import DOCUMENT, METADATA, TOLD, VERSIONS
from analyzer.history.upkeep import check
from tests.history.made import put, run

EARLIER = SCHEMAS[:-1]
Rows = Mapping[str, Sequence[dict[str, Any]]]


def of_schema(place: Place, schema: str) -> Store:
    """A store of an earlier schema, with what such a one held; its index is empty."""
    store = _server(place) if isinstance(place, Server) else _file(place, make=True)
    rows: Rows = json.loads((Path(__file__).parent / f"store-{schema}.json").read_text("utf-8"))
    with store.writing() as connection:
        upgrade(connection, None, schema)
        for row in rows["document"]:
            kept = row | {"packed": b64decode(row["packed"])}
            connection.execute(insert(DOCUMENT), {name: kept[name] for name in kept if name != "id"})
        connection.execute(insert(TOLD), [*rows["told"]])
    return store


def differences(connection: Connection) -> list[Any]:
    options = {"version_table": VERSIONS, "compare_type": True}
    return [*compare_metadata(MigrationContext.configure(connection, opts=options), METADATA)]


def test_there_is_a_way_from_each_schema_to_the_next() -> None:
    scripts = ScriptDirectory(str(Path(migrations.__file__).parent))
    assert [script.revision for script in scripts.walk_revisions()] == [*reversed(SCHEMAS)]
    assert SCHEMAS[-1] == HEAD
    assert EARLIER


@pytest.mark.parametrize("schema", EARLIER)
def test_every_run_is_kept(place: Place, schema: str) -> None:
    of_schema(place, schema)

    store = opened(place)
    assert [(each.case, each.cluster, each.program, each.runs) for each in listed(store)] == [
        ("test-0", "a", "0.2.0", 2),
        ("test-1", "b", "0.1.0", 1),
    ]
    assert listed(store)[0].about.labels == (("step", "AOS 6.8"),)
    assert len(figures(store)) == 16
    assert check(store) == ()
    assert put(store, run(1, cluster="a")).outcome == "known"
    assert put(store, run(2)).outcome == "new-test"


def test_the_tables_are_those_that_the_code_knows(store: Store) -> None:
    with store.reading() as connection:
        assert differences(connection) == []


def test_several_that_migrate_at_once_migrate_once(place: Place) -> None:
    of_schema(place, EARLIER[0])

    with ThreadPoolExecutor(4) as pool:
        found = [*pool.map(lambda _: len(listed(opened(place))), range(4))]
    assert found == [2] * 4
    with opened(place).reading() as connection:
        assert schema_of(connection) == HEAD


def test_a_migration_that_fails_leaves_the_store_as_it_was(place: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    store = of_schema(place, EARLIER[0])
    monkeypatch.setattr("analyzer.history.opening.rebuilt", lambda connection: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        opened(place)
    monkeypatch.undo()

    with store.reading() as connection:
        assert schema_of(connection) == EARLIER[0]
    assert len(listed(opened(place))) == 2
