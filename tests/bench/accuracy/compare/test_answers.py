"""An answer "acceptable: yes" is wrong over what the truth has as late, as lost, or as seen and not told."""

from __future__ import annotations

from typing import Literal

import pytest
from msgspec.structs import replace

from analyzer.model.episode import EpisodeKind
from analyzer.model.instant import MILLISECOND, SECOND
from analyzer.model.over_time.coverage import Coverage, HostCoverage, Sight
from analyzer.model.path import Path, PathKind
from analyzer.model.run import Run
from analyzer.model.truth import TrueEpisode, TrueEvent, Truth
from bench.accuracy.compare import held_against
from bench.accuracy.compare.answers import _was_down, is_exchange
from tests.bench.accuracy.compare.test_compare import LABELS, known

HOUR = 3600 * SECOND


def why(truth: Truth, run: Run) -> list[str]:
    """Why the run's "yes" is wrong; each without the host."""
    row = held_against(truth, replace(run, acceptable="yes"), known()[1], "UTC", LABELS)[1]
    assert all(one in row.faults for one in row.wrong_yes)
    return [one.partition(",")[2].replace(truth.episodes[0].host, "H").strip() for one in row.wrong_yes]


def short() -> TrueEpisode:
    """The failure, with storage away for half a minute."""
    return replace(known()[0].episodes[0], outage=30 * SECOND)


def of(true: TrueEpisode) -> Truth:
    """The truth, with this in the place of its one episode."""
    return replace(known()[0], episodes=(true,))


def later(detected: int) -> TrueEpisode:
    """The failure, detected so many s after its fault."""
    true = short()
    instants = replace(true.instants, detected=true.instants.fault.most + detected * SECOND)
    return replace(true, instants=instants)


def test_a_yes_to_what_was_fast_enough_is_right() -> None:
    assert why(of(short()), known()[2]) == []


@pytest.mark.parametrize(
    ("detected", "said"), [(39, []), (41, ["and Genesis took longer than the bound: cvm-failure of H"])]
)
def test_a_yes_to_what_took_longer_than_the_bound_is_wrong(detected: int, said: list[str]) -> None:
    assert why(of(later(detected)), known()[2]) == said


@pytest.mark.parametrize(("outage", "said"), [(50, []), (52, ["and H lost its datastore: cvm-failure"])])
def test_a_yes_to_a_datastore_that_was_lost_is_wrong(outage: int, said: list[str]) -> None:
    assert why(of(replace(known()[0].episodes[0], outage=outage * SECOND)), known()[2]) == said


def test_a_yes_to_what_is_said_to_be_seen_and_is_not_told_is_wrong() -> None:
    truth, run = of(short()), known()[2]
    fault = truth.episodes[0].instants.fault.least
    seen = HostCoverage(host=truth.episodes[0].host, seen=(Sight("replies", fault - HOUR, fault + HOUR),))

    assert why(truth, replace(run, episodes=(), coverage=Coverage())) == []
    assert why(truth, replace(run, episodes=(), coverage=Coverage(hosts=(seen,)))) == ["and not told: cvm-failure of H"]
    assert why(truth, replace(run, coverage=Coverage(hosts=(seen,)))) == []


def test_another_answer_is_never_a_wrong_yes() -> None:
    row = held_against(of(later(41)), replace(known()[2], acceptable="unknown"), known()[1], "UTC", LABELS)[1]

    assert row.wrong_yes == ()


@pytest.mark.parametrize(("who", "at", "down"), [("H", 5, True), ("H", 60, False), ("other", 5, False)])
def test_a_host_that_boots_logs_nothing_of_its_datastore(who: str, at: int, *, down: bool) -> None:
    stall = replace(short(), kind="unexplained")
    host = stall.host if who == "H" else who
    boot = TrueEvent(
        at=stall.instants.fault.least + at * SECOND, name="host-reboot", by="person", detail={"host": host}
    )

    assert _was_down(stall, replace(of(stall), events=(boot,))) is down


@pytest.mark.parametrize(
    ("kind", "after", "by", "ms", "said"),
    [
        pytest.param("route-deletion", "remote", "person", 206, True, id="exchanged"),
        pytest.param("route-deletion", "remote", "person", 1200, False, id="later"),
        pytest.param("route-deletion", "remote", "genesis", 206, False, id="by-genesis"),
        pytest.param("route-deletion", "local", "person", 206, False, id="at-its-own-cvm"),
        pytest.param("cvm-failure", "remote", "person", 206, False, id="of-another-kind"),
    ],
)
def test_a_route_that_is_exchanged_is_no_episode(
    kind: EpisodeKind, after: PathKind, by: Literal["genesis", "person"], ms: int, *, said: bool
) -> None:
    true = short()
    instants = replace(true.instants, repaired=true.instants.fault.least + ms * MILLISECOND)

    assert is_exchange(replace(true, kind=kind, after=Path(after), repaired_by=by, instants=instants)) is said
