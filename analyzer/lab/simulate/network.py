"""The switches: wires that remember their frames, the ports on them, and who knows whose MAC (ARP, RFC 826)."""

from __future__ import annotations

from dataclasses import dataclass, field
from random import Random
from typing import Protocol

from analyzer.lab.simulate import frames
from analyzer.lab.simulate.frames import ACK, PSH, Endpoint, Header

ANSWER_TIME = 45_000  # ns from an ARP request to its reply
USUAL_WINDOW = 63


class Wire:
    """The public switch, or the internal one of a host. It keeps (ns, frame) while `kept`; a tap reads them later."""

    __slots__ = ("frames", "kept", "ports")

    def __init__(self) -> None:
        self.frames: list[tuple[int, bytes]] = []
        self.kept = False
        self.ports: list[Port] = []

    def put(self, at: int, frame: bytes) -> None:
        """A frame crosses the switch at `at`."""
        if self.kept:
            self.frames.append((at, frame))

    def drop(self, mac: bytes, after: int) -> None:
        """Take back what is to or from `mac` later than `after`, ns: who should send it will be dead by then."""
        self.frames[:] = [
            (at, frame) for at, frame in self.frames if at <= after or mac not in (frame[:6], frame[6:12])
        ]

    def owner(self, address: str) -> Port | None:
        """The port that answers for `address` now."""
        return next((port for port in self.ports if port.up and address in port.addresses), None)


class Listener(Protocol):
    """Who wants to know when a neighbour says where he is."""

    def heard(self) -> None:
        """He just did."""


@dataclass(slots=True, eq=False)
class Port:
    """A network interface: its MAC, its addresses (the first is its own name), whom it knows and since when; of some
    neighbours it knows more.
    """

    wire: Wire
    mac: bytes
    addresses: tuple[str, ...]
    up: bool = True
    known: dict[str, tuple[Port, int]] = field(default_factory=dict)
    neighbours: dict[str, Listener] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.wire.ports.append(self)

    def neighbour(self, address: str, at: int, life: int) -> Port | None:
        """Whom this port believes to be `address`, if it heard so in the last `life` ns. He may be dead."""
        entry = self.known.get(address)
        if entry is None or at - entry[1] > life:
            return None
        return entry[0]

    def ask(self, address: str, sender: str, at: int, to: bytes = frames.BROADCAST) -> Port | None:
        """Send an ARP request in the name of `sender`; whoever answers is known from then on, and knows the asker."""
        if not self.up:
            return None
        self.wire.put(at, frames.arp_request(self.mac, sender, address, to))
        owner = self.wire.owner(address)
        if owner is None or owner is self:
            return None
        owner.known[sender] = (self, at)
        owner.hear_of(sender)
        self.wire.put(at + ANSWER_TIME, frames.arp_reply(owner.mac, address, self.mac, sender))
        self.known[address] = (owner, at)
        return owner

    def announce(self, address: str, at: int, *, reply: bool) -> None:
        """A gratuitous ARP: all who know the address know it to be here."""
        if not self.up:
            return
        self.wire.put(at, frames.arp_announcement(self.mac, address, reply=reply))
        for port in self.wire.ports:
            if port is not self and address in port.known:
                port.known[address] = (self, at)
            port.hear_of(address)

    def hear_of(self, address: str) -> None:
        """Its owner has said where it is."""
        if address in self.neighbours:
            self.neighbours[address].heard()


class Talk:
    """A TCP connection whose both ends are alive and in agreement: SSH, the CVMs' chatter, a probe of a Stargate.

    Side 0 is who connected. Nothing is lost; who may be dead is the caller's to know.
    """

    __slots__ = ("ends", "headers", "wire")

    def __init__(self, sides: tuple[Port, Port], ports: tuple[int, int], random: Random) -> None:
        one, other = sides
        self.wire = one.wire
        names = (one.addresses[0], other.addresses[0])
        bits = random.getrandbits
        self.headers = (
            Header((one.mac, other.mac), names, ports, bits(16)),
            Header((other.mac, one.mac), (names[1], names[0]), (ports[1], ports[0]), bits(16)),
        )
        self.ends = (Endpoint(bits(32), bits(32), USUAL_WINDOW), Endpoint(bits(32), bits(32), USUAL_WINDOW + 1))
        self.ends[0].got, self.ends[1].got = self.ends[1].seq, self.ends[0].seq
        self.ends[0].echo = self.ends[1].echo = bits(32)

    def knock(self, at: int) -> None:
        """A SYN, or the same SYN again."""
        one, other = self.ends
        one.window, other.window = 64240, 65160
        stamps = one.stamps(at)[0], 0
        self.wire.put(at, self.headers[0].synchronize(frames.SYN, one.seq, 0, one.window, stamps))
        other.echo = stamps[0]

    def refuse(self, at: int) -> None:
        """A RST that answers a SYN to a port that nobody listens on (RFC 9293, 3.10.7.1)."""
        self.wire.put(at, self.headers[1].refuse((self.ends[0].seq + 1) & 0xFFFFFFFF))

    def open(self, at: int) -> int:
        """The handshake from `at`; when the third segment has been sent."""
        one, other = self.ends
        self.knock(at)
        one.advance(1)
        stamps = other.stamps(at + 30_000)
        self.wire.put(
            at + 30_000, self.headers[1].synchronize(frames.SYN | ACK, other.seq, one.seq, other.window, stamps)
        )
        other.advance(1)
        one.got, other.got, one.echo = other.seq, one.seq, stamps[0]
        one.window, other.window = USUAL_WINDOW, USUAL_WINDOW + 1
        return self.acknowledge(0, at + 45_000)

    def say(self, side: int, payload: bytes, at: int, *, heard: bool = True) -> int:
        """One segment with `payload`; when it is there. Not `heard`: it was sent to nobody."""
        end, other = self.ends[side], self.ends[1 - side]
        stamps = end.stamps(at)
        if self.wire.kept:
            self.wire.put(at, self.headers[side].segment(PSH | ACK, end.seq, end.got, end.window, stamps, payload))
        if heard:
            end.advance(len(payload))
            other.take(len(payload))
            other.echo = stamps[0]
        return at + 20_000

    def acknowledge(self, side: int, at: int) -> int:
        """A segment without payload; when it is there."""
        return self.signal(side, ACK, at)

    def close(self, side: int, at: int) -> int:
        """That side ends the connection with FIN, the other one too; when the last segment is there."""
        at = self.signal(side, frames.FIN | ACK, at)
        at = self.signal(1 - side, frames.FIN | ACK, at + 60_000)
        return self.acknowledge(side, at)

    def signal(self, side: int, flags: int, at: int) -> int:
        """A segment without payload and with `flags`, such as FIN; when it is there."""
        end, other = self.ends[side], self.ends[1 - side]
        stamps = end.stamps(at)
        if self.wire.kept:
            self.wire.put(at, self.headers[side].segment(flags, end.seq, end.got, end.window, stamps, b""))
        other.echo = stamps[0]
        if flags & frames.FIN:
            end.advance(1)
            other.take(1)
        return at + 20_000
