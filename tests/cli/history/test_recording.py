"""`analyze --record` stores the run, asked or by the project file, and says before what would be in the way."""

from __future__ import annotations

from pathlib import Path

import pytest

from analyzer.errors import StoreError
from analyzer.history.opening import opened
from analyzer.history.place import place_named
from analyzer.history.queries import document, listed
from analyzer.store.reading import read_run
from tests.cli.asked import SAMPLE, UTC, analyzed, one_sentence


def test_it_is_recorded_once_with_the_bytes_of_its_document(
    own_store: Path, empty_folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    told = (SAMPLE, *UTC, "-o", "out", "--record", "--cluster", "lab", "--ticket", "CHG1")
    status, _, err = analyzed(capsys, *told)
    assert status in (0, 4)
    assert "recorded as run " in err
    assert "run 1 of cluster lab: too few runs like it to compare: 1 of the 12 that it takes" in err
    assert "was there already" in analyzed(capsys, *told)[2]

    store = opened(place_named(str(own_store)))
    (test,) = listed(store)
    assert (test.cluster, test.about.ticket, test.runs) == ("lab", "CHG1", 1)
    assert document(store, test.run) == Path("out/run.json").read_bytes()


def test_a_project_file_asks_for_it_and_an_option_comes_first(
    own_store: Path, empty_folder: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("AUTOPATH_STORE")
    Path("autopath.toml").write_text("store = 'ours'\nrecord = true\n")
    told = (SAMPLE, *UTC, "-o", "out", "-q", "--write", "json", "--cluster", "lab")
    analyzed(capsys, *told, "--no-record")
    assert not Path("ours").exists()
    redacted = (SAMPLE, *UTC, "-o", "red", "-q", "--write", "json", "--cluster", "lab", "--redact")
    assert analyzed(capsys, *redacted)[2] == ""
    assert isinstance(read_run("red").settings.redacted, int)

    (test,) = listed(opened(place_named("ours")))
    assert (test.cluster, test.redacted) == ("lab", False)


def test_the_look_is_in_the_report_but_not_where_names_are_replaced(
    own_store: Path, empty_folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    told = (SAMPLE, *UTC, "-q", "--write", "html,summary", "--record", "--cluster", "lab")
    analyzed(capsys, *told, "-o", "out")
    analyzed(capsys, *told, "--redact", "-o", "red")
    line = "Run 1 of cluster lab: too few runs like it"
    for name in ("report.html", "summary.md", "summary.txt"):
        assert line in Path("out", name).read_text()
        assert line not in Path("red", name).read_text()


def test_what_goes_wrong_with_the_history_is_said_once_the_report_is_written(
    own_store: Path, empty_folder: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: object, **__: object) -> None:
        raise StoreError("there is no room left on its disk")

    monkeypatch.setattr("analyzer.history.recording.record", full)
    told = (SAMPLE, *UTC, "-q", "--write", "json", "-o", "out", "--record", "--cluster", "lab")
    status, _, err = analyzed(capsys, *told)
    assert (status, "there is no room left on its disk" in err) == (2, True)
    assert Path("out/run.json").exists()


def test_nothing_is_stored_unasked(own_store: Path, empty_folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    analyzed(capsys, SAMPLE, *UTC, "-o", "out", "--cluster", "lab", "--write", "json")
    assert not own_store.exists()


@pytest.mark.parametrize(
    ("options", "said"),
    [
        ((), "nothing says of which cluster this test is; give --cluster NAME"),
        (("--cluster", "lab", "--hash", "none"), "with --hash none no input is known again"),
        (("--cluster", "lab", "--store", "mysql://s/d"), "mysql://s/d: no such store"),
    ],
    ids=["cluster", "hash", "store"],
)
def test_what_is_in_the_way_is_said_before_anything_is_analysed(
    options: tuple[str, ...], said: str, own_store: Path, empty_folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    status, out, err = analyzed(capsys, SAMPLE, *UTC, "-o", "out", "--record", *options)
    assert (status, out) == (2, "")
    assert said in err
    assert one_sentence(err)
    assert not own_store.exists()
    assert not Path("out").exists()


def test_a_cluster_that_does_not_count_is_said(
    own_store: Path, empty_folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    told = (SAMPLE, *UTC, "-o", "out", "--record", "--write", "json")
    analyzed(capsys, *told, "--cluster", "lab")
    assert "as given" not in analyzed(capsys, *told, "--cluster", "lab")[2]
    err = analyzed(capsys, *told, "--cluster", "other")[2]

    assert "of cluster lab: nothing is changed; cluster other, as given, does not count: " in err
    (test,) = listed(opened(place_named(str(own_store))))
    assert f"`autopath history label {test.run[:12]} cluster=other` changes it" in err
