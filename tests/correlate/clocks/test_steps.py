"""A log's clock that is set back while it is written: noticed, said, and never a shorter failover."""

from __future__ import annotations

import pytest
from msgspec import structs

from analyzer.correlate.clocks.steps import _silent, split_where_set
from analyzer.model.clock import OffsetNote
from analyzer.model.correlation import Contradiction
from analyzer.model.event import StargateStates
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


def test_a_clock_that_is_set_back_twice_within_a_period_was_set_twice() -> None:
    log = Genesis()
    log.started(0)
    for ms in (
        2_000,
        32_000,
        62_000,
        78_000,
        83_000,
        113_000,
    ):  # by 14 s before the fourth, and by 25 s before the next
        log.all_up(ms)

    said = set_back(found(log).contradictions)

    assert [round(one.by / SECOND) for one in said] == [14, 25]


def test_a_restart_begins_its_checks_anew() -> None:
    assert not set_back(found(failure(20_000, restarted=True)).contradictions)


def test_lines_of_another_file_are_no_step() -> None:
    assert not set_back(found(failure(2 * 3_600_000)).contradictions)


def test_both_clocks_are_listed() -> None:
    names = {clock.clock for clock in found(failure(20_000)).clocks}

    assert len(names) == 2
    assert any("from line" in name for name in names)
    assert {one.host for one in episodes(failure(20_000))} == {HOST}


def test_the_period_that_the_log_said_last_tells_how_far_the_clock_was_set() -> None:
    log = Genesis()
    log.started(0, 60 * SECOND)
    log.all_up(2_000)
    log.started(40_000, 30 * SECOND)
    checks(log, 42_000, 72_000, 102_000, 114_000)

    ((step,),) = [split_where_set(evidence(log))[1]]

    assert (step.back.least + step.back.most) // 2 == 18 * SECOND


def test_a_check_after_a_long_repair_is_early_and_no_clock_was_set() -> None:
    """The repair ended 18 s after its check began; the next check follows at once."""
    log = Genesis()
    log.started(0)
    checks(log, 2_000, 32_000)
    log.cvm_down(62_000)
    log.task(62_000, "add", REMOTE)
    log.orders(64_000, "add", REMOTE)
    log.result(80_000, "add", REMOTE)
    log.cvm_down(81_000)

    assert split_where_set(evidence(log))[1] == ()


def test_the_clock_after_a_step_lies_beside_the_one_before_it() -> None:
    (after,) = [clock for clock in found(failure(20_000)).clocks if "from line" in clock.clock]

    assert after.note == OffsetNote("beside", other="log:genesis")


