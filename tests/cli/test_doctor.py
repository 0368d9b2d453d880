"""`autopath doctor`: packages and extras that there are, the compiled scan, tshark, and the settings of a folder."""

from __future__ import annotations

import os
import re
from importlib import metadata
from pathlib import Path

import pytest

from analyzer import __version__
from analyzer.cli import run
from analyzer.ingest.capture.compiled.machine_code import library
from analyzer.report.forms.catalogue import Form

REQUIRES = ["click>=8.1,<9", "jinja2>=3", 'tomli>=1; python_version < "3.11"', 'nowhere>=1; extra == "test"']
FORMS = (
    Form("html", ("report.html",), "", "page"),
    Form("pdf", ("report.pdf",), "", "pdf", "pdf", ("nowhere_pdf",)),
    Form("table", ("a.csv",), "", "table", "table", ("rich",)),
    Form("sheet", ("b.csv",), "", "table", "table", ("rich",)),
)
RULES = "[[rule]]\nname = 'x'\n"


@pytest.fixture(autouse=True)
def here(empty_folder: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty folder, and no setting of whoever runs the tests."""
    for key in ("EXPECTATIONS", "INVENTORY", "RULES", "LABELS", "ZONE", "STORE", "RECORD"):
        monkeypatch.delenv(f"AUTOPATH_{key}", raising=False)
    monkeypatch.setattr(metadata, "requires", lambda name: REQUIRES)
    monkeypatch.setattr("analyzer.report.forms.catalogue.FORMS", FORMS)
    return empty_folder


def told(capsys: pytest.CaptureFixture[str], status: int = 0) -> dict[str, tuple[str, str]]:
    """What is said of each thing: its sign, and its words."""
    assert run(["doctor"]) == status
    rows = [
        re.fullmatch(r"(ok|missing|wrong|) +(\S+(?: \S+)?) {2,}(.*)", line)
        for line in capsys.readouterr().out.splitlines()
    ]
    assert all(rows)
    return {row[2]: (row[1], row[3]) for row in rows if row}


def test_versions_are_said(capsys: pytest.CaptureFixture[str]) -> None:
    rows = told(capsys)
    assert rows["autopath"][1].startswith(f"{__version__}, Python 3.")
    assert rows["packages"] == ("", f"click {metadata.version('click')}, jinja2 {metadata.version('jinja2')}")


def test_an_extra_is_there_or_says_what_it_is_for_and_how_to_get_it(capsys: pytest.CaptureFixture[str]) -> None:
    rows = told(capsys)
    assert rows["extra table"] == ("ok", f"--write table, sheet: rich {metadata.version('rich')}")
    assert rows["extra pdf"] == (
        "missing",
        "--write pdf: nowhere_pdf is missing; pip install 'autopath-analyzer[pdf]'",
    )
    assert rows["extra dask"] == ("ok", f"a batch on a Dask cluster: distributed {metadata.version('distributed')}")
    assert rows["extra postgres"] == ("ok", f"a history on PostgreSQL: psycopg {metadata.version('psycopg')}")


def test_a_package_that_is_missing_is_wrong(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(metadata, "requires", lambda name: ["nowhere>=1"])
    assert told(capsys, 2)["packages"][0] == "wrong"


def test_out_of_a_source_tree_it_runs_too(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    def unknown(name: str) -> list[str]:
        raise metadata.PackageNotFoundError(name)

    monkeypatch.setattr(metadata, "requires", unknown)
    assert "autopath" in told(capsys)


@pytest.mark.parametrize(
    ("folder", "at_hand", "row"),
    [
        ("/cache/1", True, ("ok", "compiled, in /cache/1")),
        ("/cache/1", False, ("", "compiled at the first large capture (half a minute), then kept in /cache/1")),
        (None, False, ("", "compiled in each run (half a minute): no cache folder can be written")),
    ],
    ids=["at hand", "later", "never kept"],
)
def test_how_far_the_fast_scan_is(
    folder: str | None,
    at_hand: bool,
    row: tuple[str, str],
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(library, "folder", lambda: folder and Path(folder))
    monkeypatch.setattr(library, "is_at_hand", lambda: at_hand)
    assert told(capsys)["fast scan"] == row


def test_tshark_is_there_broken_or_missing(
    here: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    assert told(capsys)["tshark"][1].startswith("TShark (Wireshark) ")
    monkeypatch.setenv("PATH", str(here))
    assert told(capsys)["tshark"][0] == "missing"
    (here / "tshark").write_text("#!/bin/sh\nexit 1\n")
    (here / "tshark").chmod(0o755)
    assert "ends with 1: `explain --frame` goes without it" in told(capsys)["tshark"][1]


def test_without_a_project_file_nothing_is_set(capsys: pytest.CaptureFixture[str]) -> None:
    rows = told(capsys)
    assert rows["project file"] == ("", "no autopath.toml in this folder or above it")
    assert not {"zone", "store", "record", "labels", "rules", "inventory", "expectations"} & rows.keys()


def test_what_is_in_effect_says_where_it_is_from(
    here: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    (here / "autopath.toml").write_text("zone = 'UTC'\nstore = 'history'\nrecord = true\n[labels]\nb = '2'\na = '1'\n")
    monkeypatch.setenv("AUTOPATH_ZONE", "Europe/Berlin")
    rows = told(capsys)
    assert rows["project file"] == ("ok", str(here / "autopath.toml"))
    assert rows["zone"] == ("ok", "Europe/Berlin (AUTOPATH_ZONE)")
    assert rows["store"] == ("ok", f"{here / 'history'} (project file)")
    assert rows["record"] == ("ok", "true (project file)")
    assert rows["labels"] == ("ok", "a=1, b=2 (project file)")


@pytest.mark.parametrize(
    ("key", "value", "said"),
    [
        ("zone", "Mars", "no such zone"),
        ("labels", "x", "expected KEY=VALUE"),
        ("store", "mysql://u:secret@s/d", "mysql://u:***@s/d (AUTOPATH_STORE): mysql://u:***@s/d: no such store"),
        ("record", "perhaps", "expected true or false"),
        ("expectations", "gone.toml", "can't be read"),
        ("inventory", "gone.toml", "can't be read"),
        ("rules", f"rules.toml{os.pathsep}other.toml", "rules.toml: the rules file is wrong"),
    ],
)
def test_what_is_wrong_in_the_environment_is_said(
    key: str, value: str, said: str, here: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    (here / "rules.toml").write_text(RULES)
    monkeypatch.setenv(f"AUTOPATH_{key.upper()}", value)
    sign, words = told(capsys, 2)[key]
    assert sign == "wrong"
    assert said in words


def test_a_wrong_project_file_is_said_beside_the_rest(here: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (here / "autopath.toml").write_text("zoen = 'UTC'")
    rows = told(capsys, 2)
    assert rows["project file"][0] == "wrong"
    assert "unknown key 'zoen'" in rows["project file"][1]
    assert rows["tshark"][0] == "ok"
