"""Where the kernels' library is kept, and what happens where it can't be. It is built only once."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from analyzer.ingest.capture.compiled.machine_code import library

LIBRARY = {"darwin": ".dylib", "win32": ".dll"}.get(sys.platform, ".so")
ROOT = Path(library.__file__).parents[5]
COMPILER = """
import shutil, sys
print("compiled", file=open({log!r}, "a"))
shutil.copy({made!r}, sys.argv[sys.argv.index("--to") + 1])
"""
ENTRY = "analyzer/ingest/capture/compiled/machine_code/__main__.py"
PROGRAM = """
from analyzer.ingest.capture.compiled.machine_code import library
from analyzer.ingest.capture.compiled.memory import Memory
from analyzer.ingest.capture.compiled.dispatch import HAS_CAPACITY
print(Memory(0, 0, 0).call(HAS_CAPACITY), library.is_at_hand(), library.folder())
"""


@pytest.fixture(scope="module")
def made() -> bytes:
    """What building gives."""
    library.prepare()
    kept = library.kept()
    assert kept is not None
    return kept.read_bytes()


@pytest.fixture
def install(tmp_path: Path, made: bytes) -> Path:
    """The program, with a compiler that takes no time and counts."""
    install = tmp_path / "install"
    shutil.copytree(ROOT / "analyzer", install / "analyzer", ignore=shutil.ignore_patterns("__pycache__"))
    (tmp_path / "made").write_bytes(made)
    compiler = COMPILER.format(log=str(tmp_path / "log"), made=str(tmp_path / "made"))
    (install / ENTRY).write_text(compiler)
    return install


def run(install: Path, cache: Path) -> tuple[list[str], int]:
    """What PROGRAM says in a process of its own, and how often the kernels have been compiled so far."""
    environment = {
        **os.environ,
        "PYTHONPATH": str(install),
        "PYTHONDONTWRITEBYTECODE": "1",
        library.FOLDER: str(cache),
    }
    command = [sys.executable, "-W", "error", "-c", PROGRAM]
    told = subprocess.run(command, env=environment, cwd=install, capture_output=True, text=True, check=True).stdout
    log = install.parent / "log"
    return told.split(), len(log.read_text().splitlines()) if log.exists() else 0


def test_the_machine_code_is_kept_where_the_variable_says_and_found_again(install: Path, tmp_path: Path) -> None:
    (roomy, cached, folder), compiled = run(install, tmp_path / "cache")
    assert (roomy, cached, compiled, Path(folder).parent) == ("1", "True", 1, tmp_path / "cache")
    assert run(install, tmp_path / "cache") == (["1", "True", folder], 1)
    assert len(list(Path(folder).iterdir())) == 1


@pytest.mark.parametrize("harm", [b"", b"cut", b"other code"], ids=["empty", "cut", "other"])
def test_a_damaged_cache_is_made_anew(install: Path, tmp_path: Path, harm: bytes) -> None:
    folder = run(install, tmp_path / "cache")[0][2]
    (kept,) = Path(folder).iterdir()
    whole = kept.read_bytes()
    kept.write_bytes(whole[:-1] if harm == b"cut" else harm)
    assert run(install, tmp_path / "cache") == (["1", "True", folder], 2)
    assert kept.read_bytes() == whole


def test_what_a_wheel_carries_comes_first(install: Path, tmp_path: Path, made: bytes) -> None:
    carried = (install / ENTRY).with_name(f"kernels{LIBRARY}")
    carried.write_bytes(made)
    assert run(install, tmp_path / "cache")[0] == ["1", "True", str(carried.parent)]
    assert not (tmp_path / "log").exists()
    assert not (tmp_path / "cache").exists()


def test_what_a_wheel_carries_and_cannot_be_loaded_is_told(install: Path, tmp_path: Path) -> None:
    (install / ENTRY).with_name(f"kernels{LIBRARY}").write_bytes(b"no library")
    program = PROGRAM.replace("print(", "library.prepare(), print(")
    environment = {**os.environ, "PYTHONPATH": str(install), library.FOLDER: str(tmp_path / "cache")}
    command = [sys.executable, "-c", program]
    done = subprocess.run(command, env=environment, cwd=install, capture_output=True, text=True, check=False)
    assert "NotCompiledError: what scans large captures can't be loaded (" in done.stderr


def test_where_nothing_can_be_written_the_kernels_are_compiled_in_each_run(install: Path, tmp_path: Path) -> None:
    """The same from an install that can't be written: its files and folders are left as they are."""
    (tmp_path / "file").write_text("no folder")
    before = sorted(install.rglob("*"))
    for folder in [install, *(path for path in before if path.is_dir())]:
        folder.chmod(0o555)
    try:
        for times in (1, 2):
            assert run(install, tmp_path / "file") == (["1", "True", "None"], times)
    finally:
        for folder in [install, *(path for path in before if path.is_dir())]:
            folder.chmod(0o755)
    assert sorted(install.rglob("*")) == before


def test_where_no_compiler_works_captures_are_read_slowly_which_is_said(install: Path, tmp_path: Path) -> None:
    (install / ENTRY).write_text("raise SystemExit('no memory here')")
    program = """
import logging
logging.basicConfig(format="%(message)s", level="WARNING")
from analyzer.ingest import capture
import io, sys
module = sys.modules["analyzer.ingest.capture.scan"]
module.SMALL = module.MODEST = 10
from analyzer.config import Settings
print(capture.scan(io.BytesIO(open(sys.argv[1], "rb").read()), "x", Settings()).frames)
"""
    environment = {**os.environ, "PYTHONPATH": str(install), library.FOLDER: str(tmp_path / "cache")}
    sample = ROOT / "samples" / "cvm-failure" / "span.pcap"
    done = subprocess.run(
        [sys.executable, "-c", program, str(sample)], env=environment, cwd=install, capture_output=True, text=True,
        check=True,
    )  # fmt: skip
    assert int(done.stdout) > 100
    assert done.stderr == "what scans large captures can't be compiled (no memory here); they are read slowly\n"


def test_another_state_of_the_kernels_has_another_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(library.FOLDER, str(tmp_path))
    folders = []
    for content in ("a = 1\n", "a = 2\n"):
        here = tmp_path / "capture" / "compiled"
        here.mkdir(parents=True, exist_ok=True)
        (here.parent / "blocks.py").write_text("")
        (here / "machine_code").mkdir(exist_ok=True)
        (here / "kernel.py").write_text(content)
        monkeypatch.setattr(library, "_HERE", here / "machine_code")
        library.cache_folder.cache_clear()
        folders.append(library.cache_folder())
    library.cache_folder.cache_clear()
    assert None not in folders
    assert folders[0] != folders[1]


def test_a_modest_capture_is_not_worth_compiling(tmp_path: Path) -> None:
    program = """
from analyzer.ingest import capture
from analyzer.ingest.capture.scan import MODEST, SMALL
print(*(capture.is_large(size) for size in (SMALL, SMALL + 1, MODEST, MODEST + 1)))
"""
    environment = {**os.environ, library.FOLDER: str(tmp_path)}
    command = [sys.executable, "-c", program]
    without = subprocess.run(command, env=environment, cwd=ROOT, capture_output=True, text=True, check=True).stdout
    library.prepare()
    folder = library.cache_folder()
    assert folder is not None
    environment[library.FOLDER] = str(folder.parent)
    cached = subprocess.run(command, env=environment, cwd=ROOT, capture_output=True, text=True, check=True).stdout
    assert without.split() == ["False", "False", "False", "True"]
    assert cached.split() == ["False", "True", "True", "True"]
