"""Who is who, as it is held: what names a host or CVM, and what one more thing known of it changes."""

from __future__ import annotations

import pytest

from analyzer.config import Settings
from analyzer.correlate.topology.topology import SHOWN, Member, Topology, in_order, is_address, is_private
from analyzer.model.source import Origin
from tests.correlate.builder import (
    CVM,
    CVM_ETH0,
    HOST,
    PEER,
    PEER_ETH0,
    PRIVATE,
    REMOTE,
    REMOTE_ETH0,
    STORAGE,
    VMK0,
    VMK1,
)

LINE = Origin("genesis.out", 1)
NOBODY_KNOWN = Topology(Settings(), {})


@pytest.mark.parametrize(
    ("member", "key"),
    [
        (Member(HOST, frozenset({VMK0}), name="esx"), HOST),
        (Member(None, frozenset({VMK1, VMK0}), name="esx"), VMK0),
        (Member(None, name="esx"), "esx"),
    ],
    ids=["address", "lowest MAC", "name"],
)
def test_a_member_is_named_by(member: Member, key: str) -> None:
    assert member.key == key


def test_a_host_of_which_more_is_known_is_the_same_host() -> None:
    known = Member(HOST).with_macs([VMK0]).shown_by(LINE)

    assert known == Member(HOST)
    assert hash(known) == hash(Member(HOST))
    assert known != Member(PEER)


def test_what_is_known_already_changes_nothing() -> None:
    known = Member(HOST, frozenset({VMK0})).shown_by(LINE)

    assert known.with_macs([VMK0]) is known
    assert known.shown_by(LINE) is known


def test_the_first_origins_of_a_member_are_kept() -> None:
    lines = [Origin("genesis.out", number) for number in range(SHOWN + 3)]

    assert Member(HOST).shown_by(*reversed(lines)).origins == tuple(lines[:SHOWN])


def test_who_is_a_host_is_no_cvm_and_who_is_a_cvm_no_host() -> None:
    topology = NOBODY_KNOWN.with_host(HOST, LINE).with_cvm(CVM, LINE)

    assert topology.with_cvm(HOST, LINE) is topology
    assert topology.with_host(CVM, LINE) is topology


@pytest.mark.parametrize("address", [None, "", PRIVATE, STORAGE], ids=str)
def test_a_private_address_names_nobody(address: str | None) -> None:
    assert NOBODY_KNOWN.with_host(address, LINE) is NOBODY_KNOWN
    assert NOBODY_KNOWN.with_cvm(address, LINE) is NOBODY_KNOWN


def test_of_two_hosts_that_claim_a_mac_the_first_has_it() -> None:
    hosts = (Member(HOST, frozenset({VMK0})), Member(PEER, frozenset({VMK0, VMK1})))
    topology = Topology(Settings(), {}, hosts=hosts)

    assert topology.host_of_mac(VMK0) == Member(HOST)
    assert topology.host_of_mac(VMK1) == Member(PEER)
    assert topology.host_of_mac(CVM_ETH0) is None


def test_a_host_keeps_the_own_cvm_that_it_has() -> None:
    topology = NOBODY_KNOWN.with_host(HOST, LINE).with_own_cvm(HOST, CVM).with_own_cvm(HOST, REMOTE)

    host = topology.host(HOST)
    assert host is not None
    assert host.cvm == CVM


def test_a_log_is_of_its_host_by_address_or_inventory_name() -> None:
    host = Member(HOST, name="esx-a")
    topology = Topology(Settings(), {}, hosts=(host, Member(None, name="b")), logs={"kernel": HOST, "other": "b"})

    assert topology.host_of_address("esx-a") is host
    assert topology.host_of_clock("kernel") is host
    assert topology.host_of_clock("unknown") is None
    assert topology.addresses_of_logs() == {"kernel": HOST}, "the other has a name and no address"


def test_who_holds_ssh_or_has_a_mac_of_the_cvms_vendor_is_like_a_cvm() -> None:
    owners = {PEER_ETH0: (PEER,), VMK0: (HOST,), REMOTE_ETH0: (REMOTE,)}
    topology = Topology(
        Settings(), owners, cvms={CVM: Member(CVM, frozenset({CVM_ETH0}))}, ssh_clients=frozenset({REMOTE})
    )

    assert [topology.like_a_cvm(mac) for mac in (PEER_ETH0, REMOTE_ETH0, VMK0)] == [True, True, False]
    assert topology.cvm_of_mac(CVM_ETH0) == CVM


def test_addresses_are_in_order_of_their_numbers() -> None:
    assert sorted(["10.0.0.9", "10.0.0.10", "9.0.0.1"], key=in_order) == ["9.0.0.1", "10.0.0.9", "10.0.0.10"]
    assert sorted(["b", "a"], key=in_order) == ["a", "b"]


@pytest.mark.parametrize(("name", "well"), [(HOST, True), ("esx-a", False), ("fe80::1", False), ("", False)])
def test_an_address_is_no_name(name: str, well: bool) -> None:
    assert is_address(name) == well


def test_the_storage_network_is_private_whatever_its_number() -> None:
    settings = Settings(storage_address="10.9.8.2")

    assert is_private("10.9.8.77", settings)
    assert not is_private(STORAGE, settings)
    assert is_private(PRIVATE, Settings())
