"""What can't be recorded, or not there, is refused before a lab is up and before anything is written."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from tests.conftest import ROOT
from tests.lab.netns.odd import content, every_odd, folder_outside
from tests.lab.netns.program import run


@pytest.fixture
def outside(tmp_path: Path) -> Path:
    return folder_outside(tmp_path)


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