@pytest.mark.parametrize(("begin", "end"), [(2, 60), (2, 100), (10, 90)])
def test_the_period_of_checks_that_are_told_as_one_counts(begin: int, end: int) -> None:
    """Most checks are 30 s apart; the last, 12 s after the one before it, shows that the clock was set back."""
    log = checks(Genesis(), *(30_000 * place for place in range(100)), 99 * 30_000 + 12_000, 99 * 30_000 + 42_000)
    singly = evidence(log)
    as_few = structs.replace(singly, events=tuple(as_one(singly.events, begin, min(end, 97))))

    for one in (singly, as_few):
        (step,) = split_where_set(one)[1]
        assert (step.line, step.back.least // SECOND) == (201, 12)


def late(step: int, *, before: str = "check", said: bool = True) -> Genesis:
    """Three checks and one that adds a route; `step` ms were added to the clock before the next check, or in this."""
    log = Genesis()
    if said:
        log.started(0)
    for index in range(3):
        log.all_up(2_000 + index * CHECKS)
    at = 2_000 + 3 * CHECKS
    log.cvm_down(at)
    log.absent(at + 1_000)
    log.task(at + 1_000, "add", REMOTE)
    at += step if before == "order" else 0
    log.orders(at + 3_000, "add", REMOTE)
    log.result(at + 4_000, "add", REMOTE)
    at += step if before == "check" else 0
    for index in (1, 2, 3):
        log.cvm_down(at + index * CHECKS)
        log.correct(at + index * CHECKS, REMOTE)
    return log


@pytest.mark.parametrize("step", [10_000, 300_000, 3_600_000])
def test_after_a_late_check_the_clock_may_be_set_forward_by_that(step: int) -> None:
    steps = split_where_set(evidence(late(step)))[1]

    assert steps
    assert all(one.back.holds(0) and one.back.holds(-step * MILLISECOND) and not one.sure for one in steps)


@pytest.mark.parametrize("step", [0, 3_000])
def test_a_check_that_is_some_seconds_late_is_late(step: int) -> None:
    assert split_where_set(evidence(late(step)))[1] == ()


def test_a_slow_command_explains_a_late_check_but_none_is_silent_for_minutes() -> None:
    slow, silent = (split_where_set(evidence(late(step, before="order")))[1] for step in (40_000, 300_000))

    assert [one.explained for one in slow] == [True]
    assert [one.explained for one in silent] == [False]


def test_nothing_is_said_of_a_clock_that_may_only_be_late() -> None:
    assert not found(late(20_000)).contradictions


def test_a_repair_of_minutes_may_be_short() -> None:
    (episode,) = episodes(late(300_000, before="order"))
    instants = known(episode)

    assert (instants["repaired"].at - instants["detected"].at).holds(3 * SECOND)


def test_a_clock_set_back_by_an_hour_is_a_step() -> None:
    assert [one.by // SECOND for one in set_back(found(failure(3_600_000)).contradictions)] == [3_600]


def test_an_older_file_behind_a_newer_one_is_no_step() -> None:
    log = checks(
        Genesis(), *(600_000 + 30_000 * place for place in range(10)), *(30_000 * place for place in range(20))
    )

    assert split_where_set(evidence(log))[1] == ()


def test_a_step_within_a_check_is_told_once() -> None:
    steps = split_where_set(evidence(late(-300_000, before="order")))[1]

    assert [one.back.least // SECOND for one in steps if one.sure] == [297]


def test_a_check_that_follows_another_one_s_only_line_is_a_check_of_its_own() -> None:
    """Of a log with errors only: a check that orders nothing is one line, which says of Stargate what the last did."""
    log = Genesis()
    log.started(0)
    for index in range(6):
        log.cvm_down(2_000 + index * CHECKS)
        if index in (0, 1, 3):
            log.absent(2_100 + index * CHECKS)

    assert split_where_set(evidence(log))[1] == ()


def test_the_last_check_is_silent_in_any_pause_that_no_check_takes() -> None:
    assert list(_silent([200 * SECOND, SECOND, 100 * SECOND, 200 * SECOND], 1, 30 * SECOND)) == [3, 4]


def test_checks_that_begin_by_turns_with_the_stargates_and_with_a_host_keep_one_period() -> None:
    """No line says the period; a line each check has both, and a rule takes the one or the other."""
    log = Genesis(doubt=MILLISECOND - 1)
    log.started(0, None)
    log.tell(2_830, StargateStates(all_of="up"))
    log.illegal(32_281, REMOTE)
    log.repairs(34_842, "delete", REMOTE)
    log.cvm_down(64_269)
    log.repairs(66_815, "add", REMOTE)
    log.cvm_down(94_275)
    log.absent(124_285)
    log.repairs(126_831, "add", REMOTE)
    for ms in (154_277, 184_278, 212_273):
        log.cvm_down(ms)
    log.tell(242_283, StargateStates(all_of="up"))
    log.repairs(244_844, "delete", REMOTE)

    assert split_where_set(evidence(log))[1] == ()


def test_checks_of_a_host_s_line_alone_keep_their_period() -> None:
    """Of a log that never says how the Stargates are: no check is missing, and no clock was set."""
    log = Genesis(doubt=MILLISECOND - 1)
    log.absent(2_000)
    log.repairs(4_500, "add", REMOTE)
    for ms in (32_000, 62_000, 92_000, 122_000, 152_000):
        log.correct(ms, REMOTE)

    assert split_where_set(evidence(log))[1] == ()
