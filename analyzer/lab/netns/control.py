"""The control captures: the moment at which each NFS reply left its server, seen inside the CVM (LINKTYPE_LINUX_SLL2).

They are made for the truth alone and independent of the captures that are handed out. Only what tcpdump writes on this
machine is read here: pcap with microseconds, host byte order.
"""

from __future__ import annotations

import socket
import struct
from collections.abc import Iterator

import msgspec

from analyzer.lab.netns.cvm import NFS_PORT, ControlCapture
from analyzer.model.instant import MICROSECOND, SECOND

_FILE_HEADER, _SLL2_HEADER = 24, 20
_IPV4, _OUTGOING, _TCP, _REPLY = 0x0800, 4, 6, 1
_LAST_FRAGMENT = 0x8000_0000


class SentReply(msgspec.Struct, frozen=True, order=True):
    """An RPC reply that a CVM sent: when (ns), by which CVM and its port, to which client; `seq` is its TCP segment's."""

    at: int
    cvm: str
    interface: str
    source: str
    client: str
    port: int
    seq: int
    xid: int


def sent_replies(capture: ControlCapture) -> Iterator[SentReply]:
    """The replies in a control capture, with retransmissions; a record that is not whole ends it."""
    content = capture.file.read_bytes() if capture.file.exists() else b""
    offset = _FILE_HEADER
    while offset + 16 <= len(content):
        seconds, microseconds, length, _ = struct.unpack_from("=IIII", content, offset)
        frame = content[offset + 16 : offset + 16 + length]
        offset += 16 + length
        if reply := _reply(frame, seconds * SECOND + microseconds * MICROSECOND, capture):
            yield reply


def _reply(frame: bytes, at: int, capture: ControlCapture) -> SentReply | None:
    """RFC 5531, section 11 (record marking) and 9 (the message) within a TCP segment."""
    if len(frame) < _SLL2_HEADER + 40:
        return None
    protocol, interface, packet_type = struct.unpack_from(">H2xI2xB", frame)
    ip = frame[_SLL2_HEADER:]
    tcp = ip[(ip[0] & 15) * 4 :]
    if (protocol, packet_type, ip[9]) != (_IPV4, _OUTGOING, _TCP) or len(tcp) < 20:
        return None
    sport, port, seq = struct.unpack_from(">HHI", tcp)
    message = tcp[(tcp[12] >> 4) * 4 :]
    if sport != NFS_PORT or len(message) < 12:
        return None
    mark, xid, kind = struct.unpack_from(">III", message)
    if not mark & _LAST_FRAGMENT or kind != _REPLY:
        return None
    source, client = (socket.inet_ntoa(ip[start : start + 4]) for start in (12, 16))
    name = capture.interfaces.get(interface, "?")
    return SentReply(at, capture.cvm.address, name, source, client, port, seq, xid)
