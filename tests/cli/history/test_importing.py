"""Runs come in from whatever carries them; what can't be stored is said, and the rest is stored."""

from __future__ import annotations

from pathlib import Path

import pytest

from analyzer.history.changes import tell_of_cluster, told_of_cluster
from analyzer.history.opening import opened
from analyzer.history.place import place_named
from analyzer.model.instant import Span
from analyzer.model.over_time.looks import Change, Line
from analyzer.pipeline import documents
from analyzer.redact.key import new_key
from analyzer.redact.run import redacted
from analyzer.report.forms.catalogue import chosen
from analyzer.store import encode_run
from tests.cli.asked import one_sentence
from tests.cli.history.asked import history, written
from tests.history import made


def test_a_page_carries_the_same_run_as_its_document(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    page = tmp_path / "mailed.html"
    page.write_bytes(documents(made.run(), chosen(["html"]))["report.html"])
    status, out, err = history(capsys, "import", page, written(tmp_path / "in", 0), tmp_path)
    assert (status, err) == (0, "")
    assert ["was there already" in line for line in out.splitlines()] == [False, True, True, True]


def test_an_unknown_cluster_is_asked_for(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    folder = written(tmp_path / "in", 0, 1, cluster=None)
    status, out, err = history(capsys, "import", folder)
    assert (status, out) == (2, "")
    assert err.splitlines()[0] == (
        f"not imported: {folder}/0/run.json: nothing says of which cluster it is; name it with --cluster NAME"
    )
    assert history(capsys, "import", folder, "--cluster", "b")[0] == 0


def test_what_can_not_be_read_is_said_and_the_rest_is_stored(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = written(tmp_path / "in", 0)
    (folder / "report.html").write_text("<p>")
    (folder / "other.json").write_text("{}")
    status, out, err = history(capsys, "import", folder)
    assert status == 3
    assert len(out.splitlines()) == 1
    assert [line.partition(":")[0] for line in err.splitlines()] == ["not imported", "ignored, as no run"]


@pytest.mark.parametrize(("content", "status"), [(None, 2), (b"{}", 2)], ids=["empty", "others"])
def test_a_folder_without_a_run(
    content: bytes | None, status: int, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = tmp_path / "in"
    folder.mkdir()
    if content:
        (folder / "other.json").write_bytes(content)
    done = history(capsys, "import", folder, "-q")
    assert (done[0], done[1]) == (status, "")
    assert "holds no run; make some with" in done[2]
    assert one_sentence(done[2])


def test_a_store_that_fails_ends_it(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = tmp_path / "run.json"
    file.write_bytes(encode_run(made.run()))
    (tmp_path / "no.db").write_text("no database " * 100)
    status, out, err = history(capsys, "import", file, file, "--store", tmp_path / "no.db")
    assert (status, out) == (2, "")
    assert "is no history of autopath" in err
    assert one_sentence(err)


def test_what_was_told_of_changes_comes_along(
    own_store: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    history(capsys, "import", written(tmp_path / "runs", 0))
    here = opened(place_named(str(own_store)))
    change = Change(figure=("cvm-failure", "repair"), time=1, direction="longer", by=Span(1, 2), told_after="a" * 64)
    line = Line(said="found", earlier=1, change=change)
    tell_of_cluster(here, made.CLUSTER, [line], 0)
    history(capsys, "export", "-o", tmp_path / "out")

    other = str(tmp_path / "other")
    for _ in range(2):
        assert history(capsys, "import", tmp_path / "out", "--store", other)[0] == 0
    assert told_of_cluster(opened(place_named(other)), made.CLUSTER).lines == (line,)


def test_a_cluster_that_is_a_pseudonym_is_said_to_be_one(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    redacted_run, given = redacted(made.run(), new_key()).run, redacted(made.run(1, cluster=None), new_key()).run
    (tmp_path / "run.json").write_bytes(encode_run(redacted_run))
    out = history(capsys, "import", tmp_path / "run.json")[1]
    assert f"its names are replaced, so {redacted_run.about.cluster} is a pseudonym" in out

    (tmp_path / "run.json").write_bytes(encode_run(given))
    assert "pseudonym" not in history(capsys, "import", tmp_path / "run.json", "--cluster", "lab")[1]
