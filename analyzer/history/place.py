"""Where a history is kept: a file of SQLite, or a PostgreSQL server, as `--store` and the settings name it."""

from __future__ import annotations

import os
import re
from pathlib import Path
from typing import NamedTuple

from analyzer.errors import UsageError

FILE = "history.sqlite"
ENDINGS = frozenset({".sqlite", ".sqlite3", ".db"})
_URL = re.compile(r"(?P<scheme>[A-Za-z][A-Za-z0-9+.-]*)://")
_POSTGRESQL = frozenset({"postgresql", "postgres"})
_PASSWORD = re.compile(r"(?<=://)(?P<user>[^/@:]*):[^@]*(?=@)")
_SECRET = re.compile(r"(?<=[?&]password=)[^&]*")


class SqliteFile(NamedTuple):
    """A file that SQLite keeps."""

    path: Path

    def __str__(self) -> str:
        return str(self.path)


class Server(NamedTuple):
    """A PostgreSQL server's database, by its URL. As a text its password is not told."""

    url: str

    def __str__(self) -> str:
        return without_password(self.url)


Place = SqliteFile | Server


def place_named(text: str) -> Place:
    """The place that a text names: a URL, a file (`.sqlite`, `.sqlite3`, `.db`, or one that is there), or the folder of
    the file; :class:`~analyzer.errors.UsageError` for a URL of another database.
    """
    if url := _URL.match(text):
        if url["scheme"] not in _POSTGRESQL:
            raise UsageError(
                f"{without_password(text)}: no such store; name a file, a folder or postgresql://USER@SERVER/DATABASE"
            )
        return Server(f"postgresql{text[len(url['scheme']) :]}")
    path = Path(text)
    is_file = path.suffix.lower() in ENDINGS or os.path.isfile(path)  # noqa: PTH113 - False where it can't be looked at
    return SqliteFile(path if is_file else path / FILE)


def default_place() -> Place:
    """The file in the user's own data folder."""
    from platformdirs import user_data_path

    return SqliteFile(user_data_path("autopath", appauthor=False) / FILE)


def without_password(text: str) -> str:
    """A URL as it may be shown; any other text as it is."""
    return _SECRET.sub("***", _PASSWORD.sub(r"\g<user>:***", text)) if _URL.match(text) else text
