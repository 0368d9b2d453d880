"""Hosts and CVMs found in captures, logs and the inventory, together."""

from __future__ import annotations

from analyzer.config import Inventory, InventoryCvm, InventoryHost, Settings
from analyzer.correlate.topology.discover import MANY_ADDRESSES, as_model, discover
from analyzer.model.correlation import Assumption
from analyzer.model.event import AddressOwned
from tests.correlate import scenes
from tests.correlate.builder import (
    CVM,
    CVM_ETH0,
    HOST,
    LOCAL,
    OUTSIDE,
    PEER,
    PRIVATE,
    REMOTE,
    REMOTE_ETH0,
    VMK0,
    VMK1,
    Capture,
    Genesis,
    evidence,
    found,
)

ROUTER = "00:00:5e:00:01:01"


def test_host_and_cvms_of_a_failure() -> None:
    correlation = found(*scenes.failure())

    (host,) = correlation.hosts
    assert (host.address, set(host.macs), host.cvm) == (HOST, {VMK0, VMK1}, CVM)
    assert {cvm.address for cvm in correlation.cvms} >= {REMOTE}
    (remote,) = [cvm for cvm in correlation.cvms if cvm.address == REMOTE]
    assert remote.macs == (REMOTE_ETH0,)


def test_both_macs_of_a_host_are_joined_by_the_tuple_that_both_carried() -> None:
    topology = discover(evidence(*scenes.failure()), Settings())

    assert topology.host_of_mac(VMK0) is topology.host_of_mac(VMK1)
    assert not topology.assumptions


def test_by_an_xid_that_was_sent_again() -> None:
    span, vmk1 = scenes.both()
    vmk1.serves(LOCAL, 0, 10_000)
    vmk1.calls(LOCAL, 10_100, None, xid=99)
    span.speaks(VMK0, HOST, 0, 30_000)
    span.speaks(REMOTE_ETH0, REMOTE, 0, 30_000)
    span.calls(OUTSIDE, 20_000, 20_001, xid=99)
    span.serves(OUTSIDE, 20_000, 30_000)

    topology = discover(evidence(span, vmk1), Settings())

    assert topology.host_of_mac(VMK1) is topology.host_of_address(HOST)
    assert not topology.assumptions


def test_by_elimination_which_is_said() -> None:
    topology = discover(evidence(*scenes.healthy()), Settings())

    assert topology.host_of_mac(VMK1) is topology.host_of_address(HOST)
    assert topology.assumptions == (Assumption("port-that-is-left", VMK1, HOST),)


def test_two_hosts_without_a_join_stay_apart() -> None:
    span, vmk1 = scenes.healthy()
    for index, address in enumerate(("192.168.1.25", "192.168.1.23")):
        span.speaks(f"00:25:90:bb:00:0{index}", address, 0, 90_000)
        for ms in (5_000, 35_000):
            span.ssh(ms, ms + 250, server=address)

    topology = discover(evidence(span, vmk1), Settings())

    mine = topology.host_of_mac(VMK1)
    assert mine is not None
    assert mine.address is None


def test_an_inventory_joins_names_and_settles() -> None:
    inventory = Inventory(
        hosts=(InventoryHost(name="esx-a", address=HOST, macs=(VMK0, VMK1), cvm=CVM),),
        cvms=(InventoryCvm(name="cvm-a", address=CVM, macs=(CVM_ETH0,)),),
    )

    correlation = found(*scenes.healthy(), settings=Settings(inventory=inventory))

    (host,) = [host for host in correlation.hosts if host.address == HOST]
    assert (host.name, host.cvm, set(host.macs)) == ("esx-a", CVM, {VMK0, VMK1})
    assert ("cvm-a", CVM) in {(cvm.name, cvm.address) for cvm in correlation.cvms}
    assert not correlation.assumptions


def test_a_log_that_has_the_inventorys_names_tells_of_the_same_host_and_cvm() -> None:
    inventory = Inventory(
        hosts=(InventoryHost(name="esx-a", address=HOST),), cvms=(InventoryCvm(name="cvm-c", address=REMOTE),)
    )
    log = Genesis()
    log.correct(0, host="esx-a", cvm="cvm-c")

    correlation = found(log, settings=Settings(inventory=inventory))

    assert [(host.name, host.address) for host in correlation.hosts] == [("esx-a", HOST)]
    assert [(cvm.name, cvm.address) for cvm in correlation.cvms] == [("cvm-c", REMOTE)]


def test_a_router_owns_none_of_the_addresses_that_it_speaks_for() -> None:
    capture = Capture()
    for index in range(MANY_ADDRESSES + 1):
        capture.speaks(ROUTER, f"10.0.0.{index + 1}", 0, 1_000)

    assert ROUTER not in discover(evidence(capture), Settings()).owners


def test_logs_name_hosts_and_cvms() -> None:
    log = Genesis()
    log.all_up(0)

    correlation = found(log)

    assert [(host.address, host.cvm) for host in correlation.hosts] == [(HOST, CVM)]
    assert [cvm.address for cvm in correlation.cvms] == [CVM, PEER, REMOTE]


def test_what_a_mac_announced_by_arp_is_its_own_rather_than_what_it_sent() -> None:
    capture = Capture()
    capture.speaks(VMK0, HOST, 0, 1_000)
    capture.run(0, 1_000, AddressOwned, VMK0, PEER, "ipv4")
    capture.run(0, 1_000, AddressOwned, REMOTE_ETH0, REMOTE, "ipv4")

    owners = discover(evidence(capture), Settings()).owners

    assert owners == {VMK0: (HOST,), REMOTE_ETH0: (REMOTE,)}


def test_a_private_address_is_owned_by_nobody() -> None:
    capture = Capture()
    capture.speaks(VMK1, PRIVATE, 0, 1_000)

    assert discover(evidence(capture), Settings()).owners == {}


def test_the_run_shows_hosts_and_cvms_in_order_of_their_addresses() -> None:
    inventory = Inventory(
        hosts=tuple(InventoryHost(name=f"esx-{last}", address=f"10.0.0.{last}") for last in (101, 20)),
        cvms=tuple(InventoryCvm(name=f"cvm-{last}", address=f"10.0.0.{last}") for last in (102, 21)),
    )

    hosts, cvms = as_model(discover(evidence(Capture()), Settings(inventory=inventory)))

    assert [host.address for host in hosts] == ["10.0.0.20", "10.0.0.101"]
    assert [cvm.address for cvm in cvms] == ["10.0.0.21", "10.0.0.102"]
