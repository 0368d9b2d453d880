"""A node of the cluster: a host with its CVM and its clients, wired to the public switch."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

from analyzer.lab.simulate.cluster.client import Client
from analyzer.lab.simulate.cluster.connection import MANAGEMENT, PRIVATE_HOST, STORAGE
from analyzer.lab.simulate.cluster.cvm import Cvm
from analyzer.lab.simulate.cluster.host import Host
from analyzer.lab.simulate.cluster.site import Site
from analyzer.lab.simulate.scenario.options import Drawn, Options
from analyzer.lab.simulate.truth.host_truth import HostTruth
from analyzer.lab.simulate.wire.switch import Port, Wire

NETWORK = "192.168.1"
HOST_TAILS, CVM_TAILS = (24, 25, 23), (26, 27, 28)


@dataclass(slots=True, eq=False)
class Node:
    """A host with its CVM, its clients and its truth."""

    host: Host
    cvm: Cvm
    clients: list[Client]
    truth: HostTruth
    on_task: list[Callable[[int], None]] = field(default_factory=list)  # called with when Genesis will change the route


def build(number: int, site: Site, options: Options, drawn: Drawn, *, with_clients: bool) -> Node:
    """Node `number` (from 1), with an internal switch of its own, on the public one of `site`."""
    clock, truth_log, public = site.clock, site.truth_log, site.public
    host_tail, cvm_tail = tails(number)
    inside = Wire()
    vmk0 = Port(public, bytes((0x00, 0x25, 0x90, 0xAA, number, host_tail)), (f"{NETWORK}.{host_tail}",))
    vmk1 = Port(inside, bytes((0x00, 0x50, 0x56, 0x6A, number, host_tail)), (PRIVATE_HOST,))
    eth0 = Port(public, bytes((0x00, 0x0C, 0x29, 0xA0, 1, cvm_tail)), (f"{NETWORK}.{cvm_tail}",))
    eth1 = Port(inside, bytes((0x00, 0x0C, 0x29, 0xA0, 5, cvm_tail)), (STORAGE, MANAGEMENT))
    symmetric = drawn.reply_path == "symmetric"
    cvm = Cvm(clock, number, eth0, eth1, vmk1, symmetric=symmetric, loss=options.network_loss)
    host = Host(clock, number, vmk0, vmk1, truth_log, arp_life=drawn.arp_life, strict=drawn.host_arp == "strict")
    datastores = range(options.connections if with_clients else 0)
    clients = [Client(clock, host, datastore, truth_log, options, drawn) for datastore in datastores]
    truth = HostTruth(
        host, cvm.address, host.is_served_by, host.is_there, truth_log.episodes, [one.watcher for one in clients]
    )
    return Node(host, cvm, clients, truth)


def tails(number: int) -> tuple[int, int]:
    """The last octets of node `number` (from 1): host, CVM."""
    if number <= len(HOST_TAILS):
        return HOST_TAILS[number - 1], CVM_TAILS[number - 1]
    return 30 + number, 100 + number
