"""Observations of several devices have the doubt of their clocks; what was given stays as it was."""

from __future__ import annotations

from dataclasses import replace

import pytest
from msgspec import structs

from analyzer.config import Settings
from analyzer.correlate.captures.clock_set import ClockSet
from analyzer.correlate.captures.doubts import TWO_CLOCKS, _moved_once, for_clocks, with_clock_doubts
from analyzer.correlate.captures.offsets import DeviceOffset
from analyzer.correlate.captures.pairs import FARTHEST
from analyzer.correlate.captures.shift import shifted
from analyzer.correlate.captures.timeline import Timeline, on_one_capture_clock
from analyzer.correlate.observation import Observation
from analyzer.correlate.topology.discover import discover
from analyzer.correlate.wire.observations import observations_in_captures
from analyzer.correlate.wire.service import services
from analyzer.model.evidence import Evidence
from analyzer.model.instant import SECOND, Instant, Span
from analyzer.model.measurement import How
from analyzer.model.source import Origin
from tests.correlate import scenes
from tests.correlate.builder import LOCAL, OUTSIDE, evidence, ns
from tests.correlate.made import A_HOST, observation


def doubted(given: Evidence) -> tuple[tuple[Observation, ...], tuple[Observation, ...]]:
    """What the captures show, without and with the doubt of their clocks."""
    timeline = on_one_capture_clock(given, Settings())
    topology = discover(timeline.evidence, Settings())
    assert timeline.traffic is not None
    shown, _ = observations_in_captures(services(timeline.traffic, topology), timeline.traffic, topology)
    assert shown
    return shown, with_clock_doubts(shown, timeline, topology)


def test_one_clock_adds_no_doubt() -> None:
    shown, same = doubted(evidence(*scenes.injection()))

    assert same == shown


def test_a_measured_clock_widens_what_both_devices_show() -> None:
    (shown,), (wide,) = doubted(shifted(evidence(*scenes.injection()), {"vmk1.pcap": -70 * SECOND}))

    assert wide.start < shown.start
    assert wide.end > shown.end
    assert wide.points["restored"].at.doubt > shown.points["restored"].at.doubt
    assert shown.points["restored"].stamp is None, "what was given is not written to"
    stamp = wide.points["restored"].stamp
    assert stamp is not None
    assert stamp.clock == "capture:vmk1.pcap"


@pytest.mark.parametrize("early", [False, True], ids=["one clock", "two clocks"])
def test_what_rests_on_two_clocks_is_not_sure(early: bool) -> None:
    """With `early`, calls were answered on the other path eight seconds before they were sent on the first."""
    span, vmk1 = scenes.injection()
    for xid in range(20, 24) if early else ():
        vmk1.calls(LOCAL, 20_000 + xid, None, xid=xid)
        span.calls(OUTSIDE, 12_000 + xid, 12_001 + xid, xid=xid)

    (shown,), (weighed,) = doubted(evidence(span, vmk1))

    assert (shown.kind, shown.confidence) == ("route-injection", "high")
    assert TWO_CLOCKS not in shown.doubts
    expected = ("unexplained", "low") if early else ("route-injection", "high")
    assert (weighed.kind, weighed.confidence) == expected
    assert (TWO_CLOCKS in weighed.doubts) is early


def test_a_host_that_moved_once_did_not_return_and_move_again_within_the_clocks_doubt() -> None:
    """Frames inside and outside are stamped by two devices: they leave the order of the moves open."""
    failed = observation("cvm-failure", fault=(0, 12), repaired=(5, 16))
    back = observation("cvm-recovery", repaired=(9, 20))
    end = observation("cvm-recovery", span=(35, 50), repaired=(35, 50))
    away = structs.replace(
        observation("route-injection", span=(10, 50), fault=(10, 21), repaired=(35, 50)), otherwise=(end,)
    )

    assert _moved_once([failed, away, back]) == [failed, end]
    later = observation("cvm-recovery", span=(25, 26), repaired=(25, 26))
    assert _moved_once([failed, away, later]) == [failed, away, later]


def test_what_an_observation_may_be_otherwise_has_the_same_doubt() -> None:
    (shown,), (wide,) = doubted(shifted(evidence(*scenes.injection()), {"vmk1.pcap": -70 * SECOND}))

    (before, *_), (after, *_) = shown.otherwise, wide.otherwise
    assert after.points["repaired"].at.doubt > before.points["repaired"].at.doubt


PAIR = ("span.pcap", "vmk1.pcap")


@pytest.mark.parametrize(
    ("seen_by", "kind"), [(("span.pcap",), "route-injection"), (PAIR, "unexplained")], ids=["one", "both"]
)
def test_only_what_both_captures_show_together_is_no_longer_told_apart(seen_by: tuple[str, ...], kind: str) -> None:
    """The clocks contradict each other; a kind that takes both sides of a host does not rest on one capture's."""
    span, vmk1 = scenes.injection()
    for xid in range(20, 24):
        vmk1.calls(LOCAL, 20_000 + xid, None, xid=xid)
        span.calls(OUTSIDE, 12_000 + xid, 12_001 + xid, xid=xid)
    timeline = on_one_capture_clock(evidence(span, vmk1), Settings())
    at = Instant("capture", ns(29_000), ns(29_000))
    one = Observation("route-injection", "wire", A_HOST, "capture", at.least, at.most)
    one = one.marked("fault", at, [Origin(name, 1) for name in seen_by], How("note"))

    (weighed,) = with_clock_doubts([one], timeline, discover(timeline.evidence, Settings()))

    assert (weighed.kind, weighed.confidence) == (kind, "low")


