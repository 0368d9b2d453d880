"""docs/dependencies.md against pyproject.toml, constraints.txt and what is installed."""

from __future__ import annotations

import re
import tomllib
from importlib import metadata
from pathlib import Path
from typing import NamedTuple

import pytest

from tests.conftest import ROOT

NOT_TESTED_WITH = frozenset({"atheris", "cyclonedx-bom"})
"""Of extras that the tests do without."""
LICENCES = re.compile(r"apache|bsd|cc0|lgpl|mit|mpl|psf", re.IGNORECASE)
FEW_MB = 2.0
"""A size is told of one platform; wheels of another differ, and those that are small differ by little."""


class Row(NamedTuple):
    """A package, as the page has it."""

    name: str
    extra: str
    version: str
    licence: str
    megabytes: str
    what_for: str


def page() -> list[Row]:
    text = (ROOT / "docs" / "dependencies.md").read_text("utf-8")
    rows = [
        Row(*(cell.strip() for cell in line.strip("|").split("|"))) for line in text.splitlines() if line[:1] == "|"
    ]
    return [row for row in rows if row.name != "Package" and set(row.name) != {"-"}]


def test_every_requirement_has_its_row_and_no_other() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    extras = {"": project["dependencies"], **project["optional-dependencies"]}
    wanted = [
        (extra, name)
        for extra, requirements in extras.items()
        for name in (re.split(r"[^A-Za-z0-9_.-]", one)[0] for one in requirements)
        if name != project["name"]
    ]
    assert [(row.extra, row.name) for row in page()] == wanted


def test_the_versions_are_those_that_are_pinned() -> None:
    pins = dict(re.findall(r"^([\w.-]+)==(\S+)", (ROOT / "constraints.txt").read_text("utf-8"), re.MULTILINE))
    pinned = {name.lower().replace("_", "-"): version for name, version in pins.items()}
    assert {row.name: row.version for row in page()} == {row.name: pinned[row.name.lower()] for row in page()}


@pytest.mark.parametrize("row", [row for row in page() if row.name not in NOT_TESTED_WITH], ids=lambda row: row.name)
def test_licence_and_weight_are_those_of_what_is_installed(row: Row) -> None:
    installed = metadata.distribution(row.name)
    files = [file for file in installed.files or () if "__pycache__" not in file.parts]
    about = installed.metadata
    classifiers = [one for one in about.get_all("Classifier") or () if one.startswith("License")]
    told = " ".join([*(about[key] for key in ("License-Expression", "License") if key in about), *classifiers])
    if not LICENCES.search(told):
        texts = [file for file in files if file.name.upper().startswith(("LICENSE", "LICENCE"))]
        told = " ".join(file.read_text("utf-8")[:200] for file in texts)
    assert {one.lower() for one in LICENCES.findall(row.licence)} & {one.lower() for one in LICENCES.findall(told)}, (
        told
    )
    weight = sum(path.stat().st_size for path in (Path(str(file.locate())) for file in files) if path.is_file()) / 1e6
    assert float(row.megabytes) == pytest.approx(weight, rel=0.3, abs=FEW_MB)
