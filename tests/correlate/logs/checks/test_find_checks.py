"""Which lines are one check, how far apart checks are, and when each began."""

from __future__ import annotations

import pytest

from analyzer.correlate.logs.checks.ha_checks import HaChecks
from analyzer.model.event import Forwarding
from analyzer.model.instant import MILLISECOND, SECOND, Span
from tests.correlate.builder import PEER, REMOTE, START, Genesis, ns
from tests.correlate.logs.check_logs import as_one, checks, checks_of, healthy_then


def test_no_line_no_check() -> None:
    assert checks_of(Genesis()) == HaChecks((), None)


@pytest.mark.parametrize("doubt", [0, 5 * SECOND, 40 * SECOND], ids=lambda ns: f"±{ns // SECOND}s")
def test_a_clock_in_doubt_neither_joins_checks_nor_widens_their_period(doubt: int) -> None:
    found = checks_of(checks(Genesis(), 0, 30_000, 60_000, 90_000), doubt=doubt)

    assert len(found.checks) == 4
    assert found.period is not None
    assert found.period.holds(30 * SECOND)
    assert found.period.width <= 2 * SECOND


def test_two_checks_tell_no_period() -> None:
    assert checks_of(checks(Genesis(), 0, 30_000)).period is None


def test_the_period_that_the_log_says_is_exact() -> None:
    log = Genesis()
    log.started(-1_000, 30 * SECOND)

    assert checks_of(checks(log, 0, 30_000)).period == Span(30 * SECOND, 30 * SECOND)


def test_checks_that_keep_another_period_than_the_log_says_are_believed() -> None:
    log = Genesis()
    log.started(-1_000, 30 * SECOND)

    period = checks_of(checks(log, 0, 60_000, 120_000, 180_000)).period

    assert period is not None
    assert period.holds(60 * SECOND)


def test_a_missing_check_does_not_change_the_period() -> None:
    period = checks_of(checks(Genesis(), 0, 30_000, 60_000, 120_000, 150_000)).period

    assert period is not None
    assert period.holds(30 * SECOND)


def test_a_healthy_check_began_just_before_its_line() -> None:
    (check,) = checks_of(checks(Genesis(), 10_000)).checks

    assert START + 9 * SECOND < check.begin.least <= START + 10 * SECOND
    assert check.begin.most == check.first.most


def test_a_check_that_waited_for_a_dead_cvm_began_a_period_after_the_last() -> None:
    log = checks(Genesis(), 0, 30_000, 60_000)
    log.cvm_down(92_000)
    log.cvm_down(122_000)

    *_, slow, slower = checks_of(log).checks

    assert slow.begin.least <= START + 90 * SECOND <= slow.begin.most
    assert slower.begin.least <= START + 120 * SECOND <= slower.begin.most
    assert slow.begin.doubt < 5 * SECOND


def test_frequent_checks_are_told_apart_by_their_order() -> None:
    log = Genesis()
    log.started(-1_000, 3 * SECOND)

    found = checks_of(checks(log, 0, 3_000, 6_000, 9_000))

    assert len(found.checks) == 4


def test_a_check_does_not_begin_before_the_one_before_it_has_ended() -> None:
    log = Genesis(doubt=0)
    log.started(-1_000, 6 * SECOND)
    log.all_up(0)
    log.correct(2_500)
    log.cvm_down(6_500)

    assert checks_of(log).checks[1].begin.least >= START + 2_500 * MILLISECOND


def test_a_check_goes_on_after_the_repair_that_it_ordered() -> None:
    log = checks(Genesis(doubt=MILLISECOND - 1), 0, 30_000)
    log.illegal(60_000, REMOTE)
    log.task(60_000, "delete", REMOTE)
    log.orders(64_500, "delete", REMOTE)
    log.result(64_800, "delete", REMOTE)
    log.correct(65_100, host="192.168.1.25", cvm=PEER)
    checks(log, 90_000)

    assert [check.first.least for check in checks_of(log).checks] == [ns(0), ns(30_000), ns(60_000), ns(90_000)]


def test_a_slow_task_does_not_stretch_the_period() -> None:
    """A repair that takes 45 s delays the next check; the distance that repeats is the period."""
    log = Genesis()
    for begin in (0, 90_000, 180_000):
        log.all_up(begin)
        log.correct(begin + 30_000)
        log.illegal(begin + 30_000, REMOTE)
        log.task(begin + 30_100, "delete", REMOTE)
        log.result(begin + 75_000, "delete", REMOTE)

    period = checks_of(log).period

    assert period is not None
    assert period.holds(30 * SECOND)


def test_a_check_that_is_missing_does_not_stretch_the_period() -> None:
    period = checks_of(checks(Genesis(), 0, 30_000, 90_000, 150_000, 180_000, 240_000, 300_000)).period

    assert period is not None
    assert period.holds(30 * SECOND)


