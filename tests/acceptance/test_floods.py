"""A capture of which not all can be told: no failover is made up where it ends, and none is ruled out."""

from __future__ import annotations

from pathlib import Path

import pytest

from analyzer import Settings, analyze
from analyzer.ingest.capture import limits
from analyzer.judge import codes
from tests.ingest.capture.build import pcap
from tests.ingest.capture.test_limits import flood

SAMPLES = Path(__file__).parents[2] / "samples"


def test_a_host_that_was_served_until_the_limit_is_undecided(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "vmk1.pcap").write_bytes(pcap(flood(200)))
    whole = analyze(tmp_path / "vmk1.pcap")
    monkeypatch.setattr(limits, "CONTROLS_AT_MOST", 50)
    cut = analyze(tmp_path / "vmk1.pcap")

    assert (whole.acceptable, whole.coverage.untold) == ("yes", ())
    assert (cut.acceptable, cut.verdict, cut.episodes) == ("unknown", "UNDECIDED", ())
    assert [lack.name for lack in cut.coverage.untold] == ["left-out"]
    assert codes.CUT_SHORT in {finding.code for finding in cut.findings}


@pytest.mark.parametrize("most", [3, 10, 30, 100])
def test_a_failover_is_told_as_far_as_the_limit(most: int, monkeypatch: pytest.MonkeyPatch) -> None:
    settings = Settings(log_timezone="UTC")
    (whole,) = analyze(SAMPLES / "cvm-failure" / "vmk1.pcap", settings).episodes
    monkeypatch.setattr(limits, "RUNS_AT_MOST", most)
    cut = analyze(SAMPLES / "cvm-failure" / "vmk1.pcap", settings)

    assert cut.verdict == "UNDECIDED"
    assert cut.acceptable == "unknown"
    assert len(cut.episodes) <= 1
    for one in cut.episodes:
        assert one.episode.host == whole.episode.host
        assert one.episode.kind in (whole.episode.kind, "unexplained")
