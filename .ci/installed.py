"""Runs the tests against the installed wheel instead of the tree: `AUTOPATH_INSTALLED=1 make test`.

The wheel is built and installed into an environment of its own (`.venv-installed`) with what the tests need, without
the compilers. The tests run in a copy of the tree that has no `analyzer` and no `templates`: whatever they import or
start is what was installed. What can't be tested so is left out by rule, and counted (`tests/installed.py`).

Arguments are pytest's. Exit status: that of the tests.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
import tempfile
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import wheels

from analyzer.ingest.capture.compiled.machine_code.platforms import here

ROOT = wheels.ROOT
VENV = ROOT / ".venv-installed"
NOT_COPIED = {"analyzer", "templates", "build", "dist"}
COMPILERS = "build"
"""The extra that the tests of a wheel do without."""


def main(arguments: list[str]) -> int:
    """Build, install, copy and test."""
    platform = here()
    if platform is None:
        return wheels.said("nothing is built for this platform")
    with tempfile.TemporaryDirectory(prefix="autopath-") as made:
        folder = Path(made)
        wheel = wheels.build(platform, folder)
        tree = folder / "tree"
        tree.mkdir()
        installed(wheel)
        copied(tree)
        python = VENV / "bin" / "python"
        around = {key: value for key, value in os.environ.items() if not key.startswith("PYTHON")}
        around |= {"AUTOPATH_INSTALLED": "1", "PATH": f"{VENV / 'bin'}:{os.environ['PATH']}"}
        return subprocess.run([python, "-m", "pytest", *arguments], cwd=tree, env=around, check=False).returncode


def installed(wheel: Path) -> None:
    """Install the wheel and what the tests need; the environment is kept for the next time."""
    if not VENV.exists():
        subprocess.run([sys.executable, "-m", "venv", VENV], check=True)
    pip: list[str | Path] = [VENV / "bin" / "python", "-m", "pip", "--quiet", "--disable-pip-version-check", "install"]
    subprocess.run([*pip, "-c", ROOT / "constraints.txt", *needed()], check=True)
    subprocess.run([*pip, "--force-reinstall", "--no-deps", wheel], check=True)


def needed() -> list[str]:
    """The requirements of the program and its tests, but for the compilers."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    return [*project["dependencies"], *of_extra("test", project)]


def of_extra(name: str, project: dict[str, Any]) -> Iterator[str]:
    """The requirements of an extra, and of those that it names in their turn."""
    for requirement in project["optional-dependencies"][name]:
        ours = re.fullmatch(rf"{re.escape(project['name'])}\[(.+)\]", requirement)
        if ours is None:
            yield requirement
            continue
        for inner in ours[1].split(","):
            if inner != COMPILERS:
                yield from of_extra(inner, project)


def copied(tree: Path) -> None:
    """What is not installed, in a folder of its own."""
    for path in ROOT.iterdir():
        if path.name in NOT_COPIED or (path.name.startswith(".") and path.name not in {".ci", ".gitignore"}):
            continue
        copy = shutil.copytree if path.is_dir() else shutil.copy2
        copy(path, tree / path.name)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
