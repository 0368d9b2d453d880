"""The members of a cluster: hosts and CVMs with their names, addresses and MACs, made from the options."""

from __future__ import annotations

from collections.abc import Iterator
from ipaddress import IPv4Address, IPv4Interface, IPv4Network

import msgspec

from analyzer.config import Settings
from analyzer.errors import UsageError
from analyzer.lab.netns.options import LabOptions
from analyzer.model.truth import TrueCvm, TrueHost

PREFIX = 24
NOBODY = 99  # the last octet of a gateway that does not exist

# The published test's own addresses come first; larger clusters go on from there.
_HOST_OCTETS = (24, 25, 23, *range(31, 60))
_CVM_OCTETS = (26, 27, 28, *range(61, 90))
_PEERS = 4
_SETTINGS = Settings()


class Cluster(msgspec.Struct, frozen=True, kw_only=True):
    """Hosts and CVMs in the same order: the i-th CVM is the i-th host's own. Private addresses are the same on all.

    `leader` is the CVM on which Genesis leads at first.
    """

    hosts: tuple[TrueHost, ...]
    cvms: tuple[TrueCvm, ...]
    leader: TrueCvm
    storage_address: str = _SETTINGS.storage_address
    host_private_address: str = _SETTINGS.host_private_address
    cvm_management_address: str = _SETTINGS.cvm_management_address

    @property
    def host(self) -> TrueHost:
        """The host that is watched: its client does the I/O, its vmk1 is captured."""
        return self.hosts[0]

    @property
    def cvm(self) -> TrueCvm:
        """The watched host's own CVM."""
        return self.cvms[0]

    @property
    def preferred(self) -> TrueCvm:
        """The CVM that Genesis forwards to when it can: the third, as in the published test and in the simulator."""
        return self.cvms[2]

    def peers_of(self, cvm: TrueCvm) -> tuple[TrueCvm, ...]:
        """The CVMs that it talks to: the next ones only, as all namespaces share one table of neighbours (arp(7))."""
        after = self.cvms.index(cvm) + 1
        return (*self.cvms[after:], *self.cvms[: after - 1])[:_PEERS]

    @property
    def public_network(self) -> str:
        """In CIDR notation."""
        return str(IPv4Interface(f"{self.host.address}/{PREFIX}").network)

    @property
    def private_network(self) -> str:
        """In CIDR notation."""
        return str(IPv4Interface(f"{self.storage_address}/{PREFIX}").network)

    @property
    def nobody(self) -> str:
        """An address of the public network that nobody has."""
        base = self.host.address.rpartition(".")[0]
        taken = {host.address for host in self.hosts} | {cvm.address for cvm in self.cvms}
        return next(a for octet in range(NOBODY, 1, -1) if (a := f"{base}.{octet}") not in taken)


def cluster_of(options: LabOptions) -> Cluster:
    """The members that the options ask for; :class:`UsageError` for names or addresses that can't be of one cluster."""
    nodes = range(options.nodes)
    hosts = options.host_addresses or tuple(f"192.168.1.{_HOST_OCTETS[i]}" for i in nodes)
    cvms = options.cvm_addresses or tuple(f"192.168.1.{_CVM_OCTETS[i]}" for i in nodes)
    _check_addresses(hosts, cvms)
    if both := {*options.host_names} & {*options.cvm_names}:
        raise UsageError(f"--cvm-names {min(both)}: a host has that name; expected another")
    host_names = options.host_names or tuple(f"host-{i + 1}" for i in nodes)
    cvm_names = options.cvm_names or tuple(f"cvm-{i + 1}" for i in nodes)
    every = tuple(_cvm(i, cvm_names[i], cvms[i]) for i in nodes)
    return Cluster(
        hosts=tuple(_host(i, host_names[i], hosts[i], cvms[i]) for i in nodes),
        cvms=every,
        leader=every[options.leader - 1],
    )


def _check_addresses(hosts: tuple[str, ...], cvms: tuple[str, ...]) -> None:
    every = (*hosts, *cvms)
    networks = {IPv4Interface(f"{address}/{PREFIX}").network for address in every}
    if len(networks) != 1 or len({*every}) != len(every):
        raise UsageError(f"hosts {','.join(hosts)} and CVMs {','.join(cvms)}: expected different addresses of one /24")
    if nobodys := {str(one) for one in _not_of_machines(networks)} & {*every}:
        raise UsageError(f"{min(nobodys)}: expected addresses that a machine can have")
    if networks == {IPv4Interface(f"{_SETTINGS.storage_address}/{PREFIX}").network}:
        raise UsageError(f"{hosts[0]}: is in the private network of {_SETTINGS.storage_address}; expected another /24")


def _host(node: int, name: str, address: str, cvm: str) -> TrueHost:
    return TrueHost(
        name=name,
        address=address,
        cvm=cvm,
        vmk0_mac=f"00:25:90:a0:{node:02x}:{_octet(address):02x}",
        vmk1_mac=f"00:50:56:6a:{node:02x}:{_octet(address):02x}",
    )


def _cvm(node: int, name: str, address: str) -> TrueCvm:
    return TrueCvm(
        name=name,
        address=address,
        eth0_mac=f"00:0c:29:a0:{node:02x}:{_octet(address):02x}",
        eth1_mac=f"00:0c:29:a5:{node:02x}:{_octet(address):02x}",
    )


def _not_of_machines(networks: set[IPv4Network]) -> Iterator[IPv4Address]:
    """A network's own address and its broadcast's; and all of one that is for loopback, multicast or nothing."""
    for network in networks:
        one = network.network_address
        reserved = one.is_loopback or one.is_multicast or one.is_reserved or one.is_unspecified or one.is_link_local
        yield from network if reserved else (one, network.broadcast_address)


def _octet(address: str) -> int:
    return int(address.rpartition(".")[2])