def in_captures(given: Evidence) -> tuple[Timeline, Observation]:
    """The captures' timeline, and the one fault that they show."""
    timeline = on_one_capture_clock(given, Settings())
    (shown,), _ = doubted(given)
    return timeline, shown


def test_who_places_a_clock_by_a_capture_has_the_doubt_of_its_own() -> None:
    """Two captures are taken as of one clock; what they show allows the second one some 100 ms."""
    timeline, shown = in_captures(evidence(*scenes.injection()))
    (device,) = timeline.devices

    (wide,) = for_clocks([shown], timeline)

    assert not device.measured
    assert shown.points["restored"].origins[0].source == "vmk1.pcap"
    assert wide.points["restored"].at.least == shown.points["restored"].at.least - device.offset.most
    assert wide.points["restored"].at.most == shown.points["restored"].at.most - device.offset.least
    assert timeline.taken_as_one({"span.pcap"}).width == 0


def test_a_capture_of_which_nothing_is_known_is_near_to_the_first() -> None:
    timeline, _ = in_captures(evidence(*scenes.injection()))
    unknown = replace(timeline, devices=(DeviceOffset(("vmk1.pcap",), FARTHEST, 0, measured=False),))

    assert unknown.taken_as_one({"span.pcap", "vmk1.pcap"}) == Span(-5 * SECOND, 5 * SECOND)


def test_a_measured_capture_leaves_nothing_more_open() -> None:
    timeline, shown = in_captures(shifted(evidence(*scenes.injection()), {"vmk1.pcap": -70 * SECOND}))

    assert for_clocks([shown], timeline) == (shown,)


def test_an_instant_between_frames_of_two_captures_has_the_doubt_of_both() -> None:
    """The host's last frame inside bounds its first frame outside, which alone is the proof."""
    timeline, _ = in_captures(evidence(*scenes.injection()))
    device = DeviceOffset(("vmk1.pcap",), FARTHEST, 0, measured=False, suspected=Span(7 * SECOND, 9 * SECOND))
    timeline = replace(timeline, devices=(device,))
    shown = observation("cvm-failure", fault=(10, 11))
    shown = shown.at("fault", structs.replace(shown.points["fault"], origins=(Origin("vmk1.pcap", 1),)))
    outside = [Origin("span.pcap", 2)]
    shown = shown.marked("repaired", Instant("capture", 20 * SECOND, 22 * SECOND), outside, How("note"))
    shown = shown.marked("restored", Instant("capture", 23 * SECOND, 23 * SECOND), outside, How("note"))

    (wide,) = for_clocks([shown], timeline)

    times = {name: (point.at.least // SECOND, point.at.most // SECOND) for name, point in wide.points.items()}
    assert times == {"fault": (1, 16), "repaired": (11, 27), "restored": (23, 23)}


def test_a_capture_that_may_rather_have_another_clock_may_be_off_by_that() -> None:
    timeline, _ = in_captures(evidence(*scenes.injection()))
    device = DeviceOffset(("vmk1.pcap",), FARTHEST, 0, measured=False, suspected=Span(7 * SECOND, 9 * SECOND))
    suspicious = replace(timeline, devices=(device,))

    assert suspicious.taken_as_one({"vmk1.pcap"}) == Span(-5 * SECOND, 9 * SECOND)
    assert suspicious.suspected({"span.pcap", "vmk1.pcap"})
    assert not suspicious.suspected({"span.pcap"})
    assert not timeline.suspected({"vmk1.pcap"})


@pytest.mark.parametrize(
    ("seen_by", "kind"), [(("span.pcap",), "route-injection"), (PAIR, "unexplained")], ids=["one", "both"]
)
def test_after_a_capture_was_set_only_what_both_show_together_is_no_longer_told_apart(
    seen_by: tuple[str, ...], kind: str
) -> None:
    timeline = on_one_capture_clock(evidence(*scenes.injection()), Settings())
    timeline = replace(timeline, clock_set={"span.pcap": (ClockSet(1, -SECOND, SECOND),)})
    at = Instant("capture", ns(29_000), ns(29_000))
    one = Observation("route-injection", "wire", A_HOST, "capture", at.least, at.most)
    one = one.marked("fault", at, [Origin(name, 2) for name in seen_by], How("note"))

    (weighed,) = with_clock_doubts([one], timeline, discover(timeline.evidence, Settings()))

    assert weighed.kind == kind
    assert weighed.points["fault"].at.most == at.most + SECOND


@pytest.mark.parametrize(
    ("moved", "clocks", "kind"),
    [
        pytest.param(38_000, "taken as one", "unexplained", id="sooner than any check finds it"),
        pytest.param(41_000, "taken as one", "cvm-failure", id="as soon as a check may find it"),
        pytest.param(38_000, "one", "cvm-failure", id="by one clock"),
    ],
)
def test_a_host_that_is_moved_sooner_than_a_check_finds_its_cvm_down_was_not_moved_for_it(
    moved: int, clocks: str, kind: str
) -> None:
    timeline = on_one_capture_clock(evidence(*scenes.failure(died=37_000, served=moved)), Settings())
    device = DeviceOffset(("wire.file",), Span(-SECOND, 20 * SECOND), pairs=2, measured=False, as_one=True)
    timeline = replace(timeline, devices=(device,) if clocks == "taken as one" else ())
    failed = observation(span=(37, moved // 1000), fault=(37, 37), repaired=(moved // 1000, moved // 1000))

    (found,) = with_clock_doubts([failed], timeline, discover(timeline.evidence, Settings()))

    assert found.kind == kind
    assert (TWO_CLOCKS in found.doubts) is (kind == "unexplained")
