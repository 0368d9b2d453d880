"""One test: done, done before, done again where its folder is not whole; and what keeps it from being done."""

from __future__ import annotations

from pathlib import Path

import pytest
from msgspec.structs import replace

from analyzer import pipeline
from analyzer.batch import work
from analyzer.batch.finished import NAME
from analyzer.batch.values import Analysed, Failed, Said, heard_of, packed, task_of
from analyzer.cli import run
from analyzer.history.identity import inputs_of, key_of_run, key_of_test
from analyzer.store import decode_run
from tests.batch.made import evidence, files, task


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder with the evidence of a test in it; the process is in it again at the end."""
    monkeypatch.chdir(tmp_path)
    evidence(tmp_path, "one")
    return tmp_path


def failed(said: Said) -> str:
    assert isinstance(said.outcome, Failed)
    return said.outcome.reason


def test_its_files_are_those_of_analyze_and_its_keys_those_of_a_history(folder: Path) -> None:
    said = work.done(task(folder, "one"))
    run(["analyze", "one", "--log-timezone", "UTC", "-o", "by-analyze", "--write", "html,json,summary", "-q"])

    mine = files(folder / "out" / "one")
    assert {name: text for name, text in mine.items() if name != NAME} == files(folder / "by-analyze")
    assert isinstance(said.outcome, Analysed)
    found = decode_run(mine["run.json"], "run.json")
    test = key_of_test(inputs_of(found, "one"))
    assert (said.outcome.test, said.outcome.run) == (test, key_of_run(found, test))
    assert not said.before


def test_what_is_done_is_done(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    first = work.done(task(folder, "one"))
    monkeypatch.setattr(pipeline, "analyze", None)

    assert work.done(task(folder, "one")) == replace(first, before=True)


@pytest.mark.parametrize("name", ["run.json", "report.html", "summary.txt", NAME])
@pytest.mark.parametrize("how", ["gone", "cut"])
def test_a_folder_that_is_half_done_is_done_again(folder: Path, name: str, how: str) -> None:
    first = work.done(task(folder, "one"))
    whole = files(folder / "out")
    path = folder / "out" / "one" / name
    if how == "gone":
        path.unlink()
    else:
        path.write_bytes(path.read_bytes()[:50])

    assert work.done(task(folder, "one")) == first
    assert files(folder / "out") == whole


def test_other_evidence_is_done_again(folder: Path) -> None:
    work.done(task(folder, "one"))
    log = folder / "one" / "genesis.out"
    log.write_text(log.read_text() + "# more\n")

    assert not work.done(task(folder, "one")).before


def test_a_report_that_no_batch_wrote_stays(folder: Path) -> None:
    (folder / "out" / "one").mkdir(parents=True)
    (folder / "out" / "one" / "report.html").write_text("mine")

    assert failed(work.done(task(folder, "one"))) == (
        "one: holds report.html, which no batch wrote; move it away, or name another folder with -o"
    )
    assert files(folder / "out") == {"one/report.html": b"mine"}


def test_evidence_that_changes_meanwhile_is_told(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    analyze = pipeline.analyze

    def growing(*given: object) -> object:
        with (folder / "one" / "genesis.out").open("a") as log:
            log.write("more\n")
        return analyze(*given)  # type: ignore[arg-type]

    monkeypatch.setattr(pipeline, "analyze", growing)
    assert failed(work.done(task(folder, "one"))).startswith("its evidence changed while it was read")
    assert not (folder / "out").exists()


def test_another_program_does_nothing(folder: Path) -> None:
    assert "install the same" in failed(work.done(replace(task(folder, "one"), program="0.0.1")))


@pytest.mark.parametrize(
    ("error", "says"),
    [
        (MemoryError(), "there is not enough memory for it"),
        (OSError(5, "Input/output error", "x.pcap"), "x.pcap: Input/output error"),
        (KeyError("x"), "a fault of the program (KeyError at test_work.py"),
    ],
    ids=["memory", "disk", "fault"],
)
def test_whatever_is_raised_is_told(folder: Path, monkeypatch: pytest.MonkeyPatch, error: Exception, says: str) -> None:
    def broken(*_: object) -> None:
        raise error

    monkeypatch.setattr(pipeline, "analyze", broken)
    assert failed(work.done(task(folder, "one"))).startswith(says)


def test_a_sentence_does_not_say_where_the_batch_lies(folder: Path) -> None:
    reason = failed(work.done(task(folder, "none", str(folder / "none"))))

    assert reason == "none: there is no such file or folder; check the path"


def test_a_task_and_what_is_said_of_it_are_lines(folder: Path) -> None:
    given = task(folder, "one")
    said = Said(Failed(name="one", reason="x"), before=True)

    assert task_of(packed(given)) == given
    assert heard_of(packed(said)) == said


def test_a_test_whose_folder_is_a_link_to_elsewhere_writes_nothing_there(folder: Path) -> None:
    (folder / "elsewhere").mkdir()
    (folder / "out").mkdir()
    (folder / "out" / "one").symlink_to(folder / "elsewhere")

    assert "is a symbolic link" in failed(work.done(task(folder, "one")))
    assert list((folder / "elsewhere").iterdir()) == []
