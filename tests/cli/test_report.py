"""`autopath report`: a run's report anew, in the forms that are asked for; nothing is analysed again."""

from __future__ import annotations

from pathlib import Path

import pytest

from analyzer.cli import run
from analyzer.pipeline import documents
from analyzer.report.forms.catalogue import FORMS
from analyzer.store import encode_run
from tests.cli.asked import SAMPLE, UTC, analyzed, one_sentence
from tests.report import builder

RUN = builder.run(builder.episode())


@pytest.fixture
def kept(empty_folder: Path) -> Path:
    """The folder of a run that was written once, without a report."""
    (empty_folder / "kept").mkdir()
    (empty_folder / "kept" / "run.json").write_bytes(encode_run(RUN))
    return empty_folder / "kept"


def reported(capsys: pytest.CaptureFixture[str], *arguments: object) -> tuple[int, str, str]:
    status = run(["report", *map(str, arguments)])
    captured = capsys.readouterr()
    return status, captured.out, captured.err


def test_it_writes_what_analyze_does(kept: Path, capsys: pytest.CaptureFixture[str]) -> None:
    status, out, err = reported(capsys, kept, "-o", "out")

    files = documents(RUN)
    assert (status, err) == (0, "")
    assert out.splitlines() == [str(Path("out", name)) for name in files]
    assert {file.name: file.read_bytes() for file in Path("out").iterdir()} == files


def test_a_page_is_enough(kept: Path, capsys: pytest.CaptureFixture[str]) -> None:
    reported(capsys, kept, "-o", "first")
    Path("first", "run.json").unlink()
    assert reported(capsys, Path("first", "report.html"), "-o", "again")[0] == 0
    assert reported(capsys, "first", "-o", "third")[0] == 0
    files = documents(RUN)
    assert {file.name: file.read_bytes() for file in Path("again").iterdir()} == files
    assert {file.name: file.read_bytes() for file in Path("third").iterdir()} == files


def test_without_a_folder_it_is_that_of_the_case(kept: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert reported(capsys, kept, "--write", "html")[1] == "reports/cvm-failure/report.html\n"


def test_quiet_is_quiet(kept: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert reported(capsys, kept, "-q", "-o", "out") == (0, "", "")
    assert Path("out", "report.html").exists()


def test_what_holds_no_run(empty_folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    status, out, err = reported(capsys, "nowhere")
    assert (status, out) == (3, "")
    assert one_sentence(err)


@pytest.mark.parametrize("command", ["analyze", "report"])
def test_the_help_names_each_form(command: str, capsys: pytest.CaptureFixture[str]) -> None:
    run([command, "--help"])
    out = " ".join(capsys.readouterr().out.split())
    assert f"What to write: {', '.join(form.name for form in FORMS)};" in out


def test_analyze_writes_the_forms_that_are_asked_for(empty_folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    _, out, _ = analyzed(capsys, SAMPLE, *UTC, "--write", "json", "-o", "out")
    assert [file.name for file in Path("out").iterdir()] == ["run.json"]
    assert out.splitlines()[-1] == "report: out/run.json"


def test_a_form_that_is_not_there_is_said_before_the_evidence_is_read(
    empty_folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    status, _, err = analyzed(capsys, "nowhere.pcap", "--write", "docx")
    assert status == 2
    assert err.startswith("autopath: --write docx: no such form; there are html, ")


def test_an_index_of_a_folder_is_one_page_on_all_its_runs(kept: Path, capsys: pytest.CaptureFixture[str]) -> None:
    reported(capsys, kept, "-o", "runs/one")
    Path("runs/two").mkdir()
    Path("runs/two/run.json").write_bytes(b"{}")
    status, out, err = reported(capsys, "--index", "runs")

    assert (status, out) == (0, f"{Path('runs', 'index.html')}\n")
    assert err.startswith("not shown: two/run.json: ")
    first = Path("runs/index.html").read_bytes()
    assert b"./one/report.html" in first
    assert reported(capsys, "-q", "--index", "runs") == (0, "", "")
    assert Path("runs/index.html").read_bytes() == first


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        ((), "name a run, or a folder of runs with --index"),
        (("kept", "--index", "kept"), "--index goes without RUN"),
        (("--index", "kept", "--write", "md"), "--index goes without RUN"),
        (("--index", "none"), "is no folder"),
        (("--index", "empty"), "holds no run"),
    ],
)
def test_a_wrong_call_is_one_sentence(
    kept: Path, capsys: pytest.CaptureFixture[str], arguments: tuple[str, ...], sentence: str
) -> None:
    Path("empty").mkdir()
    status, out, err = reported(capsys, *arguments)

    assert (status, out) == (2, "")
    assert one_sentence(err)
    assert sentence in err


@pytest.mark.parametrize("command", ["report", "analyze"])
def test_split_puts_the_stylesheet_beside_the_page(
    kept: Path, capsys: pytest.CaptureFixture[str], command: str
) -> None:
    run([command, str(kept) if command == "report" else SAMPLE, "--split", "--write", "html", "-o", "out", "-q"])
    assert {file.name for file in Path("out").iterdir()} == {"report.html", "report.css"}
    assert '<link rel="stylesheet" href="report.css">' in Path("out", "report.html").read_text(encoding="utf-8")


@pytest.mark.parametrize("command", ["report", "analyze"])
def test_a_page_has_a_script_only_where_that_is_asked_for(kept: Path, command: str) -> None:
    given = [command, str(kept) if command == "report" else SAMPLE, "--write", "html", "-q", "-o"]
    run([*given, "plain"])
    run([*given, "out", "--interactive"])
    assert "<script>" not in Path("plain", "report.html").read_text(encoding="utf-8")
    assert "<script>" in Path("out", "report.html").read_text(encoding="utf-8")


@pytest.mark.parametrize("option", ["--split", "--interactive"])
def test_what_is_done_to_a_page_wants_one(kept: Path, capsys: pytest.CaptureFixture[str], option: str) -> None:
    status, _, err = reported(capsys, kept, option, "--write", "json")
    assert status == 2
    assert err == f"autopath: {option}: no page is to be written; add html to --write\n"
