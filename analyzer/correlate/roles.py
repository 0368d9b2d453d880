"""Who is who: which MACs and addresses belong to which ESXi host and which CVM.

On the wire a host is a MAC that sends to the storage address; vmk0's MAC also owns a public address, vmk1's owns only
the private one, which is the same on every host. Both are joined by what they share: a TCP 4-tuple, an XID that is sent
again on another connection, the inventory, or, when there is one candidate each, by elimination (and that is said).
"""

from __future__ import annotations

import ipaddress
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from analyzer.config import Settings
from analyzer.model.cluster import Cvm, Host
from analyzer.model.event import (
    AddressOwned,
    ArpTraffic,
    ClusterStatus,
    Event,
    Forwarding,
    NfsTerminate,
    RouteChanged,
    RouteCommand,
    SshTraffic,
    StargateStates,
    StorageTraffic,
    TaskCreated,
)
from analyzer.model.evidence import Evidence
from analyzer.model.instant import SECOND
from analyzer.model.source import Origin

HOST_LOGS = ("vmkernel", "vobd", "shell", "auth", "hostd")
COMMAND_FRAMES = (
    3  # an SSH exchange that runs a command has at least three segments of the client; a keep-alive has one
)
SWITCHED_WITHIN = 2 * SECOND
SOME_COMMANDS = 2
MANY_ADDRESSES = 8  # a MAC that speaks for more is a router: it owns none of them


@dataclass(slots=True)
class Member:
    """A host or a CVM while it is being found out."""

    address: str | None
    macs: set[str] = field(default_factory=set)
    cvm: str | None = None
    name: str | None = None
    origins: list[Origin] = field(default_factory=list)


@dataclass(slots=True)
class Roles:
    """The cast. `owners` maps a MAC to the public addresses that it speaks for.

    `internal_peers` are the CVMs' MACs on the internal switches (eth1), which own no public address;
    `public_senders` are MACs with IPv4 frames from public addresses; `inside_senders` are hosts' MACs on the internal
    switches (vmk1), which no other network hears.
    """

    settings: Settings
    owners: dict[str, tuple[str, ...]]
    hosts: list[Member]
    cvms: dict[str, Member]
    assumptions: list[str]
    internal_peers: set[str] = field(default_factory=set)
    public_senders: set[str] = field(default_factory=set)
    inside_senders: set[str] = field(default_factory=set)
    host_of_clock: dict[str, Member] = field(default_factory=dict)

    def host_of_mac(self, mac: str) -> Member | None:
        """The host that owns `mac`."""
        return next((host for host in self.hosts if mac in host.macs), None)

    def host_of_address(self, address: str | None) -> Member | None:
        """The host whose vmk0 has `address`; a log may have the inventory's name of it instead."""
        return next((host for host in self.hosts if address and address in (host.address, host.name)), None)

    def cvm_of_mac(self, mac: str) -> str | None:
        """The public address of the CVM that owns `mac`, or None."""
        for address, cvm in self.cvms.items():
            if mac in cvm.macs:
                return address
        owned = self.owners.get(mac, ())
        return owned[0] if owned else None

    def is_private(self, address: str) -> bool:
        """Whether `address` is of the internal switch, the same on every host."""
        return is_private(address, self.settings)


def is_private(address: str, settings: Settings) -> bool:
    """Whether `address` lies in the /24 of the storage address, which every host has inside."""
    network = ipaddress.ip_network(f"{settings.storage_address}/24", strict=False)
    try:
        return ipaddress.ip_address(address) in network
    except ValueError:  # a host's or CVM's name
        return False


def assign_roles(evidence: Evidence, settings: Settings) -> Roles:
    """Find the hosts and the CVMs in the evidence; an inventory names them and settles doubts."""
    roles = Roles(settings, _public_owners(evidence.events, settings), [], {}, [])
    _from_inventory(roles)
    _hosts_and_cvms_in_logs(roles, evidence.events)
    _cvms_on_the_wire(roles, evidence.events)
    _hosts_on_the_wire(roles, evidence)
    _hosts_by_their_logs(roles, evidence)
    _local_cvms_in_logs(roles, evidence.events)
    _internal_peers(roles, evidence.events)
    _inside_senders(roles, evidence.events)
    roles.hosts.sort(key=lambda host: (host.address is None, _sortable(host.address), sorted(host.macs)))
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
        for address, cvm in sorted(roles.cvms.items(), key=lambda item: _sortable(item[0]))
    )
    return hosts, cvms


