"""Capture devices have clocks of their own: measured where they can't be one, else taken as one within what is told."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest

from analyzer.config import Settings
from analyzer.correlate.captures.offsets import (
    DeviceOffset,
    _Allowed,
    _decided,
    _set_meanwhile,
    _told_by,
    device_offsets,
)
from analyzer.correlate.captures.pairs import FARTHEST
from analyzer.correlate.captures.shift import shifted
from analyzer.correlate.clocks.clocks import CAPTURE_CLOCK
from analyzer.correlate.clocks.intersection import Estimate, Pairing
from analyzer.correlate.topology.discover import discover
from analyzer.correlate.topology.topology import Member
from analyzer.correlate.wire.reading import shown_in
from analyzer.model.clock import OffsetNote
from analyzer.model.evidence import Evidence
from analyzer.model.instant import MILLISECOND, SECOND, Span
from tests.correlate import scenes
from tests.correlate.builder import LOCAL, OUTSIDE, Capture, Genesis, evidence, found, holds, known, neighbours

VMK1_FILE = "vmk1.pcap"
Scene = Callable[[], tuple[Capture, Capture]]


def offsets_of(given: Evidence, told: tuple[str, ...]) -> tuple[DeviceOffset, ...]:
    return device_offsets(shown_in(given, CAPTURE_CLOCK), discover(given, Settings()), told)


def apart(*captures: Capture, ahead: int = 0) -> DeviceOffset:
    """What is told of vmk1's capture when its clock is `ahead` ms ahead."""
    given = shifted(evidence(*captures), {VMK1_FILE: -ahead * MILLISECOND})
    (one,) = offsets_of(given, ())
    assert one.names == (VMK1_FILE,)
    return one


SCENES: dict[str, Scene] = {
    "failure": scenes.failure,
    "injection": scenes.injection,
    "astray": scenes.astray,
    "recovery": lambda: scenes.recovery(returned=34_000, failback=80_000),
}


@pytest.mark.parametrize("scene", SCENES.values(), ids=SCENES)
def test_one_clock_is_taken_for_one(scene: Scene) -> None:
    one = apart(*scene())

    assert not one.measured
    assert one.offset.holds(0)


def test_that_one_clock_explains_as_much_as_any_is_told() -> None:
    assert apart(*scenes.injection()).as_one
    assert not apart(*scenes.injection(), ahead=70_000).as_one


def test_a_host_that_turned_back_to_its_dead_cvm_in_vain_left_it_twice() -> None:
    """The route was deleted by hand, and added again before the heartbeat of a stay elsewhere was over."""
    span, vmk1 = scenes.both()
    neighbours(span, 0, 110_000)
    vmk1.serves(LOCAL, 0, 37_000)
    for first, last in ((48_000, 75_000), (84_000, 110_000)):
        span.sends(OUTSIDE, first, last)
        span.serves(OUTSIDE, first, last)
    for ms in (37_500, 45_000, 75_000, 80_000):
        vmk1.sends(LOCAL, ms, ms + 400, "frame")
        vmk1.sends(LOCAL, ms + 200, ms + 400, "retransmission")
    vmk1.calls(LOCAL, 74_900, None, xid=8)
    span.calls(OUTSIDE, 84_000, 84_001, xid=8)
    vmk1.calls(LOCAL, 75_100, None, xid=9)
    span.calls(OUTSIDE, 84_000, 84_001, xid=9)

    one = apart(span, vmk1)

    assert not one.measured
    assert one.offset.holds(0)


@pytest.mark.parametrize("ahead", [-90_000, -8_000, 12_000, 70_000], ids=lambda ms: f"{ms}ms")
def test_turns_of_service_measure_another_clock(ahead: int) -> None:
    """The host leaves the one path, and comes back to it: both ends bound the offset to a second."""
    one = apart(*scenes.injection(), ahead=ahead)

    assert one.measured
    assert not one.vague
    assert one.offset.holds(ahead * MILLISECOND)
    assert one.offset.width <= SECOND


def test_a_cvm_that_dies_on_both_bounds_the_offset() -> None:
    one = apart(*scenes.failure(), ahead=40_000)

    assert one.measured
    assert one.offset.holds(40 * SECOND)
    assert one.offset.width <= 12 * SECOND


