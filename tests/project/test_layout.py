"""Where things are: a test beside the module that it tests, or in a folder of a subject that spans rooms."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from tests.conftest import ROOT

TESTS = ROOT / "tests"
SUBJECTS = {
    "acceptance",  # the samples, and what the program must say of them
    "healthy_checks",  # checks that are told as one, in every stage: what is found is the same
    "oracles",  # the scans of captures beside what tshark and dpkt count in them
    "project",  # what the project promises as a whole: its wheel, README, doors, layout
    "rewording",  # sentences reworded: what was decided stays the same
    "truth",  # simulated tests and labs, of which the whole program says what was so
    "wordings",  # lines of logs in many wordings: the event that each is, the episodes that all of them tell
}
BETWEEN = {"lab/test_agreement.py": ("lab.simulate", "lab.netns")}
"""Tests that hold rooms of one room against each other, and so lie in the folder of that; and those rooms."""
TWINS = {"ingest/capture/plain", "ingest/capture/compiled"}
UNTESTED = {"correlate/timing.py": "figures alone", "correlate/merge/settled.py": "fields alone"}
"""Modules of the rooms whose every module has its test, that have none; and why."""
MOST = 15


def mirrored(test: Path) -> list[Path]:
    """What a test at `test` (below tests/) may be of: its namesake at the mirrored path, a module, a folder's
    `__init__.py` or a file of rules or texts.
    """
    room = test.parent if test.parts[0] == "bench" else Path("analyzer") / test.parent
    name = test.stem.removeprefix("test_")
    return [
        room / f"{name}.py",
        room / name / "__init__.py",
        room / f"{name}.toml",
        *([room / "__init__.py"] if name == room.name else []),
    ]


@pytest.mark.parametrize(
    ("test", "modules"),
    [
        ("test_config.py", ["analyzer/config.py", "analyzer/config/__init__.py", "analyzer/config.toml"]),
        (
            "cli/test_cli.py",
            [
                "analyzer/cli/cli.py",
                "analyzer/cli/cli/__init__.py",
                "analyzer/cli/cli.toml",
                "analyzer/cli/__init__.py",
            ],
        ),
        ("bench/speed/test_aims.py", ["bench/speed/aims.py", "bench/speed/aims/__init__.py", "bench/speed/aims.toml"]),
    ],
)
def test_a_test_mirrors_a_module(test: str, modules: list[str]) -> None:
    assert [module.as_posix() for module in mirrored(Path(test))] == modules


def test_each_test_is_beside_its_module_or_in_a_subjects_folder() -> None:
    tests = [path.relative_to(TESTS) for path in TESTS.rglob("test_*.py")]
    placed = [test for test in tests if test.parts[0] not in SUBJECTS and test.as_posix() not in BETWEEN]

    assert placed
    assert not [test.as_posix() for test in placed if not any((ROOT / module).exists() for module in mirrored(test))]


def test_each_module_of_what_decides_has_its_test() -> None:
    top = ROOT / "analyzer"
    found = (path for room in ("correlate", "measure", "judge") for path in (top / room).rglob("*.py"))
    modules = [path.relative_to(top) for path in found if not path.stem.startswith("__")]
    without = {each.as_posix() for each in modules if not (TESTS / each.parent / f"test_{each.name}").exists()}

    assert without == UNTESTED.keys()


@pytest.mark.parametrize(("test", "rooms"), BETWEEN.items(), ids=BETWEEN)
def test_a_test_between_rooms_looks_at_each_and_lies_in_the_folder_above(test: str, rooms: tuple[str, ...]) -> None:
    text = (TESTS / test).read_text("utf-8")

    above = Path(test).parent.as_posix().replace("/", ".")
    assert len(rooms) > 1
    assert {room.rpartition(".")[0] for room in rooms} == {above}
    assert [room for room in rooms if not re.search(rf"^from (analyzer|tests)\.{room}\b", text, re.MULTILINE)] == []


def test_every_subject_has_tests() -> None:
    assert {folder for folder in SUBJECTS if not [*(TESTS / folder).rglob("test_*.py")]} == set()


def test_no_room_is_crowded() -> None:
    counted = {
        folder.relative_to(top).as_posix(): len(
            [each for each in folder.glob("*.py") if not each.stem.startswith("__")]
        )
        for top in (ROOT / "analyzer", ROOT / "bench")
        for folder in (top, *top.rglob("*"))
        if folder.is_dir()
    }

    assert counted
    assert {room: count for room, count in counted.items() if count > MOST and room not in TWINS} == {}
