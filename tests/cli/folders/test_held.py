"""A folder holds one run: what is of another one, or of an older document of this one, does not stay beside it."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from msgspec.structs import replace

from analyzer.cli import run
from analyzer.cli.folders.held import NAMES, left_over, not_ours, runs_held
from analyzer.pipeline import documents
from analyzer.report.forms.catalogue import FORMS, chosen
from analyzer.store import encode_run
from analyzer.store.reading import read_run
from tests.cli.asked import SAMPLE, UTC, analyzed, one_sentence
from tests.conftest import SAMPLES
from tests.report import builder

RUN = builder.run(builder.episode())
OTHER = replace(RUN, case="other")
ALL = "html,json,md,summary,junit,metrics,csv,parquet,pdf,bundle"
TWO = [str(SAMPLES / case / "vmk1.pcap") for case in ("healthy", "nfs-hang")]
EXPECTED = '[[expectation]]\nkind = "cvm-failure"\nmetric = "outage"\nexpected_s = 1\nbound_s = 2\nsource = "mine"\n'


def names(folder: Path) -> set[str]:
    return {path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file()}


@pytest.fixture(scope="module")
def written() -> dict[str, bytes]:
    """Each form of a run that can be written without its evidence."""
    return documents(RUN, [form for form in FORMS if not form.of_evidence], split=True)


def put(folder: Path, files: dict[str, bytes]) -> Path:
    for name, content in files.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_bytes(content)
    return folder


def test_what_we_write_is_known_as_ours(written: dict[str, bytes], tmp_path: Path) -> None:
    put(tmp_path, written)
    assert written.keys() == {*NAMES} - {"evidence.pcapng", "evidence.lua", "manifest.json", "manifest.json.sig"}
    assert not_ours(tmp_path, NAMES) == ""
    assert {*left_over(tmp_path, encode_run(OTHER), ())} == written.keys()


def test_further_forms_of_the_same_run_keep_the_others(written: dict[str, bytes], tmp_path: Path) -> None:
    put(tmp_path, written)
    assert left_over(tmp_path, encode_run(RUN), {"report.pdf"}) == ()
    (tmp_path / "run.json").unlink()
    assert left_over(tmp_path, encode_run(RUN), {"report.pdf"}) == ()


def test_one_file_of_another_run_makes_the_rest_doubtful(written: dict[str, bytes], tmp_path: Path) -> None:
    put(tmp_path, {**written, "report.pdf": documents(OTHER, [FORMS[-3]])["report.pdf"]})
    old = {*left_over(tmp_path, encode_run(RUN), {"run.json"})}
    assert {"report.pdf", "summary.txt", "junit.xml", "tables/episodes.csv"} <= old
    assert not old & {"run.json", "report.html", "bundle.zip"}


def test_of_whom_a_form_is_that_lies_there_alone_nobody_knows(written: dict[str, bytes], tmp_path: Path) -> None:
    put(tmp_path, {"summary.txt": written["summary.txt"]})
    assert left_over(tmp_path, encode_run(RUN), {"junit.xml"}) == ("summary.txt",)


def test_every_run_of_a_folder_counts(tmp_path: Path) -> None:
    put(tmp_path, {"run.json": encode_run(RUN), "report.html": documents(OTHER)["report.html"]})
    assert [held.case for held in runs_held(tmp_path)] == [RUN.case, "other"]


def test_what_is_called_like_a_form_and_is_none(written: dict[str, bytes], tmp_path: Path) -> None:
    put(tmp_path, {"junit.xml": b"<testsuites name='pytest'/>", "notes.txt": b"mine"})
    assert not_ours(tmp_path, ["run.json"]) == ""
    assert not_ours(tmp_path, ["junit.xml"]) == "junit.xml"
    assert left_over(tmp_path, encode_run(RUN), {"run.json"}) == ()


def test_a_pipe_is_not_waited_for(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "report.pdf")
    os.mkfifo(tmp_path / "summary.txt")
    assert not_ours(tmp_path, ["summary.txt"]) == "summary.txt"
    assert not_ours(tmp_path, []) == "report.pdf"


def test_a_redacted_run_leaves_nothing_of_the_names(empty_folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (empty_folder / "out").mkdir()
    Path("out/notes.txt").write_text("mine")
    analyzed(capsys, SAMPLE, *UTC, "-o", "out", "--write", f"{ALL},pcapng", "--split")
    status, _, err = analyzed(capsys, SAMPLE, *UTC, "-o", "out", "--redact")
    assert status == 2
    assert one_sentence(err.splitlines(keepends=True)[-1])
    _, _, err = analyzed(capsys, SAMPLE, *UTC, "-o", "out", "--redact", "--force")
    assert names(Path("out")) == {"report.html", "report.md", "run.json", "notes.txt"}
    assert not Path("out/tables").exists()
    assert "removed from out, as not of this run: report.css, summary.md, summary.txt, junit.xml" in err
    assert analyzed(capsys, SAMPLE, *UTC, "-o", "out")[0] == 2


def test_other_expectations_leave_no_answer_that_says_the_opposite(
    empty_folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    Path("hard.toml").write_text(EXPECTED)
    analyzed(capsys, SAMPLE, *UTC, "-o", "out", "--write", "json,summary,junit")
    assert analyzed(capsys, SAMPLE, *UTC, "-o", "out", "--write", "json,html", "-q", "--expectations", "hard.toml") == (
        1,
        "",
        "",
    )
    assert names(Path("out")) == {"run.json", "report.html"}


def test_further_forms_are_written_beside_the_first(empty_folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    analyzed(capsys, SAMPLE, *UTC, "-o", "out", "--write", "json,md")
    capsys.readouterr()
    assert run(["report", "out", "-o", "out", "--write", "junit"]) == 0
    assert capsys.readouterr().err == ""
    assert names(Path("out")) == {"run.json", "report.md", "junit.xml"}


def test_the_report_of_a_second_run_replaces_the_first(empty_folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    for evidence, folder in zip(TWO, ("one", "two"), strict=True):
        run(["analyze", evidence, "-o", folder, "-q", "--write", "json,summary"])
    run(["report", "two", "-o", "one", "--force", "-q", "--write", "md"])
    assert names(Path("one")) == {"report.md", "run.json"}


@pytest.mark.parametrize(("first", "then"), [("json", "md"), ("html", "summary"), ("json,html", "md,junit")])
def test_a_folder_that_held_a_run_holds_one_afterwards(
    first: str, then: str, empty_folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    Path("hard.toml").write_text(EXPECTED)
    analyzed(capsys, SAMPLE, *UTC, "-o", "out", "--write", first)
    _, _, err = analyzed(capsys, SAMPLE, *UTC, "-o", "out", "--write", then, "--expectations", "hard.toml")

    assert "out/run.json is written too: nothing else there would carry the run" in err
    assert "run.json" not in err.partition("removed from out")[2]
    assert names(Path("out")) == {"run.json", *(name for form in chosen([then]) for name in form.files)}
    assert "mine" in {one.source for one in read_run("out").settings.expectations}


def test_an_older_document_of_the_same_run_stays_when_a_form_is_added(empty_folder: Path) -> None:
    old = (Path(__file__).parents[2] / "store" / "run-v1.json").read_bytes()
    put(Path("out"), {"run.json": old})
    assert run(["report", "out", "-o", "out", "-q", "--write", "junit"]) == 0
    assert Path("out/run.json").read_bytes() == old


@pytest.mark.parametrize("name", ["report.html", "bundle.zip"])
def test_somebodys_own_file_is_not_replaced(name: str, empty_folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    put(Path("out"), {name: b"<p>mine</p>"})
    status, out, err = analyzed(capsys, SAMPLE, *UTC, "-o", "out")
    assert (status, out, one_sentence(err)) == (2, "", True)
    assert f"out: {name} is no report of autopath" in err
    assert names(Path("out")) == {name}
    analyzed(capsys, SAMPLE, *UTC, "-o", "out", "--force")
    assert names(Path("out")) == {"report.html", "report.md", "run.json"}


def test_nothing_is_removed_where_the_new_files_can_not_be_written(
    empty_folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    run(["analyze", TWO[0], "-o", "out", "-q", "--write", "json,summary"])
    kept = {name: Path("out", name).read_bytes() for name in names(Path("out"))}

    def full(_: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("os.fsync", full)
    assert run(["analyze", TWO[1], "-o", "out", "-q", "--force"]) == 2
    assert {name: Path("out", name).read_bytes() for name in names(Path("out"))} == kept
