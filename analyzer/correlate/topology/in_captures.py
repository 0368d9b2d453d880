"""Hosts and CVMs as the captures show them: by who sends to the storage address, answers for it, and runs commands."""

from __future__ import annotations

from collections.abc import Sequence

from analyzer.correlate.clocks.ssh_exchanges import COMMAND_FRAMES
from analyzer.correlate.topology.topology import Roles, add_cvm, add_host
from analyzer.correlate.topology.vmkernel_ports import join_vmk1
from analyzer.model.event import (
    AddressOwned,
    ArpTraffic,
    Event,
    SshTraffic,
    StorageTraffic,
)
from analyzer.model.evidence import Evidence
from analyzer.model.source import Origin

SOME_COMMANDS = 2


def cvms_on_the_wire(roles: Roles, events: Sequence[Event]) -> None:
    """A CVM is who answers for the storage address with a MAC of the public network, and who holds SSH to hosts."""
    storage = roles.settings.storage_address
    for event in events:
        detail = event.detail
        if isinstance(detail, StorageTraffic) and detail.ends.src == storage:
            for address in roles.owners.get(detail.ends.src_mac, ()):
                add_cvm(roles, address, event.origin)
        elif isinstance(detail, AddressOwned) and detail.address == storage:
            for address in roles.owners.get(detail.mac, ()):
                add_cvm(roles, address, event.origin)
    for mac, addresses in roles.owners.items():
        for address in addresses:
            if address in roles.cvms:
                roles.cvms[address].macs.add(mac)


def hosts_on_the_wire(roles: Roles, evidence: Evidence) -> None:
    """A host is who sends to the storage address: by vmk0, which owns a public address, or by vmk1, which is joined."""
    storage = roles.settings.storage_address
    private_macs: dict[str, Origin] = {}
    for event in evidence.events:
        detail = event.detail
        if isinstance(detail, AddressOwned) and _is_vmk1(detail, roles):
            private_macs.setdefault(detail.mac, event.origin)
        if not isinstance(detail, StorageTraffic) or detail.ends.dst != storage or detail.what == "reply":
            continue
        mac = detail.ends.src_mac
        if roles.host_of_mac(mac) is not None:
            continue
        public = [address for address in roles.owners.get(mac, ()) if address not in roles.cvms]
        if not public and not roles.is_private(detail.ends.src):
            public = [detail.ends.src]
        if public:
            add_host(roles, public[0], event.origin)
            host = roles.host_of_address(public[0])
            if host is not None:
                host.macs.add(mac)
        else:
            private_macs.setdefault(mac, event.origin)
    _macs_of_known_hosts(roles)
    _ssh_servers(roles, evidence.events)
    join_vmk1(roles, private_macs, evidence)


def _is_vmk1(owned: AddressOwned, roles: Roles) -> bool:
    """Whether a MAC asks by ARP for the hosts' private address and owns no public one."""
    private = owned.address == roles.settings.host_private_address
    return private and owned.by == "arp" and not roles.owners.get(owned.mac)


def _macs_of_known_hosts(roles: Roles) -> None:
    for mac, addresses in roles.owners.items():
        for address in addresses:
            host = roles.host_of_address(address)
            if host is not None:
                host.macs.add(mac)


def find_internal_peers(roles: Roles, events: Sequence[Event]) -> None:
    """MACs that answer a private address by NFS, or claim the storage address by ARP, and own no public address."""
    storage = roles.settings.storage_address
    for event in events:
        detail = event.detail
        if isinstance(detail, AddressOwned):
            if detail.by == "ipv4" and not roles.is_private(detail.address):
                roles.public_senders.add(detail.mac)
            elif detail.by == "arp" and detail.address == storage and not roles.owners.get(detail.mac):
                roles.internal_peers.add(detail.mac)
        elif isinstance(detail, StorageTraffic) and detail.what == "reply":
            ends = detail.ends
            if roles.is_private(ends.dst) and ends.src == storage and not roles.owners.get(ends.src_mac):
                roles.internal_peers.add(ends.src_mac)


def find_inside_senders(roles: Roles, events: Sequence[Event]) -> None:
    """MACs that ask by ARP for the storage address itself, or send to a CVM's MAC on the internal switch."""
    storage = roles.settings.storage_address
    for event in events:
        detail = event.detail
        if isinstance(detail, ArpTraffic) and (detail.operation, detail.target) == ("request", storage):
            roles.inside_senders.add(detail.sender_mac)
        elif isinstance(detail, StorageTraffic) and detail.ends.dst_mac in roles.internal_peers and detail.ends.src_mac:
            roles.inside_senders.add(detail.ends.src_mac)


def _ssh_servers(roles: Roles, events: Sequence[Event]) -> None:
    """Who is told to run commands over SSH again and again is a host, and who tells it so is the CVM that leads."""
    commands: dict[tuple[str, str], list[Event]] = {}
    for event in events:
        detail = event.detail
        if isinstance(detail, SshTraffic) and detail.run.count >= COMMAND_FRAMES and detail.server not in roles.cvms:
            commands.setdefault((detail.client, detail.server), []).append(event)
    for (client, server), seen in sorted(commands.items()):
        if len(seen) >= SOME_COMMANDS:
            add_host(roles, server, seen[0].origin)
            add_cvm(roles, client, seen[0].origin)
    _macs_of_known_hosts(roles)
    roles.ssh_clients |= {client for client, server in commands if roles.host_of_address(server) is not None}
