"""A route to nobody that was added before the own CVM failed is a fault of its own, whichever file is missing."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path

import pytest

from analyzer.config import Settings
from analyzer.lab.simulate import Evidence, Fault, Options, Scenario, simulate
from analyzer.lab.simulate.scenario.scenario import NOBODY
from analyzer.model.episode import MeasuredEpisode
from analyzer.model.instant import SECOND
from analyzer.model.truth import Truth
from analyzer.pipeline import analyze
from tests.conftest import SAMPLES
from tests.judged import of_detection
from tests.lab.simulate.made import made, written

NAME = "added-to-nobody-and-failed"
LOGS = "192.168.1.24"
SIDES = ("span", "vmk1:1", "vmk1:2", "vmk1:3")


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


def test_a_host_that_its_own_cvm_served_until_the_route_came_was_injected_first(tmp_path: Path) -> None:
    """That CVM was cut off before: whoever asks from outside has it down, and it serves its host."""
    story = Scenario(
        name="cut-off-and-injected",
        fault=(
            Fault(do="cvm-isolation", on=1, at=Decimal("33.8"), seconds=Decimal("49.7")),
            Fault(do="route-add", on=1, at=Decimal("38.3"), gateway=NOBODY),
        ),
    )
    simulated = simulate(story, 120006, Options(leader=1, wording="drawn"), Evidence(vantages=SIDES, esxi_logs=True))
    folder = written(simulated, tmp_path)
    files = [folder / one for one in dict.fromkeys(one.file for one in simulated.truth.evidence)]

    def kinds(*gone: str) -> list[str]:
        left = [file for file in files if not any(one in str(file) for one in gone)]
        run = analyze(left, Settings(log_timezone="UTC", hash="none"))
        return [one.episode.kind for one in run.episodes]

    assert kinds() == [one.kind for one in simulated.truth.episodes]
    assert "route-injection" not in kinds("vmk1")  # by the network alone, that CVM had failed by then
