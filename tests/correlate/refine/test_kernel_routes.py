"""The host kernel's route changes beside a capture: its clock is placed by what followed, and makes instants exact."""

from __future__ import annotations

import pytest

from analyzer.correlate.captures.shift import shifted
from analyzer.correlate.refine.kernel_routes import _Mark, _may_be_of
from analyzer.correlate.topology.topology import Member
from analyzer.model.instant import MILLISECOND, Instant
from tests.correlate import scenes
from tests.correlate.builder import HOST, PEER, REMOTE, VMK0, Genesis, HostLog, evidence, found, holds, known, ms_of, ns
from tests.correlate.made import observation


@pytest.mark.parametrize("skew", [0, 20_000, -400_000], ids=lambda ms: f"{ms}ms")
def test_both_changes_of_an_injected_route_place_the_hosts_clock(skew: int) -> None:
    kernel = HostLog()
    kernel.kernel(29_100 + skew, "add", REMOTE)
    kernel.kernel(63_950 + skew, "delete", REMOTE)

    correlation = found(*scenes.injection(added=29_000, deleted=64_000), kernel)

    (episode,) = correlation.episodes
    (clock,) = [clock for clock in correlation.clocks if clock.clock == "host"]
    assert clock.offset.holds(ns(skew) - ns(0))
    assert episode.kind == "route-injection"
    assert holds(episode, "fault", 29_100)
    assert holds(episode, "repaired", 63_950)


@pytest.mark.parametrize("ahead", [-150, 150])
def test_a_capture_whose_clock_is_only_taken_as_the_first_ones_leaves_its_doubt(ahead: int) -> None:
    """The host's return is stamped by the capture of its own CVM, which is some 100 ms off."""
    kernel = HostLog()
    kernel.kernel(29_100, "add", REMOTE)
    kernel.kernel(63_950, "delete", REMOTE)
    span, vmk1 = scenes.injection(added=29_000, deleted=64_000)
    moved = shifted(evidence(span, vmk1), {"vmk1.pcap": -ahead * MILLISECOND})
    vmk1.events = [event for event in moved.events if event.origin.source == "vmk1.pcap"]
    vmk1.operations = [one for one in moved.operations if one.source == "vmk1.pcap"]

    (clock,) = [clock for clock in found(span, vmk1, kernel).clocks if clock.clock == "host"]

    assert clock.basis == "measured"
    assert clock.offset.holds(0)


def test_on_an_aligned_clock_the_kernels_line_is_the_fault_to_the_millisecond() -> None:
    kernel = HostLog(clock="capture")
    kernel.kernel(29_100, "add", REMOTE)
    kernel.kernel(63_950, "delete", REMOTE)

    (episode,) = found(*scenes.injection(added=29_000, deleted=64_000), kernel).episodes

    assert ms_of(episode, "fault") == (29_100, 29_101)
    assert ms_of(episode, "repaired") == (63_950, 63_951)
    assert {"vmkernel.log"} <= {origin.source for origin in known(episode)["fault"].origins}


def test_a_failures_route_is_genesis_own_and_no_change_by_hand() -> None:
    log, kernel = Genesis(), HostLog()
    for ms in (2_000, 32_000):
        log.all_up(ms)
    log.cvm_down(62_000)
    log.absent(62_000)
    log.repairs(63_000, "add", REMOTE)
    kernel.kernel(63_400, "add", REMOTE)

    span, vmk1 = scenes.failure(died=37_000, served=66_000)
    span.ssh(63_300, 63_450)  # the command that the kernel carried out

    (episode,) = found(span, vmk1, log, kernel).episodes

    assert episode.kind == "cvm-failure"
    assert holds(episode, "repaired", 63_400)


def test_a_route_that_genesis_did_not_change_was_changed_by_somebody_else() -> None:
    log, kernel = Genesis(), HostLog()
    for ms in (2_000, 32_000):
        log.all_up(ms)
    kernel.kernel(40_000, "add", REMOTE)
    log.illegal(62_000, REMOTE)
    log.repairs(63_000, "delete", REMOTE)
    kernel.kernel(63_500, "delete", REMOTE)

    (episode,) = found(log, kernel).episodes

    assert episode.kind == "route-injection"
    assert holds(episode, "fault", 40_000)
    assert "changed-by-others" in {claim.statement.name for claim in episode.claims}


def test_another_hosts_kernel_line_is_not_held_against_this_hosts_change() -> None:
    """Only the failure of the host shows on the wire; the same change on another host was 20 s before."""
    kernel = HostLog("other/vmkernel.log", clock="other", host="192.168.1.25")
    kernel.kernel(43_000, "add", REMOTE)
    log = Genesis()
    log.correct(2_000)
    log.correct(2_000, host="192.168.1.25", cvm=PEER)

    correlation = found(*scenes.failure(died=37_000, served=64_000), log, kernel)

    (clock,) = [clock for clock in correlation.clocks if clock.clock == "other"]
    assert clock.basis == "assumed"


def test_a_host_of_which_the_captures_show_its_own_cvm_is_still_that_host() -> None:
    """What is known of it grows between what the captures show and what its kernel logged."""
    kernel = HostLog()
    kernel.kernel(63_900, "delete", REMOTE)

    correlation = found(*scenes.recovery(), kernel)

    (clock,) = [clock for clock in correlation.clocks if clock.clock == "host"]
    assert clock.basis == "measured"


def test_a_route_by_another_gateway_than_captures_show_places_no_clock() -> None:
    kernel = HostLog()
    kernel.kernel(41_100, "add", PEER)

    (clock,) = [
        clock
        for clock in found(*scenes.injection(added=29_000, deleted=64_000), kernel).clocks
        if clock.clock == "host"
    ]

    assert clock.basis == "assumed"


@pytest.mark.parametrize(
    ("of", "on", "expected"),
    [
        (Member(HOST), Member(HOST), True),
        (Member(HOST), Member("192.168.1.25"), False),
        (Member(HOST), Member(None, frozenset({VMK0})), True),
        (Member(None, frozenset({VMK0})), Member(HOST), True),
        (None, Member(HOST), True),
        (Member(HOST), None, True),
    ],
    ids=["the same", "another", "a log without a name", "a host without an address", "no host", "no log's host"],
)
def test_a_kernels_line_may_be_of_a_change_of_a_host_that_is_not_known_to_be_another(
    of: Member | None, on: Member | None, *, expected: bool
) -> None:
    at = Instant("c", 0, 0)

    assert _may_be_of(_Mark(observation(host=of), "fault", "add", at, None), on) is expected
