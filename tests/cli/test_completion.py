"""Completion as a real bash asks for it; what zsh and fish are given names the program and its way to ask."""

from __future__ import annotations

import os
import shlex
import subprocess
import sys
from pathlib import Path

import pytest

from analyzer.cli import COMMANDS, COMPLETE, run
from tests.conftest import ROOT


@pytest.fixture
def program(tmp_path: Path) -> Path:
    """A folder for PATH with an `autopath` that is this tree's."""
    script = tmp_path / "autopath"
    script.write_text(f'#!/bin/sh\nPYTHONPATH={ROOT} exec {sys.executable} -m analyzer "$@"\n')
    script.chmod(0o755)
    return tmp_path


def completed(program: Path, *words: str) -> list[str]:
    """What bash offers for the last of these words, `autopath` before them."""
    line = ("autopath", *words)
    script = (
        'eval "$(autopath completion bash)"; complete -p autopath >/dev/null || exit 1; '
        f"COMP_WORDS=({shlex.join(line)}); COMP_CWORD={len(words)}; "
        '_autopath_completion autopath; printf "%s\\n" "${COMPREPLY[@]}"'
    )
    done = subprocess.run(
        ["bash", "--norc", "-c", script],
        env=os.environ | {"PATH": f"{program}:{os.environ['PATH']}"},
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stderr == ""
    return done.stdout.split()


@pytest.mark.parametrize(
    ("words", "offered"),
    [
        (["ana"], ["analyze"]),
        ([""], list(COMMANDS)),
        (["analyze", "--expec"], ["--expectations"]),
        (["analyze", "--hash", "b"], ["blake3"]),
        (["simulate", "--see"], ["--seed"]),
        (["lab", "rec"], ["record"]),
        (["completion", ""], ["bash", "zsh", "fish"]),
        (["lab", "cvm-failure", "--per"], ["--period"]),
        (["explain", "--nothing-like-it"], []),
    ],
    ids=" ".join,
)
def test_bash_completes(words: list[str], offered: list[str], program: Path) -> None:
    assert completed(program, *words) == offered


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_each_shell_has_its_script(shell: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["completion", shell]) == 0
    script = capsys.readouterr().out
    assert f"{COMPLETE}={shell}_complete" in script
    assert "_autopath_completion" in script


def test_an_unknown_shell_is_a_usage_error(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    assert run(["completion", "tcsh"]) == 2
    assert "'bash', 'zsh', 'fish'" in capsys.readouterr().err
    monkeypatch.setenv(COMPLETE, "tcsh_complete")
    assert run([]) == 2


def test_a_shell_that_is_not_named_is_asked_for(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["completion"]) == 2
    assert capsys.readouterr().err == (
        "autopath: Missing argument shell: one of bash, zsh, fish; see `autopath completion --help`\n"
    )
