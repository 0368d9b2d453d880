"""A capture in which everybody pauses at once: its clock may have been set forward, or it lacks frames."""

from __future__ import annotations

import pytest
from msgspec import structs

from analyzer.correlate.captures.set_forward import without_pauses
from analyzer.model.event import MacTraffic
from analyzer.model.instant import SECOND
from tests.correlate.builder import CVM_ETH1, PEER_ETH0, REMOTE_ETH0, VMK0, VMK1, Capture, evidence, ns

OUTSIDE = (VMK0, PEER_ETH0, REMOTE_ETH0)
INSIDE = (VMK1, CVM_ETH1)


def capture(pause: int, macs: tuple[str, ...] = OUTSIDE, source: str = "span.pcap", until: int = 30_000) -> Capture:
    """Everybody speaks until 30 s, and from `pause` ms later on for 30 s."""
    found = Capture(source=source)
    for mac in macs:
        found.speaks(mac, None, 0, until)
    for mac in macs:
        found.speaks(mac, None, 30_000 + pause, 60_000 + pause)
    return found


def begins(given: object, source: str = "span.pcap") -> set[int]:
    return {event.at.least for event in given.of(MacTraffic) if event.origin.source == source}  # type: ignore[attr-defined]


@pytest.mark.parametrize("pause", [3_000, 20_000, 3_600_000])
def test_what_follows_is_read_at_once_and_may_be_as_late_as_it_is_stamped(pause: int) -> None:
    moved, steps = without_pauses(evidence(capture(pause)))

    (step,) = steps["span.pcap"]
    assert (step.frame, step.back, step.pause) == (31, -(pause * 10**6 - 999), pause * 10**6 - 999)
    assert max(begins(moved)) == ns(30_000) + 999


@pytest.mark.parametrize("pause", [100, 1_500, 2_400])
def test_a_short_silence_is_usual(pause: int) -> None:
    given = evidence(capture(pause))

    assert without_pauses(given) == (given, {})


def test_two_machines_are_silent_together_for_each_other() -> None:
    given = evidence(capture(20_000, INSIDE))

    assert without_pauses(given) == (given, {})


@pytest.mark.parametrize(("talks", "shown"), [(9_000, False), (16_000, True)])
def test_machines_that_hardly_talk_show_no_usual_silence(talks: int, shown: bool) -> None:
    """Such as a capture of one port of an idle host: Genesis' exchanges with it, and silence between them."""
    vmk0 = Capture(source="vmk0.pcap")
    for start in (0, talks + 4_000, 2 * (talks + 4_000)):
        for mac in OUTSIDE:
            vmk0.speaks(mac, None, start, start + talks)

    assert bool(without_pauses(evidence(vmk0))[1]) is shown


def test_a_machine_that_goes_on_shows_that_the_others_are_silent() -> None:
    span = capture(20_000)
    span.speaks("00:0c:29:00:00:01", None, 0, 80_000)
    given = evidence(span)

    assert without_pauses(given) == (given, {})


def test_a_capture_that_is_always_silent_for_as_long_shows_nothing() -> None:
    span = Capture()
    for turn in range(6):
        for mac in OUTSIDE:
            span.speaks(mac, None, turn * 12_000, turn * 12_000 + 6_000)
    given = evidence(span)

    assert without_pauses(given) == (given, {})


def test_another_capture_that_is_silent_all_through_it_may_be_the_same_devices() -> None:
    vmk1 = capture(25_000, INSIDE, "vmk1.pcap", until=29_000)

    moved, steps = without_pauses(evidence(capture(20_000), vmk1))

    assert set(steps) == {"span.pcap", "vmk1.pcap"}
    assert max(begins(moved, "vmk1.pcap")) == ns(35_000) + 999


def test_another_capture_that_goes_on_is_another_devices() -> None:
    vmk1 = Capture(source="vmk1.pcap")
    for mac in INSIDE:
        vmk1.speaks(mac, None, 0, 80_000)

    _, steps = without_pauses(evidence(capture(20_000), vmk1))

    assert set(steps) == {"span.pcap"}


def test_the_files_of_a_ring_are_left_alone() -> None:
    given = structs.replace(evidence(capture(20_000)), rings=(("span.pcap",),))

    assert without_pauses(given) == (given, {})


def test_the_doubt_is_that_of_the_pause() -> None:
    _, steps = without_pauses(evidence(capture(20_000)))

    assert steps["span.pcap"][0].pause // SECOND == 19


def outlasting(pause: int, other: int, macs: tuple[str, ...] = INSIDE) -> set[str]:
    """The captures that were set, of one that pauses after 30 s, and one that begins with it and is `other` ms long."""
    whole = Capture(source="other.pcap")
    whole.speaks(PEER_ETH0, None, 500, other)
    return set(without_pauses(evidence(capture(pause, macs, "vmk1.pcap"), whole))[1])


@pytest.mark.parametrize(
    ("pause", "other", "found"),
    [
        pytest.param(3_000_000, 80_000, True, id="it ends with the other without the silence"),
        pytest.param(3_000_000, 3_070_000, False, id="both go on"),
        pytest.param(3_000_000, 1_000_000, False, id="the silence is far longer than that"),
        pytest.param(300_000, 65_000, False, id="a stay elsewhere may be as long"),
    ],
)
def test_a_silence_by_which_a_capture_outlasts_another_is_a_clock_that_was_set(
    pause: int, other: int, found: bool
) -> None:
    assert ("vmk1.pcap" in outlasting(pause, other)) is found


def test_a_network_on_which_two_talk_is_silent_for_no_longer_than_usual() -> None:
    """One of three CVMs is off; the silence and the longer life of the capture are the same."""
    span = Capture(source="span.pcap")
    for start in (0, 16_000, 332_000, 348_000):
        for mac in (PEER_ETH0, REMOTE_ETH0):
            span.speaks(mac, None, start, start + 15_000)
    other = Capture(source="other.pcap")
    other.speaks(VMK1, None, 0, 62_800)

    assert set(without_pauses(evidence(span, other))[1]) == {"span.pcap"}
