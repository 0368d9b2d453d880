"""The host's end of a TCP connection with the storage address, as far as a capture shows it (RFC 9293, RFC 6298).

What reaches a server that knows the connection counts as received at once; what does not is sent again with a timer
that doubles, by whatever route the host has then. While the next hop is unknown, nothing is on the wire but ARP.
"""

from __future__ import annotations

from collections import deque
from typing import Literal, NamedTuple, Protocol

from analyzer.lab.simulate.cluster.connection import REACTION, TRANSFER, Operation, ServerConnection
from analyzer.lab.simulate.cluster.cvm import Cvm
from analyzer.lab.simulate.wire.frames import ACK, FIN, MSS, PSH, RST, SYN, Endpoint, Header
from analyzer.lab.simulate.wire.rpc import Dialect, segments
from analyzer.lab.simulate.wire.switch import Port
from analyzer.model.instant import MILLISECOND, SECOND

FIRST_RTO = 200 * MILLISECOND
LONGEST_RTO = 120 * SECOND
SYN_RETRY = 1020 * MILLISECOND

Outcome = Literal["delivered", "lost", "unresolved"]


class Owner(Protocol):
    """The NFS client that uses the socket."""

    def connected(self, socket: Socket) -> None:
        """The handshake is done."""

    def reply(self, socket: Socket, connection: ServerConnection, operation: Operation) -> None:
        """A reply came."""

    def lost(self, socket: Socket, how: str) -> None:
        """The connection has ended, by RST or FIN of the server."""


class Network(Protocol):
    """The host's way out."""

    vmk0: Port

    @property
    def watched(self) -> bool:
        """Whether anybody may see what leaves now."""

    def source(self) -> str:
        """The source address of a new connection, by the route."""

    def output(self, socket: Socket, flags: int, payload: bytes, at: int, seq: int) -> tuple[Outcome, int]:
        """Send one segment by the route; what came of it, and when it left."""

    def plan(self, delay: int, socket: Socket, what: str, serial: int) -> None:
        """Call `socket.due(what, serial)` in `delay` ns."""

    def wait_for_neighbour(self, socket: Socket) -> None:
        """Call `socket.resolved` when the next hop has answered, or the route has changed."""


class Initial(NamedTuple):
    """What a new connection begins with: its sequence number, its timestamps' offset, an IPv4 identification."""

    seq: int
    offset: int
    ident: int


