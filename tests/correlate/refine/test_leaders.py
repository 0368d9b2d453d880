"""Who led after whom bounds the clocks of two CVMs."""

from __future__ import annotations

from dataclasses import replace

import pytest

from analyzer.correlate.clocks.clocks import Clocks
from analyzer.correlate.refine.leaders import (
    AS_IT_STANDS,
    ELECTION,
    _ahead,
    _led_before,
    _taken_back,
    with_leaders_in_order,
)
from analyzer.model.clock import ClockOffset
from analyzer.model.event import Event, StargateStates
from analyzer.model.instant import SECOND, Span
from tests.correlate.builder import CVM, PEER, REMOTE, Genesis

FIRST, SECOND_ONE = "cvm:first", "cvm:second"
CVMS = {FIRST: CVM, SECOND_ONE: PEER}


def leaders(until: int = 60_000, since: int = 90_000, *, down: bool = True) -> list[Event]:
    """The CVM's own checks up to `until`; then the peer starts at `since`, and finds the CVM down or not."""
    first, second = (replace(Genesis(), source=f"{name}.out", clock=name) for name in CVMS)
    first.started(0)
    for ms in range(0, until + 1, 30_000):
        first.all_up(ms)
    second.started(since)
    if down:
        second.cvm_down(since + 2_000)
    else:
        second.all_up(since + 2_000)
    return [*first.events, *second.events]


def clocks(**alternatives: tuple[Span, ...]) -> Clocks:
    """The second's log is the reference; the first's may be off by any of `first`, in seconds."""
    right = ClockOffset(clock=SECOND_ONE, reference=SECOND_ONE, offset=Span(0, 0), basis="reference")
    fitting = alternatives.get("first", (Span(-600 * SECOND, 600 * SECOND),))
    first = ClockOffset(clock=FIRST, reference=SECOND_ONE, offset=fitting[0], basis="assumed")
    made = Clocks(SECOND_ONE, cvms=dict(CVMS)).at(SECOND_ONE, right).at(FIRST, first)
    return made.with_alternatives(FIRST, fitting)


def test_the_first_ones_checks_came_before_the_second_one_led() -> None:
    told = clocks()

    told = with_leaders_in_order(told, leaders(until=150_000, since=90_000))

    offset = told.offsets[FIRST]
    assert offset.basis == "measured"
    assert offset.offset.holds(100 * SECOND)
    assert abs(offset.offset.least - 60 * SECOND) <= SECOND  # its last check would be 60 s after
    assert offset.offset.width <= ELECTION + 2 * SECOND


def test_of_one_that_two_found_down_as_they_began_nothing_shows_who_came_next() -> None:
    third = replace(Genesis(), source="third.out", clock="cvm:third")
    third.started(400_000)
    third.cvm_down(402_000)
    right = ClockOffset(clock="cvm:third", reference=SECOND_ONE, offset=Span(0, 0), basis="given")
    told = replace(clocks().at("cvm:third", right), cvms={**CVMS, "cvm:third": REMOTE})

    told = with_leaders_in_order(told, [*leaders(until=150_000, since=90_000), *third.events])

    assert told.offsets[FIRST].basis == "assumed"


def test_a_clock_that_is_right_as_it_stands_is_left_alone() -> None:
    told = clocks()

    told = with_leaders_in_order(told, leaders(until=60_000, since=90_000))

    assert told.offsets[FIRST].basis == "assumed"


def test_of_two_offsets_the_one_that_fits_is_taken() -> None:
    told = clocks(first=(Span(-100 * SECOND, -99 * SECOND), Span(10 * SECOND, 11 * SECOND)))

    told = with_leaders_in_order(told, leaders())

    assert told.offsets[FIRST].offset == Span(10 * SECOND, 11 * SECOND)
    assert told.offsets[FIRST].basis == "measured"


def test_that_no_other_offset_fits_measures_none() -> None:
    """The clock may be off by what is none of them."""
    fitting = (AS_IT_STANDS, Span(-300 * SECOND, -299 * SECOND))

    told = with_leaders_in_order(clocks(first=fitting), leaders())

    assert told.offsets[FIRST].basis == "assumed"
    assert told.alternatives[FIRST] == fitting


def test_two_that_fit_stay_two() -> None:
    fitting = (Span(0, SECOND), Span(30 * SECOND, 31 * SECOND))
    told = clocks(first=fitting)

    told = with_leaders_in_order(told, leaders())

    assert told.offsets[FIRST].basis == "assumed"
    assert told.alternatives[FIRST] == fitting


def test_a_cvm_that_lives_was_not_succeeded() -> None:
    told = clocks()

    told = with_leaders_in_order(told, leaders(down=False))

    assert told.offsets[FIRST].basis == "assumed"


def test_who_was_down_already_as_the_direct_predecessor_led_is_bound_to_nobody() -> None:
    """Three lead, one after the other; the third finds both before it down, and took over from the second alone."""
    third = "cvm:third"
    long_ago = 600_000
    first, second, last = (replace(Genesis(), source=f"{name}.out", clock=name) for name in (*CVMS, third))
    first.started(0)
    first.all_up(30_000)
    second.started(90_000)
    for ms in range(92_000, long_ago, 30_000):
        second.cvm_down(ms)
    last.started(long_ago + 60_000)
    last.tell(long_ago + 62_000, StargateStates(down=(CVM, PEER)))
    right = ClockOffset(clock=third, reference=third, offset=Span(0, 0), basis="reference")
    anything = Span(-600 * SECOND, 600 * SECOND)
    told = Clocks(third, cvms={**CVMS, third: "192.168.1.28"}).at(third, right)
    for name in CVMS:
        told = told.at(name, ClockOffset(clock=name, reference=third, offset=anything, basis="assumed"))

    settled = with_leaders_in_order(told, [*first.events, *second.events, *last.events])

    assert settled.offsets[FIRST].basis == "assumed"
    assert settled.offsets[FIRST].offset.holds(0)


