"""What a database says when it can't do something, as one sentence of ours: where, what, what to do."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager

from sqlalchemy.exc import DBAPIError

from analyzer.errors import StoreError
from analyzer.history.place import Place, Server

_SQLITE: Mapping[str, str] = {
    "SQLITE_BUSY": "another process has been writing to it all the time; try again",
    "SQLITE_LOCKED": "another process has been writing to it all the time; try again",
    "SQLITE_FULL": "there is no room left on its disk, and nothing of this was stored; make room, and try again",
    "SQLITE_IOERR": "its disk can't be read or written, and nothing of this was stored; look at it, and try again",
    "SQLITE_CANTOPEN": "can't be opened; name a file in a folder that may be written (--store)",
    "SQLITE_READONLY": "may not be written, and nothing was stored; ask for the right to, or name another with --store",
    "SQLITE_PERM": "may not be opened; name another with --store, or ask for the right to it",
    "SQLITE_AUTH": "may not be opened; name another with --store, or ask for the right to it",
    "SQLITE_NOTADB": "is no history of autopath, but another file; name another with --store",
    "SQLITE_CORRUPT": "is damaged; take it from a backup, or make it anew and import the reports again",
    "SQLITE_TOOBIG": "takes no run as large as this one",
}
"""By the beginning of SQLite's name of the error."""
_POSTGRESQL: Mapping[str, str] = {
    "08": "the connection to the server was lost, and nothing of this was stored; try again",
    "28": "the server does not let this user in; look at the URL's user and password",
    "3D": "the server has no such database; make it there, or name another",
    "42501": "this user may not do that there; ask for the right to make and write tables",
    "25006": "the server takes no writing just now (it is read-only); name the one that does",
    "40": "others were writing just now, and nothing of this was stored; try again",
    "53": "the server has no room or no connection left, and nothing of this was stored; make room, and try again",
    "54": "takes no run as large as this one",
    "55P03": "another process has been writing to it all the time; try again",
    "57": "the server was stopped or gave this up, and nothing of this was stored; try again",
    "58": "the server's disk can't be read or written, and nothing of this was stored; look at it, and try again",
}
"""By the beginning of the SQLSTATE."""


@contextmanager
def in_words(place: Place) -> Iterator[None]:
    """What a database can't do is an :class:`~analyzer.errors.StoreError`; a fault of ours stays one."""
    try:
        yield
    except DBAPIError as error:
        if (said := _said(error, place)) is None:
            raise
        raise StoreError(f"{place}: {said}") from error


def _said(error: DBAPIError, place: Place) -> str | None:
    original = error.orig
    if not isinstance(place, Server):
        return _begun(_SQLITE, getattr(original, "sqlite_errorname", ""))
    if state := getattr(original, "sqlstate", None):
        return _begun(_POSTGRESQL, str(state))
    return _unreachable(str(original)) if _is_connecting(original) else None


def _begun(known: Mapping[str, str], name: str) -> str | None:
    return next((said for begin, said in known.items() if name.startswith(begin)), None)


def _is_connecting(original: BaseException | None) -> bool:
    """Psycopg has no state where no connection came about, or where it broke."""
    return type(original).__name__ in {"OperationalError", "ConnectionTimeout"}


def _unreachable(said: str) -> str:
    lines = [line.strip() for line in said.splitlines() if line.strip()]
    refused = next((line.partition("FATAL:")[2].strip() for line in lines if "FATAL:" in line), "")
    cause = refused or (lines[0] if lines else "no answer")
    return f"no connection to the server ({cause}); look at the URL, and whether the server runs"
