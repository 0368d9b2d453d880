"""Frames after a step are read in their order, as early as that allows; how much later they may be is their doubt."""

from __future__ import annotations

from analyzer.correlate.captures.clock_set import ClockSet, in_order_of, pause_at
from analyzer.model.event import MacTraffic, SshTraffic
from analyzer.model.instant import SECOND
from tests.correlate.builder import OUTSIDE, VMK0, Capture, evidence, ns

BACK = {"span.pcap": (ClockSet(12, 9 * SECOND, 2 * SECOND),)}


def capture() -> Capture:
    span = Capture()
    span.speaks(VMK0, None, 1_000, 5_000)  # frames 1 to 10
    span.ssh(4_000, 4_100)  # 11 to 14: it spans the step
    span.speaks(VMK0, None, -3_000, 1_000)  # 15 to 24
    span.calls(OUTSIDE, -3_000, -2_000)
    return span


def test_what_comes_after_a_step_may_be_later() -> None:
    steps = (ClockSet(10, 5, 2), ClockSet(20, 5, 3))

    assert [pause_at(steps, frame) for frame in (9, 10, 20)] == [0, 2, 5]


def test_frames_after_a_step_are_moved_and_those_before_are_not() -> None:
    moved = in_order_of(BACK, evidence(capture()))

    before, after = sorted(moved.of(MacTraffic), key=lambda event: event.origin.number)
    (call,) = moved.operations
    assert before.at.least == ns(1_000)
    assert (after.at.least, after.at.doubt) == (ns(6_000), before.at.doubt)
    assert (call.first_call.least, call.first_call.doubt) == (ns(6_000), before.at.doubt)
    assert call.reply is not None
    assert call.reply.least == ns(7_000)


def test_an_exchange_after_a_step_places_no_log() -> None:
    assert not in_order_of(BACK, evidence(capture())).of(SshTraffic)
