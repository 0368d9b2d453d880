"""The command line as a whole: its exit status when something goes wrong, its streams, its help."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from analyzer.cli import run
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
