"""A trial: a module is imported changed, its file stays as it is, and the tests say whether they notice."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from bench.mutants.trial import change
from tests.conftest import ROOT

CODE = """
import sys
from pathlib import Path
from bench.mutants.trial import change
change(Path(sys.argv[1]), "room/figures.py", 0)
sys.path.insert(0, sys.argv[1])
from room.figures import LIMIT
from room.other import DOUBLE
print(LIMIT, DOUBLE)
"""


def test_a_changed_module_is_imported_so_and_its_file_stays(tmp_path: Path) -> None:
    room = tmp_path / "room"
    room.mkdir()
    (room / "__init__.py").write_text("")
    (room / "figures.py").write_text("LIMIT = 5\n")
    (room / "other.py").write_text("from room.figures import LIMIT\n\nDOUBLE = 2 * LIMIT\n")

    done = subprocess.run(
        [sys.executable, "-B", "-c", CODE, str(tmp_path)], cwd=ROOT, capture_output=True, text=True, check=True
    )

    assert done.stdout == "6 12\n"
    assert (room / "figures.py").read_text() == "LIMIT = 5\n"


def test_a_module_that_is_imported_already_can_not_be_changed() -> None:
    with pytest.raises(RuntimeError, match="is imported already"):
        change(ROOT, "bench/mutants/trial.py", 0)
