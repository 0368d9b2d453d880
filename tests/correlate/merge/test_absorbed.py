"""What is but a part of a better founded observation."""

from __future__ import annotations

from analyzer.correlate.merge.absorbed import without_absorbed
from analyzer.correlate.topology.topology import Member
from tests.correlate.made import observation


def test_a_doubtful_change_within_a_founded_episode_is_part_of_it() -> None:
    small = observation("unexplained", span=(3, 4))

    here, later = observation(span=(0, 10)), observation(span=(50, 60))
    elsewhere = observation(span=(0, 10), host=Member("192.168.1.25"))

    assert without_absorbed([small, here]) == [here]
    assert without_absorbed([small, later]) == [small, later]
    assert without_absorbed([small, elsewhere]) == [small, elsewhere]


def test_a_stall_before_a_fault_is_no_part_of_it() -> None:
    stall = observation("unexplained", span=(0, 14))
    fault = observation("route-injection", "logs", span=(-20, 40), fault=(30, 31))

    assert without_absorbed([stall, fault]) == [stall, fault]
    assert without_absorbed([observation("unexplained", span=(32, 35)), fault]) == [fault]
