"""An ESXi host: vmk0 and vmk1, its route to the storage address, how its segments leave, and what its kernel logs."""

from __future__ import annotations

from analyzer.lab.simulate.cluster.connection import NFS_PORT, PRIVATE_HOST, STORAGE
from analyzer.lab.simulate.cluster.cvm import Cvm
from analyzer.lab.simulate.cluster.socket import Outcome, Socket
from analyzer.lab.simulate.scheduler import Scheduler
from analyzer.lab.simulate.truth.truth_log import HostLine, HostLog, TruthLog
from analyzer.lab.simulate.wire.frames import FIN, RST, SYN, Header, Station
from analyzer.lab.simulate.wire.switch import ANSWER_TIME, Port
from analyzer.model.event import RouteAction
from analyzer.model.instant import MILLISECOND
from analyzer.model.path import Path

ARP_INTERVAL = 1003 * MILLISECOND
SHELL = 1053659  # its process


class Host:
    """One ESXi host. `route` is the gateway of its /32 route to the storage address, or None."""

    def __init__(
        self,
        clock: Scheduler,
        number: int,
        vmk0: Port,
        vmk1: Port,
        truth_log: TruthLog,
        *,
        arp_life: int,
        strict: bool,
    ) -> None:
        self.clock = clock
        self.number = number
        self.name = f"esx{number}"
        self.address = vmk0.addresses[0]
        self.vmk0, self.vmk1 = vmk0, vmk1
        self.route: str | None = None
        self.stopped: list[int] = []  # when it was rebooted, ns
        self.booted: list[int] = []  # when its kernel was up again
        self.booting = False  # until its CVM is on again, nobody logs in
        self.stands_still = False  # from its end to its kernel's boot
        self.cut = False  # its uplink is dead
        self.cvms: dict[Port, Cvm] = {}
        self._truth_log = truth_log
        self._arp_life = arp_life
        self._strict = strict
        self._random = clock.random_of(self.name)
        self._waiting: list[Socket] = []
        self._asking = False

    # --- the route --------------------------------------------------------------------------------------------------

    @property
    def reachable(self) -> bool:
        """Whether a CVM can log in."""
        return self.vmk0.up and not self.booting

    def is_served_by(self, address: str) -> bool:
        """Whether a CVM could serve it: its own over the internal switch, another over the public network."""
        found = [(port, cvm) for port, cvm in self.cvms.items() if cvm.address == address]
        inside = any(port.wire is self.vmk1.wire for port, _ in found)
        return any(cvm.functions and (inside or cvm.eth0.up) for _, cvm in found)

    def is_there(self, gateway: str) -> bool:
        """Whether a gateway is a CVM that runs."""
        return any(cvm.address == gateway and cvm.powered for cvm in self.cvms.values())

    def redirect(self, gateway: str) -> None:
        """The stack takes an ICMP redirect as a route; no command makes it, and the kernel logs none."""
        self.route = gateway
        self._truth_log.note(self.clock.now, "route-add", "redirect", host=self.address, gateway=gateway)

    def change_route(self, action: RouteAction, gateway: str, by: str) -> bool:
        """`esxcfg-route -a` or `-d`; False when there is nothing to change."""
        if (self.route == gateway) == (action == "add") or (action == "delete" and self.route is None):
            return False
        self.route = gateway if action == "add" else None
        at = self.clock.now
        self._truth_log.note(at, f"route-{action}", by, host=self.address, gateway=gateway)
        words = (
            f"{action} dstAddr={_hex(STORAGE)}, netMask=0xffffffff, gwAddr={_hex(gateway)} ifName=0x0x0, ifNameLen=0"
        )
        self.log("kernel", f"Tcpip: 1414: {words}", at)
        return True

    def typed(self, action: RouteAction, gateway: str) -> None:
        """What a person's command leaves in shell.log."""
        flag = "-a" if action == "add" else "-d"
        text = f"[root]: esxcfg-route {flag} {STORAGE} 255.255.255.255 {gateway}"
        self.log("shell", text, self.clock.now, SHELL)

    def log(self, log: HostLog, text: str, at: int, pid: int = 0) -> None:
        """A line of one of the host's logs."""
        self._truth_log.host_log.append(HostLine(at, self.number, log, text, pid))

    def path(self) -> Path:
        """Where the route leads; whether anybody answers there is another question."""
        return Path("local") if self.route is None else Path("remote", via=self.route)

    def source(self) -> str:
        """The source address of a new connection: that of the VMkernel port nearest to the next hop."""
        return PRIVATE_HOST if self.route is None else self.address

    def way(self) -> tuple[Port, str]:
        """(the VMkernel port, the next hop's address) to the storage address."""
        return (self.vmk1, STORAGE) if self.route is None else (self.vmk0, self.route)

    @property
    def watched(self) -> bool:
        """Whether a capture may hold what leaves it now."""
        return (self.vmk1 if self.route is None else self.vmk0).wire.kept

    # --- segments out -----------------------------------------------------------------------------------------------

    def output(self, socket: Socket, flags: int, payload: bytes, at: int, seq: int) -> tuple[Outcome, int]:
        """Send one segment by the route; see :class:`~analyzer.lab.simulate.cluster.socket.Network`."""
        port, hop = self.way()
        if not port.up:
            return "lost", at
        to = port.neighbour(hop, at, self._arp_life)
        if to is None:
            if self._asking:
                return "unresolved", at
            to = port.resolve(hop, self._sender(port, socket), at)
            if to is None:
                self._begin_asking(port, hop)
                return "unresolved", at
            at += ANSWER_TIME + 20_000
        self._put(socket, port, to, flags, payload, at, seq)
        if not to.up:
            return "lost", at
        return self._deliver(socket, port, hop, to, flags, payload, at), at

    def _deliver(self, socket: Socket, port: Port, hop: str, to: Port, flags: int, payload: bytes, at: int) -> Outcome:
        cvm = self.cvms.get(to)
        if cvm is None:
            return "lost"
        if flags == SYN:
            socket.server = cvm
            return "delivered" if cvm.accept(socket, to, port, at + 30_000) else "lost"
        connection = cvm.serves(socket)
        if connection is None:
            if not flags & RST and not (flags & FIN and cvm.closes(socket)):  # RFC 9293: a RST is not answered
                cvm.refuse(socket, to, port, at)
            return "lost"
        connection.arrival, connection.sender, connection.established = to, port, True
        if flags & (RST | FIN):
            cvm.forget(socket)
        connection.end.echo = socket.end.stamps(at)[0]
        if payload:
            cvm.take(connection, len(payload), at)
            port.arp_table[hop] = (to, at)  # what is acknowledged confirms a neighbour
        return "delivered"

    def _put(self, socket: Socket, port: Port, to: Port, flags: int, payload: bytes, at: int, seq: int) -> None:
        end = socket.end
        socket.acknowledged = end.got
        if not port.wire.kept:
            return
        key = port.mac, to.mac
        header = socket.headers.get(key)
        if header is None:
            header = Header(
                Station(port.mac, socket.source, socket.port), Station(to.mac, STORAGE, NFS_PORT), socket.first
            )
            socket.headers[key] = header
        if flags == SYN:
            stamps = end.stamps(at)[0], 0
            port.wire.put(at, header.synchronize(SYN, seq & 0xFFFFFFFF, 0, end.window, stamps))
        else:
            frame = header.segment(flags, seq & 0xFFFFFFFF, end.got, end.window, end.stamps(at), payload)
            port.wire.put(at, frame)

    def _sender(self, port: Port, socket: Socket) -> str:
        return port.addresses[0] if self._strict or port is self.vmk1 else socket.source

    # --- ARP --------------------------------------------------------------------------------------------------------

    def plan(self, delay: int, socket: Socket, what: str, serial: int) -> None:
        """Wake the socket later."""
        if what == "rto":
            delay += self._random.getrandbits(22)  # a kernel's timers are some ms late
        self.clock.after(delay, self._wake, socket, what, serial)

    def wait_for_neighbour(self, socket: Socket) -> None:
        """Wake the socket when the next hop answers or the route is another."""
        if socket not in self._waiting:
            self._waiting.append(socket)

    def _wake(self, socket: Socket, what: str, serial: int) -> None:
        socket.due(what, serial, self.clock.now)

    def _begin_asking(self, port: Port, hop: str) -> None:
        self._asking = True
        self.clock.after(self._pause(), self._ask_again, port, hop)

    def _ask_again(self, port: Port, hop: str) -> None:
        """Ask each second as long as something waits for the same next hop."""
        self._waiting = [socket for socket in self._waiting if socket.state != "closed" and socket.waiting]
        same = self.way() == (port, hop)
        if same and self._waiting and port.resolve(hop, self._sender(port, self._waiting[0]), self.clock.now) is None:
            self.clock.after(self._pause(), self._ask_again, port, hop)
            return
        self._asking = False
        waiting, self._waiting = self._waiting, []
        for socket in waiting:
            socket.resolved(self.clock.now + ANSWER_TIME + 20_000)

    def _pause(self) -> int:
        return ARP_INTERVAL + self._random.getrandbits(25)


def _hex(address: str) -> str:
    """An address as the kernel logs it: little-endian hexadecimal without zero padding."""
    return hex(int.from_bytes(bytes(int(part) for part in address.split(".")), "little"))
