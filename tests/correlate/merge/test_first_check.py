"""The first check after a fault: which it is, and where nothing shows that."""

from __future__ import annotations

import pytest

from analyzer.correlate.logs.checks.ha_checks import HaCheck, HaChecks
from analyzer.correlate.merge.first_check import _is_unlogged_before, with_first_check
from analyzer.correlate.observation import Observation
from analyzer.model.episode import EpisodeKind
from analyzer.model.event import StargateStates
from analyzer.model.instant import SECOND, Instant
from analyzer.model.measurement import How
from analyzer.model.source import Origin
from tests.correlate.builder import CVM, Genesis, ns
from tests.correlate.logs.check_logs import checks, checks_of


def observed(
    kind: EpisodeKind, log: Genesis, fault: tuple[int, int], found: tuple[int, int], number: int
) -> Observation:
    """A fault and the line that detected it, with its first check."""
    observation = Observation(kind, "logs", None, "capture", ns(fault[0]), ns(found[1]))
    observation = observation.marked("fault", Instant("capture", ns(fault[0]), ns(fault[1])), [], How("note"))
    line = [Origin(log.source, number)]
    observation = observation.marked("detected", Instant("capture", ns(found[0]), ns(found[1])), line, How("note"))
    return with_first_check(observation, checks_of(log))


def test_the_check_of_a_recovery_is_the_first_after_it_whatever_it_found() -> None:
    """The check that still finds the Stargate down is one, and not the later one that finds it alive."""
    log = Genesis(doubt=0)
    log.started(-1_000)
    for ms in (0, 30_000):
        log.cvm_down(ms)
    log.alive(60_000)
    log.all_up(90_000)

    check = observed("cvm-recovery", log, (20_000, 22_000), (90_000, 90_100), log.number).points["check"].at

    assert check.least <= ns(30_000) <= check.most
    assert check.most < ns(60_000)


def test_a_check_that_began_about_when_the_fault_came_leaves_room_for_the_next() -> None:
    log = Genesis(doubt=0)
    log.started(-1_000, 6 * SECOND)
    for ms in (0, 6_000):
        log.cvm_down(ms)
    log.alive(12_000)
    log.all_up(18_000)

    check = observed("cvm-recovery", log, (5_000, 7_000), (18_000, 18_100), log.number).points["check"].at

    assert check.least <= ns(6_000)
    assert check.most >= ns(11_500)


def test_a_fault_that_may_be_later_than_the_begin_of_the_check_that_found_it_has_no_check() -> None:
    log = Genesis(doubt=0)
    log.started(-1_000)
    for ms in (0, 30_000):
        log.all_up(ms)
    log.all_up(60_000)

    observation = observed("route-injection", log, (59_700, 59_900), (60_000, 60_100), log.number)

    assert "check" not in observation.points
    assert observation.absent["check"] == "began-before"


def test_the_order_of_lines_tells_the_check_where_whole_seconds_do_not() -> None:
    """What narrowed `detected` puts its middle before that of its check's first line."""
    log = Genesis()
    log.started(-1_000, 5 * SECOND)
    checks(log, 0, 5_000, 10_000)

    observation = observed("route-injection", log, (7_000, 7_100), (10_000, 10_200), log.number)

    assert observation.points["check"].at.most >= ns(10_000)


def test_a_check_that_left_no_line_may_be_the_first_after_the_fault() -> None:
    """A log of errors only has no line of the check that found the CVM alive, and none is due for two periods."""
    log = Genesis(doubt=0)
    log.started(-1_000)
    for ms in (0, 30_000, 60_000):
        log.cvm_down(ms)
    log.all_up(120_000)

    check = observed("cvm-recovery", log, (80_000, 82_000), (120_000, 120_100), log.number).points["check"].at

    assert check.least <= ns(90_000)
    assert check.most >= ns(119_000)


