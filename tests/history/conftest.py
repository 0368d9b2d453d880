"""Stores to test: each test runs with a file of SQLite and with a PostgreSQL server."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import count
from pathlib import Path

import pytest

from analyzer.history.opening import Store, opened
from analyzer.history.place import FILE, Place, Server, SqliteFile, place_named
from tests.history import server

_NUMBERS = count()


@pytest.fixture(scope="session")
def postgresql() -> Iterator[str]:
    """The URL of a PostgreSQL server that runs for the tests."""
    if server.programs() is None:
        pytest.skip("PostgreSQL is not installed (make tools installs it)")
    with server.running() as url:
        yield url


@pytest.fixture
def on_server(postgresql: str) -> Server:
    """A place on the server where nothing is."""
    import psycopg

    schema = f"test_{next(_NUMBERS)}"
    with psycopg.connect(postgresql, autocommit=True) as connection:
        connection.execute(f"CREATE SCHEMA {schema}")
    place = place_named(f"{postgresql}&options=-csearch_path%3D{schema}")
    assert isinstance(place, Server)
    return place


@pytest.fixture
def in_file(tmp_path: Path) -> SqliteFile:
    """A file that is not there yet."""
    return SqliteFile(tmp_path / "history" / FILE)


@pytest.fixture(params=["sqlite", "postgresql"])
def place(request: pytest.FixtureRequest) -> Place:
    """A place where there is no store yet, on each kind of database."""
    found: Place = request.getfixturevalue("in_file" if request.param == "sqlite" else "on_server")
    return found


@pytest.fixture
def store(place: Place) -> Store:
    """An empty store."""
    return opened(place, make=True)
