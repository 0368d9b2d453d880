"""A log's clock that is set back while it is written: noticed, said, and never a shorter failover."""

from __future__ import annotations

import pytest
from msgspec import structs

from analyzer.correlate.clocks.steps import split_where_set
from analyzer.model.correlation import Contradiction
from analyzer.model.instant import MILLISECOND, SECOND
from tests.correlate.builder import HOST, REMOTE, Genesis, episodes, evidence, found, known
from tests.correlate.logs.check_logs import as_one, checks

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


@pytest.mark.parametrize(("begin", "end"), [(2, 60), (2, 100), (10, 90)])
def test_the_period_of_checks_that_are_told_as_one_counts(begin: int, end: int) -> None:
    """Most checks are 30 s apart; the last, 12 s after the one before it, shows that the clock was set back."""
    log = checks(Genesis(), *(30_000 * place for place in range(100)), 99 * 30_000 + 12_000, 99 * 30_000 + 42_000)
    singly = evidence(log)
    as_few = structs.replace(singly, events=tuple(as_one(singly.events, begin, min(end, 97))))

    for one in (singly, as_few):
        (step,) = split_where_set(one)[1]
        assert (step.line, step.back.least // SECOND) == (201, 12)
