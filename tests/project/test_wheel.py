"""The wheel alone works from an empty folder: templates, rules and expectations are in it."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from analyzer.cli import COMMANDS
from analyzer.ingest.capture.compiled.machine_code import library
from analyzer.ingest.capture.compiled.machine_code.platforms import here
from tests.conftest import ROOT, SAMPLES
from tests.project.lending import lend


def built(folder: Path) -> Path:
    command = [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(folder)]
    subprocess.run(command, cwd=ROOT, check=True, capture_output=True)
    (wheel,) = folder.glob("*.whl")
    return wheel


@pytest.fixture(scope="session")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The project's wheel, built by hatchling with no network."""
    return built(tmp_path_factory.mktemp("wheel"))


def test_another_build_gives_the_same_bytes(wheel: Path, tmp_path: Path) -> None:
    """Of a copy made elsewhere, just now, for its owner alone, where locale, zone, and the order of sets are others."""
    copied = tmp_path / "elsewhere"
    for name in ("analyzer", "templates", "docs/man"):
        shutil.copytree(ROOT / name, copied / name, copy_function=shutil.copy)
    for name in ("pyproject.toml", "README.md", "LICENSE", ".gitignore", "hatch_build.py"):
        shutil.copyfile(ROOT / name, copied / name)
    for path in copied.rglob("*"):
        path.chmod(path.stat().st_mode & 0o700)
    around = {**os.environ, "LC_ALL": "POSIX", "TZ": "Pacific/Chatham", "PYTHONHASHSEED": "4711"}
    command = [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(tmp_path / "dist")]
    subprocess.run(command, cwd=copied, env=around, umask=0o077, check=True, capture_output=True)
    (other,) = (tmp_path / "dist").glob("*.whl")
    assert other.name == wheel.name
    assert other.read_bytes() == wheel.read_bytes()


@pytest.fixture(scope="session")
def installed(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The `autopath` of a fresh environment that has the wheel, and its dependencies from that of the tests."""
    folder = tmp_path_factory.mktemp("venv")
    subprocess.run([sys.executable, "-m", "venv", "--without-pip", str(folder)], check=True)
    site = lend(folder, tmp_path_factory.mktemp("dependencies"))
    with zipfile.ZipFile(wheel) as opened:
        opened.extractall(site)
    script = folder / "bin" / "autopath"
    script.write_text(f"#!{folder}/bin/python\nfrom analyzer.__main__ import main\nmain()\n")
    script.chmod(0o755)
    return script


def run(program: Path, *arguments: str, cwd: Path) -> subprocess.CompletedProcess[str]:
    environment = {key: value for key, value in os.environ.items() if not key.startswith("PYTHON")}
    return subprocess.run([program, *arguments], cwd=cwd, env=environment, capture_output=True, text=True, check=False)


def test_the_wheel_has_the_command_templates_rules_and_expectations(wheel: Path) -> None:
    with zipfile.ZipFile(wheel) as opened:
        names = opened.namelist()
        entry = next(name for name in names if name.endswith("entry_points.txt"))
        assert "autopath = analyzer.__main__:main" in opened.read(entry).decode()
    assert any(name.startswith("analyzer/templates/") and name.endswith(".j2") for name in names)
    assert any(name.startswith("analyzer/ingest/logs/rules/") and name.endswith(".toml") for name in names)
    assert {"analyzer/judge/expectations.toml", "analyzer/py.typed"} <= set(names)
    pages = {Path(name).name for name in names if ".data/data/share/man/man1/" in name}
    assert pages == {"autopath.1", *(f"autopath-{name}.1" for name in COMMANDS)}
    assert not any(name.startswith(("tests/", "samples/", "bench/")) for name in names)


def test_the_installed_wheel_analyses_a_sample_from_an_empty_folder(installed: Path, tmp_path: Path) -> None:
    shutil.copytree(SAMPLES / "cvm-failure", tmp_path / "evidence" / "cvm-failure")
    empty = tmp_path / "empty"
    empty.mkdir()
    recording = ("--record", "--cluster", "lab", "--store", "ours")
    done = run(installed, "analyze", "../evidence/cvm-failure", "--log-timezone", "UTC", *recording, cwd=empty)
    assert done.returncode in (0, 1, 4), done.stderr
    assert done.stdout.rstrip().endswith("reports/cvm-failure/report.html")
    assert "cluster lab has 1 test now" in done.stderr
    assert (empty / "ours" / "history.sqlite").exists()
    report = empty / "reports" / "cvm-failure"
    assert "cvm-failure" in (report / "report.html").read_text()
    document = json.loads((report / "run.json").read_text())
    assert [episode["episode"]["kind"] for episode in document["episodes"]] == ["cvm-failure"]
    assert str(tmp_path) not in (report / "run.json").read_text() + (report / "report.html").read_text()


def test_the_wheel_is_one_for_this_platform_and_two_builds_are_the_same_bytes(wheel: Path, tmp_path: Path) -> None:
    platform = here()
    assert platform
    assert wheel.name.endswith(f"-py3-none-{platform.wheel}.whl")
    assert built(tmp_path).read_bytes() == wheel.read_bytes()


def test_the_wheel_has_the_machine_code_that_the_checkout_runs(wheel: Path) -> None:
    """The same bytes, so that there is no capture of which the two could tell different things."""
    library.prepare()
    kept, platform = library.kept(), here()
    assert kept
    assert platform
    with zipfile.ZipFile(wheel) as opened:
        (name,) = (one for one in opened.namelist() if one.endswith(f"/machine_code/kernels{platform.suffix}"))
        assert opened.read(name) == kept.read_bytes()


def test_the_installed_wheel_reads_a_large_capture_without_a_compiler(installed: Path, tmp_path: Path) -> None:
    made = run(installed, "simulate", "healthy", "--bytes", "20000000", "-o", "evidence", cwd=tmp_path)
    assert made.returncode == 0, made.stderr
    quiet = {"HOME": str(tmp_path / "nobody"), "PATH": ""}
    command = [str(installed.with_name("python")), str(installed), "analyze", "evidence", "-o", "run"]
    done = subprocess.run(command, cwd=tmp_path, env=quiet, capture_output=True, text=True, check=False)
    assert done.returncode in (0, 1, 4), done.stderr
    assert "compil" not in done.stderr
    assert "slowly" not in done.stderr
    told = run(installed, "doctor", cwd=tmp_path).stdout
    assert "numba" not in told
    (row,) = (line for line in told.splitlines() if "fast scan" in line)
    assert row.split()[0] == "ok"
    assert str(installed.parent.parent) in row


def test_the_installed_wheel_is_what_runs(installed: Path, tmp_path: Path) -> None:
    done = subprocess.run(
        [installed.with_name("python"), "-c", "import analyzer; print(analyzer.__file__)"],
        cwd=tmp_path, capture_output=True, text=True, check=True,
    )  # fmt: skip
    assert Path(done.stdout.strip()).is_relative_to(installed.parent.parent)