def _sortable(address: str | None) -> tuple[int, str]:
    try:
        return int(ipaddress.ip_address(address or "")), ""
    except ValueError:
        return 0, address or ""


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
            owners[mac] = tuple(sorted(addresses, key=_sortable))
    return owners


def _from_inventory(roles: Roles) -> None:
    for cvm in roles.settings.inventory.cvms:
        roles.cvms[cvm.address] = Member(cvm.address, {mac.lower() for mac in cvm.macs}, name=cvm.name)
    for host in roles.settings.inventory.hosts:
        macs = {mac.lower() for mac in host.macs}
        roles.hosts.append(Member(host.address, macs, cvm=host.cvm, name=host.name))


def _add_cvm(roles: Roles, address: str | None, origin: Origin) -> None:
    address = next((one for one, cvm in roles.cvms.items() if address and cvm.name == address), address)
    if address and not roles.is_private(address) and roles.host_of_address(address) is None:
        roles.cvms.setdefault(address, Member(address)).origins.append(origin)


def _add_host(roles: Roles, address: str | None, origin: Origin) -> None:
    if not address or roles.is_private(address) or address in roles.cvms:
        return
    host = roles.host_of_address(address)
    if host is None:
        host = Member(address)
        roles.hosts.append(host)
    host.origins.append(origin)


def _hosts_and_cvms_in_logs(roles: Roles, events: Sequence[Event]) -> None:
    """Explicit roles first (a host is a host in every line), then CVMs by what the lines call them."""
    for event in events:
        detail = event.detail
        if isinstance(detail, Forwarding | TaskCreated | RouteCommand | RouteChanged | NfsTerminate):
            _add_host(roles, detail.host, event.origin)
    for event in events:
        detail = event.detail
        if isinstance(detail, StargateStates):
            for address in (*detail.up, *detail.initializing, *detail.down):
                _add_cvm(roles, address, event.origin)
        elif isinstance(detail, Forwarding | NfsTerminate):
            _add_cvm(roles, detail.cvm, event.origin)
        elif isinstance(detail, ClusterStatus):
            for address, _, _ in detail.cvms:
                _add_cvm(roles, address, event.origin)


def _local_cvms_in_logs(roles: Roles, events: Sequence[Event]) -> None:
    """A host's own CVM: what a check calls correct, illegal or absent names it; its gateway never is it."""
    for event in events:
        detail = event.detail
        if isinstance(detail, Forwarding) and detail.cvm and detail.cvm != detail.gateway:
            host = roles.host_of_address(detail.host)
            if host is not None and host.cvm is None and (detail.state != "correct" or detail.gateway is None):
                host.cvm = detail.cvm


def _cvms_on_the_wire(roles: Roles, events: Sequence[Event]) -> None:
    """A CVM is who answers for the storage address with a MAC of the public network, and who holds SSH to hosts."""
    storage = roles.settings.storage_address
    for event in events:
        detail = event.detail
        if isinstance(detail, StorageTraffic) and detail.ends.src == storage:
            for address in roles.owners.get(detail.ends.src_mac, ()):
                _add_cvm(roles, address, event.origin)
        elif isinstance(detail, AddressOwned) and detail.address == storage:
            for address in roles.owners.get(detail.mac, ()):
                _add_cvm(roles, address, event.origin)
    for mac, addresses in roles.owners.items():
        for address in addresses:
            if address in roles.cvms:
                roles.cvms[address].macs.add(mac)


def _hosts_on_the_wire(roles: Roles, evidence: Evidence) -> None:
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
            _add_host(roles, public[0], event.origin)
            host = roles.host_of_address(public[0])
            if host is not None:
                host.macs.add(mac)
        else:
            private_macs.setdefault(mac, event.origin)
    _macs_of_known_hosts(roles)
    _ssh_servers(roles, evidence.events)
    _join_private_macs(roles, private_macs, evidence)


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


