"""When a host is served inside, turns there and leaves, as one device shows it."""

from __future__ import annotations

from analyzer.correlate.captures.stays import departures, stays_inside, turns_inside
from tests.correlate.builder import LOCAL, PRIVATE, STORAGE, VMK1, Capture, ns
from tests.correlate.wire.shown import traffic_of


def test_pauses_that_are_usual_do_not_part_a_stay() -> None:
    capture = Capture()
    for begin in (*range(0, 60_000, 5_000), 90_000):
        capture.serves(LOCAL, begin, begin + 1_000)

    stays = stays_inside(traffic_of(capture), {VMK1})

    assert [(stay.first, stay.last) for stay in stays] == [(ns(1), ns(56_000)), (ns(90_001), ns(91_000))]


def test_a_host_that_comes_back_without_an_answer_leaves_twice() -> None:
    capture = Capture()
    capture.serves(LOCAL, 0, 37_000)
    capture.sends(LOCAL, 75_000, 75_400, "retransmission")
    turns = turns_inside(traffic_of(capture), {VMK1})

    assert departures(ns(37_000), ns(110_000), turns) == [ns(37_000), ns(75_400)]


def test_what_just_precedes_the_service_is_the_return() -> None:
    capture = Capture()
    capture.serves(LOCAL, 0, 37_000)
    capture.sends(LOCAL, 109_500, 109_900, "retransmission")
    turns = turns_inside(traffic_of(capture), {VMK1})

    assert departures(ns(37_000), ns(110_000), turns) == [ns(37_000)]


def test_arp_requests_for_the_storage_address_are_turns() -> None:
    capture = Capture()
    capture.asks(VMK1, PRIVATE, STORAGE, 50_000, 60_000)

    (turn,) = turns_inside(traffic_of(capture), {VMK1}).items

    assert turn.first == ns(50_000)
    assert turn.last < ns(57_000)


def test_what_is_sent_again_after_pauses_that_grow_is_one_attempt() -> None:
    capture = Capture()
    capture.serves(LOCAL, 0, 37_000)
    for ms in (37_300, 38_000, 39_500, 42_500, 48_500):
        capture.sends(LOCAL, ms, ms + 1, "retransmission")
    turns = turns_inside(traffic_of(capture), {VMK1})

    assert departures(ns(37_000), ns(110_000), turns) == [ns(48_501)]


def test_a_host_that_turns_to_its_cvm_anew_had_left_it() -> None:
    capture = Capture()
    capture.serves(LOCAL, 0, 37_000)
    capture.sends(LOCAL, 42_000, 42_400, "retransmission")
    turns = turns_inside(traffic_of(capture), {VMK1})

    assert departures(ns(37_000), ns(60_000), turns) == [ns(37_000), ns(42_400)]


def test_arp_requests_for_the_storage_address_are_a_turn_as_long_as_packets_came() -> None:
    """Those that go on for longer than for one packet are of packets that came after."""
    capture = Capture()
    capture.asks(VMK1, PRIVATE, STORAGE, 50_000, 60_000)

    (turn,) = turns_inside(traffic_of(capture), {VMK1}).items

    assert turn.last > turn.first
