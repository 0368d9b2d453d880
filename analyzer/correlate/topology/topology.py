"""Who is who: which MACs and addresses belong to which ESXi host and which CVM.

On the wire a host is a MAC that sends to the storage address; vmk0's MAC also owns a public address, vmk1's owns only
the private one, which is the same on every host. Both are joined by what they share: a TCP 4-tuple, an XID that is sent
again on another connection, the inventory, or, when there is one candidate each, by elimination (and that is said).
"""

from __future__ import annotations

import ipaddress
from dataclasses import dataclass, field
from functools import cache

from analyzer.config import Settings
from analyzer.model.source import Origin

VENDOR = len("00:0c:29")  # hypervisors give their machines' MACs a prefix that no host's port has


@dataclass(slots=True)
class Member:
    """A host or a CVM while it is being found out."""

    address: str | None
    macs: set[str] = field(default_factory=set)
    cvm: str | None = None
    name: str | None = None
    origins: list[Origin] = field(default_factory=list)

    @property
    def key(self) -> str:
        """What names it: its address, else its lowest MAC, else its name in its log."""
        return self.address or min(self.macs, default=None) or self.name or ""


@dataclass(slots=True)
class Roles:
    """The cast. `owners` maps a MAC to the public addresses that it speaks for.

    `internal_peers` are the CVMs' MACs on the internal switches (eth1), which own no public address;
    `public_senders` are MACs with IPv4 frames from public addresses; `inside_senders` are hosts' MACs on the internal
    switches (vmk1), which no other network hears; `ssh_clients` are addresses that hold SSH to hosts, as Genesis does.
    """

    settings: Settings
    owners: dict[str, tuple[str, ...]]
    hosts: list[Member]
    cvms: dict[str, Member]
    assumptions: list[str]
    internal_peers: set[str] = field(default_factory=set)
    public_senders: set[str] = field(default_factory=set)
    inside_senders: set[str] = field(default_factory=set)
    ssh_clients: set[str] = field(default_factory=set)
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

    def like_a_cvm(self, mac: str) -> bool:
        """Whether the owner of `mac` is a CVM, or behaves as one: SSH to hosts, or a MAC of the CVMs' own vendor."""
        addresses = self.owners.get(mac, ())
        if any(address in self.cvms or address in self.ssh_clients for address in addresses):
            return True
        vendors = {other[:VENDOR] for cvm in self.cvms.values() for other in cvm.macs}
        return mac[:VENDOR] in vendors and bool(addresses)

    def is_private(self, address: str) -> bool:
        """Whether `address` is of the internal switch, the same on every host."""
        return is_private(address, self.settings)


def is_address(name: str) -> bool:
    """Whether `name` is an IPv4 address and no host's or CVM's name."""
    try:
        return ipaddress.ip_address(name).version == 4
    except ValueError:
        return False


def is_private(address: str, settings: Settings) -> bool:
    """Whether `address` lies in the /24 of the storage address, which every host has inside."""
    return _is_beside(address, settings.storage_address)


@cache
def _is_beside(address: str, storage_address: str) -> bool:
    network = ipaddress.ip_network(f"{storage_address}/24", strict=False)
    try:
        return ipaddress.ip_address(address) in network
    except ValueError:  # a host's or CVM's name
        return False


def in_order(address: str | None) -> tuple[int, str]:
    """A key that sorts addresses by number, and names by letter."""
    try:
        return int(ipaddress.ip_address(address or "")), ""
    except ValueError:
        return 0, address or ""


def add_cvm(roles: Roles, address: str | None, origin: Origin) -> None:
    """Note a CVM by its public address or its inventory's name, unless a host has that address."""
    address = next((one for one, cvm in roles.cvms.items() if address and cvm.name == address), address)
    if address and not roles.is_private(address) and roles.host_of_address(address) is None:
        roles.cvms.setdefault(address, Member(address)).origins.append(origin)


def add_host(roles: Roles, address: str | None, origin: Origin) -> None:
    """Note a host by vmk0's address or its inventory's name, unless a CVM has that address."""
    if not address or roles.is_private(address) or address in roles.cvms:
        return
    host = roles.host_of_address(address)
    if host is None:
        host = Member(address)
        roles.hosts.append(host)
    host.origins.append(origin)
