"""Captures with everything that a network does to NFS traffic, from a seed: the same seed gives the same bytes.

A :class:`Traffic` is a list of frames and their times; :func:`in_pcap` and :func:`in_pcapng` put them into a file.
"""

from __future__ import annotations

import random
import struct
from collections.abc import Callable
from dataclasses import dataclass, field

from tests.ingest.capture import build
from tests.ingest.capture.build import ACK, FIN, PSH, RST, STORAGE, SYN, Timed

PRIVATE, NFS = "192.168.5.1", 2049
HOSTS = [bytes.fromhex(f"00259000{number:04x}") for number in range(4)]
CVMS = [bytes.fromhex(f"000c2900{number:04x}") for number in range(4)]
SECOND = 1_000_000_000

IMPAIRMENTS = (
    "loss", "reorder", "repeat", "mirror", "overlap", "keep-alive", "jump", "path", "reset", "reopen", "elsewhere",
    "same-xid", "fragments", "small", "neighbours", "udp", "noise", "pauses", "steps-back", "bits", "tunnel", "vlan",
    "wrap", "ipv6", "partial-acks", "cuts", "servers", "same-ports", "padding", "joined",
)  # fmt: skip
"""What can be asked of a :class:`Traffic`."""


@dataclass
class Side:
    """One end of a connection: `seq` is the next byte's, `sent` what was sent before, to be sent again."""

    mac: bytes
    address: str
    port: int
    seq: int
    sent: list[tuple[int, bytes]] = field(default_factory=list)
    stream: bytearray = field(default_factory=bytearray)


@dataclass
class Link:
    """A connection between two sides; `asked` are calls (XID, procedure) without a reply."""

    client: Side
    server: Side
    asked: list[int] = field(default_factory=list)
    vlans: tuple[tuple[int, int], ...] = ()
    v6: bool = False


