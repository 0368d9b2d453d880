"""Opening a store: its engine, its transactions, and its schema brought up to date.

One writer at a time: SQLite's `BEGIN IMMEDIATE`, and a lock of the transaction on PostgreSQL, both waited for. What is
committed is on the disk: SQLite's write-ahead log with `synchronous=FULL`; on a network disk, where that log can't
work, the journal that is deleted, with `synchronous=EXTRA`. A file that may not be written, as on a disk that is
read-only, is read as it is.
"""

from __future__ import annotations

import logging
import os
import sqlite3
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from sqlalchemy import Connection, Engine, create_engine, event
from sqlalchemy.engine import make_url
from sqlalchemy.exc import ArgumentError
from sqlalchemy.pool import NullPool

from analyzer.errors import StoreError
from analyzer.history.failures import in_words
from analyzer.history.index.rebuilding import rebuilt
from analyzer.history.migrations import HEAD, migrate, schema_of
from analyzer.history.network import network_disk
from analyzer.history.place import Place, Server, SqliteFile

# an interrupt while a connection is closed ends the program as anywhere: its traceback, which the library logs, is for
# nobody, and Python prints what is logged where nobody handles it
logging.getLogger("sqlalchemy").addHandler(logging.NullHandler())

WAIT_S = 60.0
"""How long a writer waits for others, s."""
_BUSY_STEP_S = 0.02
_LOCK = 0x6175746F70617468  # "autopath"


@dataclass(frozen=True, slots=True)
class Store:
    """An open store; `network` is the kind of network disk that it lies on, in words, empty where it is on none."""

    place: Place
    engine: Engine
    network: str = ""

    @contextmanager
    def reading(self) -> Iterator[Connection]:
        """A transaction in which one state of the store is seen."""
        with in_words(self.place), self._connected(writes=False) as connection, connection.begin():
            yield connection

    @contextmanager
    def writing(self) -> Iterator[Connection]:
        """A transaction in which nobody else writes; what was done in it is on the disk when it ends well, and nothing
        of it is there otherwise.
        """
        with in_words(self.place), self._connected(writes=True) as connection, connection.begin():
            yield connection

    def _connected(self, *, writes: bool) -> Connection:
        on_server = isinstance(self.place, Server)
        # a writer's snapshot must not be of before it waited for the others
        isolation = {"isolation_level": "READ COMMITTED" if writes else "REPEATABLE READ"} if on_server else {}
        return self.engine.connect().execution_options(writes=writes, **isolation)


def opened(place: Place, *, make: bool = False) -> Store:
    """The store at a place, of today's schema; `make` makes one where there is none.

    :class:`~analyzer.errors.StoreError` where there is none, where it can't be used, or where a newer program made it.
    """
    store = _server(place) if isinstance(place, Server) else _file(place, make=make)
    with store.reading() as connection:
        schema = schema_of(connection)
    if schema is None and not make:
        raise no_history(place)
    if schema != HEAD:
        _bring_up_to_date(store)
    return store


def no_history(place: Place) -> StoreError:
    """There is nothing yet."""
    return StoreError(f"{place}: there is no history yet; record a run (`autopath analyze --record`), or import some")


def _bring_up_to_date(store: Store) -> None:
    """Under the lock of all writers: of several that begin at once, one migrates, and the others find it done."""
    with store.writing() as connection:
        if migrate(connection, store.place):
            rebuilt(connection)


def _server(place: Server) -> Store:
    try:
        import psycopg  # noqa: F401 - only whether it is there
    except ImportError as error:
        raise StoreError(
            f"{place}: psycopg is not installed; pip install 'autopath-analyzer[postgres]' for a store on PostgreSQL"
        ) from error
    try:
        url = make_url(place.url).set(drivername="postgresql+psycopg")
        engine = create_engine(url, poolclass=NullPool)
    except (ArgumentError, ValueError) as error:
        raise StoreError(f"{place}: is no URL of a store; expected postgresql://USER@SERVER/DATABASE") from error
    event.listen(engine, "begin", _lock_server)
    return Store(place, engine)


def _lock_server(connection: Connection) -> None:
    if connection.get_execution_options().get("writes"):
        connection.exec_driver_sql(f"SET LOCAL lock_timeout = '{WAIT_S * 1000:.0f}ms'")
        connection.exec_driver_sql("SET LOCAL synchronous_commit = on")
        connection.exec_driver_sql(f"SELECT pg_advisory_xact_lock({_LOCK})")


def _file(place: SqliteFile, *, make: bool) -> Store:
    folder = place.path.parent
    try:
        if make:
            folder.mkdir(parents=True, exist_ok=True)
        elif not place.path.exists():
            raise no_history(place)
    except OSError as error:
        raise StoreError(f"{place}: can't be made ({error.strerror}); name another with --store") from error
    network = network_disk(place.path.resolve().parent)
    engine = create_engine("sqlite://", creator=partial(_connected, place, network), poolclass=NullPool)
    event.listen(engine, "begin", _begin_file)
    return Store(place, engine, network)


def _connected(place: SqliteFile, network: str) -> sqlite3.Connection:
    """A connection that begins transactions when it is told to, and never by itself."""
    reads = place.path.exists() and not may_write(place.path)
    named = f"{place.path.absolute().as_uri()}?{_reading(place.path)}" if reads else str(place.path)
    connection = sqlite3.connect(named, timeout=WAIT_S, isolation_level=None, uri=reads)
    if reads:
        return connection
    try:
        connection.execute("PRAGMA foreign_keys = ON")
        _set_journal(connection, "DELETE" if network else "WAL")
        connection.execute(f"PRAGMA synchronous = {'EXTRA' if network else 'FULL'}")
    except BaseException:
        connection.close()
        raise
    return connection


def may_write(file: Path) -> bool:
    """Whether a file of SQLite may be written, which takes that its folder may be."""
    return os.access(file, os.W_OK) and os.access(file.parent, os.W_OK)


def _reading(file: Path) -> str:
    """How a file that may not be written is read. Its write-ahead log can't be read without files that SQLite makes
    beside it; where there is nothing in that log, nothing is lost without it, and nobody can be writing.
    """
    log = file.with_name(f"{file.name}-wal")
    return "mode=ro" if log.exists() and log.stat().st_size else "mode=ro&immutable=1"


def _set_journal(connection: sqlite3.Connection, mode: str) -> None:
    """Waits for others here, as SQLite itself does not where the journal's mode is changed."""
    until = time.monotonic() + WAIT_S
    while True:
        try:
            connection.execute(f"PRAGMA journal_mode = {mode}")
        except sqlite3.OperationalError as error:
            if not error.sqlite_errorname.startswith("SQLITE_BUSY") or time.monotonic() > until:
                raise
            time.sleep(_BUSY_STEP_S)
        else:
            return


def _begin_file(connection: Connection) -> None:
    writes = connection.get_execution_options().get("writes")
    connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")
