"""The command line as a whole: its exit status when something goes wrong, its streams, its help."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import TextIO

import pytest

from analyzer.cli import run
from analyzer.errors import USAGE
from analyzer.report.forms.catalogue import Form
from analyzer.report.forms.material import Material
from analyzer.store.reading import read_run
from tests.cli.asked import SAMPLE, UTC, analyzed, one_sentence
from tests.conftest import ROOT, SAMPLES

ENVIRONMENT = {**os.environ, "PYTHONPATH": str(ROOT)}


def test_a_fault_of_the_program_is_never_taken_for_missed(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_: object, **__: object) -> None:
        raise RuntimeError("boom")

    monkeypatch.setattr("analyzer.pipeline.analyze", broken)
    status, _, err = analyzed(capsys, SAMPLE)
    assert status == 70
    assert one_sentence(err)


def test_what_was_read_is_not_lost_by_a_fault(
    empty_folder: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """A report that was there stays; the other one says that nothing is judged, and where the fault is."""
    assert analyzed(capsys, SAMPLE, *UTC, "-o", "out")[0] == 0
    before = Path("out/run.json").read_bytes()

    def broken(*_: object, **__: object) -> None:
        raise KeyError("boom")

    monkeypatch.setattr("analyzer.pipeline.judge", broken)
    status, out, err = analyzed(capsys, SAMPLE, *UTC, "-o", "out", "--json")
    assert (status, out) == (70, "")
    assert "a fault of the program (KeyError at test_cli.py:" in err
    assert "please report it: run this again with AUTOPATH_DEBUG=1" in err
    assert Path("out/run.json").read_bytes() == before
    run = read_run("out-unjudged")
    assert (run.acceptable, run.verdict, run.episodes) == ("unknown", "UNDECIDED", ())
    assert {"capture", "genesis"} <= {source.kind for source in run.sources}
    assert run.events
    said = Path("out-unjudged/report.md").read_text("utf-8")
    assert "Action: the team that ran the test should report a fault of autopath" in said
    assert "A fault of autopath ended the analysis when the evidence was read; nothing was judged" in said


def test_a_fault_after_which_nothing_can_be_written_is_told_all_the_same(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, empty_folder: Path
) -> None:
    def broken(*_: object, **__: object) -> None:
        raise KeyError("boom")

    monkeypatch.setattr("analyzer.pipeline.judge", broken)
    monkeypatch.setattr("analyzer.pipeline.documents", broken)
    status, _, err = analyzed(capsys, SAMPLE, *UTC)
    assert status == 70
    assert one_sentence(err)


@pytest.mark.parametrize(
    ("form", "status", "written"),
    [("pdf", 0, ["report.md", "run.json"]), ("md", 70, ["report.pdf", "run.json"])],
    ids=["another-program", "ours"],
)
def test_a_form_that_can_not_be_written_is_lost_alone(
    form: str,
    status: int,
    written: list[str],
    empty_folder: Path,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    write = Form.write

    def broken(self: Form, material: Material) -> Mapping[str, bytes]:
        if self.name == form:
            raise OSError("cannot load library 'pango'")
        return {"report.pdf": b"%PDF"} if self.name == "pdf" else write(self, material)

    monkeypatch.setattr(Form, "write", broken)
    ended, _, err = analyzed(capsys, SAMPLE, *UTC, "-q", "-o", "out", "--write", "json,md,pdf")
    assert ended == status
    assert "cannot load library 'pango'" in err
    assert sorted(path.name for path in Path("out").iterdir()) == written
    ended, _, err = analyzed(capsys, SAMPLE, *UTC, "-q", "-o", "alone", "--write", form)
    assert ended == (status or 2)
    assert not Path("alone").exists()


def test_an_interrupt_is_quiet(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    def interrupted(*_: object, **__: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("analyzer.pipeline.analyze", interrupted)
    status, out, err = analyzed(capsys, SAMPLE)
    assert (status, out, err.strip()) == (130, "", "")


def program(*arguments: str, cwd: Path, **environment: str) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-m", "analyzer", *arguments],
        cwd=cwd,
        env=os.environ | {"PYTHONPATH": str(ROOT)} | environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def test_a_reader_that_leaves_early_is_no_complaint(empty_folder: Path) -> None:
    with program("explain", "--all", str(SAMPLES / "healthy" / "vmk1.pcap"), cwd=empty_folder) as process:
        assert process.stdout is not None
        assert process.stderr is not None
        process.stdout.readline()
        process.stdout.close()
        assert process.stderr.read() == ""
    assert process.returncode == 141


def test_a_verdict_that_nobody_reads_is_not_taken_for_missed(empty_folder: Path) -> None:
    with program("analyze", SAMPLE, *UTC, cwd=empty_folder) as process:
        assert process.stdout is not None
        process.stdout.close()
    assert process.returncode == 141


def test_output_that_is_no_terminal_has_no_colour(empty_folder: Path) -> None:
    with program("analyze", SAMPLE, *UTC, cwd=empty_folder, TERM="xterm-256color") as process:
        out, err = process.communicate()
    assert "\x1b" not in out + err


@pytest.mark.parametrize("arguments", [("-q", "--json"), ()], ids=["json", "table"])
def test_a_full_disk_behind_stdout_is_one_sentence(empty_folder: Path, arguments: tuple[str, ...]) -> None:
    command = [sys.executable, "-m", "analyzer", "analyze", SAMPLE, *UTC, *arguments]
    with open("/dev/full", "w") as full:  # noqa: PTH123 - a device
        done = subprocess.run(command, stdout=full, stderr=subprocess.PIPE, text=True, check=False, env=ENVIRONMENT)
    assert done.returncode == 2
    assert one_sentence(done.stderr)
    assert "can't be printed (No space left on device)" in done.stderr


@pytest.mark.parametrize("full", ["/dev/full", "pipe"])
def test_nobody_who_reads_stderr_loses_no_report(full: str, empty_folder: Path) -> None:
    """What is said meanwhile, as that names are replaced, is no part of the result."""
    (empty_folder / "out").mkdir()
    (empty_folder / "out" / "metrics.prom").write_text("# autopath")
    with open("/dev/full", "w") if full != "pipe" else nobody_reads() as stderr:  # noqa: PTH123 - a device
        command = [sys.executable, "-m", "analyzer", "analyze", SAMPLE, *UTC, "-o", "out", "--redact"]
        done = subprocess.run(command, stdout=subprocess.PIPE, stderr=stderr, check=False, env=ENVIRONMENT)
    assert done.returncode == (141 if full == "pipe" else 2)
    assert sorted(path.name for path in Path("out").iterdir()) == ["report.html", "report.md", "run.json"]


@contextmanager
def nobody_reads() -> Iterator[TextIO]:
    """A pipe whose reader has left."""
    read, write = os.pipe()
    os.close(read)
    with open(write, "w") as pipe:  # noqa: PTH123 - a descriptor
        yield pipe


@pytest.mark.parametrize("both", [False, True], ids=["stderr", "both"])
def test_a_full_disk_behind_stderr_is_no_verdict(empty_folder: Path, *, both: bool) -> None:
    command = [sys.executable, "-m", "analyzer", "analyze", SAMPLE, "/nowhere", *UTC]
    with open("/dev/full", "w") as full:  # noqa: PTH123 - a device
        out = full if both else subprocess.DEVNULL
        done = subprocess.run(command, stdout=out, stderr=full, check=False, env=ENVIRONMENT)
    assert done.returncode == 3


def test_closed_streams_and_a_poor_encoding_are_no_fault(empty_folder: Path) -> None:
    command = f"{sys.executable} -m analyzer analyze {SAMPLE} --log-timezone UTC"
    closed = subprocess.run(f"{command} >&- 2>&-", shell=True, check=False, env=ENVIRONMENT)  # noqa: S602 - closes
    poor = subprocess.run(
        command.split(), capture_output=True, check=False, env={**ENVIRONMENT, "PYTHONIOENCODING": "ascii"}
    )
    assert closed.returncode == poor.returncode == 0
    assert poor.stdout.splitlines()[1].startswith(b"~ LATE")
    assert poor.stderr == b""


@pytest.mark.parametrize("group", [[], ["lab"]], ids=["autopath", "lab"])
def test_no_command_is_a_usage_error_that_shows_the_help(group: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    assert run(group) == 2
    bare = capsys.readouterr()
    assert run([*group, "--help"]) == 0
    assert (bare.out, bare.err) == ("", capsys.readouterr().out)


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        (["analyse", "x"], "'analyze'"),
        (["Explain", "x"], "'explain'"),
        (["rep", "x"], "'report'"),
        (["lab", "recrd"], "'record'"),
        (["lab", "cvm-recover", "-o", "x"], "'cvm-recovery'"),
        (["lab", "cvm-failure+cvm-recover", "-o", "x"], "'cvm-recovery'"),
        (["analyze", "x", "--expectation", "y"], "'--expectations'"),
        (["simulate", "healthy", "--snaple", "96"], "'--snaplen'"),
        ([SAMPLE], f"'autopath analyze {SAMPLE}'"),
    ],
    ids=lambda words: " ".join(words) if isinstance(words, list) else "",
)
def test_what_is_nearly_right_is_suggested(
    typed: list[str], meant: str, empty_folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(typed) == 2
    err = capsys.readouterr().err
    assert one_sentence(err)
    assert f"Did you mean {meant}? See `autopath" in err


@pytest.mark.parametrize("typed", ["zzzzzz", "--zzzzzz", "s"])
def test_what_is_near_to_nothing_has_no_suggestion(typed: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert run([typed]) == 2
    assert "Did you mean" not in capsys.readouterr().err


def test_a_scenario_that_the_lab_joins_is_no_misspelling(capsys: pytest.CaptureFixture[str]) -> None:
    run(["lab", "cvm-failure+cvm-recovery", "-o", "/dev/null/x"])
    assert "Did you mean" not in capsys.readouterr().err


def test_help_and_version_are_told(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["--version"]) == 0
    assert capsys.readouterr().out == "autopath, version 0.1.0\n"
    assert run(["--help"]) == 0
    assert "analyze" in capsys.readouterr().out


@pytest.mark.parametrize("command", ["", "analyze", "explain", "schema"])
def test_help_keeps_the_lines_that_its_author_set(command: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert run([*command.split(), "--help"]) == 0
    assert r"\b" not in capsys.readouterr().out


def test_the_help_says_what_it_does_in_plain_words(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["--help"]) == 0
    told = " ".join(capsys.readouterr().out.split())
    assert "how long it took, and on what evidence." in told
    assert "prove" not in told


def test_a_current_folder_that_is_gone_is_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "gone").mkdir()
    monkeypatch.chdir(tmp_path / "gone")
    (tmp_path / "gone").rmdir()

    assert run(["analyze", "../genesis.out", *UTC]) == USAGE
    assert capsys.readouterr().err == "autopath: the current folder is not there any more; change to another one\n"
