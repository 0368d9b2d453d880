"""What the README says works: its Python, its commands, its options, and the files of the pages that it names."""

from __future__ import annotations

import re
import shlex
import textwrap
from typing import get_args

import pytest

from analyzer.cli import run
from analyzer.cli.options import settings_of
from analyzer.model.episode import Confidence, EpisodeKind, Verdict
from analyzer.model.finding import Quality, Severity
from analyzer.model.run import Acceptable
from analyzer.report.names import QUALITIES
from analyzer.report.view.judgement import NO_EPISODE
from tests.conftest import ROOT

README = (ROOT / "README.md").read_text(encoding="utf-8")
BLOCKS = [textwrap.dedent(block) for block in re.findall(r"(?:^ {4}.*\n|^\n(?= {4}))+", README, re.MULTILINE)]
FILES = [
    block
    for page in sorted((ROOT / "docs" / "how-to").glob("*.md"))
    for block in re.findall(r"^```toml\n(.*?)^```", page.read_text("utf-8"), re.MULTILINE | re.DOTALL)
]
COMMANDS = re.findall(
    r"^(?:\.venv/bin/)?autopath ((?:analyze|explain) samples/.*?)(?: {2,}#.*)?$", "\n".join(BLOCKS), re.MULTILINE
)


def test_the_python_runs(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(ROOT)
    (block,) = (block for block in BLOCKS if "import Settings, analyze" in block)
    exec(compile(block, "README.md", "exec"), {})  # noqa: S102 - our own page
    out = capsys.readouterr().out
    assert "cvm-failure detection LATE" in out
    assert "detection" in out


@pytest.mark.parametrize("command", COMMANDS)
def test_the_commands_run(
    command: str, monkeypatch: pytest.MonkeyPatch, tmp_path_factory: pytest.TempPathFactory
) -> None:
    monkeypatch.chdir(ROOT)
    words = shlex.split(command)
    if words[0] == "analyze":
        words += ["-o", str(tmp_path_factory.mktemp("readme"))]
    assert run(words) in (0, 4)


def test_there_are_commands() -> None:
    assert len(COMMANDS) == 3


def test_the_options_exist(capsys: pytest.CaptureFixture[str]) -> None:
    run(["analyze", "--help"])
    run(["report", "--help"])
    run(["batch", "--help"])
    run(["explain", "--help"])
    run(["simulate", "--help"])
    run(["lab", "record", "--help"])
    run(["report", "--help"])
    run(["history", "list", "--help"])
    run(["verify", "--help"])
    run(["compare", "--help"])
    known = capsys.readouterr().out
    assert {option for option in re.findall(r"--[a-z][a-z-]+", README) if option not in known} == set()


@pytest.mark.parametrize("option", ["expectations", "inventory"])
def test_the_files_are_right(option: str, tmp_path_factory: pytest.TempPathFactory) -> None:
    marks = {"expectations": "[[expectation]]", "inventory": "[[hosts]]"}
    path = tmp_path_factory.mktemp("readme") / "file.toml"
    path.write_text(next(block for block in FILES if marks[option] in block), encoding="utf-8")
    names = (
        "log_timezone",
        "log_year",
        "storage_address",
        "host_private_address",
        "cvm_management_address",
        "nfs_port",
    )
    given = {**dict.fromkeys(names), "clock": (), "rules": (), "expectations": None, "inventory": None, option: path}
    settings = settings_of(given)  # type: ignore[arg-type]
    if option == "inventory":
        assert settings.inventory.hosts[0].name == "esx-a"
    else:
        assert [(one.kind, one.metric, one.expected, one.bound) for one in settings.expectations] == [
            ("cvm-failure", "detection", 25 * 10**9, None),
            ("*", "outage", 30 * 10**9, 45 * 10**9),
        ]


PRINTED = {
    "verdict": get_args(Verdict),
    "answer": get_args(Acceptable),
    "confidence": get_args(Confidence),
    "severity": get_args(Severity),
    "capture quality": tuple(QUALITIES[word] for word in get_args(Quality)),
    "no episode": (NO_EPISODE,),
}
KINDS = (ROOT / "docs" / "kinds.md").read_text("utf-8")


@pytest.mark.parametrize("word", [word for words in PRINTED.values() for word in words])
def test_each_word_that_the_first_screen_prints_is_in_a_table_of_the_readme(word: str) -> None:
    rows = [line for line in README.splitlines() if line.startswith("|")]

    assert any(re.search(rf"(?<![\w-]){re.escape(word)}(?![\w-])", row) for row in rows)


def test_each_kind_is_told_on_its_page() -> None:
    assert [kind for kind in get_args(EpisodeKind) if f"`{kind}`" not in KINDS] == []