@pytest.mark.parametrize("said", [None, 30 * SECOND])
@pytest.mark.parametrize(("every", "after"), [(2, 12_000), (1, 12_000), (1, 8_000), (3, 15_000)])
def test_lines_that_only_look_like_checks_do_not_shift_the_period(said: int | None, every: int, after: int) -> None:
    log = Genesis()
    if said:
        log.started(-1_000, said)
    for number in range(12):
        checks(log, number * 30_000)
        if number % every == 0:
            log.correct(number * 30_000 + after, host="192.168.1.25", cvm=PEER)

    period = checks_of(log).period

    assert period == (Span(said, said) if said else None) or (period is not None and period.holds(30 * SECOND))


@pytest.mark.parametrize("said", [None, 30 * SECOND])
def test_a_shorter_period_than_is_said_is_in_doubt_up_to_that(said: int | None) -> None:
    log = Genesis()
    if said:
        log.started(-1_000, said)

    period = checks_of(checks(log, *range(0, 120_000, 10_000))).period

    assert period is not None
    assert period.holds(10 * SECOND)
    assert period.most == 30 * SECOND


def test_a_host_that_cannot_be_read_begins_no_check() -> None:
    log = checks(Genesis(), 0, 30_000, 60_000)
    plain = len(checks_of(log).checks)
    log.tell(12_000, Forwarding("unreadable", "192.168.1.25", None, None))

    assert len(checks_of(log).checks) == plain


TIMES = (0, 30_000, 60_000, 91_000, 120_000, 151_000, 180_000, 212_000, 240_000, 272_000, 300_000)


def test_a_frequent_check_begins_after_the_last_line_of_the_one_before() -> None:
    log = Genesis()
    log.started(0, 4 * SECOND)
    for ms in (1_000, 5_000):
        log.cvm_down(ms)
        log.correct(ms, REMOTE)

    _, second = checks_of(log).checks

    assert second.begin.least == ns(1_000)


def test_a_check_that_waits_for_nobody_begins_just_before_its_line_whatever_the_period() -> None:
    log = Genesis(doubt=0)
    log.started(-2_000)
    checks(log, 0, 29_800)

    _, second = checks_of(log).checks

    assert (second.begin.least, second.begin.most) == (ns(29_300), ns(29_800))


def test_checks_that_are_late_by_what_a_check_takes_keep_the_period_that_is_said() -> None:
    log = Genesis(doubt=0)
    log.started(-1_000, 30 * SECOND)

    assert checks_of(checks(log, *range(0, 200_000, 31_500))).period == Span(30 * SECOND, 30 * SECOND)


@pytest.mark.parametrize("said", [None, 30 * SECOND])
@pytest.mark.parametrize(("begin", "end"), [(0, 11), (2, 9), (4, 5)])
def test_checks_that_are_told_as_one_are_found_each(begin: int, end: int, said: int | None) -> None:
    log, short = checks(Genesis(), *TIMES), Genesis()
    short.events = as_one(log.events, begin, end)
    for each in (log, short) if said else ():
        each.started(310_000, said)

    assert checks_of(short) == checks_of(log)
    assert len(checks_of(short).checks) == len(TIMES)


def test_after_a_start_of_genesis_no_check_is_due_by_the_one_before() -> None:
    log, _ = healthy_then(checks=3)
    log.started(85_000)
    log.cvm_down(87_000)  # the probe of a dead CVM took 2 s
    log.absent(87_000)

    last = checks_of(log).checks[-1]

    assert last.begin.least <= ns(85_000)


def test_a_slow_check_whose_line_comes_in_the_second_in_which_it_is_due_began_no_sooner_than_that_second() -> None:
    log = Genesis()
    log.started(0)
    log.all_up(2_000)
    log.cvm_down(31_000)

    begin = checks_of(log).checks[-1].begin

    assert (begin.least, begin.most) == (ns(31_000), ns(32_000) - 1)


@pytest.mark.parametrize("late", [0, 50, 200, 1_500, 5_000])
def test_after_checks_that_do_not_keep_their_beat_none_is_due_by_the_one_before(late: int) -> None:
    """The one before came `late` ms late, and the slow one when it was due, 2 s before its line."""
    log = Genesis(doubt=0)
    log.started(-1_000, 30 * SECOND)
    checks(log, 0, 30_000, 60_000 + late)
    log.cvm_down(92_000)
    log.absent(92_000)

    begin = checks_of(log).checks[-1].begin

    assert begin.least <= ns(90_000)
    assert (begin.least >= ns(89_000)) == (late <= 100)


def test_checks_far_from_one_that_came_late_keep_their_beat() -> None:
    log = Genesis(doubt=0)
    log.started(-1_000, 30 * SECOND)
    checks(log, 0, 32_000, *range(60_000, 600_000, 30_000))
    log.cvm_down(602_000)
    log.absent(602_000)

    assert checks_of(log).checks[-1].begin.least >= ns(599_000)


def test_checks_that_whole_seconds_hide_off_their_beat_bound_none_together() -> None:
    """11, 10 and 11 s apart by their stamps, each may be 10 s; 32 s are no three periods."""
    log = Genesis()
    log.started(-1_000, 10 * SECOND)
    checks(log, 0, 11_000, 21_000, 32_000)
    log.cvm_down(43_000)
    log.absent(43_000)

    assert checks_of(log).checks[-1].begin.least == ns(38_000)
