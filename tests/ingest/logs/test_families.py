"""The table of log families: each is known and worded; one more is an entry and a rules file, as CONTRIBUTING says."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

import analyzer
from analyzer.ingest import logs
from analyzer.ingest.logs.families import FAMILIES, Family, family_of
from analyzer.ingest.logs.recognise import recognise
from tests.ingest.logs.test_header import CASES

PACKAGE = Path(analyzer.__file__).parent
ENTRY = """    Family(
        name="fdm",
        machine="esxi",
        file="fdm.log",
        title="vSphere HA agent log",
        line=lines(_STAMP + rb"[^\\n]{0,60}?\\bFdm\\[\\w+\\]:?\\s"),
        shape=ESXI,
        rules="fdm.toml",
    ),
"""
RULES = """
version = 1
family = "fdm"
tokens = ["inaccessible"]

[[rule]]
name = "agent-lost-datastore"
event = "host-storage"
all = ['''\\bdatastore \\S+ is inaccessible\\b''']
set = { state = "apd-start" }
fields = { datastore = '''\\bdatastore (?P<value>\\S+)''' }
"""
LINES = """\
2026-11-22T07:02:03.100Z In(166) Fdm[2099]: heartbeat of host-12
2026-11-22T07:02:04.200Z Wa(164) Fdm[2099]: datastore ds-vm is inaccessible from this host
"""


def test_names_are_different() -> None:
    assert len({family.name for family in FAMILIES}) == len(FAMILIES) >= 6


@pytest.mark.parametrize("family", FAMILIES, ids=lambda family: family.name)
def test_each_is_known_by_its_lines_and_has_rules(family: Family) -> None:
    mine = [line for _, name, line, _ in CASES if name == family.name]

    assert mine
    assert {recognise(line.encode(), "some.log") for line in mine} == {family.name}
    assert logs.load_rules(()).of(family.name)
    assert family_of(family.name) is family


def test_a_kind_that_is_no_log_has_no_family() -> None:
    assert family_of("capture") is None


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    """A copy of the package with one family more: its entry and its rules file, and nothing else."""
    shutil.copytree(PACKAGE, tmp_path / "analyzer", ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copytree(PACKAGE.parent / "templates", tmp_path / "templates")
    room = tmp_path / "analyzer" / "ingest" / "logs"
    before, end, after = (room / "families.py").read_text().partition("\n)\n\n\ndef family_of")
    (room / "families.py").write_text(f"{before}\n{ENTRY.rstrip()}{end}{after}")
    (room / "rules" / "fdm.toml").write_text(RULES)
    (tmp_path / "fdm.log").write_text(LINES)
    return tmp_path


def run(checkout: Path, *arguments: str) -> str:
    environment = {**os.environ, "PYTHONPATH": str(checkout), "PYTHONDONTWRITEBYTECODE": "1"}
    command = [sys.executable, "-m", "analyzer", *arguments]
    done = subprocess.run(command, cwd=checkout, env=environment, capture_output=True, text=True, check=False)
    assert done.returncode in (0, 4), done.stderr  # 4: such a log can show no failover
    return done.stdout


def test_one_more_is_recognised_and_explained_by_its_rules(checkout: Path) -> None:
    told = run(checkout, "explain", "fdm.log")

    assert told.startswith("fdm.log: fdm\n")
    assert "rule agent-lost-datastore" in told
    assert "host-storage state=apd-start datastore=ds-vm" in told
    assert "1 shown, 1 of no meaning" in told


def test_one_more_is_evidence_with_its_title(checkout: Path) -> None:
    run(checkout, "analyze", "fdm.log", "--output", "out", "--workers", "1")
    (page,) = (checkout / "out").rglob("report.html")

    assert "vSphere HA agent log" in page.read_text()
    assert "ESXi 8" in page.read_text()
