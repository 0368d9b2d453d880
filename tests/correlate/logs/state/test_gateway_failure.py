"""The failure of the remote CVM that serves a host."""

from __future__ import annotations

from analyzer.model.event import StargateStates
from tests.correlate.builder import CVM, PEER, REMOTE, Genesis, episodes, ms_of


def test_the_route_of_a_gateway_that_failed_is_replaced() -> None:
    """Genesis deletes it first: that is the remote CVM's failure, and no recovery of the local one."""
    log = Genesis()
    log.all_up(0)
    log.cvm_down(30_000)
    log.absent(30_200)
    log.repairs(31_000, "add", REMOTE)
    log.cvm_down(60_000)
    log.correct(60_200, REMOTE)
    log.tell(90_000, StargateStates(up=(PEER,), down=(CVM, REMOTE)))
    log.repairs(91_000, "delete", REMOTE)
    log.absent(93_000)
    log.repairs(94_000, "add", PEER)
    log.tell(120_000, StargateStates(up=(PEER,), down=(CVM, REMOTE)))
    log.correct(120_200, PEER)

    first, second = episodes(log)

    assert (first.kind, first.cvm, first.gateway) == ("cvm-failure", CVM, REMOTE)
    assert (second.kind, second.cvm, second.gateway) == ("cvm-failure", REMOTE, PEER)
    assert (second.before.kind, second.before.via, second.after.via) == ("remote", REMOTE, PEER)
    least, most = ms_of(second, "fault")
    assert least >= 55_000
    assert most <= 91_000
    assert ms_of(second, "detected")[1] <= 92_000
    assert ms_of(second, "repaired")[0] >= 93_000
