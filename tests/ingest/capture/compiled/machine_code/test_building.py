"""Machine code for each platform, a linker, and the kernels' library itself."""

from __future__ import annotations

import ctypes
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from analyzer.ingest.capture.compiled.machine_code import building, library
from analyzer.ingest.capture.compiled.machine_code.platforms import PLATFORMS, Platform, here
from tests.conftest import ROOT

ASSEMBLY = f"""
define i64 @helper(i64 %a) noinline {{
  %b = mul i64 %a, 3
  ret i64 %b
}}
define i64 @{library.FUNCTION}(i64 %a) {{
  %b = call i64 @helper(i64 %a)
  ret i64 %b
}}
"""
BEGINS = {
    "linux-x86_64": (b"\x7fELF\x02\x01", 18, b"\x3e\x00"),  # e_machine EM_X86_64
    "linux-aarch64": (b"\x7fELF\x02\x01", 18, b"\xb7\x00"),  # EM_AARCH64
    "macos-x86_64": (b"\xcf\xfa\xed\xfe", 4, b"\x07\x00\x00\x01"),  # CPU_TYPE_X86_64
    "macos-arm64": (b"\xcf\xfa\xed\xfe", 4, b"\x0c\x00\x00\x01"),  # CPU_TYPE_ARM64
    "windows-amd64": (b"\x64\x86", 0, b"\x64\x86"),  # IMAGE_FILE_MACHINE_AMD64
}
"""How an object file begins: the format, and where the processor stands (ELF, Mach-O and PE specifications)."""


@pytest.mark.parametrize("platform", PLATFORMS, ids=lambda one: one.name)
def test_an_object_file_is_of_the_platform(platform: Platform) -> None:
    made = building.object_code(ASSEMBLY, platform)
    begins, at, machine = BEGINS[platform.name]
    assert made.startswith(begins)
    assert made[at : at + len(machine)] == machine
    assert library.FUNCTION.encode() in made
    assert made == building.object_code(ASSEMBLY, platform)


def test_a_linked_library_is_called(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    platform = here()
    assert platform
    monkeypatch.setattr(building, "_assembly", lambda: ASSEMBLY)
    path = tmp_path / f"kernels{platform.suffix}"
    path.write_bytes(building.library(platform))
    function = ctypes.CDLL(str(path))[library.FUNCTION]
    function.restype, function.argtypes = ctypes.c_int64, [ctypes.c_int64]
    assert function(14) == 42


def test_without_a_linker_nothing_is_built(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(shutil, "which", lambda _: None)
    monkeypatch.setattr(building, "_has_ziglang", lambda: False)
    for platform in PLATFORMS:
        with pytest.raises(building.CantBuildError, match="C compiler" if platform == here() else "ziglang"):
            building.library(platform)


def test_a_linker_that_fails_is_named(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    (tmp_path / "cc").write_text("#!/bin/sh\necho 'ld: no memory' >&2\nexit 1\n")
    (tmp_path / "cc").chmod(0o755)
    monkeypatch.setenv("PATH", str(tmp_path), prepend=":")
    monkeypatch.setattr(building, "_assembly", lambda: ASSEMBLY)
    platform = here()
    assert platform
    with pytest.raises(building.CantBuildError, match=r"cc can't link: ld: no memory$"):
        building.library(platform)


def refused(*arguments: str, **environment: str) -> str:
    """The one line in which the command says why it fails."""
    command = [sys.executable, "-m", "analyzer.ingest.capture.compiled.machine_code", *arguments]
    told = {**os.environ, **environment}
    done = subprocess.run(command, cwd=ROOT, env=told, capture_output=True, text=True, check=False)
    assert done.returncode == 1
    assert done.stderr.count("\n") == 1
    return done.stderr


def test_a_folder_that_is_not_there_is_told_before_anything_is_built(tmp_path: Path) -> None:
    """There is no linker either: it would be named if building came first."""
    assert "No such file or directory" in refused("--to", str(tmp_path / "no" / "file"), PATH="")


def test_the_command_says_in_a_sentence_what_it_cannot_do(tmp_path: Path) -> None:
    library.prepare()
    assert "Is a directory" in refused("--kept", "--to", str(tmp_path))


@pytest.mark.skipif(sys.platform != "linux", reason="reads symbols of ELF")
def test_the_kernels_want_nothing_and_show_one_function() -> None:
    """So the library loads on each Linux of its processor, whatever C library is there."""
    library.prepare()
    kept = library.kept()
    assert kept
    told = subprocess.run(
        ["readelf", "--dyn-syms", "-d", "-W", kept], capture_output=True, text=True, check=True
    ).stdout
    symbols = [
        line.split() for line in told.splitlines() if " FUNC " in line or " OBJECT " in line or " NOTYPE " in line
    ]
    assert [line[-1] for line in symbols if line[-1] != "UND"] == [library.FUNCTION]
    assert "NEEDED" not in told
