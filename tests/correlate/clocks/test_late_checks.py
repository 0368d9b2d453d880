"""Checks of a loaded machine come late by seconds: no clock was set, whatever the captures or the period say."""

from __future__ import annotations

from collections.abc import Sequence
from random import Random

import pytest

from analyzer.config import Settings
from analyzer.correlate.clocks.clocks import Step
from analyzer.correlate.clocks.late_checks import without_late_checks
from analyzer.correlate.clocks.steps import split_where_set
from analyzer.model.clock import OffsetNote
from analyzer.model.event import Forwarding
from analyzer.model.instant import MILLISECOND, SECOND
from tests.correlate.builder import HOST, REMOTE, Capture, Genesis, episodes, evidence, found, known

HOST_2 = "192.168.1.25"
LATE = 12_000  # ms by which the fifth check comes late
FIFTH = 4


def beside_captures(
    *, late: int = 0, forward: int = 0, skew: int = 3_000, hosts: Sequence[str] = (HOST, HOST_2)
) -> Steps:
    """Nine checks of two hosts each 30 s, whose exchanges are captured: the fifth comes `late` ms late, or the log's
    clock is set `forward` ms before it; the steps that are left of those in the log, and all of them.
    """
    capture, log = Capture(), Genesis()
    log.started(skew, 30 * SECOND)
    for number in range(9):
        at = 10_000 + 30_000 * number + (late if number == FIFTH else 0)
        stamped = at + skew + (forward if number >= FIFTH else 0)
        log.all_up(stamped // 1000 * 1000)
        for place, host in enumerate(hosts):
            capture.ssh(at + 700 * place, at + 700 * place + 250, server=host)
            if place:
                log.correct((stamped + 700 * place + 260) // 1000 * 1000, host=host)
    split, steps = split_where_set(evidence(capture, log))
    return without_late_checks(split, steps, Settings())[1], steps


Steps = tuple[tuple[Step, ...], tuple[Step, ...]]


def test_a_check_that_comes_late_with_its_exchanges_sets_no_clock() -> None:
    left, every = beside_captures(late=LATE)

    assert every
    assert left == ()


def test_its_lines_are_on_the_log_s_one_clock() -> None:
    capture, log = Capture(), Genesis()
    for number in range(9):
        at = 10_000 + 30_000 * number + (LATE if number == FIFTH else 0)
        log.all_up(at)
        for place in (0, 1):
            capture.ssh(at + 100 + 600 * place, at + 350 + 600 * place)
    correlation = found(capture, log)

    assert {one.clock for one in correlation.clocks} == {"capture", log.clock}
    assert correlation.contradictions == ()


@pytest.mark.parametrize("forward", [LATE, 17_000, 30_000, 60_000], ids=["12-s", "17-s", "one-period", "two-periods"])
def test_a_clock_set_forward_while_the_exchanges_keep_their_time_may_be_set(forward: int) -> None:
    """By whole periods, the checks behind it fit the captures as well; but a check in the pause is told by no line."""
    left, every = beside_captures(forward=forward)

    assert left == every != ()


def loaded(period: int, seed: int, *, most: int) -> Genesis:
    """Checks each `period` ms, each up to `most` ms late, of which the eighth finds the CVM down and repairs it."""
    random, log = Random(seed), Genesis()  # noqa: S311 - a simulation
    log.started(0, period * MILLISECOND)
    for number in range(12):
        at = 1_000 + period * number + random.randrange(200, most)
        if number < 7:
            log.all_up(at)
        elif number == 7:
            log.cvm_down(at)
            log.absent(at)
            log.repairs(at + 500, "add", REMOTE)
        else:
            log.cvm_down(at)
            log.correct(at, REMOTE)
    return log


@pytest.mark.parametrize("seed", range(12))
@pytest.mark.parametrize("period", [4_000, 7_000, 15_000, 30_000])
def test_checks_that_jitter_contradict_no_clock(period: int, seed: int) -> None:
    log = loaded(period, seed, most=6_000)
    correlation = found(log)

    assert not any(step.sure for step in split_where_set(evidence(log))[1])
    assert correlation.contradictions == ()
    assert [one.kind for one in episodes(log)] == ["cvm-failure"]


@pytest.mark.parametrize("late", [6_000, 12_000, 20_000])
def test_a_check_on_time_after_a_late_one_sets_no_clock_back(late: int) -> None:
    log = Genesis()
    log.started(0, 30 * SECOND)
    for number in range(8):
        log.all_up(2_000 + 30_000 * number + (late if number == FIFTH else 0))

    assert not any(step.sure for step in split_where_set(evidence(log))[1])


def slow_checks() -> Genesis:
    """Each takes about as long as the period, so that the next one is late."""
    log = Genesis()
    log.started(0, 6 * SECOND)
    for at in (2_000, 15_000, 28_000, 41_000):
        log.all_up(at)
        for after in (2_000, 4_000, 6_000):
            log.correct(at + after, host=HOST_2)
    return log


def test_a_check_that_took_longer_than_the_period_explains_why_the_next_one_is_late() -> None:
    log = slow_checks()

    steps = split_where_set(evidence(log))[1]
    assert steps
    assert all(step.explained for step in steps)


def test_a_check_that_may_be_early_or_after_a_late_one_leaves_both_open() -> None:
    """24 s after one that may have been 6 s late: detected at that time, or 6 s later by a clock that was set back."""
    log = Genesis()
    log.started(0, 30 * SECOND)
    for at in (2_000, 32_000, 62_000):
        log.all_up(at)
    log.cvm_down(86_000)
    log.absent(86_000)
    log.repairs(87_000, "add", REMOTE)

    ((step,),) = [split_where_set(evidence(log))[1]]
    assert not step.sure
    assert step.back.holds(0)
    assert step.back.holds(6 * SECOND)
    (episode,) = episodes(log)
    instants = known(episode)
    assert (instants["detected"].at - instants["fault"].at).most >= 30 * SECOND


def test_what_captures_do_not_cover_is_not_placed_by_chance() -> None:
    """The first check came before the captures, the next one 12 s late: its three lines may fit other exchanges."""
    capture, log = Capture(), Genesis(doubt=999_999)
    log.started(-60_000, 30 * SECOND)
    hosts = (HOST, HOST_2, "192.168.1.23")
    every = ((-58_000, 900), (-16_000, 2_500), (14_900, 3_300), (43_300, 1_700), (75_700, 900), (104_100, 4_100))
    for at, apart in every:
        for place, host in enumerate(hosts):
            if at > 0:
                capture.ssh(at + apart * place, at + apart * place + 150, server=host)
            if place:
                log.correct(at + apart * place + 160, host=host)
            else:
                log.all_up(at + 160)
    clocks = {one.clock: one for one in found(capture, log).clocks}
    first, after = clocks[log.clock], clocks["log:genesis from line 6"]

    assert after.basis == "measured"
    assert after.offset.holds(0)
    assert (first.basis, first.note) == ("assumed", OffsetNote("beside", other=after.clock))
    assert first.offset.holds(0)
    assert first.offset.width < 30 * SECOND


def test_a_host_that_could_not_be_read_explains_why_the_next_check_is_late() -> None:
    """It is told as the attempt begins or is given up, so no line tells how long it took."""
    log = Genesis()
    log.started(0, 30 * SECOND)
    for at in (2_000, 32_000, 62_000, 104_000):
        log.all_up(at)
        if at == 62_000:
            log.tell(at, Forwarding("unreadable", HOST_2))

    steps = split_where_set(evidence(log))[1]
    assert steps
    assert all(step.explained for step in steps)


def test_without_captures_a_log_that_explains_its_late_checks_has_one_clock() -> None:
    log = slow_checks()
    split, steps = split_where_set(evidence(log))

    assert steps
    assert without_late_checks(split, steps, Settings()) == (evidence(log), ())
