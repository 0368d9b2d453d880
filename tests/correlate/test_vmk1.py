"""Whose a VMkernel port of an internal switch is, when it shares neither a 4-tuple nor an XID with a public one."""

from __future__ import annotations

import pytest

from analyzer.config import Settings
from analyzer.correlate.cast import assign_roles
from tests.correlate import scenes
from tests.correlate.builder import HOST, LOCAL, VMK0, VMK1, Capture, evidence, neighbours, only

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

    roles = assign_roles(evidence(span, vmk1), Settings())

    assert roles.host_of_mac(VMK1) is roles.host_of_mac(VMK0)
    assert any(VMK1 in assumption for assumption in roles.assumptions), "it is inferred, and said to be"
    assert only(span, vmk1).kind == "cvm-recovery"


@pytest.mark.parametrize(
    ("first", "last"), [(81_000, 95_000), (0, 78_000)], ids=["began after it moved", "ended before it moved"]
)
def test_a_capture_that_does_not_cover_the_move_tells_nothing(first: int, last: int) -> None:
    span, _ = scenes.recovery()
    vmk1 = Capture(source="vmk1.pcap")
    vmk1.serves(LOCAL, first, last)

    roles = assign_roles(evidence(with_other_hosts(span), vmk1), Settings())

    assert roles.host_of_mac(VMK1) is not roles.host_of_mac(VMK0)


def test_a_host_whose_traffic_never_moved_stays_without_a_name() -> None:
    span, vmk1 = scenes.both()
    neighbours(span, 0, 95_000)
    vmk1.serves(LOCAL, 0, 95_000)

    roles = assign_roles(evidence(with_other_hosts(span), vmk1), Settings())

    host = roles.host_of_mac(VMK1)
    assert host is not None
    assert host.address is None
    assert HOST in {one.address for one in roles.hosts}
