"""What `AUTOPATH_INSTALLED=1 make test` leaves out, and that it never tests the tree."""

from __future__ import annotations

import os
import re
import subprocess
import sys
import tomllib

import pytest

from tests.conftest import ROOT
from tests.installed import TESTS, from_the_tree, header, reason

MOST = 0.1
"""Of the files outside of the tests of benches and the project, how many may need the tree."""


@pytest.mark.parametrize(
    ("test", "why"),
    [
        ("cli/test_cli.py", None),
        ("acceptance/test_recordings.py", None),
        ("ingest/capture/compiled/test_scan.py", None),
        ("project/test_wheel.py", "what the project promises as a whole"),
        ("bench/speed/test_aims.py", "the benches, which no wheel has"),
        ("rewording/test_rewording.py", "it reads the package's files in the tree"),
        ("ingest/capture/compiled/machine_code/test_building.py", "it compiles the kernels"),
    ],
)
def test_a_rule_says_what_is_left_out(test: str, why: str | None) -> None:
    assert (TESTS / test).exists()
    assert reason(TESTS / test) == why


def test_little_is_left_out() -> None:
    rooms = [path for path in TESTS.rglob("test_*.py") if path.relative_to(TESTS).parts[0] not in {"project", "bench"}]
    left_out = [path for path in rooms if reason(path)]

    assert 0 < len(left_out) < MOST * len(rooms)
    assert len(header()) == 5


def test_what_the_tests_need_is_installed_but_for_the_compilers() -> None:
    command = [sys.executable, "-c", "import installed; print(*installed.needed(), sep='\\n')"]
    done = subprocess.run(command, cwd=ROOT / ".ci", capture_output=True, text=True, check=True)
    names = {re.split(r"[^A-Za-z0-9-]", line)[0] for line in done.stdout.splitlines()}

    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    extras = re.findall(r"\[(.+)\]", project["optional-dependencies"]["test"][0])[0].split(",")
    wanted = [*project["dependencies"], *(one for extra in extras for one in project["optional-dependencies"][extra])]
    assert {"click", "pytest", "weasyprint", "sphinx"} <= names
    assert {re.split(r"[^A-Za-z0-9-]", line)[0] for line in wanted} - names == {"llvmlite", "numba"}


def test_the_tree_is_never_tested_in_the_place_of_a_wheel() -> None:
    command = [sys.executable, "-m", "pytest", "-p", "no:cacheprovider", "--collect-only", "-q", "tests/test_errors.py"]
    around = {**os.environ, "AUTOPATH_INSTALLED": "1", "PYTHONPATH": str(ROOT)}
    done = subprocess.run(command, cwd=ROOT, env=around, capture_output=True, text=True, check=False)

    assert from_the_tree()
    assert done.returncode == pytest.ExitCode.USAGE_ERROR
    assert "the package is that of the tree" in done.stderr + done.stdout
