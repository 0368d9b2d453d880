"""Which tests a change is tried with, and in which order."""

from __future__ import annotations

from pathlib import Path

import pytest

from bench.mutants.mutations import Mutation
from bench.mutants.reach import Reach, mirrored, read, write

MODULE = "analyzer/measure/outage.py"
OWN, OTHER, ROOM, QUICK, SLOW, LONG = (
    "tests/measure/test_outage.py::test_own",
    "tests/measure/test_outage.py::test_other",
    "tests/judge/test_verdicts.py::test_it",
    "tests/wordings/test_voices.py::test_quick",
    "tests/acceptance/test_recordings.py::test_slow",
    "tests/acceptance/test_recordings.py::test_long",
)
SECONDS = {OWN: 1.0, OTHER: 1.0, ROOM: 1.0, LONG: 9.0, SLOW: 2.0, QUICK: 1.0}
REACH = Reach(SECONDS, {MODULE: {1: [""], 5: [OWN, ROOM, LONG, SLOW, QUICK], 6: [LONG], 7: []}})


def change(*lines: int, module: str = MODULE, scope: str = "f") -> Mutation:
    return Mutation(module, scope, "constant", "x = 1", "x = 2", 0, lines, 0)


def test_the_modules_own_come_first_and_the_quickest_of_the_others_last() -> None:
    assert REACH.stages(change(5), most=4) == [[OWN, OTHER], [ROOM], [QUICK, SLOW]]


def test_the_modules_own_run_also_where_only_others_reach_the_line() -> None:
    assert REACH.stages(change(6), most=20) == [[OWN, OTHER], [LONG]]


def test_what_no_test_reaches_is_tried_with_none() -> None:
    assert REACH.stages(change(7), most=20) == []


def test_what_runs_on_import_concerns_all_that_reach_the_module() -> None:
    assert REACH.stages(change(1, scope="module"), most=20) == [[OWN, OTHER], [ROOM], [QUICK, SLOW, LONG]]


def test_data_alone_concern_all() -> None:
    figures = change(3, module="analyzer/measure/figures.py", scope="module")

    assert REACH.stages(figures, most=20) == [[OWN, OTHER, ROOM], [QUICK, SLOW, LONG]]


def test_it_is_kept_in_a_file(tmp_path: Path) -> None:
    write(REACH, tmp_path / "reach.json")

    assert read(tmp_path / "reach.json") == REACH


@pytest.mark.parametrize(
    ("module", "test"),
    [
        ("analyzer/measure/outage.py", "tests/measure/test_outage.py"),
        ("analyzer/correlate/wire/kinds/silent_cvm.py", "tests/correlate/wire/kinds/test_silent_cvm.py"),
        ("analyzer/correlate/__init__.py", "tests/correlate/test_correlate.py"),
    ],
)
def test_a_modules_own_test(module: str, test: str) -> None:
    assert mirrored(module) == test
    assert Path(test).exists()
