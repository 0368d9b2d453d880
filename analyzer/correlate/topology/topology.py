"""Who is who: which MACs and addresses belong to which ESXi host and which CVM.

On the wire a host is a MAC that sends to the storage address; vmk0's MAC also owns a public address, vmk1's owns only
the private one, which is the same on every host. Both are joined by what they share: a TCP 4-tuple, an XID that is sent
again on another connection, the inventory, or, when there is one candidate each, by elimination (and that is said).
"""

from __future__ import annotations

import ipaddress
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from functools import cache
from types import MappingProxyType

from analyzer.config import Settings
from analyzer.model.correlation import Assumption
from analyzer.model.source import Origin

VENDOR = len("00:0c:29")  # hypervisors give their machines' MACs a prefix that no host's port has
SHOWN = 4  # so many origins of a host or CVM are kept: the first ones


@dataclass(frozen=True, slots=True, eq=False)
class Member:
    """A host or a CVM, as far as it is known; `cvm` is a host's own, `origins` are the first that show the member.

    Two are equal when they have the same key: what is known of a host grows, and it stays the same host.
    """

    address: str | None
    macs: frozenset[str] = frozenset()
    cvm: str | None = None
    name: str | None = None
    origins: tuple[Origin, ...] = ()

    @property
    def key(self) -> str:
        """What names it: its address, else its lowest MAC, else its name in its log."""
        return self.address or min(self.macs, default=None) or self.name or ""

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Member) and self.key == other.key

    def __hash__(self) -> int:
        return hash(self.key)

    def shown_by(self, *origins: Origin) -> Member:
        """With further origins; the same where they are not among the first."""
        if len(self.origins) == SHOWN and min(origins, default=self.origins[-1]) >= self.origins[-1]:
            return self
        first = tuple(sorted({*self.origins, *origins})[:SHOWN])
        return self if first == self.origins else replace(self, origins=first)

    def with_macs(self, macs: Iterable[str]) -> Member:
        """With further MACs."""
        every = self.macs.union(macs)
        return self if every == self.macs else replace(self, macs=every)


