"""What a database can't do is one sentence, and a fault of ours stays one."""

from __future__ import annotations

import sqlite3
from pathlib import Path

import pytest
from sqlalchemy.exc import DBAPIError, IntegrityError, OperationalError

from analyzer.errors import StoreError
from analyzer.history.failures import in_words
from analyzer.history.place import Place, Server, SqliteFile

FILE, SERVER = SqliteFile(Path("h.sqlite")), Server("postgresql://u:p@s/d")


class _Error(Exception):
    """What a driver raises, with its code."""


def error(**codes: str) -> _Error:
    made = _Error("as the driver says it")
    for name, code in codes.items():
        setattr(made, name, code)
    return made


@pytest.mark.parametrize(
    ("place", "original", "said"),
    [
        (FILE, error(sqlite_errorname="SQLITE_BUSY_SNAPSHOT"), "h.sqlite: another process has been writing"),
        (FILE, error(sqlite_errorname="SQLITE_FULL"), "h.sqlite: there is no room left"),
        (FILE, error(sqlite_errorname="SQLITE_IOERR_WRITE"), "h.sqlite: its disk can't be read or written"),
        (FILE, error(sqlite_errorname="SQLITE_READONLY_DIRECTORY"), "h.sqlite: may not be written"),
        (FILE, error(sqlite_errorname="SQLITE_CORRUPT_INDEX"), "h.sqlite: is damaged"),
        (SERVER, error(sqlstate="53100"), "postgresql://u:***@s/d: the server has no room"),
        (SERVER, error(sqlstate="28P01"), "postgresql://u:***@s/d: the server does not let this user in"),
        (SERVER, error(sqlstate="57P01"), "postgresql://u:***@s/d: the server was stopped"),
        (SERVER, error(sqlstate="42501"), "postgresql://u:***@s/d: this user may not do that"),
    ],
)
def test_what_can_not_be_done_is_said(place: Place, original: _Error, said: str) -> None:
    with pytest.raises(StoreError) as caught, in_words(place):
        raise OperationalError("SELECT", {}, original)
    assert str(caught.value).startswith(said)


@pytest.mark.parametrize(
    ("place", "original"),
    [
        (FILE, error(sqlite_errorname="SQLITE_CONSTRAINT_UNIQUE")),
        (FILE, sqlite3.ProgrammingError("x")),
        (SERVER, error(sqlstate="42P01")),
        (SERVER, error()),
    ],
)
def test_a_fault_of_ours_stays_one(place: Place, original: Exception) -> None:
    with pytest.raises(DBAPIError), in_words(place):
        raise IntegrityError("INSERT", {}, original)
