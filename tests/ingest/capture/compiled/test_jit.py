"""Where the machine code of the kernels is kept; a small kernel stands for all, as compiling them all takes long."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from analyzer.ingest.capture.compiled import jit

ROOT = Path(jit.__file__).parents[4]
PROGRAM = """
from analyzer.ingest.capture.compiled.jit import cache_folder
from analyzer.ingest.capture.compiled.tables import mix
result = mix(1, 2)
(loaded,) = mix.stats.cache_hits.values() or (0,)
print(result, loaded, cache_folder())
"""


def run(cache: Path, install: Path = ROOT) -> list[str]:
    """What mix(1, 2) is, how often it was loaded from the cache, and where that is, told by a process of its own."""
    environment = {**os.environ, "PYTHONPATH": str(install), "PYTHONDONTWRITEBYTECODE": "1", jit.FOLDER: str(cache)}
    command = [sys.executable, "-W", "error", "-c", PROGRAM]
    told = subprocess.run(command, env=environment, cwd=install, capture_output=True, text=True, check=True).stdout
    return told.split()


@pytest.fixture(scope="module")
def expected() -> str:
    from analyzer.ingest.capture.compiled.tables import mix

    return str(mix(1, 2))


def test_the_cache_is_kept_where_the_variable_says_and_found_again(tmp_path: Path, expected: str) -> None:
    result, loaded, folder = run(tmp_path / "cache")
    assert (result, loaded, Path(folder).parent) == (expected, "0", tmp_path / "cache")
    assert list((tmp_path / "cache").rglob("tables.mix*.nbi"))
    assert run(tmp_path / "cache") == [expected, "1", folder]


def test_where_nothing_can_be_written_the_kernels_are_compiled_in_each_run(tmp_path: Path, expected: str) -> None:
    """The same from an install that can't be written: its files and folders are left as they are."""
    (tmp_path / "file").write_text("no folder")
    install = tmp_path / "install"
    shutil.copytree(ROOT / "analyzer", install / "analyzer", ignore=shutil.ignore_patterns("__pycache__"))
    before = sorted(install.rglob("*"))
    for folder in [install, *(path for path in before if path.is_dir())]:
        folder.chmod(0o555)
    try:
        for _ in range(2):
            assert run(tmp_path / "file", install) == [expected, "0", "None"]
    finally:
        for folder in [install, *(path for path in before if path.is_dir())]:
            folder.chmod(0o755)
    assert sorted(install.rglob("*")) == before


def test_another_state_of_the_kernels_has_another_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(jit.FOLDER, str(tmp_path))
    folders = []
    for content in ("a = 1\n", "a = 2\n"):
        here = tmp_path / "capture" / "compiled"
        here.mkdir(parents=True, exist_ok=True)
        (here.parent / "blocks.py").write_text("")
        (here / "kernel.py").write_text(content)
        monkeypatch.setattr(jit, "_HERE", here)
        jit.cache_folder.cache_clear()
        folders.append(jit.cache_folder())
        assert not jit.is_cached()
    jit.cache_folder.cache_clear()
    assert None not in folders
    assert folders[0] != folders[1]
