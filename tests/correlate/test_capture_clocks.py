"""Captures of two devices whose clocks differ are told, and what rests on both is not sure."""

from __future__ import annotations

import pytest

from analyzer.correlate.capture_clocks import disagreements
from tests.correlate.builder import LOCAL, OUTSIDE, Capture, evidence, found

PAIR = ("span.pcap", "vmk1.pcap")


def both_paths(ahead: int) -> tuple[Capture, Capture]:
    """The host's path moves at 30 s, and the call that was lost is sent again; vmk1's capture is `ahead` ms ahead."""
    span, vmk1 = Capture(), Capture("vmk1.pcap")
    vmk1.serves(LOCAL, ahead, 30_000 + ahead)
    vmk1.calls(LOCAL, 30_100 + ahead, None)
    span.serves(OUTSIDE, 31_000, 60_000)
    span.calls(OUTSIDE, 31_200, 31_201, calls=2)
    return span, vmk1


@pytest.mark.parametrize("ahead", [0, -40], ids=["one clock", "by NTP"])
def test_a_call_that_is_sent_again_later_is_as_it_should_be(ahead: int) -> None:
    assert disagreements(evidence(*both_paths(ahead))) == {}


def test_a_call_that_is_sent_again_before_it_was_sent_tells_of_two_clocks() -> None:
    told = disagreements(evidence(*both_paths(5_000)))

    assert list(told) == [PAIR]
    assert "sent again" in told[PAIR]
    assert "--clock" in told[PAIR]


def test_what_a_connection_that_was_given_up_goes_on_to_send_tells_of_none() -> None:
    """The call was answered on another connection; then the route was gone, and the old one went on inside."""
    span, vmk1 = both_paths(0)
    span.calls(OUTSIDE, 40_000, 40_001, xid=8)
    vmk1.calls(LOCAL, 55_000, None, xid=8)

    assert disagreements(evidence(span, vmk1)) == {}


def test_a_host_that_is_served_on_both_paths_at_once_tells_of_two_clocks() -> None:
    span, vmk1 = both_paths(0)
    vmk1.serves(LOCAL, 40_000, 50_000)

    assert "at once, for 9 s" in disagreements(evidence(span, vmk1))[PAIR]


def test_what_two_clocks_tell_together_is_a_finding_and_never_sure() -> None:
    span, vmk1 = both_paths(15_000)

    correlation = found(span, vmk1)

    assert any("clocks differ" in sentence for sentence in correlation.contradictions)
    assert {episode.confidence for episode in correlation.episodes} <= {"low"}
