"""A route change is told once, of the kind that all evidence shows, whoever acted first: in several mixes."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from pathlib import Path

import pytest

from analyzer.config import Settings
from analyzer.lab.simulate import Evidence, Options, Scenario, simulate
from analyzer.lab.simulate.scenario.scenario import NOBODY, Fault
from analyzer.model.instant import SECOND
from analyzer.model.measurement import KnownInstant, KnownMeasurement
from analyzer.model.run import Run
from analyzer.model.truth import Truth
from analyzer.pipeline import analyze
from tests.judged import of_detection

HOST = "192.168.1.24"
HOST_LOGS = ("vmkernel", "vobd", "shell", "auth")
EVERYTHING = ("span", "vmk1", "genesis", *HOST_LOGS)
CAPTURES_AND_LOG = ("span", "vmk1", "genesis")
LOGS = ("genesis", *HOST_LOGS)
TAIL = 100 * SECOND  # what Genesis does later is in the evidence


def told_of(folder: Path, faults: Sequence[Fault], seed: int, what: Sequence[str]) -> tuple[Truth, Run]:
    """The truth of simulated faults, and what is told of the files that show `what`."""
    made = simulate(Scenario(name="test", fault=tuple(faults)), seed, Options(tail=TAIL), Evidence(esxi_logs=True))
    for name, content in made.files.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_bytes(content)
    files = dict.fromkeys(folder / one.file for one in made.truth.evidence if one.what in what)
    return made.truth, analyze(list(files), Settings(log_timezone="UTC", hash="none"))


def kinds_of(run: Run) -> list[str]:
    """The kinds that are told of the host, in order."""
    return [one.episode.kind for one in run.episodes if one.episode.host == HOST]


def instant(run: Run, place: int, name: str) -> KnownInstant:
    """A known instant of an episode."""
    found = next(one for one in run.episodes[place].episode.instants if one.name == name)
    assert isinstance(found, KnownInstant)
    return found


def detection(run: Run, place: int) -> str:
    """How an episode's detection was judged."""
    return of_detection(run.episodes[place]).verdict


@pytest.mark.parametrize("what", [EVERYTHING, CAPTURES_AND_LOG, LOGS])
@pytest.mark.parametrize(("do", "seconds", "seed"), [("stargate-restart", 8, 3), ("stargate-restart", 11, 4)])
def test_a_route_that_genesis_adds_as_the_stargate_returns_is_no_injection(
    do: str, seconds: int, seed: int, what: tuple[str, ...], tmp_path: Path
) -> None:
    fault = Fault(do="stargate-restart", at=Decimal(21), seconds=Decimal(seconds))
    _, run = told_of(tmp_path, [fault], seed, what)
    assert "route-injection" not in kinds_of(run)
    assert kinds_of(run).count("cvm-failure") <= 1


@pytest.mark.parametrize("what", [EVERYTHING, LOGS])
@pytest.mark.parametrize("seed", [11, 12, 13])
def test_a_person_who_mends_a_failure_before_genesis_did(seed: int, what: tuple[str, ...], tmp_path: Path) -> None:
    off = Fault(do="cvm-power-off")
    add = Fault(do="route-add", gateway=3, at=Decimal(0), beside_genesis=Decimal("-0.9"))
    truth, run = told_of(tmp_path, [off, add], seed, what)
    assert kinds_of(run) == ["cvm-failure"]
    assert run.episodes[0].episode.by_hand
    repaired, detected = truth.episodes[0].instants.repaired, truth.episodes[0].instants.detected
    assert repaired is not None
    found_first = detected is not None and detected < repaired  # what Genesis had found by then is judged
    assert detection(run, 0) == "NOT-JUDGED" or found_first
    at = instant(run, 0, "repaired").at
    assert at.least <= repaired <= at.most


@pytest.mark.parametrize("what", [EVERYTHING, LOGS])
@pytest.mark.parametrize("seed", [21, 22])
def test_another_living_gateway_while_the_own_cvm_boots_is_no_injection(
    seed: int, what: tuple[str, ...], tmp_path: Path
) -> None:
    faults = [
        Fault(do="cvm-power-off", before_capture=True),
        Fault(do="cvm-power-on", at=Decimal(19)),
        Fault(do="route-add", gateway=2, at=Decimal(33)),
    ]
    _, run = told_of(tmp_path, faults, seed, what)
    assert kinds_of(run) == ["cvm-failure", "cvm-recovery"]
    assert any(claim.statement.name == "typed-by-hand" for claim in run.episodes[0].episode.claims)


@pytest.mark.parametrize("what", [EVERYTHING, LOGS])
def test_a_route_to_nobody_instead_of_the_valid_one_takes_it_away(what: tuple[str, ...], tmp_path: Path) -> None:
    faults = [
        Fault(do="cvm-power-off", before_capture=True),
        Fault(do="route-add", gateway=NOBODY, at=Decimal(20)),
    ]
    _, run = told_of(tmp_path, faults, 31, what)
    assert "route-injection" not in kinds_of(run)
    assert "route-deletion" in kinds_of(run)


def test_a_gateway_that_drops_is_seen_both_ways(tmp_path: Path) -> None:
    """Its vmk0 speaks to the storage address there, and has no answer: the capture of it has other frames to it."""
    add = Fault(do="route-add", gateway=NOBODY)
    truth, run = told_of(tmp_path, [add], 41, EVERYTHING)
    found = next(one for one in run.episodes[0].measurements if one.metric == "outage")
    outage = truth.episodes[0].outage
    assert isinstance(found, KnownMeasurement)
    assert outage is not None
    assert abs(found.span.least - outage) < 3_000_000


@pytest.mark.parametrize("what", [EVERYTHING, LOGS])
@pytest.mark.parametrize("seed", [51, 52, 53])
def test_a_route_that_is_deleted_as_soon_as_genesis_added_it(seed: int, what: tuple[str, ...], tmp_path: Path) -> None:
    """Shell and Genesis stamp whole seconds or another clock; the kernel has both changes in order."""
    first, _ = told_of(tmp_path / "first", [Fault(do="cvm-power-off", at=Decimal(20))], seed, what)
    fault, repaired = first.episodes[0].instants.fault.least, first.episodes[0].instants.repaired
    assert repaired is not None
    soon = Decimal(20) + Decimal(repaired - fault) / SECOND + Decimal("0.1")
    faults = [Fault(do="cvm-power-off", at=Decimal(20)), Fault(do="route-delete", at=soon)]
    _, run = told_of(tmp_path / "then", faults, seed, what)
    assert kinds_of(run) == ["cvm-failure", "route-deletion"]


def test_a_repair_of_which_genesis_has_no_word_bounds_nothing_that_it_found(tmp_path: Path) -> None:
    faults = [Fault(do="cvm-power-off", at=Decimal(40)), Fault(do="route-add", gateway=3, at=Decimal(43))]
    truth, run = told_of(tmp_path, faults, 61, CAPTURES_AND_LOG)
    assert truth.episodes[0].instants.detected is None
    assert kinds_of(run)[:1] == ["cvm-failure"]
    assert detection(run, 0) in ("UNDECIDED", "NOT-JUDGED")
