"""What killed runs left behind is removed, what another run makes just now is not; one writer at a time in a place."""

from __future__ import annotations

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from analyzer import aside
from analyzer.aside import alone_in, folder_aside, remove_left_over
from analyzer.errors import UsageError

LEFT = ".x.abcd1234.autopath-partial"


@contextmanager
def held(folder: Path) -> Iterator[None]:
    """Another process has the folder's lock."""
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX)
        yield
    finally:
        os.close(descriptor)


def names(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


def test_what_is_made_aside_is_gone_at_the_end(tmp_path: Path) -> None:
    with folder_aside(tmp_path, "x") as made:
        (made / "file").write_text("some")
        assert names(tmp_path) == [made.name]
    assert names(tmp_path) == []


def test_what_was_moved_into_its_place_stays(tmp_path: Path) -> None:
    with folder_aside(tmp_path, "x") as made:
        (made / "file").write_text("some")
        made.rename(tmp_path / "x")
    assert names(tmp_path) == ["x"]


def test_what_a_killed_run_left_is_removed_and_nothing_else(tmp_path: Path) -> None:
    for name in (LEFT, ".x.abcd1234.partial", "x.abcd1234.autopath-partial", ".x.autopath-partial"):
        (tmp_path / name / "tables").mkdir(parents=True)
    (tmp_path / ".y.abcd1234.autopath-partial").write_text("a file")
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    (tmp_path / ".z.abcd1234.autopath-partial").symlink_to(elsewhere)
    before = names(tmp_path)
    with folder_aside(tmp_path, "x"):
        pass
    assert names(tmp_path) == [name for name in before if name != LEFT]


def test_what_another_run_makes_just_now_stays(tmp_path: Path) -> None:
    with folder_aside(tmp_path, "x") as made, folder_aside(tmp_path, "x") as other:
        assert names(tmp_path) == sorted((made.name, other.name))
    (tmp_path / LEFT).mkdir()
    with held(tmp_path / LEFT):
        remove_left_over((tmp_path, tmp_path / "none"))
        assert names(tmp_path) == [LEFT]


def test_another_writer_is_waited_for_and_then_refused_in_words(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(aside, "PATIENCE_S", 0.01)
    with held(tmp_path), pytest.raises(UsageError, match="another autopath has been writing here"), alone_in(tmp_path):
        pass
    with alone_in(tmp_path), pytest.raises(UsageError), alone_in(tmp_path):
        pass
    with alone_in(tmp_path):
        pass


def test_a_folder_that_can_not_be_locked_is_written_all_the_same(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def unsupported(*_: object) -> None:
        raise OSError(95, "Operation not supported")

    monkeypatch.setattr(fcntl, "flock", unsupported)
    (tmp_path / LEFT).mkdir()
    with alone_in(tmp_path), folder_aside(tmp_path, "x") as made:
        assert names(tmp_path) == sorted((LEFT, made.name))
    with alone_in(tmp_path / "none"):
        pass
