"""Hosts and CVMs found in the inventory, the logs and the captures, and as the run shows them."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import replace
from types import MappingProxyType

from analyzer.config import Settings
from analyzer.correlate.topology.in_captures import (
    with_cvms_in_captures,
    with_hosts_in_captures,
    with_inside_senders,
    with_internal_peers,
)
from analyzer.correlate.topology.in_logs import (
    with_hosts_of_logs,
    with_hosts_of_tables,
    with_machines_in_logs,
    with_own_cvms_in_logs,
)
from analyzer.correlate.topology.topology import Member, Topology, in_order, is_private
from analyzer.model.cluster import Cvm, Host
from analyzer.model.event import (
    AddressOwned,
    Event,
)
from analyzer.model.evidence import Evidence

MANY_ADDRESSES = 8  # a MAC that speaks for more is a router: it owns none of them


Step = Callable[[Topology, Evidence], Topology]

# Explicit roles come first: a host is a host in every line; what is inferred builds on what is said.
STEPS: tuple[Step, ...] = (
    with_machines_in_logs,
    with_cvms_in_captures,
    with_hosts_in_captures,
    with_hosts_of_tables,
    with_own_cvms_in_logs,
    with_hosts_of_logs,
    with_internal_peers,
    with_inside_senders,
)


def discover(evidence: Evidence, settings: Settings) -> Topology:
    """Find the hosts and the CVMs in the evidence; an inventory names them and settles doubts."""
    topology = _from_inventory(Topology(settings, _public_owners(evidence.of(AddressOwned), settings)))
    for step in STEPS:
        topology = step(topology, evidence)
    ordered = sorted(topology.hosts, key=lambda host: (host.address is None, in_order(host.address), sorted(host.macs)))
    return replace(topology, hosts=tuple(ordered))


def as_model(topology: Topology) -> tuple[tuple[Host, ...], tuple[Cvm, ...]]:
    """The hosts and CVMs as the run shows them."""
    hosts = tuple(
        Host(address=host.address, name=host.name, macs=tuple(sorted(host.macs)), cvm=host.cvm, origins=host.origins)
        for host in topology.hosts
    )
    cvms = tuple(
        Cvm(address=address, name=cvm.name, macs=tuple(sorted(cvm.macs)), origins=cvm.origins)
        for address, cvm in sorted(topology.cvms.items(), key=lambda item: in_order(item[0]))
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


def _from_inventory(topology: Topology) -> Topology:
    inventory = topology.settings.inventory
    cvms = {
        cvm.address: Member(cvm.address, frozenset(mac.lower() for mac in cvm.macs), name=cvm.name)
        for cvm in inventory.cvms
    }
    hosts = tuple(
        Member(host.address, frozenset(mac.lower() for mac in host.macs), cvm=host.cvm, name=host.name)
        for host in inventory.hosts
    )
    return replace(topology, cvms=MappingProxyType(cvms), hosts=hosts)
