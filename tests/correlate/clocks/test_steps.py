"""A log's clock that is set back while it is written: noticed, said, and never a shorter failover."""

from __future__ import annotations

import pytest

from analyzer.model.correlation import Contradiction
from analyzer.model.instant import MILLISECOND
from tests.correlate.builder import HOST, REMOTE, Genesis, episodes, found, known

CHECKS = 30_000  # ms


def failure(step: int, *, restarted: bool = False) -> Genesis:
    """Three checks, then one that finds the CVM down 30 s later, by a clock that `step` ms were taken off before it."""
    log = Genesis()
    log.started(0)
    for index in range(3):
        log.all_up(2_000 + index * CHECKS)
    due = 2_000 + 3 * CHECKS - step
    if restarted:
        log.started(due - 2_000)
    log.cvm_down(due)
    log.absent(due + 100)
    log.repairs(due + 2_000, "add", REMOTE)
    return log


def set_back(said: tuple[Contradiction, ...]) -> list[Contradiction]:
    return [one for one in said if one.name == "set-back"]


@pytest.mark.parametrize("step", [20_000, 28_000, 60_000, 110_000])
def test_a_clock_set_back_is_noticed(step: int) -> None:
    said = set_back(found(failure(step)).contradictions)

    assert [one.by // MILLISECOND for one in said] == [step]


@pytest.mark.parametrize("step", [20_000, 28_000, 60_000, 110_000])
def test_the_failure_is_not_the_shorter_for_it(step: int) -> None:
    (episode,) = episodes(failure(step))
    instants = known(episode)

    assert episode.kind == "cvm-failure"
    assert (instants["detected"].at - instants["fault"].at).most >= CHECKS * MILLISECOND


@pytest.mark.parametrize("step", [0, 3_000, -20_000])
def test_a_check_that_is_some_seconds_early_or_late_is_no_step(step: int) -> None:
    assert not set_back(found(failure(step)).contradictions)


def test_a_restart_begins_its_checks_anew() -> None:
    assert not set_back(found(failure(20_000, restarted=True)).contradictions)


def test_lines_of_another_file_are_no_step() -> None:
    assert not set_back(found(failure(2 * 3_600_000)).contradictions)


def test_both_clocks_are_listed() -> None:
    names = {clock.clock for clock in found(failure(20_000)).clocks}

    assert len(names) == 2
    assert any("from line" in name for name in names)
    assert {one.host for one in episodes(failure(20_000))} == {HOST}
