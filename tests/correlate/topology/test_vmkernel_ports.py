"""Whose a VMkernel port of an internal switch is, when it shares neither a 4-tuple nor an XID with a public one."""

from __future__ import annotations

import pytest
from msgspec.structs import replace

from analyzer.config import Settings
from analyzer.correlate.topology.discover import discover
from analyzer.model.event import StargateStates
from tests.correlate import scenes
from tests.correlate.builder import (
    CVM,
    HOST,
    LOCAL,
    OUTSIDE,
    PEER,
    PEER_ETH0,
    REMOTE,
    VMK0,
    VMK1,
    Capture,
    Genesis,
    episodes,
    evidence,
    ms_of,
    neighbours,
    only,
)

FIRST = "00:50:56:00:00:25"  # another host's VMkernel port, the first in their order
OTHERS = {"00:25:90:aa:00:25": "192.168.1.25", "00:25:90:aa:00:23": "192.168.1.23"}


def with_other_hosts(span: Capture, end: int = 95_000) -> Capture:
    """All hosts are seen to run what Genesis tells them to."""
    for mac, address in OTHERS.items():
        span.speaks(mac, address, 0, end)
        for ms in range(3_000, end, 30_000):
            span.ssh(ms, ms + 250, server=address)
    for ms in range(2_000, end, 30_000):
        span.ssh(ms, ms + 250)
    return span


def test_a_port_that_is_served_when_the_other_no_longer_is_is_of_that_host() -> None:
    span, vmk1 = scenes.recovery()
    with_other_hosts(span)

    topology = discover(evidence(span, vmk1), Settings())

    assert topology.host_of_mac(VMK1) is topology.host_of_mac(VMK0)
    assert VMK1 in {one.what for one in topology.assumptions}, "it is inferred, and said to be"
    assert only(span, vmk1).kind == "cvm-recovery"


@pytest.mark.parametrize(
    ("first", "last"), [(81_000, 95_000), (0, 78_000)], ids=["began after it moved", "ended before it moved"]
)
def test_a_capture_that_does_not_cover_the_move_tells_nothing(first: int, last: int) -> None:
    span, _ = scenes.recovery()
    vmk1 = Capture(source="vmk1.pcap")
    vmk1.serves(LOCAL, first, last)

    topology = discover(evidence(with_other_hosts(span), vmk1), Settings())

    assert topology.host_of_mac(VMK1) is not topology.host_of_mac(VMK0)


def test_a_host_whose_traffic_never_moved_stays_without_a_name() -> None:
    span, vmk1 = scenes.both()
    neighbours(span, 0, 95_000)
    vmk1.serves(LOCAL, 0, 95_000)

    topology = discover(evidence(with_other_hosts(span), vmk1), Settings())

    host = topology.host_of_mac(VMK1)
    assert host is not None
    assert host.address is None
    assert [one.address for one in topology.hosts] == ["192.168.1.23", HOST, "192.168.1.25", None]


def test_a_port_whose_cvm_died_is_of_the_host_that_has_that_cvm() -> None:
    """Two CVMs fail seconds apart; which host a vmk1 is tells the one that fell silent when its service did."""
    _, vmk1 = scenes.failure(died=37_000)
    span = Capture()
    neighbours(span, 0, 90_000, cvm_until=37_000)
    span.asks(PEER_ETH0, PEER, CVM, 40_000, 90_000)
    vmk1.speaks(VMK1, None, 45_000, 60_000)
    span.connects(OUTSIDE, 85_000)
    span.serves(OUTSIDE, 85_001, 90_000)
    other = "192.168.1.44"
    span.speaks("00:0c:29:a0:01:44", other, 0, 39_000)
    span.asks(PEER_ETH0, PEER, other, 41_000, 90_000)
    log = Genesis()
    log.all_up(0)
    log.correct(500, host="192.168.1.25", cvm=other)
    log.tell(60_000, StargateStates(up=(PEER, REMOTE), down=(CVM, other)))
    log.absent(60_100)
    log.repairs(60_200, "add", REMOTE)
    log.absent(62_000, "192.168.1.25", other)
    log.repairs(62_100, "add", REMOTE, "192.168.1.25")

    told = {one.host: one for one in episodes(with_other_hosts(span), vmk1, log)}

    least, most = ms_of(told[HOST], "fault")
    assert 36_900 <= least <= most <= 37_600


def test_of_two_ports_that_carried_a_hosts_connection_it_is_the_one_that_carried_more_of_them() -> None:
    """The private address is every host's, and so a port number may be of two of them."""
    span, vmk1 = scenes.injection()
    also = replace(LOCAL, sport=881)
    span.sends(replace(scenes.STRAY, sport=also.sport), 29_260, 29_260)
    vmk1.serves(also, 0, 29_000)
    other = Capture(source="vmk1-2.pcap")
    other.serves(replace(LOCAL, src_mac=FIRST), 0, 29_000)

    found = discover(evidence(span, vmk1, other), Settings()).host_of_mac(VMK1)

    assert found is not None
    assert (found.address, found.macs) == (HOST, frozenset({VMK0, VMK1}))


@pytest.mark.parametrize(
    ("others", "well", "whose"),
    [
        pytest.param((PEER, REMOTE), False, None, id="each of the other CVMs has a host too"),
        pytest.param((PEER, REMOTE), True, HOST, id="the log names hosts that are well"),
        pytest.param((), False, HOST, id="there is one CVM"),
    ],
)
def test_a_port_is_not_left_to_the_only_host_that_a_log_names(
    others: tuple[str, ...], well: bool, whose: str | None
) -> None:
    """A log of errors alone has the host that failed, and no other."""
    vmk1 = Capture(source="vmk1.pcap")
    vmk1.serves(LOCAL, 0, 90_000)
    log = Genesis()
    if well:
        log.correct(30_000)
    log.tell(60_000, StargateStates(up=others, down=(CVM,)))
    log.absent(60_100)

    found = discover(evidence(vmk1, log), Settings()).host_of_mac(VMK1)

    assert found is not None
    assert found.address == whose
