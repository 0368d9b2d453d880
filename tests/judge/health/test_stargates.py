"""A Stargate that is down: with its CVM, without it, elsewhere."""

from __future__ import annotations

import pytest

from analyzer.model.cluster import Cvm
from analyzer.model.event import ClusterStatus, Event, FrameRun, MacTraffic, StargateStates
from analyzer.model.instant import SECOND, Instant
from analyzer.model.source import Origin
from tests.correlate.builder import CVM, CVM_ETH0, PEER
from tests.judge.health.scene import PROOF, by_code, dossier, event
from tests.report import builder

CVMS = (Cvm(address=CVM, macs=(CVM_ETH0,)),)
DOWN = event(StargateStates(up=(PEER,), down=(CVM,)), at=60)


def speaks(first: int, last: int) -> Event:
    run = FrameRun(Instant("capture", last * SECOND, last * SECOND), last, 9, 900)
    at = Instant("capture", first * SECOND, first * SECOND)
    return Event(at=at, detail=MacTraffic(CVM_ETH0, run), origin=Origin("span.pcap", first + 1))


def test_another_cvm_that_failed() -> None:
    finding = by_code(dossier(events=(DOWN,)))["AP105"]

    assert CVM in finding.sentence
    assert finding.origins == (PROOF,)


def test_a_cvm_that_an_episode_is_about_is_told_there() -> None:
    episodes = (builder.episode().episode,)

    assert set(by_code(dossier(events=(DOWN,), episodes=episodes))) == set()


@pytest.mark.parametrize(
    ("runs", "code"),
    [
        pytest.param([(0, 120)], "AP110", id="it spoke all the time"),
        pytest.param([(0, 55), (59, 80)], "AP110", id="with short pauses"),
        pytest.param([(0, 58)], "AP105", id="it fell silent"),
        pytest.param([(0, 40), (61, 90)], "AP105", id="it was away and came back"),
        pytest.param([], "AP105", id="no capture hears it"),
    ],
)
def test_a_stargate_without_its_cvm(runs: list[tuple[int, int]], code: str) -> None:
    what = dossier(events=(*(speaks(*run) for run in runs), DOWN), cvms=CVMS)

    assert set(by_code(what)) - {"AP302"} == {code}  # without a word on routes the run is undecided


def test_a_check_that_nothing_places_is_told_all_the_same() -> None:
    nowhere = event(StargateStates(up=(PEER,), down=(CVM,)), at=60, clock="nowhere")

    assert CVM in by_code(dossier(events=(nowhere, speaks(0, 90)), cvms=CVMS))["AP105"].sentence


@pytest.mark.parametrize(("up", "stargate", "told"), [(True, False, True), (False, False, False), (True, None, False)])
def test_what_cluster_status_says(up: bool, stargate: bool | None, told: bool) -> None:
    status = event(ClusterStatus(((CVM, up, stargate), (PEER, True, True))))

    assert ("AP110" in by_code(dossier(events=(status,)))) is told
