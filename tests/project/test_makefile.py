"""`make tools` says what it is about to install on the system before it does so, and what it can't."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

import pytest

from tests.conftest import ROOT

MAKE = shutil.which("make")
TOOLS = ("tshark", "tcpdump", "chromium", "lua5.2", "lua5.4", "qpdf", "zsh", "fish")
pytestmark = pytest.mark.skipif(MAKE is None, reason="make is not installed")


def tools(folder: Path, *, user: int, installed: bool) -> subprocess.CompletedProcess[str]:
    """`make tools` where no tool is on PATH, as `user`; apt-get only says that it was called."""
    programs = {
        "id": f"echo {user}",
        "dpkg": f"exit {int(not installed)}",
        "apt-get": 'echo "apt-get $1" >&2; echo "apt-get $1"',
        **(dict.fromkeys(TOOLS, "exit 0") if installed else {}),
    }
    for name, body in programs.items():
        (folder / name).write_text(f"#!/bin/sh\n{body}\n")
        (folder / name).chmod(0o755)
    return subprocess.run(
        [str(MAKE), "-s", "tools"], cwd=ROOT, env={"PATH": str(folder)}, capture_output=True, text=True, check=False
    )


def test_it_says_what_it_is_about_to_install_and_then_does(tmp_path: Path) -> None:
    done = tools(tmp_path, user=0, installed=False)

    first, then = done.stdout.splitlines()
    assert first.startswith(f"about to install these system packages with apt-get: {' '.join(TOOLS)} libpango-1.0-0 ")
    assert then == "apt-get update"
    assert done.stderr.splitlines() == ["apt-get update", "apt-get install"]
    assert done.returncode == 0


def test_who_may_not_install_is_told_what_is_missing(tmp_path: Path) -> None:
    done = tools(tmp_path, user=1000, installed=False)

    assert (done.returncode, done.stdout) == (0, "")
    assert done.stderr.startswith(f"make: not installed: {' '.join(TOOLS)} libpango-1.0-0 ")


def test_where_all_is_installed_it_says_so(tmp_path: Path) -> None:
    done = tools(tmp_path, user=0, installed=True)

    assert done.stdout == "the system packages that tests and lab need are installed\n"
    assert (done.returncode, done.stderr) == (0, "")
