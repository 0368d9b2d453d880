"""A route that is found illegal where the public network did not hear the host's own CVM for a while."""

from __future__ import annotations

import pytest

from analyzer.model.episode import Episode
from analyzer.model.event import Ends, StargateStates
from analyzer.model.told import Doubt
from tests.correlate.builder import (
    CVM,
    CVM_ETH0,
    HOST,
    LOCAL,
    OUTSIDE,
    PEER,
    PEER_ETH0,
    PRIVATE,
    REMOTE,
    REMOTE_ETH0,
    STORAGE,
    VMK0,
    Capture,
    Genesis,
    HostLog,
    episodes,
)

END = 100_000
CHECKS = (2_000, 32_000, 62_000, 92_000)  # ms; the third finds the route


def span(
    *, cvm: tuple[int, int] | None, host: tuple[int, int] | None = None, tasks: tuple[int, ...] = (64_000,)
) -> Capture:
    """The public network, which does not hear the own CVM, or the host, for some time (ms)."""
    capture = Capture()
    for mac, address, silent in (
        (VMK0, HOST, host),
        (CVM_ETH0, CVM, cvm),
        (PEER_ETH0, PEER, None),
        (REMOTE_ETH0, REMOTE, None),
    ):
        last, first = silent or (END, END)
        capture.speaks(mac, address, 0, last)
        if first < END:
            capture.speaks(mac, address, first, END)
    for ms in (*CHECKS, *tasks):
        capture.ssh(ms, ms + 250)
    return capture


def injected() -> Genesis:
    log = Genesis()
    log.started(0)
    for ms in CHECKS:
        if ms == 62_000:
            log.tell(ms, StargateStates(up=(CVM, PEER, REMOTE), all_of="up"))
            log.illegal(ms, REMOTE)
            log.repairs(ms + 2_000, "delete", REMOTE)
        else:
            log.all_up(ms)
    return log


def only(*tellers: Capture | Genesis | HostLog) -> Episode:
    (one,) = [one for one in episodes(*tellers) if "detected" in {each.name for each in one.instants}]
    return one


def test_it_may_have_failed_before_the_route_was_added() -> None:
    one = only(span(cvm=(40_000, 60_000)), injected())

    assert (one.kind, one.confidence) == ("unexplained", "low")
    assert Doubt("failure-or-route") in one.doubts


@pytest.mark.parametrize(
    ("cvm", "host"),
    [
        pytest.param(None, None, id="heard all along"),
        pytest.param((50_000, 56_000), None, id="for a moment"),
        pytest.param((5_000, 25_000), None, id="before the last check that found the path right"),
        pytest.param((40_000, 60_000), (40_000, 60_000), id="the host was cut off with it"),
    ],
)
def test_it_served_for_all_that_is_known(cvm: tuple[int, int] | None, host: tuple[int, int] | None) -> None:
    assert only(span(cvm=cvm, host=host), injected()).kind == "route-injection"


def test_a_host_that_it_served_meanwhile_had_not_lost_it() -> None:
    inside = Capture(source="vmk1.pcap")
    inside.serves(LOCAL, 0, 58_000)

    assert only(span(cvm=(40_000, 60_000)), inside, injected()).kind == "route-injection"


@pytest.mark.parametrize(("since", "kind"), [(44_000, "unexplained"), (36_000, "route-injection")])
def test_a_host_that_was_elsewhere_as_it_was_heard_still_had_the_route_first(since: int, kind: str) -> None:
    capture = span(cvm=(40_000, 60_000))
    capture.sends(Ends(VMK0, REMOTE_ETH0, PRIVATE, STORAGE, 700, 2049), since - 10, since - 5)
    capture.connects(OUTSIDE, since)
    capture.serves(OUTSIDE, since + 1, 66_000)

    assert kind in {one.kind for one in episodes(capture, injected())}


@pytest.mark.parametrize(("typed", "kind"), [(50_000, "unexplained"), (36_000, "route-injection")])
def test_a_route_that_was_typed_before_it_fell_silent_was_there_first(typed: int, kind: str) -> None:
    shell = HostLog(source="shell.log", kind="shell")
    shell.types(typed, "add", REMOTE)
    kernel = HostLog()
    kernel.kernel(typed + 10, "add", REMOTE)
    kernel.kernel(64_500, "delete", REMOTE)

    assert only(span(cvm=(40_000, 60_000)), injected(), shell, kernel).kind == kind


DELETED_BY = 92_000  # ms: the check that finds no route; the first one found the failure


def deleted() -> Genesis:
    """A route that was right is not there any more at the fourth check."""
    log = Genesis()
    log.started(0)
    for ms in CHECKS:
        log.cvm_down(ms)
        if ms in (CHECKS[0], DELETED_BY):
            log.absent(ms)
            log.repairs(ms + 2_000, "add", REMOTE)
    return log


@pytest.mark.parametrize(
    ("heard", "kind"),
    [
        pytest.param((70_000, 82_000), "unexplained", id="since it booted, and as the route was deleted"),
        pytest.param((70_000, 76_000), "route-deletion", id="it had fallen silent before that"),
        pytest.param((70_000, 99_000), "route-deletion", id="still as the check found it down: it boots"),
        pytest.param(None, "route-deletion", id="never"),
    ],
)
def test_a_route_that_was_deleted_as_the_own_cvm_was_heard_again(heard: tuple[int, int] | None, kind: str) -> None:
    capture = span(cvm=(0, END), tasks=(4_000, 94_000))
    if heard:
        capture.speaks(CVM_ETH0, CVM, *heard)
    shell = HostLog(source="shell.log", kind="shell")
    shell.types(79_000, "delete", REMOTE)
    kernel = HostLog()
    kernel.kernel(4_300, "add", REMOTE)
    kernel.kernel(79_010, "delete", REMOTE)
    kernel.kernel(94_300, "add", REMOTE)

    told = episodes(capture, deleted(), shell, kernel)

    assert [one.kind for one in told] == ["cvm-failure", kind]
