"""What the README says works: its Python, its commands, its options, and the files of the pages that it names."""

from __future__ import annotations

import re
import shlex
import textwrap

import pytest

from analyzer.cli import run
from analyzer.cli.options import settings_of
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
