"""The HA checks: which lines are one check, how far apart checks are, and when each began."""

from __future__ import annotations

import pytest

from analyzer.correlate.clocks.clocks import Clocks
from analyzer.correlate.logs.ha_checks import Ticks, find_ticks, mark_checks
from analyzer.correlate.observation import Draft
from analyzer.model.clock import ClockOffset
from analyzer.model.episode import EpisodeKind
from analyzer.model.instant import MILLISECOND, SECOND, Instant, Span
from analyzer.model.source import Origin
from tests.correlate.builder import PEER, REMOTE, START, Genesis, ns

NAME = "log:genesis"


def ticks_of(log: Genesis, *, doubt: int = 0) -> Ticks:
    """The checks, with the log's clock known to ± `doubt` ns."""
    offset = ClockOffset(clock=NAME, reference="capture", offset=Span(-doubt, doubt), basis="assumed")
    return find_ticks(log.events, Clocks("capture").at(NAME, offset))


def checks(log: Genesis, *times: int) -> Genesis:
    for ms in times:
        log.all_up(ms)
    return log


def test_no_line_no_check() -> None:
    assert ticks_of(Genesis()) == Ticks((), None)


@pytest.mark.parametrize("doubt", [0, 5 * SECOND, 40 * SECOND], ids=lambda ns: f"±{ns // SECOND}s")
def test_a_clock_in_doubt_neither_joins_checks_nor_widens_their_period(doubt: int) -> None:
    found = ticks_of(checks(Genesis(), 0, 30_000, 60_000, 90_000), doubt=doubt)

    assert len(found.ticks) == 4
    assert found.period is not None
    assert found.period.holds(30 * SECOND)
    assert found.period.width <= 2 * SECOND


def test_two_checks_tell_no_period() -> None:
    assert ticks_of(checks(Genesis(), 0, 30_000)).period is None


def test_the_period_that_the_log_says_is_exact() -> None:
    log = Genesis()
    log.started(-1_000, 30 * SECOND)

    assert ticks_of(checks(log, 0, 30_000)).period == Span(30 * SECOND, 30 * SECOND)


def test_checks_that_keep_another_period_than_the_log_says_are_believed() -> None:
    log = Genesis()
    log.started(-1_000, 30 * SECOND)

    period = ticks_of(checks(log, 0, 60_000, 120_000, 180_000)).period

    assert period is not None
    assert period.holds(60 * SECOND)


def test_a_missing_check_does_not_change_the_period() -> None:
    period = ticks_of(checks(Genesis(), 0, 30_000, 60_000, 120_000, 150_000)).period

    assert period is not None
    assert period.holds(30 * SECOND)


def test_a_healthy_check_began_just_before_its_line() -> None:
    (tick,) = ticks_of(checks(Genesis(), 10_000)).ticks

    assert START + 9 * SECOND < tick.begin.least <= START + 10 * SECOND
    assert tick.begin.most == tick.first.most


def test_a_check_that_waited_for_a_dead_cvm_began_a_period_after_the_last() -> None:
    log = checks(Genesis(), 0, 30_000, 60_000)
    log.cvm_down(92_000)
    log.cvm_down(122_000)

    *_, slow, slower = ticks_of(log).ticks

    assert slow.begin.least <= START + 90 * SECOND <= slow.begin.most
    assert slower.begin.least <= START + 120 * SECOND <= slower.begin.most
    assert slow.begin.doubt < 5 * SECOND


def test_a_line_belongs_to_the_check_before_it() -> None:
    log = checks(Genesis(), 0, 30_000)
    found = ticks_of(log)

    first, second = found.ticks
    assert found.containing(first.first) is first
    assert found.containing(second.first) is second
    assert found.containing(log.at(20_000)) is None
    assert found.containing(log.at(-20_000)) is None


def test_frequent_checks_are_told_apart_by_their_order() -> None:
    log = Genesis()
    log.started(-1_000, 3 * SECOND)

    found = ticks_of(checks(log, 0, 3_000, 6_000, 9_000))

    assert len(found.ticks) == 4


