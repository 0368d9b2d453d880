"""A route to nobody that was added before the own CVM failed is a fault of its own, whichever file is missing."""

from __future__ import annotations

from pathlib import Path

import pytest

from analyzer.config import Settings
from analyzer.lab.simulate import Evidence, Options
from analyzer.model.episode import MeasuredEpisode
from analyzer.model.instant import SECOND
from analyzer.model.truth import Truth
from analyzer.pipeline import analyze
from tests.conftest import SAMPLES
from tests.judged import of_detection
from tests.lab.simulate.made import made, written

NAME = "added-to-nobody-and-failed"
LOGS = "192.168.1.24"


def told(place: Path, *gone: str) -> tuple[Truth, tuple[MeasuredEpisode, ...]]:
    """The test's truth, and what is told of it without these files."""
    options = Options(phase=20 * SECOND, tail=40 * SECOND)
    simulated = made(str(SAMPLES / "kinds" / f"{NAME}.toml"), 7, options, Evidence(esxi_logs=True))
    folder = written(simulated, place)
    files = list(dict.fromkeys(one.file for one in simulated.truth.evidence))
    left = [folder / file for file in files if not any(one in file for one in gone)]
    return simulated.truth, analyze(left, Settings(log_timezone="UTC", hash="none")).episodes


@pytest.mark.parametrize(
    "gone",
    [
        (),
        ("vmk1.pcap",),
        (".pcap",),
        (f"{LOGS}/hostd.log",),
        (f"{LOGS}/shell.log",),
        (f"{LOGS}/auth.log",),
        ("genesis.out",),
        ("genesis.out", f"{LOGS}/auth.log"),
    ],
    ids=" and ".join,
)
def test_both_faults_are_told(gone: tuple[str, ...], tmp_path: Path) -> None:
    truth, episodes = told(tmp_path, *gone)
    injected, failure = sorted(episodes, key=lambda one: one.episode.kind != "route-injection")

    assert [one.episode.kind for one in (injected, failure)] == [one.kind for one in truth.episodes]
    assert (injected.episode.gateway, injected.episode.gateway_valid) == ("192.168.1.99", False)
    nobody_known = {"genesis.out", f"{LOGS}/auth.log"} == set(gone)
    assert of_detection(injected).verdict == ("NOT-JUDGED" if nobody_known else "MET")
    assert injected.episode.by_hand is False


def test_where_no_log_and_no_capture_has_the_order_that_is_said(tmp_path: Path) -> None:
    _, episodes = told(tmp_path, ".pcap", "hostd.log")

    assert [one.episode.kind for one in episodes] == ["cvm-failure"]
    assert "failure-unlogged" in {doubt.name for doubt in episodes[0].episode.doubts}
