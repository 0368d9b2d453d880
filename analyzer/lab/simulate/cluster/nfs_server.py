"""A CVM's NFS server: when it answers a call, and in which segments."""

from __future__ import annotations

from analyzer.lab.simulate.cluster.connection import (
    DELAYED_ACK,
    REACTION,
    TRANSFER,
    Operation,
    ServerConnection,
)
from analyzer.lab.simulate.cluster.tcp_server import TcpServer
from analyzer.lab.simulate.scheduler import Scheduler
from analyzer.lab.simulate.wire import rpc
from analyzer.lab.simulate.wire.frames import ACK, MSS, PSH
from analyzer.lab.simulate.wire.switch import Port

DUPLICATE_ACKS = 3
RECOVERABLE = DUPLICATE_ACKS + 1  # segments from the lost one on


class NfsServer(TcpServer):
    """Serves while it is not `hung`."""

    def __init__(
        self, clock: Scheduler, number: int, eth0: Port, eth1: Port, own_vmk1: Port, *, symmetric: bool, loss: int = 0
    ) -> None:
        """`loss` is per mille of the large replies."""
        super().__init__(clock, number, eth0, eth1, own_vmk1, symmetric=symmetric)
        self.hung = False
        self._loss = loss

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
