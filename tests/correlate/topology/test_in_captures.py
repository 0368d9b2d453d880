"""Hosts and CVMs as captures show them: by who sends to the storage address, who answers for it, who runs commands."""

from __future__ import annotations

from dataclasses import replace

import pytest

from analyzer.config import Settings
from analyzer.correlate.topology.in_captures import (
    COMMAND_FRAMES,
    SOME_COMMANDS,
    with_cvms_in_captures,
    with_hosts_in_captures,
    with_inside_senders,
    with_internal_peers,
)
from analyzer.correlate.topology.topology import Member, Topology
from analyzer.model.event import AddressOwned, Ends
from tests.correlate.builder import (
    CVM,
    CVM_ETH1,
    HOST,
    LOCAL,
    NOBODY,
    OUTSIDE,
    PEER,
    PEER_ETH0,
    PRIVATE,
    REMOTE,
    REMOTE_ETH0,
    STORAGE,
    VMK0,
    VMK1,
    Capture,
    back,
    evidence,
)

OWNERS = {VMK0: (HOST,), REMOTE_ETH0: (REMOTE,), PEER_ETH0: (PEER,)}
OTHER = "192.168.1.25"
PUBLIC = Topology(Settings(), OWNERS)


def test_who_answers_for_the_storage_address_outside_is_a_cvm() -> None:
    capture = Capture()
    capture.serves(OUTSIDE, 0, 1_000)

    topology = with_cvms_in_captures(PUBLIC, evidence(capture))

    assert {address: cvm.macs for address, cvm in topology.cvms.items()} == {REMOTE: {REMOTE_ETH0}}


def test_who_claims_the_storage_address_by_arp_is_one_too() -> None:
    capture = Capture()
    capture.announces(PEER_ETH0, STORAGE, 0)

    assert [*with_cvms_in_captures(PUBLIC, evidence(capture)).cvms] == [PEER]


def test_who_answers_inside_has_no_public_address_to_be_known_by() -> None:
    capture = Capture()
    capture.serves(LOCAL, 0, 1_000)

    assert with_cvms_in_captures(PUBLIC, evidence(capture)).cvms == {}


def test_who_sends_to_the_storage_address_outside_is_a_host_by_its_own_address() -> None:
    capture = Capture()
    capture.sends(OUTSIDE, 0, 1_000)

    (host,) = with_hosts_in_captures(PUBLIC, evidence(capture)).hosts

    assert (host.address, host.macs) == (HOST, frozenset({VMK0}))


def test_a_next_hop_that_sends_on_for_others_is_no_host_when_it_is_a_cvm() -> None:
    capture = Capture()
    capture.sends(Ends(REMOTE_ETH0, CVM_ETH1, NOBODY, STORAGE, 878, 2049), 0, 1_000)

    (host,) = with_hosts_in_captures(replace(PUBLIC, cvms={REMOTE: Member(REMOTE)}), evidence(capture)).hosts

    assert host.address == NOBODY, "its frames' own sender"


def test_who_sends_with_the_private_address_is_a_host_without_one() -> None:
    capture = Capture()
    capture.sends(LOCAL, 0, 1_000)

    (host,) = with_hosts_in_captures(PUBLIC, evidence(capture)).hosts

    assert (host.address, host.macs) == (None, frozenset({VMK1}))


def test_a_reply_is_sent_by_no_host() -> None:
    capture = Capture()
    capture.run(0, 1_000, AddressOwned, VMK0, HOST, "arp")
    capture.sends(back(OUTSIDE), 0, 1_000, "reply")

    assert with_hosts_in_captures(PUBLIC, evidence(capture)).hosts == ()


@pytest.mark.parametrize(
    ("times", "frames", "found"),
    [
        pytest.param(SOME_COMMANDS, COMMAND_FRAMES, [HOST], id="commands"),
        pytest.param(SOME_COMMANDS - 1, COMMAND_FRAMES, [], id="too few"),
        pytest.param(9, COMMAND_FRAMES - 1, [], id="keep-alives"),
    ],
)
def test_who_is_told_commands_again_and_again_is_a_host_and_who_tells_them_a_cvm(
    times: int, frames: int, found: list[str]
) -> None:
    capture = Capture()
    for number in range(times):
        capture.ssh(number * 30_000, number * 30_000 + 250, count=frames)

    topology = with_hosts_in_captures(PUBLIC, evidence(capture))

    assert [host.address for host in topology.hosts] == found
    first = {(capture.events[0].origin,) for _ in found}
    assert {one.origins for one in (*topology.hosts, *topology.cvms.values())} == first
    assert [*topology.cvms] == [REMOTE] * len(found)
    assert topology.ssh_clients == {REMOTE for _ in found}


@pytest.mark.parametrize(("client", "hosts"), [(REMOTE, [HOST, OTHER]), (CVM, [HOST])])
def test_who_is_told_but_once_by_whom_that_tells_another_host_again_and_again_is_one_too(
    client: str, hosts: list[str]
) -> None:
    capture = Capture()
    for number in range(SOME_COMMANDS):
        capture.ssh(number * 30_000, number * 30_000 + 250)
    capture.ssh(500, 750, client=client, server=OTHER)

    assert [host.address for host in with_hosts_in_captures(PUBLIC, evidence(capture)).hosts] == hosts


def test_a_cvm_that_is_told_commands_is_no_host() -> None:
    capture = Capture()
    for ms in (0, 30_000):
        capture.ssh(ms, ms + 250, server=CVM)
    known = replace(PUBLIC, cvms={CVM: Member(CVM)})

    assert with_hosts_in_captures(known, evidence(capture)).hosts == ()


def test_who_answers_inside_is_an_internal_peer() -> None:
    capture = Capture()
    capture.sends(back(LOCAL), 0, 1_000, "reply")
    capture.run(0, 1_000, AddressOwned, VMK0, HOST, "ipv4")

    topology = with_internal_peers(PUBLIC, evidence(capture))

    assert topology.internal_peers == {CVM_ETH1}
    assert topology.public_senders == {VMK0}


def test_who_asks_for_the_storage_address_or_sends_to_an_internal_peer_is_inside() -> None:
    capture = Capture()
    capture.asks("00:50:56:00:00:01", PRIVATE, STORAGE, 0, 1_000)
    capture.asks("00:50:56:00:00:02", HOST, REMOTE, 0, 1_000)
    capture.sends(LOCAL, 0, 1_000)

    topology = with_inside_senders(replace(PUBLIC, internal_peers=frozenset({CVM_ETH1})), evidence(capture))

    assert topology.inside_senders == {"00:50:56:00:00:01", VMK1}