def test_a_check_does_not_begin_before_the_one_before_it_has_ended() -> None:
    log = Genesis(doubt=0)
    log.started(-1_000, 6 * SECOND)
    log.all_up(0)
    log.correct(2_500)
    log.cvm_down(6_500)

    assert ticks_of(log).ticks[1].begin.least >= START + 2_500 * MILLISECOND


def told(kind: EpisodeKind, log: Genesis, fault: tuple[int, int], found: tuple[int, int], number: int) -> Draft:
    """An observation with its fault and the line that detected it, and its check marked."""
    observation = Draft(kind, "logs", None, "capture", ns(fault[0]), ns(found[1]))
    observation.mark("fault", Instant("capture", ns(fault[0]), ns(fault[1])), [], "")
    observation.mark("detected", Instant("capture", ns(found[0]), ns(found[1])), [Origin(log.source, number)], "")
    mark_checks([observation], ticks_of(log))
    return observation


def test_the_check_of_a_recovery_is_the_first_after_it_whatever_it_found() -> None:
    """The check that still finds the Stargate down is one, and not the later one that finds it alive."""
    log = Genesis(doubt=0)
    log.started(-1_000)
    for ms in (0, 30_000):
        log.cvm_down(ms)
    log.alive(60_000)
    log.all_up(90_000)

    check = told("cvm-recovery", log, (20_000, 22_000), (90_000, 90_100), log.number).points["check"].at

    assert check.least <= ns(30_000) <= check.most
    assert check.most < ns(60_000)


def test_a_check_that_began_about_when_the_fault_came_leaves_room_for_the_next() -> None:
    log = Genesis(doubt=0)
    log.started(-1_000, 6 * SECOND)
    for ms in (0, 6_000):
        log.cvm_down(ms)
    log.alive(12_000)
    log.all_up(18_000)

    check = told("cvm-recovery", log, (5_000, 7_000), (18_000, 18_100), log.number).points["check"].at

    assert check.least <= ns(6_000)
    assert check.most >= ns(11_500)


def test_a_fault_that_may_be_later_than_the_begin_of_the_check_that_found_it_has_no_check() -> None:
    log = Genesis(doubt=0)
    log.started(-1_000)
    for ms in (0, 30_000):
        log.all_up(ms)
    log.all_up(60_000)

    observation = told("route-injection", log, (59_700, 59_900), (60_000, 60_100), log.number)

    assert "check" not in observation.points
    assert "before the fault" in observation.absent["check"]


def test_the_order_of_lines_tells_the_check_where_whole_seconds_do_not() -> None:
    """What narrowed `detected` puts its middle before that of its check's first line."""
    log = Genesis()
    log.started(-1_000, 5 * SECOND)
    checks(log, 0, 5_000, 10_000)

    observation = told("route-injection", log, (7_000, 7_100), (10_000, 10_200), log.number)

    assert observation.points["check"].at.most >= ns(10_000)


def test_a_check_goes_on_after_the_repair_that_it_ordered() -> None:
    log = checks(Genesis(doubt=MILLISECOND - 1), 0, 30_000)
    log.illegal(60_000, REMOTE)
    log.task(60_000, "delete", REMOTE)
    log.orders(64_500, "delete", REMOTE)
    log.result(64_800, "delete", REMOTE)
    log.correct(65_100, host="192.168.1.25", cvm=PEER)
    checks(log, 90_000)

    assert [tick.first.least for tick in ticks_of(log).ticks] == [ns(0), ns(30_000), ns(60_000), ns(90_000)]


def test_a_slow_task_does_not_stretch_the_period() -> None:
    """A repair that takes 45 s delays the next check; the distance that repeats is the period."""
    log = Genesis()
    for begin in (0, 90_000, 180_000):
        log.all_up(begin)
        log.correct(begin + 30_000)
        log.illegal(begin + 30_000, REMOTE)
        log.task(begin + 30_100, "delete", REMOTE)
        log.result(begin + 75_000, "delete", REMOTE)

    period = ticks_of(log).period

    assert period is not None
    assert period.holds(30 * SECOND)


def test_a_check_that_is_missing_does_not_stretch_the_period() -> None:
    period = ticks_of(checks(Genesis(), 0, 30_000, 90_000, 150_000, 180_000, 240_000, 300_000)).period

    assert period is not None
    assert period.holds(30 * SECOND)
