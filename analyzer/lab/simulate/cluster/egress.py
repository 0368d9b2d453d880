"""By which of its two ports a CVM sends a segment to a host, with which header, and whether the host hears it there."""

from __future__ import annotations

from typing import NamedTuple

from analyzer.lab.simulate.cluster.connection import NFS_PORT, PRIVATE_HOST, STORAGE, ServerConnection
from analyzer.lab.simulate.wire.frames import Header, Station
from analyzer.lab.simulate.wire.switch import Port


class Way(NamedTuple):
    """The port that a segment is sent from, and the one that it is sent to."""

    port: Port
    to: Port


class Egress:
    """The ports of a CVM: eth0 (public), eth1 (internal), and its own host's vmk1 behind eth1.

    `symmetric`: what came in by eth0 is answered there; else 192.168.5.1 is always looked for at home.
    """

    def __init__(self, eth0: Port, eth1: Port, own_vmk1: Port, *, symmetric: bool) -> None:
        self.eth0, self.eth1, self.own_vmk1 = eth0, eth1, own_vmk1
        self._symmetric = symmetric

    def send(self, connection: ServerConnection, flags: int, payload: bytes, at: int) -> bool:
        """One segment to the host; whether it gets there."""
        end = connection.end
        way = self.way(connection.caller.source, connection.arrival, connection.sender, at)
        header, delivered, at = self.header(connection, way, at)
        stamps = end.stamps(at)
        if way.port.wire.kept:
            self.put(way, at, header.segment(flags, end.seq, end.got, end.window, stamps, payload))
        end.advance(len(payload))
        if delivered:
            host = connection.caller.end
            host.take(len(payload))
            host.echo = stamps[0]
        return delivered

    def way(self, address: str, arrival: Port, sender: Port, at: int) -> Way:
        """By which ports: the private address is at home, unless replies go back the
        way that the call came.
        """
        if address != PRIVATE_HOST:
            return Way(self.eth0, sender if arrival is self.eth0 else self._caller_of(address, at))
        if arrival is self.eth0 and not self._symmetric:
            return Way(self.eth1, self.own_vmk1)
        return Way(arrival, sender)

    def _caller_of(self, address: str, at: int) -> Port:
        """The host's public port, for a call that came in by the internal switch."""
        return self.eth0.neighbour(address, at, 1 << 62) or self.eth0.wire.owner(address) or self.own_vmk1

    def header(self, connection: ServerConnection, way: Way, at: int) -> tuple[Header, bool, int]:
        """The header of this way, whether the host hears it there, and when the segment leaves: ARP comes first."""
        port, to = way
        address = connection.caller.source
        if port is self.eth0 and port.up and address not in port.arp_table and to.wire is port.wire:
            if address == PRIVATE_HOST:
                port.arp_table[address] = (to, at)
            else:
                port.resolve(address, STORAGE, at)
                at += 70_000
        elif (
            connection.arrival is self.eth1 is port
            and address not in port.arp_table
            and port.resolve(address, STORAGE, at)
        ):
            at += 70_000  # a CVM that has booted knows nobody
        delivered = port.up and (to is not self.own_vmk1 or port is not self.eth1 or connection.arrival is self.eth1)
        key = port.mac, to.mac
        header = connection.headers.get(key)
        if header is None:
            source, host = Station(port.mac, STORAGE, NFS_PORT), Station(to.mac, address, connection.caller.port)
            header = connection.headers[key] = Header(source, host, connection.first)
        return header, delivered, at

    def put(self, way: Way, at: int, frame: bytes) -> None:
        """The frame crosses the switch of that way, unless its port is dead."""
        if way.port.up:
            way.port.wire.put(at, frame)
