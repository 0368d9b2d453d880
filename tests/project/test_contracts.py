from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from tests.conftest import ROOT

LINT_IMPORTS = Path(sys.executable).with_name("lint-imports")
# Start-up counts: none of these may be loaded before a command needs it.
HEAVY = {"rich", "pandas", "numpy", "jinja2", "pyshark", "dpkt", "zstandard", "lz4", "msgspec", "asyncio", "zoneinfo"}
HEAVY |= {"sqlalchemy", "alembic", "psycopg"}


@pytest.mark.skipif(not LINT_IMPORTS.exists(), reason="import-linter is not installed (make check installs it)")
def test_the_import_contracts_hold() -> None:
    done = subprocess.run([LINT_IMPORTS, "--no-cache"], cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr


@pytest.mark.parametrize(
    "command",
    [["-m", "analyzer", "--help"], ["-m", "analyzer", "analyze", "--help"], ["-c", "import analyzer"]],
    ids=["help", "analyze-help", "import"],
)
def test_starting_loads_nothing_heavy(command: list[str]) -> None:
    done = subprocess.run(
        [sys.executable, "-X", "importtime", *command], cwd=ROOT, capture_output=True, text=True, check=True
    )
    loaded = {line.rpartition("|")[2].strip().partition(".")[0] for line in done.stderr.splitlines() if "|" in line}
    assert not loaded & HEAVY


def test_nothing_public_is_missing() -> None:
    import analyzer

    assert all(hasattr(analyzer, name) for name in analyzer.__all__)
    assert not hasattr(analyzer, "nothing")
