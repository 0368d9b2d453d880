"""Runs that are killed leave whole files, and nothing after the next run; and the study notices where they don't."""

from __future__ import annotations

import subprocess
import sys

import pytest

from bench.kills.study import Case, Files, faults_of_files
from tests.conftest import ROOT

OLD, NEW = {"run.json": b"old", "report.html": b"old"}, {"run.json": b"new", "report.html": b"new"}

FIRST = "run.json is of this run, and not all others are"


def test_some_kills() -> None:
    """In a process of its own, as it forks."""
    command = [
        sys.executable,
        "-m",
        "bench.kills",
        "--kills",
        "8",
        "--imports",
        "2",
        "--comparisons",
        "2",
        "--seed",
        "5",
    ]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.stdout.endswith("12 kills, 0 with a fault\n"), done.stdout + done.stderr


@pytest.mark.parametrize(
    ("before", "there", "said"),
    [
        pytest.param(OLD, OLD, [], id="nothing-done"),
        pytest.param(OLD, NEW, [], id="all-done"),
        pytest.param(OLD, OLD | {"report.html": b"new"}, [], id="before-the-run"),
        pytest.param(OLD, OLD | {"run.json": b"new"}, [FIRST], id="run-first"),
        pytest.param(OLD, OLD | {"report.html": b"ne"}, ["report.html is of no run"], id="half-written"),
        pytest.param(OLD, {"report.html": b"old"}, ["run.json of the run before is lost"], id="lost"),
        pytest.param({}, {}, [], id="nothing"),
        pytest.param({}, {"report.html": b"new"}, ["a new folder holds only report.html"], id="not-whole"),
    ],
)  # fmt: skip
def test_what_must_not_be(before: Files, there: Files, said: list[str]) -> None:
    case = Case("x", (), NEW, 1.0, 1, before)
    assert list(faults_of_files(case, there)) == said
