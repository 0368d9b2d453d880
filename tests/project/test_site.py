"""The site is built without a warning or a dead link, loads nothing from elsewhere, and gives the man pages."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

import pytest

import analyzer
from analyzer.cli import COMMANDS
from analyzer.judge.codes import catalogue
from analyzer.report.frames import FRAMES
from manual.building import DOCS, MAN, BuildError, man_pages, site, sources, with_others
from manual.links import faults


def public() -> list[str]:
    """What the package and its tables offer, as the reference names it."""
    return [
        *(f"analyzer.{name}" for name in analyzer.__all__ if not name.startswith("_")),
        *(f"analyzer.report.frames.{one.__name__}" for one in FRAMES.values()),
    ]


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the site and the man pages; any warning of Sphinx is an error."""
    folder = tmp_path_factory.mktemp("built")
    with sources() as source:
        site(source, folder / "site")
        man_pages(source, folder / "man")
    return folder


def test_every_page_is_in_it_and_every_link_leads_somewhere(built: Path) -> None:
    made = {path.relative_to(built / "site").with_suffix("").as_posix() for path in (built / "site").rglob("*.html")}

    assert {page.relative_to(DOCS).with_suffix("").as_posix() for page in DOCS.rglob("*.md")} <= made
    assert faults(built / "site") == []


def test_the_reference_has_every_command_and_finding(built: Path) -> None:
    reference = built / "site" / "reference"
    findings = (reference / "findings.html").read_text("utf-8")

    assert [name for name in COMMANDS if not (reference / "commands" / f"autopath-{name}.html").exists()] == []
    assert [code for code in catalogue() if f'id="{code.lower()}"' not in findings] == []
    python = (reference / "python.html").read_text("utf-8")
    assert [name for name in public() if f'id="{name}"' not in python] == []


def test_the_man_pages_are_those_of_this_program(built: Path) -> None:
    made = {path.name: path.read_text("utf-8") for path in (built / "man").glob("*.1")}

    assert {path.name: path.read_text("utf-8") for path in MAN.glob("*.1")} == made, "make site writes them"
    assert made.keys() == {"autopath.1", *(f"autopath-{name}.1" for name in COMMANDS)}


@pytest.mark.skipif(shutil.which("man") is None, reason="man is not installed")
@pytest.mark.parametrize("page", sorted(MAN.glob("*.1")), ids=lambda path: path.stem)
def test_a_man_page_has_no_fault(page: Path) -> None:
    done = subprocess.run(
        ["man", "-l", "--warnings", "-E", "UTF-8", page],
        env={"PATH": "/usr/bin:/bin", "LC_ALL": "C.UTF-8", "MANWIDTH": "100"},
        capture_output=True, text=True, check=True,
    )  # fmt: skip

    assert done.stderr == ""
    assert [part for part in ("NAME", "SYNOPSIS", "DESCRIPTION", "OPTIONS") if part not in done.stdout] == []


def test_a_dead_link_a_missing_place_and_a_file_from_elsewhere_are_told(tmp_path: Path) -> None:
    (tmp_path / "a.html").write_text('<a href="b.html#here">x</a><a href="b.html#gone">x</a><a href="c.html">x</a>')
    (tmp_path / "b.html").write_text(
        '<p id="here"></p><img src="https://example.net/x.png"><a href="https://a.b/">x</a>'
    )
    (tmp_path / "s.css").write_text('@import url("https://example.net/font.css")')

    assert sorted(faults(tmp_path)) == [
        "a.html: b.html#gone has no such place",
        "a.html: c.html leads nowhere",
        "b.html: loads https://example.net/x.png",
        "s.css: a style from elsewhere",
    ]


def test_a_page_that_the_navigation_does_not_name_is_in_it_all_the_same() -> None:
    assert with_others("tutorial\n/batch\n\n@others\n", ["batch", "index", "kinds", "tutorial"]) == (
        "tutorial\n/batch\n\n/kinds\n"
    )


def test_what_sphinx_warns_of_is_an_error(tmp_path: Path) -> None:
    (tmp_path / "docs").mkdir()
    (tmp_path / "docs" / "index.md").write_text("# A page\n\n[gone](gone.md)\n")

    with pytest.raises(BuildError, match=r"gone\.md"):
        site(tmp_path / "docs", tmp_path / "site")
