"""A capture that holds too few frames to tell their order is left as it is."""

from __future__ import annotations

from analyzer.correlate.captures.clock_set import ClockSet, pause_at
from analyzer.correlate.captures.set_back import in_file_order
from tests.correlate import scenes
from tests.correlate.builder import evidence


def test_a_capture_in_order_is_left_alone() -> None:
    given = evidence(*scenes.failure())

    found, steps = in_file_order(given)

    assert found is given
    assert steps == {}


def test_what_comes_after_a_step_may_be_later() -> None:
    steps = (ClockSet(10, 5, 2), ClockSet(20, 5, 3))

    assert [pause_at(steps, frame) for frame in (9, 10, 20)] == [0, 2, 5]
