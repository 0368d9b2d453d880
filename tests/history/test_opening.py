"""A store is made once, whoever begins at the same time; what was written is there; what is wrong with one is said."""

from __future__ import annotations

import os
import sqlite3
import subprocess
import sys
import threading
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from pathlib import Path

import pytest
from sqlalchemy import insert, select

from analyzer.errors import StoreError
from analyzer.history import opening
from analyzer.history.migrations import HEAD, schema_of
from analyzer.history.opening import Store, opened
from analyzer.history.place import Place, Server, SqliteFile, place_named
from analyzer.history.queries import listed
from analyzer.history.tables import TOLD
from analyzer.history.upkeep import check
from tests.conftest import ROOT
from tests.history.made import put, run

WORD = {"test": "0" * 64, "name": "a", "value": "b"}


def test_where_there_is_none_nothing_is_made_unasked(place: Place) -> None:
    with pytest.raises(StoreError, match="there is no history yet; record a run"):
        opened(place)
    assert not (isinstance(place, SqliteFile) and place.path.parent.exists())


def test_several_that_begin_at_once_make_one(place: Place) -> None:
    together = threading.Barrier(6)

    def begin(number: int) -> str:
        together.wait()
        return put(opened(place, make=True), run(number)).outcome

    with ThreadPoolExecutor(6) as pool:
        assert [*pool.map(begin, range(6))] == ["new-test"] * 6
    assert len(listed(opened(place))) == 6
    assert check(opened(place)) == ()


def test_a_transaction_is_all_or_nothing(store: Store) -> None:
    with suppress(ZeroDivisionError), store.writing() as connection:
        connection.execute(insert(TOLD), WORD)
        raise ZeroDivisionError
    with store.reading() as connection:
        assert connection.execute(select(TOLD)).all() == []


def test_who_reads_sees_one_state(store: Store) -> None:
    with store.reading() as connection:
        assert connection.execute(select(TOLD)).all() == []
        with store.writing() as other:
            other.execute(insert(TOLD), WORD)
        assert connection.execute(select(TOLD)).all() == []
    with store.reading() as connection:
        assert len(connection.execute(select(TOLD)).all()) == 1


