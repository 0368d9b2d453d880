"""Captures of two devices whose clocks differ are told, and what rests on both is not sure."""

from __future__ import annotations

from dataclasses import replace

import pytest
from msgspec.structs import replace as replaced

from analyzer.config import Settings
from analyzer.correlate.captures.conflicts import disagreements
from analyzer.correlate.captures.offsets import DeviceOffset
from analyzer.correlate.topology.discover import discover
from analyzer.correlate.topology.topology import Member, Topology
from analyzer.model.correlation import Contradiction
from analyzer.model.instant import MILLISECOND, SECOND, Span
from tests.correlate import scenes
from tests.correlate.builder import (
    CVM_ETH1,
    HOST,
    LOCAL,
    OUTSIDE,
    PRIVATE,
    STORAGE,
    VMK0,
    VMK1,
    Capture,
    evidence,
    found,
)

PAIR = ("span.pcap", "vmk1.pcap")
THEIR_VMK1, THEIR_ETH1 = "00:50:56:6a:00:19", "00:0c:29:a5:00:1b"


def both_paths(ahead: int) -> tuple[Capture, Capture]:
    """The host's path moves at 30 s, and the call that was lost is sent again; vmk1's capture is `ahead` ms ahead."""
    span, vmk1 = Capture(), Capture("vmk1.pcap")
    vmk1.serves(LOCAL, ahead, 30_000 + ahead)
    vmk1.calls(LOCAL, 30_100 + ahead, None)
    span.serves(OUTSIDE, 31_000, 60_000)
    span.calls(OUTSIDE, 31_200, 31_201, calls=2)
    return span, vmk1


def told_of(*captures: Capture) -> dict[tuple[str, str], Contradiction]:
    given = evidence(*captures)
    return disagreements(given, discover(given, Settings()))


@pytest.mark.parametrize("ahead", [0, -40], ids=["one clock", "by NTP"])
def test_a_call_that_is_sent_again_later_is_as_it_should_be(ahead: int) -> None:
    assert told_of(*both_paths(ahead)) == {}


def test_a_call_that_is_sent_again_before_it_was_sent_tells_of_two_clocks() -> None:
    told = told_of(*both_paths(5_000))

    assert {pair: one.name for pair, one in told.items()} == {PAIR: "captures-sent-again"}


@pytest.mark.parametrize(("calls", "told"), [(1, False), (2, True)])
def test_one_call_alone_may_be_what_an_old_connection_sends_again_on_a_new_one(calls: int, *, told: bool) -> None:
    """The host is served on one path at a time, as on one clock."""
    span, vmk1 = both_paths(0)
    for xid in range(20, 20 + calls):
        span.calls(OUTSIDE, 40_000 + xid, 40_001 + xid, xid=xid)
        vmk1.calls(replaced(LOCAL, sport=900), 55_000 + xid, None, xid=xid)
    vmk1.operations = vmk1.operations[1:]
    span.operations = span.operations[1:]

    assert (PAIR in told_of(span, vmk1)) is told


def test_one_call_does_not_outweigh_all_else_that_fits_one_clock() -> None:
    given = evidence(*both_paths(2_500))
    fits = DeviceOffset(("vmk1.pcap",), Span(-SECOND, SECOND), 3, measured=False, as_one=True)

    assert disagreements(given, discover(given, Settings()), [fits]) == {}


def test_calls_of_two_hosts_may_have_one_number() -> None:
    """Both count from the same second on; the one's call was lost when its CVM died."""
    _, vmk1 = scenes.failure()
    other = replace(vmk1, source="vmk1-2.pcap", events=[], operations=[])
    theirs = replaced(LOCAL, src_mac=THEIR_VMK1, dst_mac=THEIR_ETH1, sport=700)
    other.serves(theirs, 0, 60_000)
    other.asks(THEIR_VMK1, PRIVATE, STORAGE, 1_000, 1_000, answered_by=THEIR_ETH1)
    vmk1.asks(VMK1, PRIVATE, STORAGE, 1_000, 1_000, answered_by=CVM_ETH1)
    other.calls(theirs, 20_000, 20_001)

    assert told_of(vmk1, other) == {}


