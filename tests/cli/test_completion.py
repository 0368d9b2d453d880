"""Completion as real shells ask for it: bash, zsh and fish."""

from __future__ import annotations

import os
import shlex
import shutil
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
    script = (
        'eval "$(autopath completion bash)"; complete -p autopath >/dev/null || exit 1; '
        f"COMP_WORDS=({shlex.join(('autopath', *words))}); COMP_CWORD={len(words)}; "
        '_autopath_completion autopath; printf "%s\\n" "${COMPREPLY[@]}"'
    )
    return said(program, ["bash", "--norc", "-c", script])


def in_zsh(program: Path, *words: str) -> list[str]:
    """The same of zsh: what its script hands to zsh's own system, with a text after a colon."""
    script = (
        'compdef() { print -- "$@"; }; _describe() { print -l -- "${(@P)3}"; }; '
        'compadd() { print -l -- "${(@P)@[-1]}"; }; '
        f'eval "$(autopath completion zsh)"; words=({shlex.join(("autopath", *words))}); CURRENT={len(words) + 1}; '
        "_autopath_completion"
    )
    registered, *offered = said(program, ["zsh", "-f", "-c", script], sep="\n")
    assert registered == "_autopath_completion autopath"
    return [each.partition(":")[0] for each in offered]


def in_fish(program: Path, *words: str) -> list[str]:
    """The same of fish, which adds a text after a tab."""
    script = f"autopath completion fish | source; complete -C '{' '.join(('autopath', *words))}'"
    return [each.partition("\t")[0] for each in said(program, ["fish", "--no-config", "-c", script], sep="\n")]


def said(program: Path, command: list[str], sep: str | None = None) -> list[str]:
    """What a shell prints, with the program on its path, and no file of whoever runs the tests."""
    own = {"PATH": f"{program}:{os.environ['PATH']}", "HOME": str(program), "XDG_CONFIG_HOME": str(program)}
    done = subprocess.run(command, env=os.environ | own, capture_output=True, text=True, check=True)
    assert done.stderr == ""
    return done.stdout.strip().split(sep) if done.stdout.strip() else []


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


@pytest.mark.parametrize(
    ("words", "offered"),
    [
        (["ana"], ["analyze"]),
        (["analyze", "--hash", "b"], ["blake3"]),
        (["completion", ""], ["bash", "fish", "zsh"]),
        (["explain", "--nothing-like-it"], []),
    ],
    ids=" ".join,
)
@pytest.mark.parametrize("shell", ["zsh", "fish"])
def test_other_shells_complete(shell: str, words: list[str], offered: list[str], program: Path) -> None:
    if not shutil.which(shell):
        pytest.skip(f"{shell} is not installed")

    assert sorted({*(in_zsh if shell == "zsh" else in_fish)(program, *words)}) == offered


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
