"""A host that tables show forwarded, or a CVM that they show down, is no all-clear."""

from __future__ import annotations

import msgspec
import pytest
from msgspec.structs import replace

from analyzer.judge import Dossier, answer
from analyzer.judge.health.tables import contradicting
from analyzer.judge.unsettled import unsettled
from analyzer.model.correlation import Correlation
from analyzer.model.episode import Episode, EpisodeKind, Verdict
from analyzer.model.evidence import Evidence
from analyzer.model.instant import SECOND, Instant
from analyzer.model.measurement import How, InstantName, KnownInstant
from analyzer.model.over_time.coverage import Coverage
from analyzer.model.path import Path, PathKind, Snapshot, SnapshotState
from tests.judge.health.scene import source
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
        ("neighbor-outside", True),
        ("neighbor-inside", False),
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


def at(second: int) -> Instant:
    return Instant("capture", second * SECOND, second * SECOND)


def failed(kind: EpisodeKind = "cvm-failure", before: PathKind = "local", after: PathKind = "remote") -> Episode:
    """An episode from 1,000 s to 1,030 s."""
    one = builder.episode(kind).episode
    instants = [KnownInstant(name, at(second), (), How("typed")) for name, second in INSTANTS]
    return replace(one, instants=tuple(instants), before=Path(before), after=Path(after))


INSTANTS: tuple[tuple[InstantName, int], ...] = (("fault", 1000), ("repaired", 1030))
BACK = failed("route-injection", after="local")


@pytest.mark.parametrize(
    ("state", "episode", "seconds", "is_open"),
    [
        pytest.param("forwarded", failed(), (2000, 2100), False, id="as it left the host"),
        pytest.param("forwarded", failed(), (900, 900), True, id="before it"),
        pytest.param("forwarded", failed(), (900, 2000), True, id="from before it on"),
        pytest.param("forwarded", failed(), (995, 995), True, id="just before it, by the same clock"),
        pytest.param("forwarded", failed(), (1010, 1010), True, id="before it was redirected"),
        pytest.param("forwarded", failed(), (1030, 1030), False, id="as it was redirected"),
        pytest.param("forwarded", failed("route-injection", after="local"), (1010, 1010), False, id="injected"),
        pytest.param("forwarded", failed("route-deletion", "remote"), (1010, 1010), True, id="while it is deleted"),
        pytest.param("forwarded", failed("route-injection", after="local"), (2000, 2000), True, id="after its end"),
        pytest.param("forwarded", failed(after="unknown"), (2000, 2000), False, id="after it nothing is known"),
        pytest.param("forwarded", failed("unexplained", after="local"), (2000, 2000), False, id="it has no end"),
        pytest.param("connected", failed("cvm-recovery", "remote", "local"), (900, 900), False, id="until given back"),
        pytest.param("neighbor-outside", failed(), (1010, 1010), True, id="found outside before it was redirected"),
        pytest.param("neighbor-outside", failed(), (2000, 2000), False, id="found outside while redirected"),
        pytest.param("neighbor-outside", BACK, (2100, 2100), False, id="found outside 18 min before"),
        pytest.param("neighbor-outside", BACK, (2300, 2300), True, id="found outside too late"),
        pytest.param("neighbor-inside", failed(), (2000, 2000), False, id="found inside"),
        pytest.param("datastore-inaccessible", failed(), (2000, 2000), True, id="away long after it"),
        pytest.param("datastore-inaccessible", failed(), (1080, 1080), False, id="away just after it"),
        pytest.param("cvm-down", failed(), (900, 900), True, id="down before it"),
        pytest.param("cvm-down", failed(), (998, 998), True, id="down just before it"),
        pytest.param("cvm-down", failed(), (1000, 1000), False, id="down as it failed"),
        pytest.param("cvm-down", failed(), (2000, 2000), False, id="down after it"),
    ],
)
def test_a_table_of_another_time_is_of_something_else(
    state: SnapshotState, episode: Episode, seconds: tuple[int, int], *, is_open: bool
) -> None:
    of = episode.cvm if state == "cvm-down" else episode.host
    one = Snapshot(state=state, of=of, since=at(seconds[0]), until=at(seconds[1]))

    told = dossier(one, episode)

    assert unsettled(told) is is_open
    assert [finding.code for finding in contradicting(told)] == ["AP119"] * is_open


@pytest.mark.parametrize(("seconds", "is_open"), [(1029, False), (1031, True)])
def test_a_route_that_is_not_there_within_the_redirection(seconds: int, *, is_open: bool) -> None:
    log = source("vmkernel.log", kind="vmkernel", span=(0, 3000), host=failed().host)
    gone = Snapshot(state="not-forwarded", of=failed().host, since=at(seconds), until=at(seconds))
    told = dossier(gone, failed())
    told = Dossier(msgspec.structs.replace(told.found, evidence=Evidence(sources=(log,), events=())))

    assert unsettled(told) is is_open


def test_a_table_of_no_known_host_may_be_of_any() -> None:
    other = replace(failed("route-injection", after="local"), host="10.1.1.99")
    at_2000 = Snapshot(state="forwarded", of=None, since=at(2000), until=at(2000))

    assert unsettled(dossier(at_2000, other))
    assert not unsettled(dossier(at_2000, other, failed()))


def test_a_table_without_a_time_may_be_of_the_episode() -> None:
    assert not unsettled(dossier(Snapshot(state="forwarded", of=failed().host), failed()))


@pytest.mark.parametrize(
    ("last", "is_open"),
    [pytest.param(3000, True, id="a kernel log covers it"), pytest.param(1500, False, id="no log does")],
)
def test_a_route_that_is_gone_without_a_line_is_open(last: int, *, is_open: bool) -> None:
    log = source("vmkernel.log", kind="vmkernel", span=(0, last), host=failed().host)
    gone = Snapshot(state="not-forwarded", of=failed().host, since=at(2000), until=at(2000))
    told = dossier(gone, failed())
    told = Dossier(msgspec.structs.replace(told.found, evidence=Evidence(sources=(log,), events=())))

    assert unsettled(told) is is_open


@pytest.mark.parametrize("down", ["10.1.1.77", None])
def test_a_cvm_whose_failure_names_none_may_be_any_but_its_gateway(down: str | None) -> None:
    episode = replace(failed(), cvm=None)

    assert not unsettled(dossier(Snapshot(state="cvm-down", of=down), episode))
    assert unsettled(dossier(Snapshot(state="cvm-down", of=episode.gateway), episode))


@pytest.mark.parametrize(("verdict", "answered"), [("MISSED", "MISSED"), ("MET", "UNDECIDED")])
def test_missed_stays_missed(verdict: Verdict, answered: Verdict) -> None:
    one = msgspec.structs.replace(builder.episode(), verdict=verdict)

    assert answer([one], Coverage(), unsettled=True).verdict == answered
