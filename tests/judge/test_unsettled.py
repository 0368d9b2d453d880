"""A host that tables show forwarded, or a CVM that they show down, is no all-clear."""

from __future__ import annotations

import msgspec
import pytest

from analyzer.judge import Dossier, answer
from analyzer.judge.unsettled import unsettled
from analyzer.model.correlation import Correlation
from analyzer.model.episode import Episode, Verdict
from analyzer.model.evidence import Evidence
from analyzer.model.over_time.coverage import Coverage
from analyzer.model.path import Snapshot, SnapshotState
from tests.report import builder


def dossier(snapshot: Snapshot, *episodes: Episode) -> Dossier:
    return Dossier(
        Correlation(
            evidence=Evidence(sources=(), events=()),
            reference="capture",
            clocks=(),
            hosts=(),
            cvms=(),
            check_period=None,
            episodes=episodes,
            snapshots=(snapshot,),
        )
    )


@pytest.mark.parametrize(
    ("state", "is_open"),
    [
        ("forwarded", True),
        ("connected", True),
        ("datastore-inaccessible", True),
        ("cvm-down", True),
        ("stargate-down", True),
        ("not-forwarded", False),
        ("cvm-up", False),
    ],
)
def test_without_an_episode(state: SnapshotState, is_open: bool) -> None:
    told = dossier(Snapshot(state=state, of="10.1.1.11"))
    assert unsettled(told) is is_open
    answered = answer((), Coverage(), unsettled=unsettled(told))
    assert answered.verdict == ("UNDECIDED" if is_open else "NOT-JUDGED")


def test_an_episode_of_the_host_tells_of_it() -> None:
    episode = builder.episode("cvm-failure").episode
    assert not unsettled(dossier(Snapshot(state="forwarded", of=episode.host), episode))
    assert unsettled(dossier(Snapshot(state="forwarded", of="10.9.9.9"), episode))
    assert not unsettled(dossier(Snapshot(state="forwarded", of=None), episode)), "it may be that host"


def test_an_episode_of_the_cvm_tells_of_it() -> None:
    episode = builder.episode("cvm-failure").episode
    assert not unsettled(dossier(Snapshot(state="cvm-down", of=episode.cvm), episode))
    assert unsettled(dossier(Snapshot(state="cvm-down", of="10.9.9.9"), episode))


@pytest.mark.parametrize(("verdict", "answered"), [("MISSED", "MISSED"), ("MET", "UNDECIDED")])
def test_missed_stays_missed(verdict: Verdict, answered: Verdict) -> None:
    one = msgspec.structs.replace(builder.episode(), verdict=verdict)

    assert answer([one], Coverage(), unsettled=True).verdict == answered
