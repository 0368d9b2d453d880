"""The names of machines become folders, which root writes: an odd one is refused before anything is."""

from __future__ import annotations

import string
import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from analyzer.errors import LabError, UsageError
from analyzer.lab.netns import LabOptions, record
from analyzer.lab.netns.namespaces.machine import Machine, folder_of
from analyzer.lab.netns.options import checked
from tests.conftest import ROOT
from tests.lab.netns.program import run

ODD = {
    "an-absolute-path": "{outside}",
    "a-path-upwards": "../../../..{outside}",
    "the-folder-above": "..",
    "the-folder-itself": ".",
    "no-name": "",
    "a-path-below": "a/b",
    "a-blank": "a b",
    "a-line-end": "a\nb",
    "an-option": "-a",
    "a-hyphen-at-the-end": "a-",
    "a-dot-at-the-end": "a.",
    "two-dots": "a..b",
    "no-ascii": "hôte",
    "too-long": "x" * 64,
}
every_odd = pytest.mark.parametrize("odd", ODD.values(), ids=ODD)
NAMES = st.from_regex(r"[A-Za-z0-9]([A-Za-z0-9.-]{0,20}[A-Za-z0-9])?", fullmatch=True)


@pytest.fixture
def outside(tmp_path: Path) -> Path:
    """A folder that is none of the lab's, with files of names that a machine has too."""
    folder = tmp_path / "outside"
    folder.mkdir()
    for name in ("passwd", "sshd_config", "genesis.out"):
        (folder / name).write_text("mine")
    return folder


def content(folder: Path) -> dict[str, str]:
    return {str(path): path.read_text() if path.is_file() else "" for path in sorted(folder.rglob("*"))}


@pytest.mark.parametrize("option", ["--host-names", "--cvm-names"])
@every_odd
def test_an_odd_name_is_refused_before_anything_is_written(odd: str, option: str, outside: Path) -> None:
    before = content(outside.parent)

    done = run(
        "healthy", "-o", str(outside.parent / "x"), "--duration", "1", option, f"{odd.format(outside=outside)},b,c"
    )

    assert done.returncode == 2
    assert option in done.stderr
    assert len(done.stderr.splitlines()) == 1
    assert content(outside.parent) == before


@every_odd
def test_an_odd_name_is_refused_from_python_too(odd: str, outside: Path) -> None:
    before = content(outside.parent)

    with pytest.raises(UsageError, match="--cvm-names"):
        record(LabOptions(scenario="healthy", cvm_names=("a", odd.format(outside=outside), "c")))

    assert content(outside.parent) == before


@pytest.mark.parametrize("odd", [*(ODD[name] for name in ODD if "path" in name or "folder" in name), "", "link"])
def test_a_machines_folder_stays_in_the_labs_own(odd: str, outside: Path, tmp_path: Path) -> None:
    machines = tmp_path / "lab" / "machines"
    machines.mkdir(parents=True)
    (machines / "link").symlink_to(outside)
    before = content(tmp_path)

    with pytest.raises(LabError, match="outside"):
        Machine(odd.format(outside=outside), machines, {})

    assert content(tmp_path) == before


@given(name=NAMES)
def test_what_is_taken_for_a_name_is_one_folder(name: str) -> None:
    try:
        checked(LabOptions(scenario="healthy", host_names=(name, "b0", "c0")))
    except UsageError:
        return
    among = Path("/nowhere/machines")

    assert folder_of(name, among) == among / name
    assert set(name) <= {*string.ascii_letters, *string.digits, "-", "."}


def test_where_a_recording_goes_is_looked_at_first(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    (tmp_path / "used").mkdir()
    (tmp_path / "used" / "span.pcap").write_text("")
    before = content(tmp_path)

    for place in (tmp_path / "file", tmp_path / "file" / "x", tmp_path / "used", Path("/proc/x")):
        done = run("cvm-failure", "-o", str(place))

        assert done.returncode == 2, done.stderr
        assert str(place) in done.stderr
        assert "are up" not in done.stderr
    assert content(tmp_path) == before


def test_a_zone_that_is_not_there_is_one_sentence() -> None:
    command = [sys.executable, "-m", "analyzer", "lab", "healthy", "-o", "/nowhere/x", "--log-zone", "Mars/X"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)

    assert (done.returncode, done.stdout) == (2, "")
    assert "Mars/X" in done.stderr
    assert len(done.stderr.splitlines()) == 1
