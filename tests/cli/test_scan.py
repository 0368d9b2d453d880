"""`autopath scan`: a scan a capture, and what is no capture in one sentence."""

from __future__ import annotations

from pathlib import Path

import pytest

from analyzer.cli import run
from tests.conftest import ROOT

CASE = ROOT / "samples" / "cvm-failure"


def test_the_scans_are_analysed_as_the_captures(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(CASE)
    scans = tmp_path / "scans"
    assert run(["scan", "span.pcap", "-o", str(scans)]) == 0
    assert "158,579 bytes" in capsys.readouterr().out
    told: list[str] = []
    for evidence in ("span.pcap", str(scans / "span.pcap.scan")):
        run(["analyze", evidence, "--json", "-q", "-o", str(tmp_path / f"report-{len(told)}")])
        told.append(capsys.readouterr().out)
    assert told[0] == told[1] != ""


@pytest.mark.parametrize(
    ("given", "status", "said"),
    [
        ((), 2, "no capture was named"),
        (("genesis.out",), 3, "genesis.out: is no capture, or a bundle"),
        (("nowhere.pcap",), 3, "nowhere.pcap: there is no such file"),
    ],
    ids=["none", "log", "missing"],
)
def test_what_is_no_capture(
    given: tuple[str, ...],
    status: int,
    said: str,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.chdir(CASE)
    assert run(["scan", *given, "-o", str(tmp_path)]) == status
    assert said in capsys.readouterr().err
    assert list(tmp_path.iterdir()) == []


def test_a_folder_that_can_not_be_written_to(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "taken").write_text("")
    assert run(["scan", str(CASE / "span.pcap"), "-o", str(tmp_path / "taken")]) == 3
    assert "the scan can't be written" in capsys.readouterr().err
