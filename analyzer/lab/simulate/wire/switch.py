"""The switches: wires that remember their frames, the ports on them, and who knows whose MAC (ARP, RFC 826)."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Protocol

from analyzer.lab.simulate.wire import frames

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

    def announced(self) -> None:
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
    arp_table: dict[str, tuple[Port, int]] = field(default_factory=dict)
    neighbours: dict[str, Listener] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.wire.ports.append(self)

    def neighbour(self, address: str, at: int, life: int) -> Port | None:
        """Whom this port believes to be `address`, if it heard so in the last `life` ns. He may be dead."""
        entry = self.arp_table.get(address)
        if entry is None or at - entry[1] > life:
            return None
        return entry[0]

    def resolve(self, address: str, sender: str, at: int, to: bytes = frames.BROADCAST) -> Port | None:
        """Send an ARP request in the name of `sender`; whoever answers is known from then on, and knows the asker."""
        if not self.up:
            return None
        self.wire.put(at, frames.arp_request(self.mac, sender, address, to))
        owner = self.wire.owner(address)
        if owner is None or owner is self:
            return None
        owner.arp_table[sender] = (self, at)
        owner.learn(sender)
        self.wire.put(at + ANSWER_TIME, frames.arp_reply(owner.mac, address, self.mac, sender))
        self.arp_table[address] = (owner, at)
        return owner

    def announce(self, address: str, at: int, *, reply: bool) -> None:
        """A gratuitous ARP: all who know the address know it to be here."""
        if not self.up:
            return
        self.wire.put(at, frames.arp_announcement(self.mac, address, reply=reply))
        for port in self.wire.ports:
            if port is not self and address in port.arp_table:
                port.arp_table[address] = (self, at)
            port.learn(address)

    def learn(self, address: str) -> None:
        """Its owner has said where it is."""
        if address in self.neighbours:
            self.neighbours[address].announced()
