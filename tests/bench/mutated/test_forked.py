"""A command in a forked process: its status, time, memory and what it said."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

from tests.conftest import ROOT

CODE = """
import sys
from pathlib import Path
from bench.mutated.forked import ended
from analyzer.cli import main
done = ended(("report", "there-is-none"), Path(sys.argv[1]))
print(done.status, "there-is-none" in done.said, 0 < done.seconds < 20, done.memory > 1 << 20)
"""


def test_what_is_told_of_a_command(tmp_path: Path) -> None:
    """In a process of its own, as it forks."""
    place = tmp_path / "place"
    place.mkdir()
    command = [sys.executable, "-c", CODE, str(place)]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True)
    assert done.stdout == "3 True True True\n"
