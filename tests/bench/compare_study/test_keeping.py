from __future__ import annotations

from pathlib import Path

from bench.compare_study.cells import Cell
from bench.compare_study.keeping import Keeping

FOUND = (Cell("groups", ("6 + 6",), 160, 4000),)


def test_what_was_found_is_not_found_again(tmp_path: Path) -> None:
    told: list[str] = []

    def find() -> tuple[Cell, ...]:
        told.append("found")
        return FOUND

    assert [Keeping(tmp_path, told.append).found("of groups", tuple[Cell, ...], find) for _ in range(2)] == [FOUND] * 2
    assert told == ["found", "of groups"]
    assert [one.name for one in tmp_path.iterdir()] == ["of-groups.json"]


def test_without_a_folder_nothing_is_kept(tmp_path: Path) -> None:
    found = [Keeping().found("of groups", int, lambda at=at: at) for at in range(2)]  # type: ignore[misc]

    assert found == [0, 1]
    assert [*tmp_path.iterdir()] == []
