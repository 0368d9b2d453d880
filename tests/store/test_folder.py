"""The runs of a folder, however they lie there: each once, and what only looks like one is named."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from msgspec.structs import replace

from analyzer.errors import UsageError
from analyzer.model.run import Run
from analyzer.pipeline import documents
from analyzer.store import encode_run
from analyzer.store.folder import runs_in
from tests.report import builder


def run(case: str) -> Run:
    return replace(builder.run(builder.episode()), case=case)


def put(folder: Path, files: dict[str, bytes]) -> None:
    for name, content in files.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_bytes(content)


def test_runs_are_found_with_the_report_beside_them(tmp_path: Path) -> None:
    put(tmp_path / "b", documents(run("b")))
    put(tmp_path / "a" / "deep", {"run.json": encode_run(run("a"))})
    put(tmp_path, {"c.html": documents(run("c"))["report.html"], "notes.json": b"{}", "other.html": b"<p>"})

    found = runs_in(tmp_path)
    assert [(one.file, one.run.case) for one in found.runs] == [
        ("c.html", "c"),
        ("a/deep/run.json", "a"),
        ("b/report.html", "b"),
    ]
    assert found.unread == ()


def test_a_run_that_lies_there_twice_is_one(tmp_path: Path) -> None:
    put(tmp_path / "a", documents(run("a")))
    put(tmp_path / "b", documents(run("a")))

    assert [one.file for one in runs_in(tmp_path).runs] == ["a/report.html"]


def test_what_only_looks_like_a_run_is_named_without_where_it_lies(tmp_path: Path) -> None:
    put(tmp_path / "a", {"run.json": b"{"})
    put(tmp_path / "b", {"report.html": b"<p>"})
    put(tmp_path / ".hidden", documents(run("h")))

    found = runs_in(tmp_path)
    assert found.runs == ()
    assert [sentence.partition(": ")[0] for sentence in found.unread] == ["a/run.json", "b/report.html"]
    assert str(tmp_path) not in "".join(found.unread)


def test_an_index_is_no_run(tmp_path: Path) -> None:
    put(tmp_path, {"index.html": documents(run("a"))["report.html"]})

    assert runs_in(tmp_path) == ((), ())


def test_a_folder_is_asked_for(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="is no folder"):
        runs_in(tmp_path / "none")


def test_a_pipe_called_like_a_run_is_named_and_not_waited_for(tmp_path: Path) -> None:
    put(tmp_path / "a", documents(run("a")))
    (tmp_path / "b").mkdir()
    os.mkfifo(tmp_path / "b" / "run.json")

    found = runs_in(tmp_path)
    assert [one.run.case for one in found.runs] == ["a"]
    assert found.unread == ("b/run.json: can't be read (it is no regular file); name a run.json, or what carries one",)