def test_what_a_connection_that_was_given_up_goes_on_to_send_tells_of_none() -> None:
    """The call was answered on another connection; then the route was gone, and the old one went on inside."""
    span, vmk1 = both_paths(0)
    span.calls(OUTSIDE, 40_000, 40_001, xid=8)
    vmk1.calls(LOCAL, 55_000, None, xid=8)

    assert told_of(span, vmk1) == {}


@pytest.mark.parametrize("inside", ["vmk1.pcap", "inside.pcap"], ids=["named later", "named first"])
def test_a_host_that_is_served_on_both_paths_at_once_tells_of_two_clocks(inside: str) -> None:
    """One of its ports is on an internal switch, and the other is not."""
    span, within = Capture(), Capture(inside)
    within.serves(LOCAL, 0, 50_000)
    span.serves(OUTSIDE, 40_000, 60_000)
    host = Member(HOST, macs=frozenset({VMK0, VMK1}))
    known = Topology(Settings(), {}, hosts=(host,), inside_senders=frozenset({VMK1}))

    (told,) = disagreements(evidence(span, within), known).values()
    assert (told.name, told.by) == ("captures-at-once", 9_999 * MILLISECOND + 999)


def test_service_on_both_paths_for_less_than_an_offset_is_open_tells_of_none() -> None:
    """The clock of a device was put in the middle of what is allowed, and may be as far off as that is wide."""
    span, vmk1 = both_paths(0)
    vmk1.serves(LOCAL, 30_100, 34_000)
    topology = discover(evidence(span, vmk1), Settings())
    for width, told in ((0, True), (1_000, True), (2_500, False), (5_000, False)):
        open_by = Span(-width * MILLISECOND, 0)
        device = DeviceOffset(("vmk1.pcap",), open_by, pairs=4, measured=True)
        assert (PAIR in disagreements(evidence(span, vmk1), topology, (device,))) is told


def test_ports_of_which_nothing_is_known_may_be_of_one_host() -> None:
    nobody = Topology(Settings(), {})

    assert disagreements(evidence(*both_paths(5_000)), nobody)[PAIR].name == "captures-sent-again"


def test_one_capture_that_shows_both_paths_at_once_is_on_one_clock() -> None:
    capture = Capture()
    capture.serves(LOCAL, 0, 60_000)
    capture.serves(OUTSIDE, 0, 60_000)
    known = Topology(Settings(), {}, hosts=(Member(HOST, macs=frozenset({VMK0, VMK1})),))

    assert disagreements(evidence(capture), known) == {}


def test_what_two_clocks_tell_together_is_a_finding_and_never_sure() -> None:
    span, vmk1 = scenes.injection()
    for xid in range(20, 24):
        vmk1.calls(LOCAL, 20_000 + xid, None, xid=xid)
        span.calls(OUTSIDE, 12_000 + xid, 12_001 + xid, xid=xid)

    correlation = found(span, vmk1)

    assert [one.name for one in correlation.contradictions] == ["captures-apart"]
    assert {episode.confidence for episode in correlation.episodes} == {"low"}


def test_two_ports_of_internal_switches_say_nothing_of_a_clock() -> None:
    """A host has one: where two are taken for its own, one is another's."""
    one, other = Capture("vmk1.pcap"), Capture("vmk1-2.pcap")
    one.serves(LOCAL, 0, 60_000)
    one.calls(LOCAL, 30_100, None)
    theirs = replaced(LOCAL, src_mac=THEIR_VMK1, dst_mac=THEIR_ETH1, sport=700)
    other.serves(theirs, 0, 60_000)
    other.calls(theirs, 20_000, 20_001)
    both = frozenset({VMK1, THEIR_VMK1})
    known = Topology(Settings(), {}, hosts=(Member(HOST, macs=both),), inside_senders=both)

    assert disagreements(evidence(one, other), known) == {}
