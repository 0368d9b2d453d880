"""A CVM's NFS server, and TCP below it: the connections of the hosts that it serves, and by which port it answers."""

from __future__ import annotations

from random import Random

from analyzer.lab.simulate.cluster.connection import (
    DELAYED_ACK,
    REACTION,
    SERVER_WINDOW,
    TRANSFER,
    Caller,
    Operation,
    ServerConnection,
)
from analyzer.lab.simulate.cluster.egress import Egress
from analyzer.lab.simulate.scheduler import Scheduler
from analyzer.lab.simulate.wire import rpc
from analyzer.lab.simulate.wire.frames import ACK, FIN, MSS, PSH, RST, SYN, Endpoint
from analyzer.lab.simulate.wire.switch import Port

DUPLICATE_ACKS = 3
RECOVERABLE = DUPLICATE_ACKS + 1  # segments from the lost one on


class Server(Egress):
    """`own_vmk1` is the CVM's host's port on the internal switch. `life` counts the CVM's deaths."""

    def __init__(
        self, clock: Scheduler, number: int, eth0: Port, eth1: Port, own_vmk1: Port, *, symmetric: bool, loss: int = 0
    ) -> None:
        """`loss` is per mille of the large replies."""
        self.clock = clock
        self.number = number
        self.name = f"cvm{number}"
        self.address = eth0.addresses[0]
        super().__init__(eth0, eth1, own_vmk1, symmetric=symmetric)
        self.powered = True
        self.hung = False
        self.listening = True  # whether a process has the NFS port
        self.life = 0
        self._loss = loss
        self._random: Random = clock.stream(self.name)
        self._table: dict[tuple[str, int], ServerConnection] = {}
        self._closing: list[Caller] = []  # whose FIN is still to come

    # --- TCP ---------------------------------------------------------------------------------------------------------

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

    # --- NFS ---------------------------------------------------------------------------------------------------------

    def serve(self, connection: ServerConnection, operation: Operation, at: int) -> None:
        """A call came in whole."""
        if self.hung:
            connection.waiting.append(operation)
            self.clock.at(at + DELAYED_ACK, self._late_ack, connection, self.life)
            return
        wait = self._latency(operation)
        if not connection.greeted:
            connection.greeted = True
            self.acknowledge(connection, at + REACTION)
        elif wait > DELAYED_ACK:
            self.clock.at(at + DELAYED_ACK, self._late_ack, connection, self.life)
        self.clock.at(at + wait, self._answer, connection, operation, self.life)

    def hang(self) -> None:
        """The NFS server stops; TCP goes on."""
        self.hung = True

    def resume(self) -> None:
        """The NFS server goes on, and answers what waited."""
        self.hung = False
        at = self.clock.now
        for connection in list(self._table.values()):
            for number, operation in enumerate(connection.waiting):
                wait = self._latency(operation) // 4 + number * 150_000
                self.clock.at(at + wait, self._answer, connection, operation, self.life)
            connection.waiting.clear()

    def _latency(self, operation: Operation) -> int:
        bits = self._random.getrandbits
        if operation.procedure == rpc.WRITE:
            return 450_000 + bits(12) * (bits(10) + 1)  # most within 2 ms, some 4.6 ms
        return 140_000 + bits(17)

    def _late_ack(self, connection: ServerConnection, life: int) -> None:
        if self.powered and self.life == life and self._table.get(connection.caller.key) is connection:
            self.acknowledge(connection, max(self.clock.now, connection.free, connection.caller.free))

    def _answer(self, connection: ServerConnection, operation: Operation, life: int) -> None:
        caller = connection.caller
        if self.life != life or self._table.get(caller.key) is not connection:
            return
        if self.hung:
            connection.waiting.append(operation)
            return
        if (free := max(connection.free, caller.free)) > self.clock.now:
            self.clock.at(free, self._answer, connection, operation, life)
            return
        message = caller.dialect.reply(operation.procedure, operation.xid, operation.size)
        delivered = self._send_all(connection, message, self.clock.now)
        if delivered:
            caller.answered(connection, operation, self.clock.now, max(0, connection.free - REACTION - self.clock.now))

    def _send_all(self, connection: ServerConnection, message: bytes, at: int) -> bool:
        """A message in segments; the host acknowledges every second one."""
        parts = rpc.segments(message, MSS)
        if len(parts) == 1:
            return self.send(connection, PSH | ACK, message, at)
        _, delivered, at = self.header(
            connection, self.way(connection.caller.source, connection.arrival, connection.sender, at), at
        )
        connection.free = at + len(parts) * TRANSFER + REACTION
        lost = len(parts)
        if delivered and len(parts) > RECOVERABLE and self._loss and self._random.randrange(1000) < self._loss:
            lost = self._random.randrange(1, len(parts) - RECOVERABLE + 1)
        for number, part in enumerate(parts[:lost], 1):
            last = number == len(parts)
            self.send(connection, PSH | ACK if last else ACK, part, at)
            at += TRANSFER
            if delivered and not last and number % 2 == 0:
                connection.caller.received(at)
        if lost < len(parts):
            self._recover(connection, parts[lost:], at)
        return delivered

    def _recover(self, connection: ServerConnection, parts: list[bytes], at: int) -> None:
        """The first of `parts` is lost behind the tap: duplicate ACKs, and a fast retransmit after the third (RFC 5681,
        3.2). The host has all of them then.
        """
        host, hole = connection.caller.end, connection.end.seq
        for number, part in enumerate(parts):
            self.send(connection, PSH | ACK if number == len(parts) - 1 else ACK, part, at)
            at += TRANSFER
            host.got = hole
            if 0 < number <= DUPLICATE_ACKS:
                connection.caller.received(at)
        end = connection.end.seq
        connection.end.seq = hole
        self.send(connection, ACK, parts[0], at + REACTION)
        connection.end.seq = host.got = end
        connection.free = at + 3 * REACTION
