"""A history goes out as files and comes in again; what else lies in a folder is told apart."""

from __future__ import annotations

from pathlib import Path

import pytest

from analyzer.errors import UsageError
from analyzer.history.changes import take_over, tell_of_cluster, told_of_cluster
from analyzer.history.exchange import MANIFEST, NO_MANIFEST, Document, Unread, documents_in, exported, manifest_in
from analyzer.history.opening import Store, opened
from analyzer.history.place import SqliteFile
from analyzer.history.queries import figures, listed
from analyzer.history.recording import record
from analyzer.history.telling import tell
from analyzer.history.upkeep import check
from analyzer.model.instant import Span
from analyzer.model.over_time.looks import Change, Line
from analyzer.store import encode_run
from tests.history.made import put, run


def written(folder: Path, store: Store, *runs: str) -> Path:
    folder.mkdir()
    for name, content in exported(store, runs):
        (folder / name).write_bytes(content)
    return folder


def test_all_of_it_comes_back(store: Store, tmp_path: Path) -> None:
    put(store, run(1))
    tell(store, put(store, run(0, cluster=None), cluster="b").run, {"step": "x"})
    put(store, run(1, settings=run(1).settings, verdict="MET", acceptable="yes"))
    written(tmp_path / "out", store)

    other = opened(SqliteFile(tmp_path / "other.db"), make=True)
    for found in documents_in(tmp_path):
        assert isinstance(found, Document)
        record(other, found.content, found.name, told=found.told)
    assert (listed(other), figures(other)) == (listed(store), figures(store))
    assert check(other) == ()


def test_only_what_is_named_goes_out(store: Store, tmp_path: Path) -> None:
    put(store, run(0))
    tell(store, put(store, run(1)).run, {"step": "x"})
    tell(store, put(store, run(2)).run, {"step": "y"})
    wanted = listed(store)[1]

    folder = written(tmp_path / "out", store, wanted.run)
    assert sorted(path.name for path in folder.iterdir()) == [f"000002-{wanted.run[:16]}.json", MANIFEST]
    assert manifest_in(folder).told == {wanted.test: {"step": "x"}}
    assert next(folder.glob("0*")).read_bytes() == encode_run(run(1))


def test_what_should_hold_a_run_is_told_from_what_may_be_anybodys(store: Store, tmp_path: Path) -> None:
    put(store, run(0))
    folder = written(tmp_path / "out", store)
    (exported_run,) = folder.glob("0*")
    exported_run.unlink()
    exported_run.write_bytes(b"{}")
    (folder / "other.json").write_bytes(b"{}")
    for name in ("a/report.html", "b/other.html"):
        (folder / name).parent.mkdir()
        (folder / name).write_bytes(b"<p>")

    found = {Path(each.name).relative_to(folder).as_posix(): each for each in documents_in(folder)}
    assert {name: (type(each), each.expected) for name, each in found.items()} == {
        exported_run.name: (Document, True),
        "other.json": (Document, False),
        "a/report.html": (Unread, True),
        "b/other.html": (Unread, False),
    }


def test_a_file_that_is_named_should_hold_one(tmp_path: Path) -> None:
    (found,) = documents_in(tmp_path / "none.html")
    assert isinstance(found, Unread)
    assert found.expected
    assert "can't be read" in found.said


@pytest.mark.parametrize("content", [b"", b"[]", b'{"files": []}', b"\xff", b"[" * 100_000])
def test_a_manifest_of_others_says_nothing(content: bytes, tmp_path: Path) -> None:
    (tmp_path / MANIFEST).write_bytes(content)
    assert manifest_in(tmp_path) == NO_MANIFEST


def test_a_manifest_of_a_newer_program_is_not_guessed_at(tmp_path: Path) -> None:
    (tmp_path / MANIFEST).write_bytes(b'{"autopath_history": 2, "files": [], "told": {}}')
    with pytest.raises(UsageError, match="is of a newer autopath"):
        manifest_in(tmp_path)


def test_what_was_told_of_changes_goes_with_whole_histories(store: Store, tmp_path: Path) -> None:
    stored = put(store, run())
    change = Change(
        figure=("cvm-failure", "repair"), time=1, direction="longer", by=Span(1, 2**62), told_after=stored.test
    )
    line = Line(said="found", earlier=1, change=change)
    tell_of_cluster(store, stored.cluster, [line], 0)
    for name, content in exported(store):
        (tmp_path / name).write_bytes(content)

    assert manifest_in(tmp_path).changes == {stored.cluster: (line,)}
    take_over(store, stored.cluster, manifest_in(tmp_path).changes[stored.cluster])
    assert told_of_cluster(store, stored.cluster).lines == (line,)
    take_over(store, "b", [line])
    assert told_of_cluster(store, "b").lines == (line,)
    *_, (_, some) = exported(store, [stored.run])
    assert b'"changes": {}' in some
