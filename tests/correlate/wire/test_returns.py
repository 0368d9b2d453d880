"""Which CVM came back: who was silent and speaks again, or announces itself inside."""

from __future__ import annotations

from analyzer.config import Settings
from analyzer.correlate.topology.topology import Member, Topology
from analyzer.correlate.wire.returns import silences
from tests.correlate import scenes
from tests.correlate.builder import (
    CVM,
    CVM_ETH0,
    CVM_ETH1,
    HOST,
    PEER,
    PEER_ETH0,
    REMOTE,
    REMOTE_ETH0,
    Capture,
    ns,
)
from tests.correlate.wire.shown import scene_shown
from tests.correlate.wire.test_traffic import traffic_of

END = 200_000
OWNERS = {CVM_ETH0: (CVM,), PEER_ETH0: (PEER,), REMOTE_ETH0: (REMOTE,)}
TOPOLOGY = Topology(Settings(), OWNERS, hosts=(Member(HOST, cvm=CVM), Member("10.9.9.9")))


def test_a_cvm_that_is_first_heard_late_has_come_back() -> None:
    returns = scene_shown(*scenes.recovery(returned=34_000)).returns

    found = returns.last(ns(END), CVM, (), ())

    assert found is not None
    assert (found.address, found.frames.first) == (CVM, ns(34_000))
    assert returns.near(found, ns(END), ()).frames.first == ns(34_000)
    assert returns.last(ns(33_000), CVM, (), ()) is None


def test_the_internal_mac_counts_where_it_announces_itself() -> None:
    returns = scene_shown(*scenes.recovery(returned=34_000)).returns

    assert set(returns.by_address) == {CVM, None}
    assert [one.frames.first for one in returns.by_address[None].items] == [ns(34_050)]


def test_the_cvm_that_served_meanwhile_does_not_count() -> None:
    span, vmk1 = scenes.recovery(returned=34_000)
    span.speaks(REMOTE_ETH0, REMOTE, END, END + 60_000)

    returns = scene_shown(span, vmk1).returns

    assert REMOTE in returns.by_address
    found = returns.last(ns(END + 60_000), None, {REMOTE}, ())
    assert found is not None
    assert found.address == CVM


def test_a_return_is_near_itself() -> None:
    returns = scene_shown(*scenes.recovery(returned=34_000)).returns
    found = returns.last(ns(34_000), CVM, (), ())
    assert found is not None

    assert returns.near(found, found.frames.first, ()) == found


def test_one_that_is_heard_all_the_time_never_returns() -> None:
    span, vmk1 = scenes.healthy()
    span.speaks(CVM_ETH0, CVM, 0, 90_000)
    span.speaks(PEER_ETH0, PEER, 0, 90_000)

    assert not scene_shown(span, vmk1).returns.by_address


def test_where_the_own_cvm_is_known_no_other_ones_return_counts() -> None:
    returns = scene_shown(*scenes.recovery(returned=34_000)).returns

    found = returns.last(ns(END), PEER, (), ())

    assert found is None or found.address is None


def test_a_return_on_the_switch_of_another_host_is_not_the_own_cvms() -> None:
    span, vmk1 = scenes.recovery(returned=34_000)
    span.events = [event for event in span.events if CVM_ETH0 not in str(event.detail)]

    returns = scene_shown(span, vmk1).returns

    found = [returns.last(ns(END), CVM, (), inside) for inside in ({CVM_ETH1}, {PEER_ETH0}, ())]
    assert [None if one is None else one.mac for one in found] == [CVM_ETH1, None, CVM_ETH1]


def test_of_several_returns_the_first_since_then() -> None:
    span, vmk1 = scenes.recovery(returned=34_000)
    span.events = [event for event in span.events if CVM_ETH0 not in str(event.detail)]
    for ms in (34_000, 60_000):
        span.speaks(CVM_ETH0, CVM, ms, ms + 15_000)

    returns = scene_shown(span, vmk1).returns
    last = returns.last(ns(END), CVM, (), ())

    assert last is not None
    assert [returns.since(last, ns(ms)).frames.first for ms in (0, 50_000)] == [ns(34_000), ns(60_000)]


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
