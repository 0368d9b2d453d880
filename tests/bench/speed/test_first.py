"""The first analysis after an installation is measured beside reading the file; here of what is installed already."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from bench.speed import first
from bench.speed.first import First, measured
from bench.speed.running import ROOT

HERE = (sys.executable, "-c", f"import sys; sys.path.insert(0, {str(ROOT)!r}); from analyzer.cli import main; main()")


def test_a_capture_is_made_read_and_analysed(tmp_path: Path) -> None:
    found = measured(HERE, tmp_path, 1_000_000)

    assert 500_000 < found.size < 2_000_000
    assert 0 < found.cat < found.again
    assert min(found.first_cpu, found.again_cpu) > 0.05
    assert len(list((tmp_path / "home").glob("report-*/run.json"))) == 4


def test_what_ends_otherwise_is_no_measurement(tmp_path: Path) -> None:
    with pytest.raises(SystemExit, match="ended with status 3"):
        measured((sys.executable, "-c", "raise SystemExit(3)"), tmp_path, 1_000_000)


@pytest.mark.parametrize(("seconds", "status"), [(2.9, 0), (3.1, 1)])
def test_more_than_three_seconds_are_a_failure(
    seconds: float, status: int, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(first, "installed", lambda _wheel, _folder: HERE)
    monkeypatch.setattr(first, "measured", lambda *_: First(1_000_000_000, 0.1, seconds, 0.8, 2.5, 0.9))

    assert first.main(["--wheel", "some.whl"]) == status
    assert f"the first time: {seconds:.2f} s, {seconds / 0.1:.1f} × cat" in capsys.readouterr().out
