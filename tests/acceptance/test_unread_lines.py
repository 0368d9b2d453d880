"""A log whose wording is known in part: what was missed stands before anything else, with the lines that matter."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from analyzer.cli import run
from tests.conftest import SAMPLES
from tests.report.page import words

GENESIS = SAMPLES / "cvm-failure" / "genesis.out"
STRANGE = {
    "checks": (r"INFO (\S+) Forwarding on host (\S+) is correct.*", r"WARNING \1 host \2: hmm, HA route odd"),
    "repairs": (r"((?:ha_service|hypervisor_ha)\.py:\d+) (.{9}).*", r"\1 zyx \2 HA route 7f"),
}


@pytest.mark.parametrize("what", STRANGE)
def test_what_a_rule_missed_stands_first(what: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    log, page = tmp_path / "genesis.out", tmp_path / "out" / "report.html"
    log.write_text(re.sub(*STRANGE[what], GENESIS.read_text()))
    line = next(number for number, text in enumerate(log.read_text().splitlines(), 1) if "WARNING" in text)

    run(["analyze", str(log), "-o", str(page.parent), "--log-timezone", "UTC"])

    first = capsys.readouterr().err.splitlines()[0]
    assert first.partition(": ")[0].endswith("AP302")
    assert f"genesis.out, line {line}: " in first
    assert re.search(r"Problems and warnings \S+ \w+ AP302 ", words(page.read_text()))


def test_a_line_that_was_missed_gives_a_rule_to_begin_with(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    log = tmp_path / "genesis.out"
    log.write_text(re.sub(*STRANGE["checks"], GENESIS.read_text()))

    assert run(["explain", "--suggest-rule", f"{log}:3"]) == 0

    (tmp_path / "mine.toml").write_text(capsys.readouterr().out.replace('"unclassified"', '"nothing"'))
    assert run(["explain", str(log), "--rules", str(tmp_path / "mine.toml")]) == 0
    assert "hmm, HA route odd" not in capsys.readouterr().out