def test_an_episode_is_told_on_the_first_ones_clock_with_the_doubt_of_the_offset() -> None:
    span, vmk1 = scenes.injection(added=29_000, deleted=64_000)
    moved = shifted(evidence(span, vmk1), {VMK1_FILE: -70 * SECOND})
    vmk1.events = [event for event in moved.events if event.origin.source == VMK1_FILE]
    vmk1.operations = [op for op in moved.operations if op.source == VMK1_FILE]

    correlation = found(span, vmk1)

    (episode,) = correlation.episodes
    assert (episode.kind, episode.confidence) == ("route-injection", "high")
    assert holds(episode, "fault", 29_000)
    assert holds(episode, "restored", 64_001)
    restored = known(episode)["restored"]
    assert restored.at.doubt > MILLISECOND
    assert restored.stamp is not None
    assert restored.stamp.clock == f"capture:{VMK1_FILE}"
    (clock,) = [one for one in correlation.clocks if one.clock == f"capture:{VMK1_FILE}"]
    assert clock.basis == "measured"
    assert clock.offset.holds(70 * SECOND)


def test_what_is_taken_as_one_clock_is_told_with_what_it_allows() -> None:
    (clock,) = [one for one in found(*scenes.injection()).clocks if one.clock == f"capture:{VMK1_FILE}"]

    assert clock.basis == "assumed"
    assert clock.note == OffsetNote("one-clock")
    assert clock.offset.holds(0)
    assert clock.offset.width <= SECOND


def test_what_the_user_says_of_a_clock_is_not_measured_again() -> None:
    assert offsets_of(evidence(*scenes.injection()), (VMK1_FILE,)) == ()


def test_one_capture_is_beside_nothing() -> None:
    span, _ = scenes.injection()

    assert offsets_of(evidence(span), ()) == ()
    assert offsets_of(evidence(Genesis()), ()) == ()


def test_a_call_that_was_sent_again_is_one_pair_more() -> None:
    span, vmk1 = scenes.injection()
    vmk1.calls(LOCAL, 28_900, None, xid=30)
    span.calls(OUTSIDE, 29_400, 29_401, xid=30)

    assert apart(span, vmk1, ahead=70_000).pairs == apart(*scenes.injection(), ahead=70_000).pairs + 1


def test_a_call_that_a_hung_cvm_answers_late_says_nothing_of_what_was_sent_first() -> None:
    span, vmk1 = scenes.injection()
    vmk1.calls(LOCAL, 65_000, None, xid=30)
    span.calls(OUTSIDE, 29_400, 69_000, xid=30)

    assert apart(span, vmk1).pairs == apart(*scenes.injection()).pairs


def test_clocks_that_ntp_sets_are_one() -> None:
    """What the captures show fits an offset of 45 ms, and none of 0."""
    one = apart(*scenes.injection(), ahead=45)

    assert one.as_one
    assert not one.measured


def test_devices_that_share_nothing_bound_nothing() -> None:
    span, other = Capture(), Capture("other.pcap")
    neighbours(span, 0, 60_000)
    neighbours(other, 0, 60_000)

    (one,) = offsets_of(evidence(span, other), ())

    assert not one.measured
    assert one.offset == Span(-600 * SECOND, 600 * SECOND)


@pytest.mark.parametrize("was_set", ["span.pcap", VMK1_FILE])
def test_a_device_whose_clock_was_set_has_an_offset_within_the_doubt_of_that(was_set: str) -> None:
    given = evidence(*scenes.injection())
    topology = discover(given, Settings())

    (right,) = device_offsets(shown_in(given, CAPTURE_CLOCK), topology, ())
    (doubtful,) = device_offsets(shown_in(given, CAPTURE_CLOCK), topology, (), {was_set: 2 * SECOND})

    assert doubtful.offset == right.offset + Span(-2 * SECOND, 2 * SECOND)
    assert device_offsets(shown_in(given, CAPTURE_CLOCK), topology, (), {was_set: 6 * SECOND}) == ()


def test_a_small_offset_that_one_pair_alone_asks_for_is_told_with_none() -> None:
    """A CVM that falls silent outside while it serves inside may have been cut off: the pair is of two things then."""
    one = apart(*scenes.injection(), ahead=700)

    assert one.measured
    assert one.offset.holds(0)
    assert one.offset.holds(700 * MILLISECOND)
    assert one.offset.width <= 2 * SECOND