class Traffic:
    """`steps` things that happen, by `seed`, with some `impairments`; `frames` are the Ethernet frames."""

    def __init__(self, seed: int, steps: int, impairments: frozenset[str]) -> None:
        self.random = random.Random(seed)  # noqa: S311
        self.with_ = impairments
        self.now = 1_700_000_000 * SECOND + self.random.randrange(SECOND)
        self.frames: list[Timed] = []
        self._identification = self.random.randrange(1 << 16)
        self._xid = self.random.randrange(1 << 32)
        self._port = 599
        self._links = [self._link() for _ in range(self.random.randint(1, 4))]
        for link in self._links:
            if "joined" not in impairments:
                self._handshake(link)
        for _ in range(steps):
            self._step()
        if "bits" in impairments:
            self._flip_bits()
        if "reorder" in impairments:
            self._reorder()

    def maybe(self, impairment: str, chance: float = 0.1) -> bool:
        """Whether it happens now."""
        return impairment in self.with_ and self.random.random() < chance

    # --- what happens -----------------------------------------------------------------------------------------------

    def _step(self) -> None:
        r = self.random
        self.now += r.choice([0, 1, 1000, 40_000, 700_000, 5_000_000, 20_000_000])
        if self.maybe("pauses", 0.05):
            self.now += r.choice([99_999_999, 500_000_000, 999_999_999, SECOND, 1_500_000_000, 40 * SECOND])
        if self.maybe("steps-back", 0.03):
            self.now -= r.choice([1, 1_000_000, 400_000_000, 2 * SECOND])
        link = r.choice(self._links)
        r.choices(
            [self._call, self._reply, self._open, self._close, self._odd, self._neighbour, self._datagram, self._noise],
            [8, 8, 0.5, 0.3, 3, 1, 1, 0.5],
        )[0](link)

    def _link(self) -> Link:
        r = self.random
        self._port += 1
        number = r.randrange(3)
        address = r.choice([PRIVATE, f"192.168.1.{24 + number}"])
        others = [("192.168.1.31", NFS), (STORAGE, 20048), ("192.168.1.31", 711)] if "servers" in self.with_ else []
        server, port = r.choice([(STORAGE, NFS)] * 6 + others)
        near = [r.randrange(1 << 31)]
        if "wrap" in self.with_:
            near = [(1 << 32) - r.randrange(1, 1 << 14), (1 << 31) - r.randrange(1, 1 << 14)]
        return Link(
            Side(
                HOSTS[number],
                address,
                r.choice([800, 801]) if "same-ports" in self.with_ else self._port,
                r.choice(near),
            ),
            Side(r.choice(CVMS), server, port, r.choice(near)),
            vlans=r.choice([((0x8100, 5),), ((0x88A8, 7), (0x8100, 5)), ()]) if "vlan" in self.with_ else (),
            v6="ipv6" in self.with_ and r.random() < 0.2,
        )

    def _call(self, link: Link) -> None:
        r = self.random
        parts = []
        for _ in range(r.choice([1, 1, 1, 2, 5])):
            self._xid = (self._xid + 1) % (1 << 32)
            if self.maybe("same-xid") and (asked := r.choice(self._links).asked):
                self._xid = r.choice(asked)
            program, version = r.choice([(100003, 3)] * 12 + [(100003, 2), (100003, 4), (100005, 3), (100000, 2)])
            message = build.call(self._xid, r.randrange(23), r.randbytes(r.choice([0, 8, 100, 3000])), program, version)
            parts.append(self._record(message))
            link.asked.append(self._xid)
        self._send(link, link.client, link.server, b"".join(parts))

    def _record(self, message: bytes) -> bytes:
        cuts = [self.random.randrange(len(message)) for _ in range(3)] if self.maybe("cuts", 0.3) else ()
        return build.record(message, *cuts)

    def _reply(self, link: Link) -> None:
        r = self.random
        parts = []
        other = r.choice(self._links) if self.maybe("elsewhere", 0.2) else link
        while link.asked and r.random() < 0.6:
            xid = link.asked.pop(0) if r.random() < 0.9 else link.asked[0]
            message = build.reply(xid, r.randbytes(r.choice([0, 4, 120, 4000])))
            if r.random() < 0.05:  # a denied one
                message = struct.pack("!6I", xid, 1, 1, 0, 2, 2)
            parts.append(self._record(message))
        if parts:
            self._send(other, other.server, other.client, b"".join(parts))

    def _open(self, link: Link) -> None:
        if "reset" in self.with_ or self.maybe("reopen", 0.7):
            again = self._link()
            again.client.port, again.client.address = link.client.port, link.client.address
            again.server.address, again.server.port, again.v6 = link.server.address, link.server.port, link.v6
            self._links[self._links.index(link)] = link = again
        self._handshake(link)

    def _handshake(self, link: Link) -> None:
        client, server = link.client, link.server
        self._segment(link, client, server, SYN, b"", client.seq - 1)
        if self.maybe("repeat", 0.3):
            self._segment(link, client, server, SYN, b"", client.seq - 1)
        self._segment(link, server, client, SYN | ACK, b"", server.seq - 1)
        self._segment(link, client, server, ACK, b"", client.seq)

    def _close(self, link: Link) -> None:
        one, other = (link.client, link.server) if self.random.random() < 0.5 else (link.server, link.client)
        flags = self.random.choice([FIN | ACK, RST, RST | ACK])
        if "reset" in self.with_:
            self._segment(link, one, other, flags, b"", one.seq)
            self._open(link)

    def _odd(self, link: Link) -> None:
        """What is no new byte in order."""
        r = self.random
        one, other = (link.client, link.server) if r.random() < 0.5 else (link.server, link.client)
        if self.maybe("repeat", 0.6) and one.sent:
            seq, data = r.choice(one.sent[-6:])
            self._segment(link, one, other, PSH | ACK, data, seq)
        if self.maybe("overlap", 0.6) and one.sent:
            index = r.randrange(max(0, len(one.sent) - 6), len(one.sent))
            seq, data = one.sent[index]
            at = r.randrange(len(data) + 1)
            new = b"".join(piece for _, piece in one.sent[index:])[at : at + r.randrange(1, 2000)]
            self._segment(link, one, other, PSH | ACK, new, seq + at)
        if self.maybe("keep-alive", 0.4):
            self._segment(link, one, other, ACK, b"\0", one.seq - 1)
        if self.maybe("jump", 0.1):
            one.seq = (one.seq + r.choice([1, 1000, 1 << 23, 17 << 20, 1 << 31])) % (1 << 32)
        if self.maybe("path", 0.3):
            one.mac = r.choice(HOSTS if one is link.client else CVMS)
        if self.maybe("partial-acks", 0.5):
            self._segment(link, one, other, ACK, b"", one.seq, ack=other.seq - r.choice([0, 1, 700, 1460, 3000, 9000]))

    # --- TCP --------------------------------------------------------------------------------------------------------

    def _send(self, link: Link, one: Side, other: Side, data: bytes) -> None:
        """Bytes in segments of any size."""
        r = self.random
        while data:
            size = r.choice([1448, 1448, 1448, r.randint(1, 1448), 8948])
            if "small" in self.with_:
                size = r.choice([1, 2, 3, 4, 5, 7, 16, 30, size])
            piece, data = data[:size], data[size:]
            if not self.maybe("loss", 0.08):
                self._segment(link, one, other, PSH | ACK if not data else ACK, piece, one.seq)
            one.sent.append((one.seq, piece))
            one.seq = (one.seq + len(piece)) % (1 << 32)

    def _segment(
        self, link: Link, one: Side, other: Side, flags: int, data: bytes, seq: int, ack: int | None = None
    ) -> None:
        segment = build.tcp(one.port, other.port, seq, data, flags, other.seq if ack is None else ack)
        self._identification = (self._identification + 1) % (1 << 16)
        if link.v6:
            extension = struct.pack("!BB6x", 6, 0) if self.random.random() < 0.3 else b""
            datagram = build.ipv6(extension + segment, v6(one.address), v6(other.address), 0 if extension else 6)
            frames = [build.ethernet(datagram, 0x86DD, one.mac, other.mac, link.vlans)]
        else:
            datagrams = [build.ipv4(segment, one.address, other.address, identification=self._identification)]
            if self.maybe("fragments", 0.1):
                datagrams = self._in_fragments(segment, one.address, other.address, 6)
            frames = [build.ethernet(datagram, 0x0800, one.mac, other.mac, link.vlans) for datagram in datagrams]
        for frame in frames:
            self._frame(frame)
        if self.maybe("mirror", 0.2):
            self.now += self.random.choice([0, 3000, 5_000_000, 5_000_001])
            for frame in frames:
                self._frame(frame)

    def _in_fragments(self, payload: bytes, src: str, dst: str, protocol: int) -> list[bytes]:
        edges = sorted({0, *(8 * self.random.randrange(len(payload) // 8 + 1) for _ in range(2))})
        pieces = [
            (at, payload[at:to], to < len(payload))
            for at, to in zip(edges, [*edges[1:], len(payload)], strict=True)
            if at < to
        ]
        made = [
            build.ipv4(piece, src, dst, protocol, self._identification, at // 8 | (0x2000 if more else 0))
            for at, piece, more in pieces
        ]
        if self.random.random() < 0.3:
            self.random.shuffle(made)
        if self.maybe("loss", 0.1):
            made.pop()
        return made

    def _frame(self, frame: bytes) -> None:
        self.now += self.random.choice([0, 1000, 12_000])
        if self.maybe("tunnel", 0.3):
            frame = tunnelled(frame, self.random)
        if self.maybe("padding", 0.1):
            frame += bytes(self.random.randrange(20))
        self.frames.append((self.now, frame))

    # --- beside it --------------------------------------------------------------------------------------------------

    def _neighbour(self, link: Link) -> None:
        if "neighbours" not in self.with_:
            return
        r = self.random
        mac, address = r.choice(HOSTS + CVMS), r.choice([link.client.address, STORAGE, "0.0.0.0", "10.9.8.7"])  # noqa: S104
        what = r.randrange(5)
        if what < 2:
            self._frame(build.arp(r.choice([1, 1, 2, 2, 8, 257]), mac, address, r.choice([address, STORAGE])))
        elif what == 2:
            quoted = build.ipv4(bytes(8), link.client.address, STORAGE)
            redirect = b"\5\1\0\0" + bytes([192, 168, 1, 28]) + quoted[: r.choice([28, 27, 20])]
            self._frame(build.ethernet(build.ipv4(redirect, "192.168.1.1", address, 1), src=mac))
        elif what == 3:
            segment = build.tcp(*r.choice([(5000, 22), (22, 5000)]), r.randrange(9999), r.randbytes(r.choice([0, 52])))
            self._frame(build.ethernet(build.ipv4(segment, "192.168.1.30", address), src=mac))
        else:
            for number in range(r.choice([1, 70])):
                source = f"172.16.{r.randrange(3)}.{number}"
                self._frame(build.ethernet(build.ipv4(build.udp(1, 2, b"x"), source, STORAGE, 17), src=CVMS[3]))

    def _datagram(self, link: Link) -> None:
        if "udp" not in self.with_:
            return
        r = self.random
        client, server = link.client, link.server
        for message in (build.call(self._xid, 3, b"", r.choice([100000, 100003])), build.reply(self._xid), b"", b"xyz"):
            if r.random() < 0.7:
                asks = message[4:8] == bytes(4)
                ends = (
                    (client.address, server.address) if asks else (r.choice([STORAGE, server.address]), client.address)
                )
                payload = build.udp(*((700, 111) if asks else (111, 700)), message)
                pieces = [build.ipv4(payload, *ends, 17)]
                if self.maybe("fragments", 0.5):
                    pieces = self._in_fragments(payload, *ends, 17)
                for piece in pieces:
                    self._frame(build.ethernet(piece))

    def _noise(self, link: Link) -> None:
        if "noise" not in self.with_:
            return
        r = self.random
        noise = r.randbytes(r.randrange(80))
        self._frame(
            r.choice(
                [
                    noise,
                    build.ethernet(noise, r.choice([0x0800, 0x86DD, 0x0806, 0x8100, 0x8864, 0x8847, 0x88CC])),
                    build.ethernet(build.ipv4(noise, link.client.address, STORAGE, r.choice([1, 6, 17, 47, 132]))),
                    build.ethernet(build.ipv6(noise, "fe80::1", "fe80::2", r.choice([0, 43, 44, 60, 6, 58])), 0x86DD),
                    build.ethernet(b"\x11\0\0\1\0\x4a\0\x21" + build.ipv4(noise, "1.2.3.4", STORAGE), 0x8864),
                    build.ethernet(b"\0\0\x10\x40\0\0\x21\x40" + build.ipv4(noise, "1.2.3.4", STORAGE), 0x8847),
                ]
            )
        )

    def _flip_bits(self) -> None:
        for _ in range(len(self.frames) // 20 + 1):
            at = self.random.randrange(max(1, len(self.frames)))
            if self.frames and self.frames[at][1]:
                ts, data = self.frames[at]
                flipped = bytearray(data)
                flipped[self.random.randrange(min(len(data), 100))] ^= 1 << self.random.randrange(8)
                self.frames[at] = (ts, bytes(flipped))

    def _reorder(self) -> None:
        for at in range(1, len(self.frames)):
            if self.random.random() < 0.1:
                other = max(0, at - self.random.choice([1, 1, 2, 5]))
                one, two = self.frames[other], self.frames[at]
                self.frames[other], self.frames[at] = (one[0], two[1]), (two[0], one[1])


def v6(address: str) -> str:
    """An IPv6 address for an IPv4 one."""
    return f"fd00::{address.replace('.', ':')}"


def tunnelled(frame: bytes, r: random.Random) -> bytes:
    """The frame as a switch sends it on: ERSPAN of types I to III, bridged or routed GRE, VXLAN."""
    gre: dict[str, Callable[[], bytes]] = {
        "erspan-1": lambda: struct.pack("!HH", 0, 0x88BE) + frame,
        "erspan-2": lambda: struct.pack("!HHIII", 0x1000, 0x88BE, 7, 0x10050000, 0) + frame,
        "erspan-3": lambda: struct.pack("!HHIIII", 0x1000, 0x22EB, 7, 0x20050000, 1, 0) + frame,
        "erspan-3-platform": lambda: struct.pack("!HHIIIIII", 0x1000, 0x22EB, 7, 0x20050000, 1, 1, 3, 4) + frame,
        "bridged": lambda: struct.pack("!HHI", 0x2000, 0x6558, 99) + frame,
        "routed": lambda: struct.pack("!HHI", 0x8000, 0x0800, 0) + frame[14:],
        "odd": lambda: struct.pack("!HH", r.randrange(1 << 16), r.choice([0x88BE, 0x22EB])) + frame,
    }
    ends = ("10.0.0.1", "10.0.0.2")
    kind = r.choice([*gre, "vxlan", "nested"])
    if kind == "vxlan":
        payload = build.udp(50000, 4789, struct.pack("!II", 0x08000000, 42 << 8) + frame)
        datagram = build.ipv4(payload, *ends, 17)
    elif kind == "nested":
        return tunnelled(tunnelled(frame, r), r)
    else:
        datagram = build.ipv4(gre[kind](), *ends, 47)
    if r.random() < 0.1:
        datagram = datagram[: r.randrange(len(datagram) + 1)]
    return build.ethernet(datagram, src=b"switch", dst=b"mirror")


# --- links and files --------------------------------------------------------------------------------------------------


def on_link(frame: bytes, link_type: int) -> bytes:
    """An Ethernet frame as a capture on another kind of link has it."""
    mac, rest = frame[6:12], frame[12:]
    if len(frame) < 14 or link_type == 1:
        return frame
    if link_type == 113:
        return struct.pack("!HHH", 0, 1, 6) + mac + bytes(2) + rest
    if link_type == 276:
        return rest[:2] + bytes(2) + struct.pack("!IHBB", 2, 1, 0, 6) + mac + bytes(2) + rest[2:]
    family = 2 if rest[:2] == b"\x08\0" else 30
    if link_type in (0, 108):
        return struct.pack("<I" if link_type == 0 else ">I", family) + rest[2:]
    return rest[2:]


LINKS = (1, 113, 276, 0, 108, 101, 12, 228, 147)


@dataclass(frozen=True)
class File:
    """How the frames are written; `magic` 0 is pcapng."""

    magic: int = 0xA1B23C4D
    order: str = "<"
    link_type: int = 1
    snaplen: int = 262144
    version: tuple[int, int] = (2, 4)
    seed: int = 0

    def of(self, frames: list[Timed]) -> bytes:
        """The file."""
        framed = [(ts, on_link(data, self.link_type)) for ts, data in frames]
        if self.magic:
            return build.pcap(
                framed, order=self.order, magic=self.magic, link_type=self.link_type, snaplen=self.snaplen,
                version=self.version,
            )  # fmt: skip
        return in_pcapng(frames, self, random.Random(self.seed))  # noqa: S311


UNITS = ((6, 1_000_000), (9, SECOND), (0x80 | 20, 1 << 20), (3, 1000), (0x80 | 40, 1 << 40), (12, 10**12))


def in_pcapng(frames: list[Timed], file: File, r: random.Random) -> bytes:
    """Sections of interfaces with different links and units, and every kind of block between the frames."""
    parts: list[bytes] = []
    order = file.order
    interfaces: list[tuple[int, int, int, int]] = []

    def begin() -> None:
        comment = build.option(1, b"a comment", order) if r.random() < 0.2 else b""
        parts.append(build.section(order, comment))
        interfaces.clear()
        describe()

    def describe() -> None:
        code, units = r.choice(UNITS[:2] if r.random() < 0.8 else UNITS)
        offset = r.choice([0, 0, 0, 3600, -5])
        snaplen = r.choice([0, file.snaplen])
        link_type = file.link_type if r.random() < 0.8 else r.choice(LINKS)
        options = build.option(9, bytes([code]), order) + build.option(14, struct.pack(order + "q", offset), order)
        parts.append(build.interface(link_type, order, options + build.option(0, b"", order), snaplen))
        interfaces.append((link_type, units, offset, snaplen))

    begin()
    for ts, frame in frames:
        chance = r.random()
        if chance < 0.01:
            order = r.choice("<>")
            begin()
        elif chance < 0.03:
            describe()
        elif chance < 0.08:
            parts.append(between(order, r))
        index = r.randrange(len(interfaces))
        link_type, units, offset, snaplen = interfaces[index]
        whole = on_link(frame, link_type)
        data = whole[: snaplen or len(whole)]
        stamp = (ts - offset * SECOND) * units // SECOND
        kind = r.random()
        if kind < 0.02 and index == 0:
            parts.append(build.block(3, struct.pack(order + "I", len(whole)) + data, order))
        elif kind < 0.05:
            head = struct.pack(
                order + "HHIIII", index, 0, stamp >> 32 & 0xFFFFFFFF, stamp & 0xFFFFFFFF, len(data), len(whole)
            )
            parts.append(build.block(2, head + data, order))
        else:
            high = stamp >> 32 & 0xFFFFFFFF if r.random() < 0.99 else r.randrange(1 << 32)
            head = struct.pack(order + "IIIII", index, high, stamp & 0xFFFFFFFF, len(data), len(whole))
            options = b"" if r.random() < 0.8 else build.option(r.choice([1, 2]), b"note", order) + bytes(4)
            parts.append(build.block(6, head + data + bytes(-len(data) % 4) + options, order))
    return b"".join(parts)


def between(order: str, r: random.Random) -> bytes:
    """A block without a frame."""
    statistics = struct.pack(order + "III", 0, 0, 0) + build.option(5, struct.pack(order + "Q", 7), order)
    return r.choice(
        [
            build.block(5, statistics, order),
            build.block(4, bytes(4), order),
            build.block(0xBAD, b"custom block", order),
            build.block(0x40000BAD, b"custom block", order),
            build.block(9, b"__REALTIME_TIMESTAMP=1", order),
            build.block(0x0A, bytes(12), order),
            build.block(0x7777, r.randbytes(40), order),
        ]
    )
