"""When hosts' own CVMs were heard no more."""

from __future__ import annotations

from analyzer.config import Settings
from analyzer.correlate.topology.topology import Member, Topology
from analyzer.correlate.wire.silences import silences
from tests.correlate.builder import CVM, CVM_ETH0, HOST, PEER, PEER_ETH0, REMOTE, REMOTE_ETH0, Capture, ns
from tests.correlate.wire.test_traffic import traffic_of

OWNERS = {CVM_ETH0: (CVM,), PEER_ETH0: (PEER,), REMOTE_ETH0: (REMOTE,)}
TOPOLOGY = Topology(Settings(), OWNERS, hosts=(Member(HOST, cvm=CVM), Member("10.9.9.9")))


def test_the_own_cvms_silences_are_told_and_no_others() -> None:
    capture = Capture()
    capture.speaks(CVM_ETH0, CVM, 0, 20_000)
    capture.speaks(CVM_ETH0, CVM, 50_000, 70_000)
    capture.speaks(PEER_ETH0, PEER, 0, 30_000)
    capture.speaks(REMOTE_ETH0, REMOTE, 0, 90_000)

    found = [(host.address, at.least) for host, at in silences(traffic_of(capture), TOPOLOGY)]

    assert found == [(HOST, ns(20_000)), (HOST, ns(70_000))]


def test_a_cvm_that_speaks_now_and_then_is_not_missed() -> None:
    capture = Capture()
    for begin in (20_000, 40_000, 60_000):
        capture.speaks(CVM_ETH0, CVM, begin, begin + 1_000)
    capture.speaks(REMOTE_ETH0, REMOTE, 0, 90_000)

    assert not list(silences(traffic_of(capture), TOPOLOGY))
