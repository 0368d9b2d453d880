"""The Containerfile's steps, run here without a registry: the same script, in a folder, with what is installed."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.conftest import ROOT
from tests.project.lending import lend

SCRIPT = ROOT / ".ci" / "container.sh"
LINES = re.sub(r"\\\n", " ", (ROOT / "Containerfile").read_text("utf-8")).splitlines()
STEPS = [line.removeprefix("RUN sh /container.sh ").split() for line in LINES if line.startswith("RUN ")]
PLACES = ("/source", "/dist", "/opt/autopath")


def test_every_step_is_one_of_the_script() -> None:
    assert [step[0] for step in STEPS] == ["linker", "wheel", "program", "system", "check"]
    assert all(line.startswith("RUN sh /container.sh ") for line in LINES if line.startswith("RUN "))


def test_what_runs_is_no_root_and_nothing_is_done_after_that_as_root() -> None:
    users = [line for line in LINES if line.startswith("USER ")]
    last = max(at for at, line in enumerate(LINES) if line.startswith("FROM "))

    assert users == ["USER 10001:10001"]
    assert LINES.index(users[0]) > last


def test_what_is_copied_is_there() -> None:
    copied = [line.split()[1] for line in LINES if line.startswith("COPY ") and "--from" not in line]

    assert copied == [".ci/container.sh", ".", ".ci/container.sh"]
    assert all((ROOT / path).exists() for path in copied)


@pytest.mark.parametrize("step", ["linker", "system"])
def test_the_system_packages_are_those_that_there_are(step: str, tmp_path: Path) -> None:
    asked = tmp_path / "asked"
    (tmp_path / "apt-get").write_text(f'#!/bin/sh\necho "$@" >> {asked}\n')
    (tmp_path / "apt-get").chmod(0o755)
    around = {"PATH": f"{tmp_path}:/usr/bin:/bin", "APT_LISTS": str(tmp_path / "lists")}
    subprocess.run(["sh", SCRIPT, step], env=around, check=True)

    update, install = asked.read_text().splitlines()
    assert update.startswith("update")
    packages = [word for word in install.split() if word not in {"install", "-y", "-qq", "--no-install-recommends"}]
    assert packages
    if shutil.which("dpkg"):  # the tests need them too: `make tools` installs them
        subprocess.run(["dpkg", "-s", *packages], check=True, capture_output=True)


def test_what_the_steps_build_and_install_works(tmp_path: Path) -> None:
    """The wheel is built and installed as in the container, but for dependencies, which come from this environment."""
    scratch = {place: tmp_path / place.strip("/").replace("/", "-") for place in PLACES}
    scratch["/source"] = ROOT
    around = {
        "PATH": f"{Path(sys.executable).parent}:{os.environ['PATH']}",
        "HOME": str(tmp_path),
        "LC_ALL": "C.UTF-8",
        "PIP_NO_INDEX": "1",
        "PIP_NO_DEPS": "1",
        "PIP_DISABLE_PIP_VERSION_CHECK": "1",
        "AUTOPATH_CACHE": os.environ.get("AUTOPATH_CACHE", str(Path.home() / ".cache" / "autopath")),
    }
    done = [ran(name, [str(scratch[place]) for place in places], tmp_path, around) for name, *places in STEPS[1:3]]
    (tmp_path / "dependencies").mkdir()
    lend(scratch["/opt/autopath"], tmp_path / "dependencies")
    done.append(ran("check", [str(scratch["/opt/autopath"])], tmp_path, around))

    assert [(one.returncode, one.stderr) for one in done if one.returncode] == []
    assert "TShark" in done[-1].stdout
    assert str(scratch["/opt/autopath"]) in done[-1].stderr, "the kernels of the wheel are those that are found"


def ran(step: str, places: list[str], folder: Path, around: dict[str, str]) -> subprocess.CompletedProcess[str]:
    """A step of the script, done in a folder."""
    command = ["sh", str(SCRIPT), step, *places]
    return subprocess.run(command, cwd=folder, env=around, capture_output=True, text=True, check=False)
