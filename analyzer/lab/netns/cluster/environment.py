"""What the lab's programs find in their environment: an ESXi host's commands, this package, which lab it is."""

from __future__ import annotations

import os
import sys
from importlib import resources
from pathlib import Path

from analyzer.lab.netns.namespaces.machine import LAB, PACKAGES, SCENARIO

_TOOLS = ("esxcfg-route", "vmkping", "vim-cmd", "cluster")


def environment_of(scenario: str, tools: Path) -> dict[str, str]:
    """The environment of a lab's programs; the commands are put into the folder `tools`, which is made."""
    _put_tools(tools)
    path = f"{tools}:/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"
    kept = {name: value for name in ("TERM",) if (value := os.environ.get(name))}
    marks = {LAB: os.environ.get(LAB, str(os.getpid())), SCENARIO: scenario, "AUTOPATH_PYTHON": sys.executable}
    python = {"PYTHONPATH": str(PACKAGES), "PYTHONDONTWRITEBYTECODE": "1"}
    return {**kept, **marks, **python, "PATH": path, "LC_ALL": "C.UTF-8"}


def _put_tools(folder: Path) -> None:
    folder.mkdir()
    for name in _TOOLS:
        source = resources.files("analyzer.lab.netns").joinpath("bin", name)
        (folder / name).write_bytes(source.read_bytes())
        (folder / name).chmod(0o755)