def failed(log: Genesis, check: tuple[int, int], fault: tuple[int, int], number: int) -> Instant:
    """The check of a failure that some check of the log had as down, and the line `number` detected at 90 s."""
    observation = Observation("cvm-failure", "logs", None, "capture", ns(fault[0]), ns(90_100))
    observation = observation.marked("fault", Instant("capture", ns(fault[0]), ns(fault[1])), [], How("note"))
    observation = observation.marked("check", Instant("capture", ns(check[0]), ns(check[1])), [], How("note"))
    line = [Origin(log.source, number)]
    observation = observation.marked("detected", Instant("capture", ns(90_000), ns(90_100)), line, How("note"))
    return with_first_check(observation, checks_of(log)).points["check"].at


def test_checks_that_did_not_reach_the_host_may_have_seen_a_cvm_that_was_only_cut_off() -> None:
    log = Genesis(doubt=0)
    log.started(-1_000)
    log.all_up(0)
    for ms in (30_000, 60_000, 90_000):
        log.cvm_down(ms)

    at = failed(log, (29_500, 30_000), (0, 91_000), log.number)

    assert at.least <= ns(30_000)
    assert at.most >= ns(90_000) - SECOND


def test_checks_that_said_nothing_of_a_failed_cvm_may_have_come_after_its_failure() -> None:
    log = Genesis(doubt=0)
    log.started(-1_000)
    checks(log, 0, 30_000, 60_000)
    log.cvm_down(90_000)

    at = failed(log, (89_500, 90_000), (0, 90_000), log.number)

    assert ns(0) < at.least <= ns(30_000)
    assert at.most == ns(90_000)


def test_a_check_that_found_the_failure_at_once_is_the_first() -> None:
    log = Genesis(doubt=0)
    log.started(-1_000)
    checks(log, 0, 30_000, 60_000)
    log.cvm_down(90_000)

    at = failed(log, (89_500, 90_000), (60_000, 90_000), log.number)

    assert (at.least, at.most) == (ns(89_500), ns(90_000))


def test_a_host_that_is_forwarded_ahead_of_a_stop_was_found_by_no_check() -> None:
    log = Genesis(doubt=0)
    log.started(-1_000)
    checks(log, 0, 30_000, 60_000)
    observation = Observation("cvm-failure", "logs", None, "capture", ns(20_000), ns(60_100))
    observation = observation.marked("fault", Instant("capture", ns(20_000), ns(59_000)), [], How("note"))
    line = [Origin(log.source, log.number)]
    observation = observation.marked("decided", Instant("capture", ns(60_000), ns(60_100)), line, How("note"))

    assert "check" in with_first_check(observation, checks_of(log)).points
    ahead = observation.lacking("detected", "genesis-silent")
    assert with_first_check(ahead, checks_of(log)) == ahead


def test_a_check_a_period_before_the_first_line_may_have_seen_a_cvm_start() -> None:
    """A voice that has errors only: the check that found nothing wrong, as the CVM was not initialised, has no line."""
    log = Genesis(doubt=0)
    log.started(-61_000)
    for ms in (-60_000, -30_000):
        log.cvm_down(ms)
    log.all_up(60_000)

    silent = observed("cvm-recovery", log, (22_000, 24_000), (60_500, 60_600), log.number).points["check"].at

    assert silent.least <= ns(30_000) <= silent.most

    log.cvm_down(0)
    log.tell(30_000, StargateStates(initializing=(CVM,)))
    logged = observed("cvm-recovery", log, (32_000, 34_000), (60_500, 60_600), log.number - 2).points["check"].at

    assert logged.least > ns(50_000)


@pytest.mark.parametrize(("began", "expected"), [(95, False), (100, True)], ids=["before the fault", "after it began"])
def test_a_check_without_a_line_came_between_where_it_may_have_begun_after_the_fault(
    began: int, *, expected: bool
) -> None:
    """The fault is between 68 s and 80 s; the one before the first check that is logged began 30 s before it."""
    at = Instant("capture", began * SECOND, began * SECOND)
    first = HaCheck(at, at, Origin("genesis.out", 9))
    fault = Instant("capture", 68 * SECOND, 80 * SECOND)

    assert _is_unlogged_before(first, fault, HaChecks((first,), None)) is expected