@dataclass(frozen=True, slots=True)
class Topology:
    """All hosts and CVMs. `owners` maps a MAC to the public addresses that it speaks for, `cvms` is by public address.

    `internal_peers` are the CVMs' MACs on the internal switches (eth1), which own no public address;
    `public_senders` are MACs with IPv4 frames from public addresses; `inside_senders` are hosts' MACs on the internal
    switches (vmk1), which no other network hears; `ssh_clients` are addresses that hold SSH to hosts, as Genesis does.
    `logs` has the key of the host whose log a clock stamps, `named` the machines that lines on hosts name. Nobody
    writes into the mappings: each `with_…` gives a new topology, or the same where nothing is new.
    """

    settings: Settings
    owners: Mapping[str, tuple[str, ...]]
    hosts: tuple[Member, ...] = ()
    cvms: Mapping[str, Member] = field(default_factory=lambda: MappingProxyType({}))
    assumptions: tuple[Assumption, ...] = ()
    internal_peers: frozenset[str] = frozenset()
    public_senders: frozenset[str] = frozenset()
    inside_senders: frozenset[str] = frozenset()
    ssh_clients: frozenset[str] = frozenset()
    logs: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))
    named: frozenset[str] = frozenset()
    _by_key: Mapping[str, Member] = field(init=False, repr=False, compare=False)
    _by_mac: Mapping[str, Member] = field(init=False, repr=False, compare=False)
    _by_name: Mapping[str, Member] = field(init=False, repr=False, compare=False)
    _cvm_macs: Mapping[str, str] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        latest_first = self.hosts[::-1]  # of two that claim the same, the first counts
        object.__setattr__(self, "_by_key", {host.key: host for host in latest_first})
        object.__setattr__(self, "_by_mac", {mac: host for host in latest_first for mac in host.macs})
        names = ((name, host) for host in latest_first for name in (host.address, host.name) if name)
        object.__setattr__(self, "_by_name", dict(names))
        owned = {mac: addresses[0] for mac, addresses in self.owners.items() if addresses}
        latest_cvm_first = reversed([*self.cvms.items()])
        of_cvms = {mac: address for address, cvm in latest_cvm_first for mac in cvm.macs}
        object.__setattr__(self, "_cvm_macs", owned | of_cvms)

    def host(self, key: str) -> Member | None:
        """The host that `key` names."""
        return self._by_key.get(key)

    def host_of_mac(self, mac: str) -> Member | None:
        """The host that owns `mac`."""
        return self._by_mac.get(mac)

    def host_of_address(self, address: str | None) -> Member | None:
        """The host whose vmk0 has `address`; a log may have the inventory's name of it instead."""
        return self._by_name.get(address) if address else None

    def host_of_clock(self, clock: str) -> Member | None:
        """The host whose log `clock` stamps."""
        return self._by_key.get(self.logs.get(clock, ""))

    def addresses_of_logs(self) -> dict[str, str]:
        """The address of the host that each clock of a host's log is of, where it is known."""
        hosts = {clock: self.host_of_clock(clock) for clock in self.logs}
        return {clock: host.address for clock, host in hosts.items() if host is not None and host.address}

    def hosts_of_logs(self) -> dict[str, str]:
        """What the host is called, by its address or its name, that each clock of a host's log is of."""
        hosts = {clock: self.host_of_clock(clock) for clock in self.logs}
        named = {clock: host.address or host.name or ":" for clock, host in hosts.items() if host is not None}
        return {clock: name for clock, name in named.items() if ":" not in name}  # else it is called by its log's clock

    def cvm_of_mac(self, mac: str) -> str | None:
        """The public address of the CVM that owns `mac`, or None."""
        return self._cvm_macs.get(mac)

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

    def with_cvm(self, address: str | None, origin: Origin) -> Topology:
        """With a CVM by its public address or its inventory's name, unless a host has that address."""
        return self.with_cvms(((address, origin),))

    def with_cvms(self, found: Iterable[tuple[str | None, Origin]]) -> Topology:
        """With CVMs, each as :meth:`with_cvm` takes it: many at once, as each new topology has all of the old one."""
        by_name = {cvm.name: address for address, cvm in reversed([*self.cvms.items()]) if cvm.name}
        cvms, is_new = dict(self.cvms), False
        for name, origin in found:
            address = by_name.get(name, name) if name else None
            if not address or self.is_private(address) or self.host_of_address(address) is not None:
                continue
            old = cvms.get(address)
            cvms[address] = new = (old or Member(address)).shown_by(origin)
            is_new = is_new or new is not old
        return replace(self, cvms=MappingProxyType(cvms)) if is_new else self

    def with_cvm_macs(self, macs: Mapping[str, Iterable[str]]) -> Topology:
        """With these MACs of known CVMs, by address."""
        found = {address: cvm.with_macs(macs.get(address, ())) for address, cvm in self.cvms.items()}
        return replace(self, cvms=MappingProxyType(found))

    def with_host(self, address: str | None, origin: Origin) -> Topology:
        """With a host by vmk0's address or its inventory's name, unless a CVM has that address."""
        return self.with_hosts(((address, origin),))

    def with_hosts(self, found: Iterable[tuple[str | None, Origin]]) -> Topology:
        """With hosts, each as :meth:`with_host` takes it: many at once, as each new topology has all of the old one."""
        hosts, is_new = list(self.hosts), False
        places = {name: place for place, host in reversed([*enumerate(hosts)]) for name in (host.address, host.name)}
        for address, origin in found:
            if not address or self.is_private(address) or address in self.cvms:
                continue
            place = places.setdefault(address, len(hosts))
            if place == len(hosts):
                hosts.append(Member(address))
            old = hosts[place]
            hosts[place] = new = old.shown_by(origin)
            is_new = is_new or new is not old
        return replace(self, hosts=tuple(hosts)) if is_new else self

    def with_member(self, key: str, new: Member) -> Topology:
        """With `new` in the place of the host `key`."""
        if self._by_key.get(key) is new:
            return self
        return replace(self, hosts=tuple(new if host.key == key else host for host in self.hosts))

    def with_own_cvm(self, key: str, cvm: str) -> Topology:
        """With `cvm` as the own CVM of the host `key`, unless another is known."""
        host = self.host(key)
        return self if host is None or host.cvm is not None else self.with_member(key, replace(host, cvm=cvm))

    def with_own_cvms(self, found: Mapping[str, str]) -> Topology:
        """With the own CVMs of many hosts, by the hosts' keys, as :meth:`with_own_cvm` takes each."""
        new = {key: replace(host, cvm=cvm) for key, cvm in found.items() if (host := self.host(key)) and not host.cvm}
        if not new:
            return self
        return replace(self, hosts=tuple(new.get(host.key, host) for host in self.hosts))

    def without_own_cvm(self, key: str) -> Topology:
        """Where it turns out not to be known which CVM is the own one of the host `key`."""
        host = self.host(key)
        return self if host is None or host.cvm is None else self.with_member(key, replace(host, cvm=None))


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
