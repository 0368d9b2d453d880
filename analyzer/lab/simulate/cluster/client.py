"""The NFS client of one datastore of a host: steady operations, a heartbeat, and what it does when a connection ends.

After a reset it connects again by the route of that moment, from the next reserved port, and sends what is pending
again with the same XIDs.
"""

from __future__ import annotations

from random import Random

from analyzer.lab.simulate.cluster.connection import Operation, ServerConnection
from analyzer.lab.simulate.cluster.host import Host
from analyzer.lab.simulate.cluster.mount import mount
from analyzer.lab.simulate.cluster.service import Service, path_of
from analyzer.lab.simulate.cluster.socket import Initial, Socket
from analyzer.lab.simulate.scenario.options import Drawn, Options
from analyzer.lab.simulate.scheduler import Scheduler
from analyzer.lab.simulate.truth.truth_log import TruthLog
from analyzer.lab.simulate.truth.watcher import Watcher
from analyzer.lab.simulate.wire import rpc
from analyzer.model.instant import MILLISECOND, SECOND

FIRST_PORT, LAST_PORT = 512, 1023
RECONNECT = 140_000  # ns from the end of a connection to the next SYN
REFUSED = SECOND  # ns from a connection that was refused to the next SYN
BETWEEN_REPLAYS = 45_000
MIX = (rpc.WRITE, rpc.READ) * 7 + (rpc.GETATTR, rpc.READ)
MOUNTING = (rpc.NULL, rpc.FSINFO, rpc.GETATTR, rpc.LOOKUP, rpc.ACCESS)
SURGE = 25 * MILLISECOND  # between the large operations of a storage vMotion
SURGE_SIZE, SURGE_DEPTH = 32_768, 8
RARE = (rpc.ACCESS, rpc.LOOKUP, rpc.FSSTAT, rpc.COMMIT)