def test_of_two_offsets_none_is_taken_beside_a_clock_that_nothing_places() -> None:
    fitting = (Span(-100 * SECOND, -99 * SECOND), Span(10 * SECOND, 11 * SECOND))
    guessed = ClockOffset(clock=SECOND_ONE, reference="capture", offset=Span(-5 * SECOND, 5 * SECOND), basis="assumed")
    told = replace(clocks(first=fitting), reference="capture").at(SECOND_ONE, guessed)

    told = with_leaders_in_order(told, leaders())

    assert told.offsets[FIRST].basis == "assumed"
    assert told.alternatives[FIRST] == fitting


def led_twice(back_at: int, *, peer_down: bool) -> list[Event]:
    """The CVM leads, its peer takes over at 90 s on its own clock, and the CVM leads again at `back_at` on its own."""
    first, second = (replace(Genesis(), source=f"{name}.out", clock=name) for name in CVMS)
    first.started(0)
    first.all_up(30_000)
    second.started(90_000)
    for ms in range(92_000, 240_000, 30_000):
        second.cvm_down(ms)
    first.started(back_at)
    first.tell(back_at + 2_000, StargateStates(down=(PEER,)) if peer_down else StargateStates(all_of="up"))
    return [*first.events, *second.events]


def test_one_that_led_again_after_its_successor_was_taken_over_from_the_first_time() -> None:
    told = with_leaders_in_order(clocks(), led_twice(260_000, peer_down=True))

    assert told.offsets[FIRST].basis == "assumed"
    assert told.offsets[FIRST].offset.holds(0)


def test_one_that_led_twice_may_have_been_taken_over_from_each_time() -> None:
    told = with_leaders_in_order(clocks(), led_twice(2_000_000, peer_down=False))

    assert told.offsets[FIRST].basis == "assumed"
    assert told.offsets[FIRST].offset.holds(0)


def test_a_restart_of_genesis_is_no_second_time() -> None:
    events = leaders(until=150_000, since=90_000)
    again = replace(Genesis(), source=f"{FIRST}.out", clock=FIRST)
    again.started(160_000)
    again.all_up(162_000)

    told = with_leaders_in_order(clocks(), [*events, *again.events])

    assert told.offsets[FIRST].basis == "measured"
    assert told.offsets[FIRST].offset.holds(100 * SECOND)


def test_of_two_that_found_each_other_down_nothing_shows_who_led_last() -> None:
    """The first hangs, another takes over and dies, and the first goes on sooner than its log has a pause for."""
    again = replace(Genesis(), source=f"{FIRST}.out", clock=FIRST)
    again.started(150_000 + 25_000)
    again.cvm_down(177_000, PEER)

    told = with_leaders_in_order(clocks(), [*leaders(until=150_000, since=90_000), *again.events])

    assert told.offsets[FIRST].basis == "assumed"
    assert told.offsets[FIRST].offset.holds(0)


@pytest.mark.parametrize("peer_down", [True, False], ids=["took-over-again", "or-restarted-later"])
def test_one_that_started_again_may_have_been_taken_over_from_before_that(*, peer_down: bool) -> None:
    """Its peer leads for some seconds in a pause that is no longer than Genesis takes to start."""
    first, second = (replace(Genesis(), source=f"{name}.out", clock=name) for name in CVMS)
    first.started(0)
    first.all_up(30_000)
    second.started(40_000)
    second.cvm_down(42_000)
    first.started(56_000)
    for ms in range(58_000, 900_000, 30_000):
        first.tell(ms, StargateStates(down=(PEER,)) if peer_down else StargateStates(all_of="up"))

    told = with_leaders_in_order(clocks(), [*first.events, *second.events])

    assert told.offsets[FIRST].offset.holds(0)
    assert told.offsets[FIRST].basis == "assumed"


def test_one_that_led_until_a_line_led_at_most_until_its_second_was_over() -> None:
    log = Genesis(clock=FIRST)
    log.all_up(60_000)
    log.started(90_000)
    last, _, started = log.events

    ahead = _ahead(started, [last])

    assert (ahead.least, ahead.most) == (-31 * SECOND + 1, -29 * SECOND - 1 + ELECTION)


def test_of_one_whose_log_has_no_check_nothing_shows_whom_it_found_down() -> None:
    log = Genesis(clock=FIRST)
    log.started(0)

    assert not _led_before(SECOND_ONE, FIRST, {FIRST: [log.events], SECOND_ONE: []}, CVMS)


def test_only_one_that_led_twice_has_taken_over_again() -> None:
    """The first found the second down as the second found it: each may have been the one that led before."""
    first, second = (replace(Genesis(), source=f"{name}.out", clock=name) for name in CVMS)
    for log, other in ((first, PEER), (second, CVM)):
        log.started(0)
        log.cvm_down(2_000, other)
    once = {FIRST: [first.events], SECOND_ONE: [second.events]}
    again = {FIRST: [second.events, first.events], SECOND_ONE: [second.events]}

    assert _taken_back(once, CVMS) == set()
    assert _taken_back(again, CVMS) == {(FIRST, SECOND_ONE)}
    assert _taken_back({**again, SECOND_ONE: [second.events, second.events]}, CVMS) == set(), "so has the other"
