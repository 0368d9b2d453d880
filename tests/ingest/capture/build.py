"""Captures, frames and RPC records made byte by byte, so that a test knows what is in them."""

from __future__ import annotations

import struct
from collections.abc import Iterable, Sequence
from ipaddress import IPv4Address, IPv6Address
from itertools import pairwise

HOST_MAC = bytes.fromhex("0025900000aa")
CVM_MAC = bytes.fromhex("000c290000bb")
HOST, STORAGE = "192.168.1.24", "192.168.5.2"
FIN, SYN, RST, PSH, ACK = 1, 2, 4, 8, 16

Timed = tuple[int, bytes]
"""A frame and its time, ns."""


def pcap(
    frames: Iterable[Timed],
    *,
    order: str = "<",
    magic: int = 0xA1B23C4D,
    link_type: int = 1,
    snaplen: int = 262144,
    version: tuple[int, int] = (2, 4),
) -> bytes:
    """A pcap file; the magic decides the unit of its times."""
    unit = 1 if magic == 0xA1B23C4D else 1000
    parts = [struct.pack(order + "IHHiIII", magic, *version, 0, 0, snaplen, link_type)]
    extra = bytes(8) if magic == 0xA1B2CD34 else b""
    for ns, data in frames:
        seconds, rest = divmod(ns, 1_000_000_000)
        captured = data[:snaplen]
        parts += [struct.pack(order + "IIII", seconds, rest // unit, len(captured), len(data)), extra, captured]
    return b"".join(parts)


def block(kind: int, body: bytes, order: str = "<") -> bytes:
    """A pcapng block."""
    body += bytes(-len(body) % 4)
    size = struct.pack(order + "I", len(body) + 12)
    return struct.pack(order + "I", kind) + size + body + size


def option(code: int, value: bytes, order: str = "<") -> bytes:
    """A pcapng option."""
    return struct.pack(order + "HH", code, len(value)) + value + bytes(-len(value) % 4)


def section(order: str = "<", options: bytes = b"") -> bytes:
    return block(0x0A0D0D0A, struct.pack(order + "IHHq", 0x1A2B3C4D, 1, 0, -1) + options, order)


def interface(link_type: int = 1, order: str = "<", options: bytes = b"", snaplen: int = 0) -> bytes:
    return block(1, struct.pack(order + "HHI", link_type, 0, snaplen) + options, order)


def enhanced(stamp: int, data: bytes, order: str = "<", index: int = 0, options: bytes = b"") -> bytes:
    head = struct.pack(order + "IIIII", index, stamp >> 32, stamp & 0xFFFFFFFF, len(data), len(data))
    return block(6, head + data + bytes(-len(data) % 4) + options, order)


def simple(data: bytes, order: str = "<") -> bytes:
    return block(3, struct.pack(order + "I", len(data)) + data, order)


def obsolete(stamp: int, data: bytes, order: str = "<", index: int = 0) -> bytes:
    head = struct.pack(order + "HHIIII", index, 0xFFFF, stamp >> 32, stamp & 0xFFFFFFFF, len(data), len(data))
    return block(2, head + data, order)


def ethernet(
    payload: bytes,
    ethertype: int = 0x0800,
    src: bytes = HOST_MAC,
    dst: bytes = CVM_MAC,
    tags: Sequence[tuple[int, int]] = (),
) -> bytes:
    """A frame; `tags` are (tag type, VLAN id), the outermost first."""
    between = b"".join(struct.pack("!HH", kind, vlan) for kind, vlan in tags)
    return dst + src + between + struct.pack("!H", ethertype) + payload


def ipv4(
    payload: bytes,
    src: str,
    dst: str,
    protocol: int = 6,
    identification: int = 0,
    fragment: int = 0,
    options: bytes = b"",
) -> bytes:
    header = (20 + len(options)) // 4
    return (
        struct.pack(
            "!BBHHHBBH4s4s",
            0x40 | header,
            0,
            header * 4 + len(payload),
            identification,
            fragment,
            64,
            protocol,
            0,
            IPv4Address(src).packed,
            IPv4Address(dst).packed,
        )
        + options
        + payload
    )


def ipv6(payload: bytes, src: str, dst: str, protocol: int = 6) -> bytes:
    addresses = IPv6Address(src).packed + IPv6Address(dst).packed
    return struct.pack("!IHBB", 6 << 28, len(payload), protocol, 64) + addresses + payload


def tcp(sport: int, dport: int, seq: int, payload: bytes = b"", flags: int = PSH | ACK, ack: int = 0) -> bytes:
    seq %= 1 << 32
    return struct.pack("!HHIIBBHHH", sport, dport, seq, ack % (1 << 32), 0x50, flags, 64, 0, 0) + payload


def udp(sport: int, dport: int, payload: bytes) -> bytes:
    return struct.pack("!HHHH", sport, dport, 8 + len(payload), 0) + payload


def arp(operation: int, mac: bytes, sender: str, target: str) -> bytes:
    addresses = mac + IPv4Address(sender).packed + bytes(6) + IPv4Address(target).packed
    return ethernet(struct.pack("!HHBBH", 1, 0x0800, 6, 4, operation) + addresses, 0x0806, src=mac, dst=b"\xff" * 6)


def call(xid: int, procedure: int = 1, body: bytes = b"", program: int = 100003, version: int = 3) -> bytes:
    """An RPC call without authentication."""
    return struct.pack("!6I", xid, 0, 2, program, version, procedure) + bytes(16) + body


def reply(xid: int, body: bytes = b"") -> bytes:
    """An accepted RPC reply."""
    return struct.pack("!3I", xid, 1, 0) + bytes(8) + bytes(4) + body


def record(message: bytes, *cuts: int) -> bytes:
    """A message as one fragment, or cut into several at the given places."""
    edges = [0, *sorted({cut for cut in cuts if 0 < cut < len(message)}), len(message)]
    parts = [message[one:other] for one, other in pairwise(edges)]
    marks = [len(part) for part in parts]
    marks[-1] |= 0x80000000
    return b"".join(struct.pack("!I", mark) + part for mark, part in zip(marks, parts, strict=True))


class Connection:
    """Frames of a TCP connection from a host to the storage address, each `step` ns after the one before."""

    def __init__(self, port: int = 800, host: str = HOST, start: int = 1_000_000_000_000, step: int = 1000) -> None:
        self.port, self.host, self.now, self.step = port, host, start, step
        self.client, self.server = 1000, 5000
        self.frames: list[Timed] = []
        self._identification = 0

    def _add(self, data: bytes) -> None:
        self.frames.append((self.now, data))
        self.now += self.step

    def to_server(self, payload: bytes = b"", flags: int = PSH | ACK, seq: int | None = None) -> None:
        self._identification += 1
        segment = tcp(self.port, 2049, self.client if seq is None else seq, payload, flags, self.server)
        self._add(ethernet(ipv4(segment, self.host, STORAGE, identification=self._identification)))
        if seq is None:
            self.client += len(payload) + bool(flags & (SYN | FIN))

    def to_client(self, payload: bytes = b"", flags: int = PSH | ACK, seq: int | None = None) -> None:
        self._identification += 1
        segment = tcp(2049, self.port, self.server if seq is None else seq, payload, flags, self.client)
        datagram = ipv4(segment, STORAGE, self.host, identification=self._identification)
        self._add(ethernet(datagram, src=CVM_MAC, dst=HOST_MAC))
        if seq is None:
            self.server += len(payload) + bool(flags & (SYN | FIN))

    def open(self) -> None:
        self.to_server(flags=SYN)
        self.to_client(flags=SYN | ACK)
        self.to_server(flags=ACK)
