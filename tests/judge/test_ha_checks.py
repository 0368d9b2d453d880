"""The checks that lines of logs are of, as they are judged."""

from __future__ import annotations

from analyzer.judge.ha_checks import Check, checks_in
from analyzer.model.event import Event, HealthyChecks
from analyzer.model.instant import SECOND, Instant
from tests.correlate.builder import CVM, PEER, Genesis, ns
from tests.correlate.logs.check_logs import as_one, checks

WROTE = {"a.log": CVM}


def right(at: Instant) -> Instant | None:
    """A clock is right, unless nothing places it."""
    return None if at.clock == "nowhere" else Instant("capture", at.least, at.most)


def found(*logs: Genesis) -> list[tuple[int, int, str]]:
    """Each check's first and last line, ms, and who wrote it."""
    events = [event for log in logs for event in log.events]
    return [told(check) for check in checks_in(reversed(events), right, WROTE)]


def told(check: Check) -> tuple[int, int, str]:
    assert check.placed == Instant("capture", check.first.least, check.first.most)
    return (check.first.least - ns(0)) // 10**6, (check.last.least - ns(0)) // 10**6, check.cvm


def log(name: str = "a.log", clock: str = "log:a") -> Genesis:
    return Genesis(name, clock=clock, doubt=0)


def test_lines_are_of_one_check_until_five_seconds_pass() -> None:
    one = log()
    for ms in (0, 4_000, 9_000, 14_001, 44_000):
        one.correct(ms)

    assert found(one) == [(0, 9_000, CVM), (14_001, 14_001, CVM), (44_000, 44_000, CVM)]


def test_a_check_is_named_by_its_first_line() -> None:
    one = log()
    for ms in (0, 1_000):
        one.correct(ms)

    (check,) = checks_in(one.events, right, WROTE)

    assert check.origin == one.events[0].origin


def test_two_logs_have_checks_of_their_own_in_order_of_time() -> None:
    one, other = log(), log("b.log", "log:b")
    for ms in (0, 60_000):
        one.correct(ms)
    other.correct(1_000)

    assert found(other, one) == [(0, 0, CVM), (1_000, 1_000, "log:b"), (60_000, 60_000, CVM)]


def test_a_line_that_nothing_places_is_of_no_check() -> None:
    nowhere = log(clock="nowhere")
    nowhere.correct(0)

    assert found(nowhere) == []


def test_checks_that_are_told_as_one_are_as_many_as_they_are() -> None:
    one = checks(log(), 0, 30_000, 60_000, 90_000)
    one.events = as_one(one.events, 0, 3)

    assert [type(event.detail) for event in one.events[:1]] == [HealthyChecks]
    assert found(one) == [(ms, ms, CVM) for ms in (0, 30_000, 60_000, 90_000)]


def test_each_of_them_is_placed_as_far_from_the_first_as_it_came() -> None:
    one = checks(log(), 0, 30_000, 60_000)
    one.events = as_one(one.events, 0, 3)

    def ahead(at: Instant) -> Instant:
        return Instant("capture", at.least - 7 * SECOND, at.most - 7 * SECOND)

    placed = [check.placed.least for check in checks_in(one.events, ahead, WROTE)]

    assert placed == [ns(ms - 7_000) for ms in (0, 30_000, 60_000)]


def test_no_line_is_no_check() -> None:
    none: tuple[Event, ...] = ()

    assert checks_in(none, right, {"b.log": PEER}) == ()


def test_whole_second_stamps_may_be_nearer_than_they_stand() -> None:
    """Lines of 0 s and 5 s may be 4 s apart, and are of one check still; those of 0 s and 6 s are not."""
    near, far = Genesis("a.log", clock="log:a"), Genesis("a.log", clock="log:a")
    for log_, ms in ((near, 5_500), (far, 6_000)):
        log_.correct(0)
        log_.correct(ms)

    assert (len(found(near)), len(found(far))) == (1, 2)
