"""The control captures: what each CVM sent on its NFS connections, and when it left the server (LINKTYPE_LINUX_SLL2).

They are made for the truth alone and independent of the captures that are handed out. Only what tcpdump writes on this
machine is read here: pcap with microseconds, host byte order.
"""

from __future__ import annotations

import socket
import struct
from collections.abc import Iterator
from typing import Literal

import msgspec

from analyzer.lab.netns.cluster.cvm import NFS_PORT, ControlCapture
from analyzer.model.instant import MICROSECOND, SECOND

What = Literal["SYN-ACK", "FIN", "RST", "reply"]

_FILE_HEADER, _SLL2_HEADER = 24, 20
_IPV4, _OUTGOING, _TCP, _REPLY = 0x0800, 4, 6, 1
_LAST_FRAGMENT = 0x8000_0000


class Sent(msgspec.Struct, frozen=True, order=True):
    """A segment that a CVM's NFS server sent: when (ns), by which CVM and its port, to which client; `seq` is TCP's.

    `reply` begins an RPC reply (RFC 5531, section 9, after the record mark of section 11).
    """

    at: int
    what: What
    cvm: str
    interface: str
    client: str
    port: int
    seq: int


def sent_segments(capture: ControlCapture) -> Iterator[Sent]:
    """What a control capture holds, with retransmissions; a record that is not whole ends it."""
    content = capture.file.read_bytes() if capture.file.exists() else b""
    offset = _FILE_HEADER
    while offset + 16 <= len(content):
        seconds, microseconds, length, _ = struct.unpack_from("=IIII", content, offset)
        frame = content[offset + 16 : offset + 16 + length]
        offset += 16 + length
        if segment := _segment(frame, seconds * SECOND + microseconds * MICROSECOND, capture):
            yield segment


def _segment(frame: bytes, at: int, capture: ControlCapture) -> Sent | None:
    if len(frame) < _SLL2_HEADER + 40:
        return None
    protocol, interface, packet_type = struct.unpack_from(">H2xI2xB", frame)
    ip = frame[_SLL2_HEADER:]
    tcp = ip[(ip[0] & 15) * 4 :]
    if (protocol, packet_type, ip[9]) != (_IPV4, _OUTGOING, _TCP) or len(tcp) < 20:
        return None
    sport, port, seq = struct.unpack_from(">HHI", tcp)
    what = _what(tcp[13], tcp[(tcp[12] >> 4) * 4 :])
    if sport != NFS_PORT or what is None:
        return None
    client = socket.inet_ntoa(ip[16:20])
    return Sent(at, what, capture.cvm.address, capture.interfaces.get(interface, "?"), client, port, seq)


def _what(flags: int, message: bytes) -> What | None:
    if flags & 4:
        return "RST"
    if flags & 2:
        return "SYN-ACK"
    if flags & 1:
        return "FIN"
    if len(message) < 12:
        return None
    mark, _, kind = struct.unpack_from(">III", message)
    return "reply" if mark & _LAST_FRAGMENT and kind == _REPLY else None
