"""A store whose file was damaged where SQLite does not notice is told as that, and what is no damage stays a fault."""

from __future__ import annotations

import sqlite3
from pathlib import Path

import pytest

from analyzer.history.place import SqliteFile, place_named
from tests.cli.history.asked import history, written


def damage(store: Path, *statements: str) -> None:
    place = place_named(str(store))
    assert isinstance(place, SqliteFile)
    with sqlite3.connect(place.path) as connection:
        for statement in statements:
            connection.execute(statement)
    connection.close()


@pytest.mark.parametrize(
    ("statement", "says"),
    [
        ("UPDATE autopath_test SET title = CAST(x'fffe' AS TEXT)", "is damaged; take it from a backup"),
        ("UPDATE autopath_run SET conditions = '{'", "`autopath history rebuild` makes it anew"),
        ("UPDATE autopath_run SET conditions = '{}'", "`autopath history rebuild` makes it anew"),
        ("UPDATE autopath_test SET time = 'soon'", "`autopath history rebuild` makes it anew"),
    ],
    ids=["text that is no UTF-8", "no JSON", "a field is missing", "a text for a number"],
)
def test_an_index_that_can_not_be_read_is_told_as_damage(
    own_store: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str], statement: str, says: str
) -> None:
    history(capsys, "import", written(tmp_path / "in", 0, 1), "-q")
    damage(own_store, statement)
    said = [history(capsys, *asked) for asked in (("list",), ("site", str(tmp_path / "site")), ("metrics",))]
    wrong = [(status, err) for status, _, err in said if status]
    assert wrong
    assert all(status == 2 and says in err and err.count("\n") == 1 for status, err in wrong)


@pytest.mark.parametrize("kept", ["'text'", "5000000000000", "1.5", "x'00'"])
def test_a_document_that_is_no_bytes_is_damaged(
    own_store: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str], kept: str
) -> None:
    history(capsys, "import", written(tmp_path / "in", 0, 1), "-q")
    damage(own_store, f"UPDATE autopath_document SET packed = {kept}")  # noqa: S608 - of the test
    status, _, err = history(capsys, "check")
    assert (status, "import its report again" in err) == (1, True)
    assert history(capsys, "rebuild")[0] == 3


def test_a_fault_of_the_program_over_a_sound_store_stays_one(
    own_store: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    history(capsys, "import", written(tmp_path / "in", 0, 1), "-q")
    assert own_store.exists()

    def broken(*_: object) -> None:
        raise ValueError("ours")

    monkeypatch.setattr("analyzer.history.queries._listed", broken)
    status, _, err = history(capsys, "list")
    assert (status, "a fault of the program" in err) == (70, True)