def _hosts_by_their_logs(roles: Roles, evidence: Evidence) -> None:
    """Which host a vmkernel.log or shell.log is of: its bundle's name or address, else the only host there is."""
    for source in evidence.sources:
        if source.kind not in HOST_LOGS or source.clock in roles.host_of_clock:
            continue
        named = [h for h in roles.hosts if source.host is not None and source.host in (h.address, h.name)]
        addressed = [h for h in roles.hosts if h.address]
        commanded = _commanded(roles, evidence.events)
        if named:
            roles.host_of_clock[source.clock] = named[0]
        elif len(commanded) == 1 and source.host is None:
            roles.host_of_clock[source.clock] = commanded[0]
            roles.assumptions.append(
                f"{source.name} is taken as the host {commanded[0].address}'s: the only one whose route Genesis changed"
            )
        elif len(addressed) == 1 and len(roles.hosts) == 1:
            roles.host_of_clock[source.clock] = addressed[0]
        else:
            host = Member(None, name=source.host or source.clock, origins=[Origin(source.name, 1)])
            roles.hosts.append(host)
            roles.host_of_clock[source.clock] = host


def _commanded(roles: Roles, events: Sequence[Event]) -> list[Member]:
    """The hosts whose route Genesis changed."""
    addresses = {
        event.detail.host
        for event in events
        if isinstance(event.detail, RouteCommand | RouteChanged)
        and event.detail.host is not None
        and not (isinstance(event.detail, RouteChanged) and event.detail.by_kernel)
    }
    return [host for host in roles.hosts if host.address in addresses]


def _internal_peers(roles: Roles, events: Sequence[Event]) -> None:
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


def _inside_senders(roles: Roles, events: Sequence[Event]) -> None:
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
            _add_host(roles, server, seen[0].origin)
            _add_cvm(roles, client, seen[0].origin)
    _macs_of_known_hosts(roles)


def _join_private_macs(roles: Roles, private_macs: dict[str, Origin], evidence: Evidence) -> None:
    """First by what both carried, then the one that is left to the one host that is left."""
    left: dict[str, Origin] = {}
    for mac, origin in sorted(private_macs.items()):
        if roles.host_of_mac(mac) is not None:
            continue
        shared = _sharing_hosts(roles, mac, evidence)
        if len(shared) == 1 and not _served_at_once(mac, shared[0].macs, evidence):
            shared[0].macs.add(mac)
            shared[0].origins.append(origin)
        else:
            left[mac] = origin
    free = [host for host in roles.hosts if host.address and len(host.macs) <= 1]  # one with two MACs has its vmk1
    for mac, origin in left.items():
        if len(free) == 1 and len(left) == 1 and not _served_at_once(mac, free[0].macs, evidence):
            free[0].macs.add(mac)
            roles.assumptions.append(
                f"{mac} on the internal switch is taken as the host {free[0].address}'s (the only one)"
            )
        else:
            roles.hosts.append(Member(None, {mac}, origins=[origin]))


def _served_at_once(mac: str, macs: set[str], evidence: Evidence) -> bool:
    """Whether `mac` and `macs` got NFS replies in the same seconds for longer than a switch of paths takes."""
    runs: tuple[list[tuple[int, int]], list[tuple[int, int]]] = ([], [])
    for event in evidence.events:
        if isinstance(event.detail, StorageTraffic) and event.detail.what == "reply":
            span = (event.at.least, event.detail.run.last.most)
            if event.detail.ends.dst_mac == mac:
                runs[0].append(span)
            elif event.detail.ends.dst_mac in macs:
                runs[1].append(span)
    both = sum(max(0, min(a[1], b[1]) - max(a[0], b[0])) for a in runs[0] for b in runs[1])
    return both > SWITCHED_WITHIN


def _sharing_hosts(roles: Roles, mac: str, evidence: Evidence) -> list[Member]:
    """The hosts whose public MACs carried a 4-tuple or an XID that `mac` carried as well."""
    tuples: set[tuple[str, int]] = set()
    for event in evidence.events:
        if isinstance(event.detail, StorageTraffic) and event.detail.ends.src_mac == mac:
            tuples.add((event.detail.ends.src, event.detail.ends.sport))
    xids = {(op.xid, op.procedure) for op in evidence.operations if op.ends.src_mac == mac}
    found: dict[int, Member] = {}
    for event in evidence.events:
        if isinstance(event.detail, StorageTraffic) and (event.detail.ends.src, event.detail.ends.sport) in tuples:
            host = roles.host_of_mac(event.detail.ends.src_mac)
            if host is not None:
                found[id(host)] = host
    for op in evidence.operations:
        if (op.xid, op.procedure) in xids:
            host = roles.host_of_mac(op.ends.src_mac)
            if host is not None:
                found[id(host)] = host
    return list(found.values())
