"""The cast: hosts and CVMs found in the inventory, the logs and the captures, and as the run shows them."""

from __future__ import annotations

from collections.abc import Iterable

from analyzer.config import Settings
from analyzer.correlate.topology.in_captures import (
    cvms_on_the_wire,
    find_inside_senders,
    find_internal_peers,
    hosts_on_the_wire,
)
from analyzer.correlate.topology.in_logs import hosts_and_cvms_in_logs, hosts_by_their_logs, local_cvms_in_logs
from analyzer.correlate.topology.topology import Member, Roles, in_order, is_private
from analyzer.model.cluster import Cvm, Host
from analyzer.model.event import (
    AddressOwned,
    Event,
)
from analyzer.model.evidence import Evidence

MANY_ADDRESSES = 8  # a MAC that speaks for more is a router: it owns none of them


def assign_roles(evidence: Evidence, settings: Settings) -> Roles:
    """Find the hosts and the CVMs in the evidence; an inventory names them and settles doubts."""
    roles = Roles(settings, _public_owners(evidence.events, settings), [], {}, [])
    _from_inventory(roles)
    hosts_and_cvms_in_logs(roles, evidence.events)
    cvms_on_the_wire(roles, evidence.events)
    hosts_on_the_wire(roles, evidence)
    hosts_by_their_logs(roles, evidence)
    local_cvms_in_logs(roles, evidence.events)
    find_internal_peers(roles, evidence.events)
    find_inside_senders(roles, evidence.events)
    roles.hosts.sort(key=lambda host: (host.address is None, in_order(host.address), sorted(host.macs)))
    return roles


def as_model(roles: Roles) -> tuple[tuple[Host, ...], tuple[Cvm, ...]]:
    """The cast as the run shows it."""
    hosts = tuple(
        Host(
            address=host.address,
            name=host.name,
            macs=tuple(sorted(host.macs)),
            cvm=host.cvm,
            origins=tuple(sorted(set(host.origins))[:4]),
        )
        for host in roles.hosts
    )
    cvms = tuple(
        Cvm(
            address=address,
            name=cvm.name,
            macs=tuple(sorted(cvm.macs)),
            origins=tuple(sorted(set(cvm.origins))[:4]),
        )
        for address, cvm in sorted(roles.cvms.items(), key=lambda item: in_order(item[0]))
    )
    return hosts, cvms


def _public_owners(events: Iterable[Event], settings: Settings) -> dict[str, tuple[str, ...]]:
    """MAC → public addresses that it announced by ARP, else that its IPv4 frames came from (not a router's)."""
    by_arp: dict[str, set[str]] = {}
    by_ipv4: dict[str, set[str]] = {}
    for event in events:
        if isinstance(event.detail, AddressOwned) and not is_private(event.detail.address, settings):
            table = by_arp if event.detail.by == "arp" else by_ipv4
            table.setdefault(event.detail.mac, set()).add(event.detail.address)
    owners: dict[str, tuple[str, ...]] = {}
    for mac in sorted(by_arp.keys() | by_ipv4.keys()):
        addresses = by_arp.get(mac) or by_ipv4.get(mac, set())
        if len(addresses) <= MANY_ADDRESSES:
            owners[mac] = tuple(sorted(addresses, key=in_order))
    return owners


def _from_inventory(roles: Roles) -> None:
    for cvm in roles.settings.inventory.cvms:
        roles.cvms[cvm.address] = Member(cvm.address, {mac.lower() for mac in cvm.macs}, name=cvm.name)
    for host in roles.settings.inventory.hosts:
        macs = {mac.lower() for mac in host.macs}
        roles.hosts.append(Member(host.address, macs, cvm=host.cvm, name=host.name))
