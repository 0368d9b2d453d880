"""The HA checks: their period, pauses and why, restarts, moves of the leader."""

from __future__ import annotations

import pytest

from analyzer.model.clock import ClockOffset
from analyzer.model.event import HaStarted, StargateStates
from analyzer.model.finding import Finding
from analyzer.model.instant import MILLISECOND, SECOND, Span
from analyzer.model.source import Origin
from tests.correlate.builder import CVM, PEER, REMOTE, Genesis
from tests.correlate.logs.check_logs import as_one
from tests.judge.health.scene import by_code, correlated, dossier, event, source


def genesis(cvm: str, *seconds: int, started: tuple[int, ...] = (), period: int | None = None) -> Genesis:
    """The log of a CVM that checks at these seconds, and (re)started at those."""
    log = Genesis(source=f"{cvm}/genesis.out", clock=f"cvm:{cvm}", host=cvm)
    for at in sorted({*seconds, *started}):
        if at in started:
            log.started(at * 1000, period * SECOND if period else None)
        if at in seconds:
            log.all_up(at * 1000)
    return log


def found(*logs: Genesis) -> dict[str, Finding]:
    return {code: finding for code, finding in by_code(correlated(*logs)).items() if "AP111" <= code <= "AP114"}


@pytest.mark.parametrize("step", [27, 29, 30, 31, 32, 33])
def test_a_healthy_log_has_nothing(step: int) -> None:
    assert found(genesis(PEER, *range(2, 400, step), started=(1,), period=30)) == {}


@pytest.mark.parametrize("step", [15, 45, 60, 300])
def test_a_period_that_the_checks_show(step: int) -> None:
    findings = found(genesis(PEER, *range(2, 12 * step, step)))

    assert set(findings) == {"AP111"}
    assert f"{step}.0 s apart; expected 30.0 s" in findings["AP111"].sentence


def test_a_period_that_the_service_says() -> None:
    findings = found(genesis(PEER, 2, 62, started=(1,), period=60))

    assert "every 60.0 s" in findings["AP111"].sentence
    assert findings["AP111"].origins == (Origin(f"{PEER}/genesis.out", 1),)


def test_a_check_that_ends_later_than_it_began_is_no_other_period() -> None:
    """Its last host's line comes after the repair of another, as a check of its own."""
    log = Genesis(source=f"{PEER}/genesis.out", clock=f"cvm:{PEER}", host=PEER, doubt=MILLISECOND - 1)
    for ms in (11_906, 41_905, 47_214, 73_904, 101_905, 131_906, 137_234):
        log.all_up(ms)

    assert found(log) == {}


def test_lines_without_a_period_are_no_checks_that_are_due() -> None:
    assert found(genesis(PEER, 2, 9, 70, 95, 400, 403, 900)) == {}


def test_a_pause_that_nothing_explains() -> None:
    findings = found(genesis(PEER, 0, 30, 60, 90, 240, 270, 300))

    assert set(findings) == {"AP112"}
    assert "No HA check for 150.0 s" in findings["AP112"].sentence
    assert len(findings["AP112"].origins) == 2


@pytest.mark.parametrize(("late", "told"), [(44, False), (48, True)])
def test_a_pause_is_more_than_one_and_a_half_periods(late: int, told: bool) -> None:
    log = genesis(PEER, 0, 30, 60, 90, 90 + late, 120 + late, 150 + late)

    assert ("AP112" in found(log)) is told


def test_genesis_restarted() -> None:
    findings = found(genesis(PEER, 0, 30, 60, 90, 150, 180, 210, started=(140,)))

    assert set(findings) == {"AP112", "AP113"}
    assert f"Genesis restarted on {PEER}" in findings["AP112"].sentence
    assert "started again, 50.0 s after its last check" in findings["AP113"].sentence


def test_the_first_start_is_no_restart() -> None:
    assert found(genesis(PEER, 2, 32, 62, 92, started=(1,))) == {}


def test_the_leader_moved() -> None:
    findings = found(genesis(PEER, 0, 30, 60, 90), genesis(REMOTE, 170, 200, 230, started=(169,)))

    # nothing bounds the two logs' clocks here, so how long nobody checked is not known
    assert set(findings) == {"AP114"}
    assert findings["AP114"].sentence == f"The HA checks moved from {PEER} to {REMOTE}"


def test_checks_of_every_cvm_are_no_moves() -> None:
    assert "AP114" not in found(genesis(PEER, *range(0, 300, 30)), genesis(REMOTE, *range(15, 315, 30)))


def test_the_checks_end_and_the_log_goes_on() -> None:
    lines = tuple(
        event(StargateStates(up=(CVM,)), at=at, clock="log", origin=Origin("genesis.out", at + 1))
        for at in (0, 30, 60, 90)
    )
    log = source("genesis.out", kind="genesis", clock="log", host=PEER, span=(0, 400))
    clock = ClockOffset(clock="log", reference="capture", offset=Span(0, 0), basis="measured")

    finding = by_code(dossier(events=lines, sources=(log,), clocks=(clock,)))["AP112"]

    assert f"No HA check of {PEER} in the last 310.0 s" in finding.sentence


@pytest.mark.parametrize("step", [30, 45, 60])
def test_checks_that_are_told_as_one_count_as_many(step: int) -> None:
    log = genesis(PEER, *range(2, 40 * step, step), 44 * step, 45 * step)
    singly = found(log)
    log.events = as_one(log.events, 3, 38)

    assert found(log) == singly
    assert "AP112" in singly


def test_a_start_alone_is_nothing() -> None:
    assert by_code(dossier(events=(event(HaStarted(30 * SECOND)),))) == {}