class Socket:
    """One connection. `undelivered` begins at `end.seq - len(undelivered)`; `unsent` follows `end.seq`."""

    def __init__(self, owner: Owner, network: Network, dialect: Dialect, port: int, initial: Initial) -> None:
        self.owner, self.network, self.dialect = owner, network, dialect
        self.vmk0 = network.vmk0
        self.source = network.source()
        self.port = port
        self.key = self.source, port
        self.state: Literal["connecting", "open", "closed"] = "connecting"
        self.end = Endpoint(initial.seq, initial.offset, 64240)
        self.headers: dict[tuple[bytes, bytes], Header] = {}
        self.first = initial.ident
        self.undelivered = bytearray()
        self.unsent = bytearray()
        self.delivered = self.written = 0
        self.sent: deque[Operation] = deque()
        self.server: Cvm | None = None
        self._backoff = FIRST_RTO
        self._serial = 0
        self._timed = False
        self.acknowledged = 0
        self.free = 0  # ns when the last segment of a message has passed, either way: one at a time

    # --- what the client asks ---------------------------------------------------------------------------------------

    def connect(self, at: int) -> None:
        """Send a SYN, and again until something answers or the socket is closed."""
        outcome, _ = self.network.output(self, SYN, b"", at, self.end.seq)
        if outcome == "unresolved":
            self.network.wait_for_neighbour(self)
        elif outcome == "lost":
            self._plan(SYN_RETRY, "syn")

    def send(self, operation: Operation, at: int) -> None:
        """Send a call, or keep it until what was sent before has arrived."""
        self.written += len(operation.call)
        operation.end = self.written
        self.sent.append(operation)
        if self._timed:
            self.unsent += operation.call
        else:
            self._push(operation.call, at)

    def close(self, at: int) -> None:
        """Give the connection up, with a RST if the next hop is known."""
        if self.state == "open":
            self.network.output(self, RST | ACK, b"", at, self.end.seq)
        self._shut()

    # --- what the network brings -------------------------------------------------------------------------------------

    def accepted(self, delay: int) -> None:
        """The SYN-ACK leaves in `delay` ns."""
        if self.state == "connecting":
            self._plan(delay + REACTION, "established")

    def received(self, at: int) -> None:
        """A part of a reply arrived."""
        if self.state == "open":
            self.network.output(self, ACK, b"", at, self.end.seq)

    def answered(self, connection: ServerConnection, operation: Operation, at: int, delay: int) -> None:
        """A reply arrives `delay` ns after `at`: acknowledge it, hand it over. A closed socket answers with a RST."""
        if self.state != "open":
            self.network.plan(REACTION, self, "stranger", 0)
            return
        if self.network.watched:
            self.network.plan(delay + REACTION // 2, self, "ack", 0)
        if delay:
            self.free = max(self.free, at + delay)
        self.owner.reply(self, connection, operation)

    def refused(self) -> None:
        """A RST arrived."""
        if self.state != "closed":
            how = "rst" if self.state == "open" else "refused"
            self._shut()
            self.owner.lost(self, how)

    def forget(self) -> None:
        """Its kernel has stopped: nothing is said."""
        self._shut()

    def ended(self) -> None:
        """A FIN arrived: end this side too. What has long been closed answers with a RST."""
        if self.state == "closed":
            self.network.plan(REACTION, self, "stranger", 0)
            return
        self.network.plan(0, self, "fin", 0)
        self._shut()
        self.owner.lost(self, "fin")

    def due(self, what: str, serial: int, at: int) -> None:
        """Something planned is due; what has been overtaken is passed over."""
        if what == "fin":
            self.network.output(self, FIN | ACK, b"", at, self.end.seq)
            self.end.advance(1)
        elif what == "stranger":
            self.network.output(self, RST | ACK, b"", at, self.end.seq)
        elif self.state == "closed":
            return
        elif what == "ack":
            self._acknowledge(at)
        elif serial != self._serial:
            return
        elif what == "established":
            self._open(at)
        elif what == "syn":
            self.connect(at)
        else:
            self._retry(at)

    def resolved(self, at: int) -> None:
        """The next hop is known now, or the route is another: try again."""
        if self.state == "connecting":
            self.connect(at)
        elif self.state == "open" and self.undelivered:
            self._retry(at)

    def _acknowledge(self, at: int) -> None:
        """What came, unless another reply or a call did so. A message that is passing is counted as received already:
        it has to be over, or what is still to come would be acknowledged.
        """
        if self.acknowledged == self.end.got:
            return
        if at < self.free:
            self.network.plan(self.free - at, self, "ack", 0)
        else:
            self.network.output(self, ACK, b"", at, self.end.seq)

    @property
    def waiting(self) -> bool:
        """Whether it has something that did not get through."""
        return self.state == "connecting" or bool(self.undelivered)

    # --- the stream -------------------------------------------------------------------------------------------------

    def _open(self, at: int) -> None:
        self.state = "open"
        self.end.advance(1)
        self.end.window = 63
        self.network.output(self, ACK, b"", at, self.end.seq)
        self.owner.connected(self)

    def _push(self, data: bytes, at: int) -> None:
        """Send new bytes now, in segments."""
        at = max(at, self.free)
        for part in segments(data, MSS):
            seq = self.end.seq
            self.end.advance(len(part))
            if self.undelivered:
                self.undelivered += part
                continue
            outcome, left = self.network.output(self, PSH | ACK, part, at, seq)
            self.free = at = left + TRANSFER
            if outcome == "delivered":
                self._arrived(len(part), left)
            else:
                self.undelivered += part
                self._miss(outcome)

    def _retry(self, at: int) -> None:
        """The oldest segment again; when it arrives, the rest follows at once."""
        part = bytes(self.undelivered[:MSS])
        seq = (self.end.seq - len(self.undelivered)) & 0xFFFFFFFF
        outcome, left = self.network.output(self, PSH | ACK, part, at, seq)
        if outcome != "delivered":
            self._backoff = min(2 * self._backoff, LONGEST_RTO)
            self._miss(outcome)
            return
        self._timed, self._backoff = False, FIRST_RTO
        self._serial += 1
        rest = bytes(self.undelivered[len(part) :])
        self.undelivered.clear()
        self.end.seq = (seq + len(part)) & 0xFFFFFFFF
        self._arrived(len(part), left)
        rest += bytes(self.unsent)
        self.unsent.clear()
        if rest:
            self._push(rest, left + REACTION)

    def _miss(self, outcome: Outcome) -> None:
        self._timed = True
        if outcome == "unresolved":
            self._serial += 1
            self.network.wait_for_neighbour(self)
        else:
            self._plan(self._backoff, "rto")

    def _arrived(self, size: int, at: int) -> None:
        self.delivered += size
        connection = self.server.serves(self) if self.server else None
        while self.sent and self.sent[0].end <= self.delivered and connection is not None and self.server is not None:
            self.server.serve(connection, self.sent.popleft(), at)

    def _plan(self, delay: int, what: str) -> None:
        self._serial += 1
        self.network.plan(delay, self, what, self._serial)

    def _shut(self) -> None:
        self.state = "closed"
        self._serial += 1
