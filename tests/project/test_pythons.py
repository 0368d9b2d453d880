"""What `.ci/pythons.py` says of the further Pythons: found, not done in time, promised and not here."""

from __future__ import annotations

import importlib.util
from itertools import count
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

from tests.conftest import ROOT

PASSED = ["48 of 500 files of tests passed"]


@pytest.fixture(scope="module")
def pythons() -> ModuleType:
    spec = importlib.util.spec_from_file_location("pythons", ROOT / ".ci" / "pythons.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def program(folder: Path, name: str, body: str) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / name
    path.write_text(f"#!/bin/sh\n{body}\n")
    path.chmod(0o755)
    return path


def test_those_that_run_are_found_on_path_and_by_pyenv(pythons: ModuleType, tmp_path: Path) -> None:
    shims, pyenv = tmp_path / "shims", tmp_path / "pyenv"
    program(shims, "python3.12", "echo 'pyenv: python3.12: command not found' >&2; exit 127")
    program(shims, "python3.10", "echo 3 10")
    program(shims, "python3.13-config", "echo 3 13")
    program(shims, "python3.13", "echo 3 11")
    on_path = program(tmp_path / "bin", "python3.14", "echo 3 14")
    by_pyenv = program(pyenv / "versions" / "3.12.1" / "bin", "python3.12", "echo 3 12")

    found = pythons.found(f"{shims}::{tmp_path / 'bin'}:{tmp_path / 'absent'}", pyenv)

    assert found == {(3, 12): by_pyenv, (3, 14): on_path}


def test_the_promised_ones_are_those_of_the_classifiers(pythons: ModuleType) -> None:
    assert pythons.promised(ROOT / "pyproject.toml") == [(3, 11), (3, 12), (3, 13)]


def said(
    pythons: ModuleType, outcomes: dict[tuple[int, int], Any], due: list[tuple[int, int]]
) -> list[tuple[str, bool]]:
    """The lines where each Python came out so; the clock is a second on whenever it is asked."""
    judge = lambda version, program, seconds: outcomes[version]  # noqa: E731
    ticks = count()
    return list(pythons.lines(dict.fromkeys(outcomes, Path("p")), due, judge, 100, lambda: next(ticks)))


def test_a_python_that_passes_is_told_with_how_much_of_the_tests_it_ran(pythons: ModuleType) -> None:
    told = said(pythons, {(3, 12): pythons.Judged("passed", PASSED)}, [(3, 12)])

    assert told == [("python3.12: 48 of 500 files of tests passed (1 s with its environment)", True)]


def test_a_python_that_fails_fails_and_the_next_one_is_run(pythons: ModuleType) -> None:
    failed = pythons.Judged("failed", ["FAILED tests/x.py", "1 failed"])

    (first, well), (second, well_too) = said(
        pythons, {(3, 12): failed, (3, 14): pythons.Judged("passed", PASSED)}, [(3, 12)]
    )

    assert (first, well) == ("FAILED tests/x.py\n1 failed\npython3.12: the tests fail", False)
    assert second.startswith("python3.14: 48 of 500")
    assert well_too


@pytest.mark.parametrize(
    ("outcome", "line"),
    [
        ("cut off", "python3.12: no file of tests done within AUTOPATH_CI_SECONDS: not judged"),
        ("not set up", "no wheel\npython3.12: its packages can't be installed here: not tested"),
    ],
)
def test_what_is_not_tested_is_said_and_no_failure(pythons: ModuleType, outcome: str, line: str) -> None:
    lines = ["no wheel"] if outcome == "not set up" else []

    assert said(pythons, {(3, 12): pythons.Judged(outcome, lines)}, [(3, 12)]) == [(line, True)]


def test_one_that_is_promised_and_not_here_is_named(pythons: ModuleType) -> None:
    assert said(pythons, {}, [(3, 13)]) == [
        ("python3.13: promised in pyproject.toml and not found here: not tested", True)
    ]


def test_each_has_an_even_part_of_what_is_left(pythons: ModuleType) -> None:
    given: list[float] = []
    ticks = count(0, 10)

    def judge(version: tuple[int, int], program: Path, seconds: float) -> object:
        given.append(seconds)
        return pythons.Judged("passed", PASSED)

    list(pythons.lines({(3, 12): Path("p"), (3, 13): Path("q")}, [], judge, 100, lambda: next(ticks)))

    assert given == [45, 70]


def test_a_commit_has_its_order_of_all_files_but_the_benches(pythons: ModuleType, tmp_path: Path) -> None:
    names = [f"tests/{folder}/test_{number}.py" for folder in ("judge", "bench") for number in range(9)]
    for name in (*names, "tests/judge/made.py"):
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.touch()

    first, again, other = (pythons.test_files(tmp_path, commit) for commit in ("a", "a", "b"))

    assert first == again != other
    assert sorted(first) == sorted(other) == names[:9]


def test_where_no_commit_is_known_there_is_an_order(pythons: ModuleType, tmp_path: Path) -> None:
    assert pythons.commit(tmp_path) == ""


@pytest.mark.parametrize(
    ("outcomes", "outcome", "said"),
    [
        (["passed"] * 3, "passed", ["all 40 files of tests passed"]),
        (["passed", "passed", "cut off"], "passed", ["32 of 40 files of tests passed"]),
        (["cut off"], "cut off", ["the last lines"]),
        (["passed", "failed"], "failed", ["the last lines"]),
    ],
    ids=["all", "some", "none", "one-fails"],
)
def test_files_are_run_a_few_at_a_time(pythons: ModuleType, outcomes: list[str], outcome: str, said: list[str]) -> None:
    files = [f"tests/test_{number}.py" for number in range(40)]
    left, ran = list(outcomes), list[str]()

    def test(part: list[str]) -> object:
        ran.extend(part)
        return pythons.Judged(left.pop(0), ["the last lines"])

    assert pythons.by_parts(files, test) == pythons.Judged(outcome, said)
    assert left == []
    assert ran == files[: len(ran)]


@pytest.mark.parametrize(
    ("script", "seconds", "outcome", "said"),
    [
        ("echo well", 30, "passed", ["well"]),
        ("echo ill; exit 1", 30, "failed", ["ill"]),
        ("echo only labs; exit 5", 30, "failed", ["only labs"]),
        ("sleep 30 & sleep 30", 0.2, "cut off", []),
        ("echo late", -1, "cut off", []),
    ],
    ids=["passes", "fails", "no-tests", "too-slow", "no-time-left"],
)
def test_a_run_ends_with_its_time(
    pythons: ModuleType, script: str, seconds: float, outcome: str, said: list[str]
) -> None:
    done = pythons.run(["sh", "-c", script], seconds)

    assert (done.outcome, list(done.said)) == (outcome, said)


def test_files_that_have_only_labs_do_not_fail(pythons: ModuleType) -> None:
    assert pythons.run(["sh", "-c", "exit 5"], 30, (0, pythons.NO_TESTS)).outcome == "passed"
