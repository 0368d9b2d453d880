"""A TCP connection whose two ends agree, as frames: what Wireshark calls a conversation."""

from __future__ import annotations

from random import Random

from analyzer.lab.simulate.wire import frames
from analyzer.lab.simulate.wire.frames import ACK, PSH, Endpoint, Header, Station
from analyzer.lab.simulate.wire.switch import Port

USUAL_WINDOW = 63


class Conversation:
    """A TCP connection whose both ends are alive and in agreement: SSH, the CVMs' gossip, a probe of a Stargate.

    Side 0 is who connected. Nothing is lost; who may be dead is the caller's to know.
    """

    __slots__ = ("ends", "headers", "wire")

    def __init__(self, client: Port, server: Port, client_port: int, server_port: int, random: Random) -> None:
        """`client` connects to `server`."""
        self.wire = client.wire
        bits = random.getrandbits
        one = Station(client.mac, client.addresses[0], client_port)
        other = Station(server.mac, server.addresses[0], server_port)
        self.headers = (Header(one, other, bits(16)), Header(other, one, bits(16)))
        self.ends = (Endpoint(bits(32), bits(32), USUAL_WINDOW), Endpoint(bits(32), bits(32), USUAL_WINDOW + 1))
        self.ends[0].got, self.ends[1].got = self.ends[1].seq, self.ends[0].seq
        self.ends[0].echo = self.ends[1].echo = bits(32)

    def send_syn(self, at: int) -> None:
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
        self.send_syn(at)
        one.advance(1)
        stamps = other.stamps(at + 30_000)
        self.wire.put(
            at + 30_000, self.headers[1].synchronize(frames.SYN | ACK, other.seq, one.seq, other.window, stamps)
        )
        other.advance(1)
        one.got, other.got, one.echo = other.seq, one.seq, stamps[0]
        one.window, other.window = USUAL_WINDOW, USUAL_WINDOW + 1
        return self.acknowledge(0, at + 45_000)

    def send(self, side: int, payload: bytes, at: int, *, delivered: bool = True) -> int:
        """One segment with `payload`; when it is there. Not `delivered`: it was sent to nobody."""
        end, other = self.ends[side], self.ends[1 - side]
        stamps = end.stamps(at)
        if self.wire.kept:
            self.wire.put(at, self.headers[side].segment(PSH | ACK, end.seq, end.got, end.window, stamps, payload))
        if delivered:
            end.advance(len(payload))
            other.take(len(payload))
            other.echo = stamps[0]
        return at + 20_000

    def acknowledge(self, side: int, at: int) -> int:
        """A segment without payload; when it is there."""
        return self.send_flags(side, ACK, at)

    def close(self, side: int, at: int) -> int:
        """That side ends the connection with FIN, the other one too; when the last segment is there."""
        at = self.send_flags(side, frames.FIN | ACK, at)
        at = self.send_flags(1 - side, frames.FIN | ACK, at + 60_000)
        return self.acknowledge(side, at)

    def send_flags(self, side: int, flags: int, at: int) -> int:
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
