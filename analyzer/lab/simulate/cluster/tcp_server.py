"""TCP on a CVM, at the NFS port: the connections of the hosts, how they begin and how they are ended (RFC 9293)."""

from __future__ import annotations

from random import Random

from analyzer.lab.simulate.cluster.connection import (
    REACTION,
    SERVER_WINDOW,
    Caller,
    ServerConnection,
)
from analyzer.lab.simulate.cluster.egress import Egress
from analyzer.lab.simulate.scheduler import Scheduler
from analyzer.lab.simulate.wire.frames import ACK, FIN, MSS, RST, SYN, Endpoint
from analyzer.lab.simulate.wire.switch import Port


class TcpServer(Egress):
    """`own_vmk1` is the CVM's host's port on the internal switch. `life` counts the CVM's deaths."""

    def __init__(
        self, clock: Scheduler, number: int, eth0: Port, eth1: Port, own_vmk1: Port, *, symmetric: bool
    ) -> None:
        self.clock = clock
        self.number = number
        self.name = f"cvm{number}"
        self.address = eth0.addresses[0]
        super().__init__(eth0, eth1, own_vmk1, symmetric=symmetric)
        self.powered = True
        self.listening = True  # whether a process has the NFS port
        self.life = 0
        self._random: Random = clock.random_of(self.name)
        self._table: dict[tuple[str, int], ServerConnection] = {}
        self._closing: list[Caller] = []  # whose FIN is still to come

    def accept(self, caller: Caller, arrival: Port, sender: Port, at: int) -> bool:
        """A SYN came in; True when it is answered so that the host hears it."""
        if not self.listening:
            self._turn_away(caller, arrival, sender, at)
            return False
        key = caller.key
        connection = self._table.get(key)
        if connection is None or connection.caller is not caller:
            bits = self._random.getrandbits
            connection = ServerConnection(caller, Endpoint(bits(32), bits(32), 65160), bits(16), arrival, sender)
            connection.end.got = (caller.end.seq + 1) & 0xFFFFFFFF
            self._table[key] = connection
            connection.end.advance(1)
        connection.arrival, connection.sender = arrival, sender
        connection.end.echo = caller.end.stamps(at)[0]
        way = self.way(connection.caller.source, arrival, sender, at)
        end = connection.end
        header, delivered, at = self.header(connection, way, at)
        stamps = end.stamps(at)
        self.put(way, at, header.synchronize(SYN | ACK, (end.seq - 1) & 0xFFFFFFFF, end.got, 65160, stamps))
        end.window = SERVER_WINDOW
        if delivered:
            caller.end.got, caller.end.echo = end.seq, stamps[0]
            caller.accepted(at - self.clock.now)
        return delivered

    def serves(self, caller: Caller) -> ServerConnection | None:
        """This CVM's end of the connection, if it knows it."""
        connection = self._table.get(caller.key)
        return connection if connection is not None and connection.caller is caller else None

    def closes(self, caller: Caller) -> bool:
        """Whether this FIN is the one that this CVM's own FIN asked for."""
        waited = caller in self._closing
        if waited:
            self._closing.remove(caller)
        return waited

    def refuse(self, caller: Caller, arrival: Port, sender: Port, at: int) -> None:
        """Answer a segment of an unknown connection with RST, by whatever side the address is routed to."""
        connection = ServerConnection(caller, Endpoint(0, 0, 0), self._random.getrandbits(16), arrival, sender)
        way = self.way(caller.source, arrival, sender, at)
        header, delivered, at = self.header(connection, way, at + REACTION)
        self.put(way, at, header.reset(caller.end.got))
        if delivered:
            self.clock.at(at + 10_000, caller.refused)

    def _turn_away(self, caller: Caller, arrival: Port, sender: Port, at: int) -> None:
        """Answer a SYN to a port that nobody listens on with RST."""
        connection = ServerConnection(caller, Endpoint(0, 0, 0), self._random.getrandbits(16), arrival, sender)
        way = self.way(caller.source, arrival, sender, at)
        header, delivered, at = self.header(connection, way, at)
        self.put(way, at, header.refuse((caller.end.seq + 1) & 0xFFFFFFFF))
        if delivered:
            self.clock.at(at + 10_000, caller.refused)

    def take(self, connection: ServerConnection, size: int, at: int) -> None:
        """Payload came in; every second full segment is acknowledged."""
        connection.end.take(size)
        connection.full = connection.full + 1 if size == MSS else 0
        if connection.full == 2:
            connection.full = 0
            self.acknowledge(connection, at + REACTION // 8)

    def forget(self, caller: Caller) -> None:
        """The host ended the connection."""
        if self.serves(caller):
            del self._table[caller.key]

    def acknowledge(self, connection: ServerConnection, at: int) -> None:
        """A segment without payload."""
        self.send(connection, ACK, b"", at)

    def end_all(self, how: str) -> None:
        """End the connections of all hosts."""
        for address in sorted({address for address, _ in self._table}):
            self.terminate(address, how)

    def terminate(self, address: str, how: str) -> list[str]:
        """NfsTerminateConnection: end the connections of the host whose vmk0 that is; what was ended, `address:port`.

        Half a handshake is no connection yet.
        """
        ended = []
        for key, connection in sorted(self._table.items()):
            if key[0] != address or not connection.established:
                continue
            del self._table[key]
            ended.append(f"{key[0]}:{key[1]}")
            at = max(self.clock.now, connection.free)  # a reply that is passing is sent as a whole
            delivered = self.send(connection, FIN | ACK if how == "fin" else RST | ACK, b"", at)
            if delivered and how == "fin":
                self._closing.append(connection.caller)
                connection.end.advance(1)
                connection.caller.end.take(1)
                self.clock.at(at + 120_000, self._last_ack, connection)
            if delivered:
                self.clock.at(at + 100_000, connection.caller.ended if how == "fin" else connection.caller.refused)
        return ended

    def _last_ack(self, connection: ServerConnection) -> None:
        """The host's FIN has come: acknowledge it."""
        if self.powered and connection.caller not in self._closing:
            connection.end.take(1)
            self.send(connection, ACK, b"", self.clock.now + 10_000)
