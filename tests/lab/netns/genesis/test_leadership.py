"""Which CVM leads, by who answers; without a network."""

from __future__ import annotations

from pathlib import Path

import pytest

from analyzer.lab.netns.cluster.members import cluster_of
from analyzer.lab.netns.cluster.program_settings import GenesisPlaces, genesis_settings
from analyzer.lab.netns.genesis import leadership
from analyzer.lab.netns.genesis.leadership import Leadership
from analyzer.lab.netns.options import LabOptions
from analyzer.model.instant import SECOND

OPTIONS = LabOptions(scenario="healthy", nodes=4, leader=2, election=5 * SECOND)
CLUSTER = cluster_of(OPTIONS)
A, B, C, D = (cvm.address for cvm in CLUSTER.cvms)


class Peers:
    """Which CVMs answer, and the clock: a second passes with each question."""

    def __init__(self) -> None:
        self.alive = {A, B, C, D}
        self.now = 0

    def leader_by(self, cvm: str, *, tries: int) -> str | None:
        return B if cvm in self.alive else None

    def sleep(self, seconds: float) -> None:
        self.now += int(seconds) * SECOND


@pytest.fixture
def peers(monkeypatch: pytest.MonkeyPatch) -> Peers:
    peers = Peers()
    monkeypatch.setattr(leadership, "leader_by", peers.leader_by)
    monkeypatch.setattr("time.sleep", peers.sleep)
    monkeypatch.setattr("time.monotonic_ns", lambda: peers.now)
    monkeypatch.setattr(Leadership, "_answer", lambda self: None)
    return peers


def of(address: str) -> Leadership:
    cvm = next(one for one in CLUSTER.cvms if one.address == address)
    places = GenesisPlaces(Path("keys"), Path("journal"), Path("log"))
    return Leadership(genesis_settings(OPTIONS, CLUSTER, cvm, B, places))


def watched(one: Leadership, seconds: int) -> list[str]:
    """The new leaders that it finds in this time."""
    return [leader for _ in range(seconds) if (leader := one.watch())]


def test_while_the_leader_answers_nothing_changes(peers: Peers) -> None:
    follower = of(C)

    assert watched(follower, 60) == []
    assert not follower.is_ours
    assert of(B).is_ours


def test_a_leader_that_has_not_started_yet_is_not_missed(peers: Peers) -> None:
    peers.alive = set()

    assert watched(of(C), 60) == []


@pytest.mark.parametrize(
    ("dead", "heir"),
    [
        pytest.param({B}, A, id="the-first-in-order"),
        pytest.param({A, B}, C, id="the-next-when-that-is-dead-too"),
        pytest.param({A, B, C}, D, id="the-last-that-is-there"),
    ],
)
def test_all_that_are_there_find_the_same_heir(peers: Peers, dead: set[str], heir: str) -> None:
    there = [of(address) for address in (A, B, C, D) if address not in dead]
    assert [watched(one, 1) for one in there] == [[]] * len(there)

    peers.alive -= dead

    assert [watched(one, 10) for one in there] == [[heir]] * len(there)
    assert [one.is_ours for one in there] == [address == heir for address in (A, B, C, D) if address not in dead]


def test_one_that_is_silent_for_less_leads_on(peers: Peers) -> None:
    follower = of(C)
    watched(follower, 1)

    peers.alive -= {B}
    assert watched(follower, 4) == []
    peers.alive |= {B}

    assert watched(follower, 20) == []


def test_the_heir_can_die_as_well(peers: Peers) -> None:
    follower = of(D)
    watched(follower, 1)

    peers.alive -= {B}
    assert watched(follower, 10) == [A]
    peers.alive -= {A}

    assert watched(follower, 10) == [C]
