"""An independent reading of a capture with dpkt, frame by frame: the reference of what is counted.

It knows no loss and no reordering; bytes that were sent before are passed over.
"""

from __future__ import annotations

import io
import struct
from collections import Counter
from dataclasses import dataclass, field
from typing import Any

import dpkt

Ends = tuple[bytes, int, bytes, int]
Procedure = tuple[int, int, int]
LINKS: dict[int, Any] = {
    1: dpkt.ethernet.Ethernet, 113: dpkt.sll.SLL, 276: dpkt.sll2.SLL2, 0: dpkt.loopback.Loopback,
    108: dpkt.loopback.Loopback, 101: dpkt.ip.IP, 12: dpkt.ip.IP, 228: dpkt.ip.IP,
}  # fmt: skip


@dataclass
class Stream:
    """One direction: `data` are its bytes that no message was made of yet."""

    following: int | None = None
    initial: int | None = None
    data: bytes = b""
    message: bytes = b""


@dataclass
class Counted:
    """What was counted; `times` are ns."""

    frames: int = 0
    resets: int = 0
    calls: Counter[Procedure] = field(default_factory=Counter)
    replies: Counter[Procedure] = field(default_factory=Counter)
    times: list[int] = field(default_factory=list)


class Reference:
    """Reads one capture."""

    def __init__(self, data: bytes, unit: int) -> None:
        self.counted = Counted()
        self._streams: dict[Ends, Stream] = {}
        self._asked: dict[tuple[frozenset[tuple[bytes, int]], int], tuple[Procedure, int]] = {}
        stream = io.BytesIO(data)
        reader = dpkt.pcap.UniversalReader(stream)
        link = LINKS[reader.datalink()]
        for second, frame in reader:
            self._frame(link, frame, round(second * (1_000_000_000 // unit)) * unit)

    def _frame(self, link: Any, frame: bytes, ts: int) -> None:
        self.counted.frames += 1
        packet = link(frame)
        ip = packet if isinstance(packet, dpkt.ip.IP) else packet.data
        if not isinstance(ip, dpkt.ip.IP) or not isinstance(ip.data, dpkt.tcp.TCP):
            return
        tcp = ip.data
        self.counted.resets += bool(tcp.flags & dpkt.tcp.TH_RST)
        ends, back = (ip.src, tcp.sport, ip.dst, tcp.dport), (ip.dst, tcp.dport, ip.src, tcp.sport)
        stream = self._streams.setdefault(ends, Stream())
        if tcp.flags & dpkt.tcp.TH_SYN and stream.initial == tcp.seq:
            return  # the same SYN again
        if tcp.flags & dpkt.tcp.TH_SYN:
            if not tcp.flags & dpkt.tcp.TH_ACK:
                self._streams[back] = Stream()
                both = frozenset((ends[:2], back[:2]))
                self._asked = {key: asked for key, asked in self._asked.items() if key[0] != both}
            self._streams[ends] = Stream((tcp.seq + 1) % (1 << 32), tcp.seq)
        elif tcp.data:
            self._bytes(ends, stream, tcp, ts)

    def _bytes(self, ends: Ends, stream: Stream, tcp: dpkt.tcp.TCP, ts: int) -> None:
        if stream.following is None:
            stream.following = tcp.seq
        old = (stream.following - tcp.seq) % (1 << 32)
        assert old < 1 << 31, "the reference wants a capture without loss"
        if old < len(tcp.data):
            stream.data += tcp.data[old:]
            stream.following = (tcp.seq + len(tcp.data)) % (1 << 32)
        while len(stream.data) >= 4:
            (mark,) = struct.unpack_from("!I", stream.data)
            end = 4 + (mark & 0x7FFFFFFF)
            if len(stream.data) < end:
                return
            stream.message += stream.data[4:end]
            stream.data = stream.data[end:]
            if mark >> 31:
                self._message(ends, stream.message, ts)
                stream.message = b""

    def _message(self, ends: Ends, message: bytes, ts: int) -> None:
        xid, kind, _, program, version, number = struct.unpack("!6I", message[:24].ljust(24, b"\0"))
        key = (frozenset((ends[:2], ends[2:])), xid)
        if kind == 0:
            self.counted.calls[program, version, number] += 1
            self._asked.setdefault(key, ((program, version, number), ts))
        elif key in self._asked:
            procedure, then = self._asked[key]
            self.counted.replies[procedure] += 1
            if procedure[0] == 100003:
                self.counted.times.append(ts - then)