class Client:
    """One datastore of `host`. `replies` are when the host got its replies (ns)."""

    def __init__(
        self, clock: Scheduler, host: Host, number: int, truth_log: TruthLog, options: Options, drawn: Drawn
    ) -> None:
        self.clock = clock
        self.host = host
        self.truth_log = truth_log
        self.watcher = Watcher()
        self.replies: list[int] = []
        self._options = options
        self._rpc_timeout = drawn.rpc_timeout
        self._random: Random = clock.random_of(f"{host.name}/datastore{number}")
        self._dialect = rpc.Dialect(host.name, self._random.getrandbits(32))
        self._xid = self._random.getrandbits(32)
        self._port = self._random.randrange(FIRST_PORT + 100, LAST_PORT - 100)
        self._turn = self._random.randrange(len(MIX))
        self._offset = 0
        self._pending: list[Operation] = []
        self._gap = SECOND // options.rate
        self._sizes = {rpc.READ: options.rsize or options.size, rpc.WRITE: options.wsize or options.size}
        self._quiet = 0  # ns until when the virtual machines ask for nothing
        self._halted = False
        self._service: Service | None = None
        self.socket = self._new_socket()

    # --- operations -------------------------------------------------------------------------------------------------

    def start(self, *, shown: bool = False) -> None:
        """Connect, and begin to work; `shown`: with all that a capture shows of mounting."""
        wait = self._mount() - self.clock.now if shown else 0
        self.clock.after(wait, self._begin_to_work)

    def _mount(self) -> int:
        """Ask for ports and the container's handle; when that is done. NFS begins with what mounting asks of it."""
        for procedure in MOUNTING:
            self._issue(procedure)
        port = self.host.vmk1
        random = self.clock.random_of(f"{self.host.name}/mount/{self._port}")
        return mount(port, port.wire.ports[1], self._dialect, random, self.clock.now)

    def _begin_to_work(self) -> None:
        self.socket.connect(self.clock.now)
        self._watch(self.socket)
        self.clock.after(self._gap + self._random.randrange(self._gap), self._tick)
        self.clock.after(self._random.randrange(self._options.heartbeat), self._beat)

    def _tick(self) -> None:
        """One operation of the virtual machines, unless too many are outstanding."""
        self.clock.after(self._gap + self._random.getrandbits(20) - (1 << 19), self._tick)
        if self._halted or self.clock.now < self._quiet or len(self._pending) >= self._options.queue_depth:
            return
        self._turn += 1
        procedure = MIX[self._turn % len(MIX)]
        if procedure == rpc.GETATTR and self._turn % 3:
            procedure = RARE[self._turn // len(MIX) % len(RARE)]
        self._issue(procedure)

    def _beat(self) -> None:
        """The heartbeat of the datastore."""
        self.clock.after(self._options.heartbeat, self._beat)
        if self.socket.state == "open" and len(self._pending) <= self._options.queue_depth:
            self._issue(rpc.GETATTR)

    def idle(self, until: int) -> None:
        """The virtual machines ask for nothing until then (ns); heartbeats go on."""
        self._quiet = until

    def surge(self, until: int) -> None:
        """A storage vMotion until then (ns): large READs and WRITEs, one after the other."""
        if self.clock.now >= until:
            return
        if self.socket.state == "open" and len(self._pending) < SURGE_DEPTH:
            self._turn += 1
            self._issue(rpc.WRITE if self._turn % 2 else rpc.READ, SURGE_SIZE)
        self.clock.after(SURGE, self.surge, until)

    def halt(self) -> None:
        """The host stops, and all that it knew is lost."""
        self._halted = True
        self._pending.clear()
        self.socket.forget()

    def restart(self) -> None:
        """The host has booted: connect, and work again."""
        self._halted = False
        self._reconnect(RECONNECT)

    def _issue(self, procedure: int, size: int = 0) -> None:
        self._xid = (self._xid + 1) & 0xFFFFFFFF
        size = size or self._sizes.get(procedure, self._options.size)
        self._offset = (self._offset + size) % (1 << 30)
        call = self._dialect.call(procedure, self._xid, self._offset, size)
        operation = Operation(self._xid, procedure, size, call)
        self._pending.append(operation)
        if self.socket.state == "open":
            self._send(self.socket, operation)

    def _send(self, socket: Socket, operation: Operation) -> None:
        """Send a call as soon as the connection is free."""
        if socket is not self.socket or socket.state != "open" or operation not in self._pending:
            return
        if socket.free > self.clock.now:
            self.clock.at(socket.free, self._send, socket, operation)
            return
        socket.send(operation, self.clock.now)
        if socket.waiting or socket.server is None or socket.server.hung:
            self.clock.after(self._rpc_timeout, self._timed_out, operation, socket)

    def _timed_out(self, operation: Operation, socket: Socket) -> None:
        """A call waited for too long on its connection: another connection, then."""
        if socket is self.socket and socket.state == "open" and operation in self._pending:
            socket.close(self.clock.now)
            self._reconnect(RECONNECT)

    # --- connections ------------------------------------------------------------------------------------------------

    def connected(self, socket: Socket) -> None:
        """Send again what is pending, on the new connection."""
        if socket is not self.socket:
            return
        self.watcher.connected(self.clock.now)
        at = self.clock.now + BETWEEN_REPLAYS
        for number, operation in enumerate(self._pending):
            self.clock.at(at + number * BETWEEN_REPLAYS, self._send, socket, operation)

    def lost(self, socket: Socket, how: str) -> None:
        """The server ended the connection."""
        if socket is self.socket:
            if how == "refused":
                self._reconnect(REFUSED)
                return
            self.watcher.ended(self.clock.now)
            self.truth_log.note(self.clock.now, f"connection-ended-by-{how}", self.host.address, port=str(socket.port))
            self._reconnect(RECONNECT)

    def _reconnect(self, delay: int) -> None:
        self.clock.after(delay, self._connect, self.socket)

    def _connect(self, old: Socket) -> None:
        if self.socket is old:
            self.socket = self._new_socket()
            self.socket.connect(self.clock.now)
            self._watch(self.socket)

    def _watch(self, socket: Socket) -> None:
        self.clock.after(self._options.connect_timeout, self._give_up, socket)

    def _give_up(self, socket: Socket) -> None:
        """No connection in time: a new socket, whose source is by the route of now."""
        if socket is self.socket and socket.state == "connecting":
            socket.close(self.clock.now)
            self._connect(socket)

    def _new_socket(self) -> Socket:
        self._port = FIRST_PORT if self._port >= LAST_PORT else self._port + 1
        bits = self._random.getrandbits
        return Socket(self, self.host, self._dialect, self._port, Initial(bits(32), bits(32), bits(16)))

    # --- replies ----------------------------------------------------------------------------------------------------

    def reply(self, socket: Socket, connection: ServerConnection, operation: Operation) -> None:
        """Count it, on its path."""
        if socket is not self.socket or operation not in self._pending:
            return
        self._pending.remove(operation)
        now = self.clock.now
        self.replies.append(now)
        server = socket.server
        service = self._service
        if server is None:
            return
        if service is None or service.socket is not socket or service.cvm != server.address:
            self.finish()
            path = path_of(connection, socket, self.host, server.address)
            service = self._service = Service(self.host, server.address, path, socket, now, now)
        service.count(now)
        self.watcher.replied(now, service.path)

    def finish(self) -> None:
        """Close the account of the service until now."""
        if self._service is not None:
            self.truth_log.services.append(self._service.true())
            self._service = None
