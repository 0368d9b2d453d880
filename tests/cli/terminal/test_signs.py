"""Signs on terminals that lack them: spelled, in columns that stay straight, and never in what is a file."""

from __future__ import annotations

import io
import os
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

from analyzer.cli.terminal.signs import SIGNS, encoding_wanted, spell_signs, spelled
from tests.cli.asked import SAMPLE, UTC
from tests.conftest import ROOT


@pytest.mark.parametrize(
    ("encoding", "text", "shown"),
    [
        ("utf-8", "23 s ± 0.5 s …", "23 s ± 0.5 s …"),
        ("ascii", "23 s ± 0.5 s …", "23 s +/- 0.5 s ..."),
        ("latin-1", "1 µs ± 3 – 4 ✓", "1 µs ± 3 - 4 +"),
        ("ascii", "Ünï \U0001f600", "\\xdcn\\xef \\U0001f600"),
    ],
)
def test_only_what_an_encoding_lacks_is_spelled(encoding: str, text: str, shown: str) -> None:
    assert text.encode(encoding, spell_signs()).decode(encoding) == shown


@pytest.mark.parametrize("sign", SIGNS)
def test_a_sign_has_a_spelling_in_ascii(sign: str) -> None:
    assert len(sign) == 1
    assert SIGNS[sign].isascii()


def test_a_text_to_lay_out_is_spelled_whole_or_not_at_all() -> None:
    for encoding, shown in (("utf-8", "± –"), ("ascii", "+/- -"), ("latin-1", "+/- -")):
        assert spelled("± –", io.TextIOWrapper(io.BytesIO(), encoding=encoding)) == shown
    assert spelled("± –", io.StringIO()) == "± –"


@pytest.mark.parametrize(
    ("environment", "encoding"),
    [
        ({"LC_ALL": "C"}, "ascii"),
        ({"LC_ALL": "POSIX"}, "ascii"),
        ({"LC_ALL": "C.UTF-8"}, None),
        ({"LC_ALL": "C", "PYTHONIOENCODING": "utf-8"}, None),
        ({}, None),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, dict) else "",
)
def test_the_locale_says_what_a_terminal_has(
    environment: dict[str, str], encoding: str | None, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("LC_ALL", "PYTHONIOENCODING", "PYTHONUTF8"):
        monkeypatch.delenv(name, raising=False)
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    assert encoding_wanted() == encoding


def program(*arguments: str, cwd: Path, **environment: str) -> bytes:
    done = subprocess.run(
        [sys.executable, "-m", "analyzer", *arguments],
        cwd=cwd,
        env={**os.environ, "PYTHONPATH": str(ROOT), **environment},
        capture_output=True,
        check=False,
    )
    return done.stdout + done.stderr


@pytest.mark.parametrize("poor", [{"LC_ALL": "C"}, {"PYTHONIOENCODING": "ascii"}], ids=str)
def test_a_poor_terminal_gets_ascii_and_no_escape(poor: dict[str, str], empty_folder: Path) -> None:
    said = program("analyze", SAMPLE, *UTC, cwd=empty_folder, **poor)
    assert b" +/- " in said
    assert said.isascii()
    assert b"\\u" not in said
    assert b"\\x" not in said


def test_what_is_a_file_stays_utf_8(empty_folder: Path) -> None:
    Path("mine.toml").write_text(
        program("simulate", "describe", "healthy", cwd=empty_folder).decode().replace("healthy", "grün ± 1"), "utf-8"
    )
    described = program("simulate", "describe", "mine.toml", cwd=empty_folder, LC_ALL="C")
    assert tomllib.loads(described.decode("utf-8"))["name"] == "grün ± 1"
