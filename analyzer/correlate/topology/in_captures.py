"""Hosts and CVMs as the captures show them: by who sends to the storage address, answers for it, and runs commands."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from heapq import nsmallest

from analyzer.correlate.topology.topology import SHOWN, Topology
from analyzer.correlate.topology.vmkernel_ports import with_inside_ports
from analyzer.model.event import (
    AddressOwned,
    ArpTraffic,
    Event,
    SshTraffic,
    StorageTraffic,
)
from analyzer.model.evidence import Evidence
from analyzer.model.source import Origin

COMMAND_FRAMES = 3  # an exchange that runs a command has three segments of the client at least; a keep-alive has one
SOME_COMMANDS = 2


def with_cvms_in_captures(topology: Topology, evidence: Evidence) -> Topology:
    """A CVM is who answers for the storage address with a MAC of the public network, and who holds SSH to hosts."""
    storage = topology.settings.storage_address
    shown: dict[str, set[Origin]] = {}
    for event in evidence.of(StorageTraffic | AddressOwned):
        detail = event.detail
        if isinstance(detail, StorageTraffic) and detail.ends.src == storage:
            mac = detail.ends.src_mac
        elif isinstance(detail, AddressOwned) and detail.address == storage:
            mac = detail.mac
        else:
            continue
        for address in topology.owners.get(mac, ()):
            shown.setdefault(address, set()).add(event.origin)
    for address, origins in shown.items():
        for origin in nsmallest(SHOWN, origins):
            topology = topology.with_cvm(address, origin)
    macs: dict[str, list[str]] = {}
    for mac, addresses in topology.owners.items():
        for address in addresses:
            macs.setdefault(address, []).append(mac)
    return topology.with_cvm_macs(macs)


def with_hosts_in_captures(topology: Topology, evidence: Evidence) -> Topology:
    """A host is who sends to the storage address: by vmk0, which owns a public address, or by vmk1, which is joined."""
    storage = topology.settings.storage_address
    private_macs: dict[str, Origin] = {}
    for event in evidence.of(StorageTraffic | AddressOwned):
        detail = event.detail
        if isinstance(detail, AddressOwned) and _is_vmk1(detail, topology):
            private_macs.setdefault(detail.mac, event.origin)
        if not isinstance(detail, StorageTraffic) or detail.ends.dst != storage or detail.what == "reply":
            continue
        mac = detail.ends.src_mac
        if topology.host_of_mac(mac) is not None:
            continue
        public = _public_address(detail, topology)
        if public is None:
            private_macs.setdefault(mac, event.origin)
            continue
        topology = topology.with_host(public, event.origin)
        host = topology.host_of_address(public)
        if host is not None:
            topology = topology.with_member(host.key, host.with_macs([mac]))
    topology = _with_ssh_servers(_with_owned_macs(topology), evidence.of(SshTraffic))
    return with_inside_ports(topology, private_macs, evidence)


def _public_address(traffic: StorageTraffic, topology: Topology) -> str | None:
    """The public address of who sends to the storage address, or None."""
    owned = [address for address in topology.owners.get(traffic.ends.src_mac, ()) if address not in topology.cvms]
    if owned:
        return owned[0]
    return None if topology.is_private(traffic.ends.src) else traffic.ends.src


def _is_vmk1(owned: AddressOwned, topology: Topology) -> bool:
    """Whether a MAC asks by ARP for the hosts' private address and owns no public one."""
    private = owned.address == topology.settings.host_private_address
    return private and owned.by == "arp" and not topology.owners.get(owned.mac)


def _with_owned_macs(topology: Topology) -> Topology:
    """Known hosts with the MACs that speak for their addresses."""
    for mac, addresses in topology.owners.items():
        for address in addresses:
            host = topology.host_of_address(address)
            if host is not None:
                topology = topology.with_member(host.key, host.with_macs([mac]))
    return topology


def with_internal_peers(topology: Topology, evidence: Evidence) -> Topology:
    """MACs that answer a private address by NFS, or claim the storage address by ARP, and own no public address."""
    storage = topology.settings.storage_address
    senders: set[str] = set()
    peers: set[str] = set()
    for event in (*evidence.ways, *evidence.of(AddressOwned)):
        detail = event.detail
        if isinstance(detail, AddressOwned):
            if detail.by == "ipv4" and not topology.is_private(detail.address):
                senders.add(detail.mac)
            elif detail.by == "arp" and detail.address == storage and not topology.owners.get(detail.mac):
                peers.add(detail.mac)
        elif isinstance(detail, StorageTraffic) and detail.what == "reply":
            ends = detail.ends
            if topology.is_private(ends.dst) and ends.src == storage and not topology.owners.get(ends.src_mac):
                peers.add(ends.src_mac)
    return replace(topology, public_senders=frozenset(senders), internal_peers=frozenset(peers))


def with_inside_senders(topology: Topology, evidence: Evidence) -> Topology:
    """MACs that ask by ARP for the storage address itself, or send to a CVM's MAC on the internal switch."""
    storage = topology.settings.storage_address
    senders: set[str] = set()
    for event in (*evidence.ways, *evidence.of(ArpTraffic)):
        detail = event.detail
        if isinstance(detail, ArpTraffic) and (detail.operation, detail.target) == ("request", storage):
            senders.add(detail.sender_mac)
        elif isinstance(detail, StorageTraffic) and detail.ends.dst_mac in topology.internal_peers:
            senders |= {detail.ends.src_mac} - {""}
    return replace(topology, inside_senders=frozenset(senders))


def _with_ssh_servers(topology: Topology, events: Sequence[Event]) -> Topology:
    """Who is told to run commands over SSH again and again is a host, and who tells it so is the CVM that leads; so is
    who is told by that but once, as in a short capture.
    """
    commands: dict[tuple[str, str], list[Event]] = {}
    for event in events:
        detail = event.detail
        if isinstance(detail, SshTraffic) and detail.run.count >= COMMAND_FRAMES and detail.server not in topology.cvms:
            commands.setdefault((detail.client, detail.server), []).append(event)
    for (client, server), seen in sorted(commands.items()):
        if len(seen) >= SOME_COMMANDS:
            topology = topology.with_host(server, seen[0].origin).with_cvm(client, seen[0].origin)
    clients = {client for client, server in commands if topology.host_of_address(server) is not None}
    for (client, server), seen in sorted(commands.items()):
        if client in clients:
            topology = topology.with_host(server, seen[0].origin)
    topology = _with_owned_macs(topology)
    return replace(topology, ssh_clients=topology.ssh_clients | clients)
