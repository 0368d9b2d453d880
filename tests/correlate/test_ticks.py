"""The HA checks: which lines are one check, how far apart checks are, and when each began."""

from __future__ import annotations

import pytest

from analyzer.correlate.clocks import Clocks
from analyzer.correlate.ticks import Ticks, find_ticks
from analyzer.model.clock import ClockOffset
from analyzer.model.instant import SECOND, Span
from tests.correlate.builder import START, Genesis

NAME = "log:genesis"


def ticks_of(log: Genesis, *, doubt: int = 0) -> Ticks:
    """The checks, with the log's clock known to ± `doubt` ns."""
    clocks = Clocks("capture")
    clocks.offsets[NAME] = ClockOffset(clock=NAME, reference="capture", offset=Span(-doubt, doubt), basis="assumed")
    return find_ticks(log.events, clocks)


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