def test_a_writer_that_waits_in_vain_says_so(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(opening, "WAIT_S", 0.2)
    with (
        store.writing(),
        pytest.raises(StoreError, match="another process has been writing to it all the time; try again"),
        store.writing(),
    ):
        pass


def test_a_newer_schema_is_left_alone(store: Store) -> None:
    with store.writing() as connection:
        connection.exec_driver_sql("UPDATE autopath_version SET version_num = '9999'")
    with pytest.raises(StoreError, match=rf"is of a newer autopath \(schema 9999; this one knows {HEAD}\)"):
        opened(store.place)
    with store.reading() as connection:
        assert schema_of(connection) == "9999"


def test_what_is_acknowledged_is_on_the_disk(in_file: SqliteFile) -> None:
    with opened(in_file, make=True).reading() as connection:
        found = [connection.exec_driver_sql(f"PRAGMA {name}").scalar_one() for name in ("journal_mode", "synchronous")]
    assert found == ["wal", 2]


def test_on_a_network_disk_there_is_no_shared_memory(in_file: SqliteFile, monkeypatch: pytest.MonkeyPatch) -> None:
    opened(in_file, make=True)
    monkeypatch.setattr(opening, "network_disk", lambda folder: "NFS")
    store = opened(in_file)
    with store.writing() as connection:
        found = [connection.exec_driver_sql(f"PRAGMA {name}").scalar_one() for name in ("journal_mode", "synchronous")]
    assert (store.network, found) == ("NFS", ["delete", 3])
    assert [path.name for path in in_file.path.parent.iterdir()] == [in_file.path.name]


def test_another_file_is_no_history(tmp_path: Path) -> None:
    (tmp_path / "text.db").write_text("hello " * 1000)
    with pytest.raises(StoreError, match=r"text\.db: is no history of autopath, but another file"):
        opened(SqliteFile(tmp_path / "text.db"))


def test_the_database_of_another_program_is_left_alone(tmp_path: Path) -> None:
    with sqlite3.connect(tmp_path / "other.db") as connection:
        connection.execute("CREATE TABLE theirs (x)")
    connection.close()
    with pytest.raises(StoreError, match="is the database of another program"):
        opened(SqliteFile(tmp_path / "other.db"), make=True)


def test_a_folder_that_can_not_be_made(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(StoreError, match=r"can't be made \(.*\); name another with --store"):
        opened(SqliteFile(tmp_path / "file" / "history.sqlite"), make=True)


def test_a_folder_is_no_file(tmp_path: Path) -> None:
    (tmp_path / "a.db").mkdir()
    with pytest.raises(StoreError, match="can't be opened; name a file in a folder that may be written"):
        opened(SqliteFile(tmp_path / "a.db" / ".." / "a.db"), make=True)


def test_a_server_that_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(StoreError, match=r"u:\*\*\*@.*: no connection to the server \(.*No such file.*\)") as caught:
        opened(place_named(f"postgresql://u:secret@/d?host={tmp_path}"))
    assert "secret" not in str(caught.value)


@pytest.mark.parametrize("url", ["postgresql://u@s:x/d", "postgresql:///d?port=x\n"])
def test_a_url_that_is_none(url: str) -> None:
    with pytest.raises(StoreError, match="is no URL of a store"):
        opened(Server(url))


def test_a_database_that_is_not_there(postgresql: str) -> None:
    with pytest.raises(StoreError, match=r'no connection to the server \(database "nothing" does not exist\)'):
        opened(place_named(postgresql.replace("/postgres?", "/nothing?")))


def test_without_psycopg_the_extra_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "psycopg", None)
    with pytest.raises(StoreError, match=r"pip install 'autopath-analyzer\[postgres\]'"):
        opened(Server("postgresql://u@s/d"))


FULL = """
import resource, signal, sys
from pathlib import Path
from analyzer.history.opening import opened
from analyzer.history.place import SqliteFile
from tests.history.made import put, run
store = opened(SqliteFile(Path(sys.argv[1])), make=True)
signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
resource.setrlimit(resource.RLIMIT_FSIZE, (int(sys.argv[2]), resource.RLIM_INFINITY))
for number in range(1000):
    print(put(store, run(number)).run, flush=True)
"""


def test_a_disk_that_is_full_loses_nothing_that_was_acknowledged(in_file: SqliteFile) -> None:
    """A limit on the size of files stands for the disk: the write fails as well, in the middle of a transaction."""
    command = [sys.executable, "-c", FULL, str(in_file.path), "400000"]
    environment = os.environ | {"PYTHONPATH": str(ROOT)}
    done = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, check=False)

    acknowledged = done.stdout.split()
    assert "nothing of this was stored" in done.stderr.splitlines()[-1]
    assert acknowledged
    store = opened(in_file)
    assert [each.run for each in listed(store)] == acknowledged
    assert check(store) == ()


def test_what_the_library_logs_is_for_nobody() -> None:
    """A traceback where an interrupt came while it closed a connection."""
    logs = 'import logging, analyzer.history.opening; logging.getLogger("sqlalchemy.pool.impl").error("x")'
    done = subprocess.run([sys.executable, "-c", logs], cwd=ROOT, capture_output=True, text=True, check=True)
    assert done.stderr == ""


@pytest.mark.parametrize("left", [b"", None], ids=["an empty log", "no log"])
def test_where_nothing_may_be_written_it_is_read(
    left: bytes | None, in_file: SqliteFile, monkeypatch: pytest.MonkeyPatch
) -> None:
    put(opened(in_file, make=True), run())
    if left is not None:
        in_file.path.with_name(f"{in_file.path.name}-wal").write_bytes(left)
    there = sorted(in_file.path.parent.iterdir())
    monkeypatch.setattr(opening, "may_write", lambda file: False)

    store = opened(in_file)
    assert len(listed(store)) == 1
    assert sorted(in_file.path.parent.iterdir()) == there
    with pytest.raises(StoreError, match="may not be written, and nothing was stored"):
        put(store, run(1))


def test_what_still_is_in_the_log_is_read_too(in_file: SqliteFile, monkeypatch: pytest.MonkeyPatch) -> None:
    store = opened(in_file, make=True)
    with store.reading():  # which keeps the log from being put into the file
        put(store, run())
        monkeypatch.setattr(opening, "may_write", lambda file: False)
        assert len(listed(opened(in_file))) == 1
