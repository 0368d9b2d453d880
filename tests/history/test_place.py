"""The place that a text names, and what of it may be shown."""

from __future__ import annotations

from pathlib import Path

import pytest

from analyzer.errors import UsageError
from analyzer.history.place import FILE, Server, SqliteFile, default_place, place_named, without_password


@pytest.mark.parametrize(
    ("text", "place"),
    [
        ("history", SqliteFile(Path("history", FILE))),
        ("a/b.db", SqliteFile(Path("a/b.db"))),
        ("a/B.SQLite3", SqliteFile(Path("a/B.SQLite3"))),
        ("v1.2", SqliteFile(Path("v1.2", FILE))),
        ("postgresql://u@s/d", Server("postgresql://u@s/d")),
        ("postgres://u:p@s:5/d?x=y", Server("postgresql://u:p@s:5/d?x=y")),
    ],
)
def test_a_text_names_a_place(text: str, place: object) -> None:
    assert place_named(text) == place


def test_a_file_that_is_there_may_be_called_anything(tmp_path: Path) -> None:
    (tmp_path / "ours").touch()
    assert place_named(str(tmp_path / "ours")) == SqliteFile(tmp_path / "ours")
    assert place_named(str(tmp_path)) == SqliteFile(tmp_path / FILE)


@pytest.mark.parametrize("text", ["mysql://u:secret@s/d", "sqlite:///x", "http://x"])
def test_another_database_is_no_place(text: str) -> None:
    with pytest.raises(UsageError, match="no such store; name a file, a folder or postgresql://") as caught:
        place_named(text)
    assert "secret" not in str(caught.value)


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("postgresql://u:secret@s/d", "postgresql://u:***@s/d"),
        ("postgresql://u:sec:re/t@s/d", "postgresql://u:***@s/d"),
        ("postgresql://s/d?user=u&password=secret&x=y", "postgresql://s/d?user=u&password=***&x=y"),
        ("postgresql://u@s:5432/d", "postgresql://u@s:5432/d"),
        ("a/b:c@d", "a/b:c@d"),
    ],
)
def test_a_password_is_not_shown(text: str, shown: str) -> None:
    assert without_password(text) == shown
    assert str(place_named(text)) == shown or not text.startswith("postgresql")


def test_the_default_is_the_users_own(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path))
    assert default_place() == SqliteFile(tmp_path / "autopath" / FILE)