def cut_off_first(*, others: int) -> tuple[Capture, Capture]:
    """A CVM falls silent outside 25 s before a host's own is missed inside; `others` are more that are seen outside."""
    span, vmk1 = scenes.both()
    neighbours(span, 0, 110_000, cvm_until=45_000)
    vmk1.serves(LOCAL, 0, 70_000)
    vmk1.sends(LOCAL, 70_200, 76_000, "retransmission")
    span.connects(OUTSIDE, 90_000)
    span.serves(OUTSIDE, 90_001, 110_000)
    for number in range(others):
        span.speaks(f"00:25:90:aa:00:{number + 50}", f"192.168.1.{number + 50}", 0, 110_000)
    return span, vmk1


@pytest.mark.parametrize("others", [0, 2])
def test_a_cvm_that_is_silent_outside_alone_measures_nothing(others: int) -> None:
    """It may be another CVM than the one that is missed inside, or have lost its network before it died."""
    one = apart(*cut_off_first(others=others))

    assert one.pairs == 2
    assert not one.measured
    assert one.offset == Span(-600 * SECOND, 600 * SECOND)
    assert one.suspected is not None
    assert one.suspected.holds(25 * SECOND)


def test_the_one_host_that_moves_outside_may_be_any_of_two_that_are_seen_inside() -> None:
    given = shifted(evidence(*scenes.injection()), {VMK1_FILE: -12 * SECOND})
    shown, one = shown_in(given, CAPTURE_CLOCK), discover(given, Settings())
    another = "00:50:56:6a:b0:25"
    two = replace(
        one,
        hosts=(*one.hosts, Member(None, frozenset({another}))),
        inside_senders=one.inside_senders | {another},
    )

    assert [device.measured for device in device_offsets(shown, one, ())] == [True]
    assert [device.measured for device in device_offsets(shown, two, ())] == [False]


@pytest.mark.parametrize(
    ("asking", "many", "told"),
    [
        pytest.param([(8, 128)], False, False, id="one-pair-that-leaves-it-wide"),
        pytest.param([(8, 128)], True, True, id="one-and-many-guesses"),
        pytest.param([(8, 128), (9, 120)], False, True, id="two"),
        pytest.param([(58, 66)], False, True, id="one-that-bounds-it"),
    ],
)
def test_a_wide_offset_that_one_known_pair_asks_for_is_not_measured_by_a_guess(
    asking: list[tuple[int, int]], *, many: bool, told: bool
) -> None:
    """What is but a guess narrows it to 60 s; three known pairs fit one clock, too."""
    allowed = [*asking, (-25, 95), (-25, 94), (-13, 107)]
    known_pairs = [
        Pairing(2 * place, 2 * place + 1, Span(least * SECOND, most * SECOND))
        for place, (least, most) in enumerate(allowed)
    ]

    assert _told_by(known_pairs, Span(60 * SECOND, 65 * SECOND), 0, many=many) is told


def allowed(least: int, most: int, at: int) -> _Allowed:
    """What a pair at `at` s allows, in s."""
    return _Allowed(Pairing(0, 1, Span(least * SECOND, most * SECOND)), True, at * SECOND)


@pytest.mark.parametrize(
    ("found", "whole"),
    [
        pytest.param([allowed(-5, 1, 44), allowed(-25, -15, 125), allowed(-80, -19, 190)], True, id="set between"),
        pytest.param([allowed(-25, -15, 44), allowed(-5, 1, 125)], True, id="set the other way"),
        pytest.param([allowed(-25, -15, 44), allowed(-5, 1, 125), allowed(-30, -18, 190)], False, id="by turns"),
        pytest.param([allowed(-25, -15, 44), allowed(-30, -18, 190)], False, id="nothing denies it"),
    ],
)
def test_a_clock_that_was_set_in_a_silence_has_either_offset(found: list[_Allowed], whole: bool) -> None:
    measured = DeviceOffset((VMK1_FILE,), Span(-25 * SECOND, -19 * SECOND), 3, measured=True)

    one = _set_meanwhile(measured, found)

    assert one.offset == (Span(-25 * SECOND, 0) if whole else measured.offset)
    assert one.vague is whole


def test_where_several_offsets_fit_alike_none_of_them_is_measured() -> None:
    """However many of the marks agree: a period tells no offset from the next."""
    far = (Span(70 * SECOND, 71 * SECOND), Span(100 * SECOND, 101 * SECOND))

    decided = _decided(("vmk1.pcap",), Estimate(far[0], 9, 9, far), [])

    assert decided == DeviceOffset(("vmk1.pcap",), FARTHEST, 0, measured=False)
