"""A machine's folder, which root writes, lies in the lab's own whatever the machine is called."""

from __future__ import annotations

import string
from pathlib import Path

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from analyzer.errors import LabError, UsageError
from analyzer.lab.netns import LabOptions
from analyzer.lab.netns.namespaces.machine import Machine, folder_of
from analyzer.lab.netns.options import checked
from tests.lab.netns.odd import ODD, content, folder_outside

NAMES = st.from_regex(r"[A-Za-z0-9]([A-Za-z0-9.-]{0,20}[A-Za-z0-9])?", fullmatch=True)
AMONG = Path("/nowhere/machines")


@pytest.fixture
def outside(tmp_path: Path) -> Path:
    return folder_outside(tmp_path)


@pytest.mark.parametrize("odd", [*(ODD[name] for name in ODD if "path" in name or "folder" in name), "", "link"])
def test_a_machines_folder_stays_in_the_labs_own(odd: str, outside: Path, tmp_path: Path) -> None:
    machines = tmp_path / "lab" / "machines"
    machines.mkdir(parents=True)
    (machines / "link").symlink_to(outside)
    before = content(tmp_path)

    with pytest.raises(LabError, match="outside"):
        Machine(odd.format(outside=outside), machines, {})

    assert content(tmp_path) == before


def taken(name: str) -> bool:
    """Whether the options take it for a host's name."""
    try:
        checked(LabOptions(scenario="healthy", host_names=(name, "b0", "c0")))
    except UsageError:
        return False
    return True


@given(name=NAMES)
def test_what_is_taken_for_a_name_is_one_folder(name: str) -> None:
    assume(taken(name))

    assert folder_of(name, AMONG) == AMONG / name
    assert set(name) <= {*string.ascii_letters, *string.digits, "-", "."}
