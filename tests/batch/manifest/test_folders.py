"""A folder with a folder a test."""

from __future__ import annotations

from pathlib import Path

import pytest

from analyzer.batch.manifest.folders import rows_of_folder
from analyzer.errors import UsageError


def test_each_folder_that_is_not_hidden_is_a_test(tmp_path: Path) -> None:
    for name in ("one", "second test", ".git"):
        (tmp_path / name).mkdir()
    (tmp_path / "notes.txt").touch()

    read = rows_of_folder(tmp_path)
    assert [(row.name, row.evidence) for row in read.rows] == [("one", ("one",)), ("second_test", ("second test",))]
    assert read.faults == ()


def test_two_that_would_have_one_folder_are_told(tmp_path: Path) -> None:
    for name in ("a b", "a_b"):
        (tmp_path / name).mkdir()

    assert rows_of_folder(tmp_path).faults == (
        f"{tmp_path}: there is a test 'a_b' already (a_b); give each its own name",
    )


def test_where_there_is_none_that_is_told(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="has no folder in it"):
        rows_of_folder(tmp_path)
    with pytest.raises(UsageError, match="No such file or directory"):
        rows_of_folder(tmp_path / "none")
