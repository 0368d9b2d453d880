"""Odd names of machines, which become folders that root writes, and a folder that is none of the lab's."""

from __future__ import annotations

from pathlib import Path

import pytest

ODD = {
    "an-absolute-path": "{outside}",
    "a-path-upwards": "../../../..{outside}",
    "the-folder-above": "..",
    "the-folder-itself": ".",
    "no-name": "",
    "a-path-below": "a/b",
    "a-blank": "a b",
    "a-line-end": "a\nb",
    "an-option": "-a",
    "a-hyphen-at-the-end": "a-",
    "a-dot-at-the-end": "a.",
    "two-dots": "a..b",
    "no-ascii": "hôte",
    "too-long": "x" * 64,
}
every_odd = pytest.mark.parametrize("odd", ODD.values(), ids=ODD)


def folder_outside(within: Path) -> Path:
    """A folder that is none of the lab's, with files of names that a machine has too."""
    folder = within / "outside"
    folder.mkdir()
    for name in ("passwd", "sshd_config", "genesis.out"):
        (folder / name).write_text("mine")
    return folder


def content(folder: Path) -> dict[str, str]:
    return {str(path): path.read_text() if path.is_file() else "" for path in sorted(folder.rglob("*"))}
