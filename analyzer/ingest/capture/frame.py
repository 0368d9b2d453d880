"""One line on a frame, in Wireshark's words, for lists of evidence; decoded by dpkt."""

from __future__ import annotations

import socket
from typing import TYPE_CHECKING

from analyzer.ingest.capture.plain.records import plausible_record
from analyzer.ingest.capture.plain.rpc import Call, parse_head
from analyzer.ingest.capture.procedures import program_name
from analyzer.ingest.capture.result import ETHERNET, LOOP, NULL, RAW, SLL, SLL2

if TYPE_CHECKING:
    import dpkt

    from analyzer.ingest.capture.blocks import Frame

_FLAGS = ((0x02, "SYN"), (0x01, "FIN"), (0x04, "RST"), (0x08, "PSH"), (0x20, "URG"), (0x10, "ACK"))
_REDIRECT = 5


def summary(frame: Frame) -> str:
    """The frame's parties, protocol and what it says, e.g. `192.168.1.24:555 → 192.168.5.2:2049 TCP [SYN] Seq=7`.

    What dpkt can't decode is told as the frame's size.
    """
    import dpkt

    try:
        link = _link(frame)
        inner = link if isinstance(link, dpkt.ip.IP | dpkt.ip6.IP6) else link.data
        tag = _vlan(link)
        if isinstance(inner, dpkt.arp.ARP):
            return tag + _arp(inner)
        if isinstance(inner, dpkt.ip.IP | dpkt.ip6.IP6):
            return tag + _datagram(inner)
    except Exception:  # noqa: BLE001, S110 - dpkt raises nearly anything on a frame that it can't decode
        pass
    return f"frame of {frame.length} bytes, link type {frame.link_type}"


def _link(frame: Frame) -> dpkt.Packet:
    import dpkt

    if frame.link_type in RAW:
        return (dpkt.ip6.IP6 if frame.data[0] >> 4 == 6 else dpkt.ip.IP)(frame.data)
    readers = {
        ETHERNET: dpkt.ethernet.Ethernet,
        SLL: dpkt.sll.SLL,
        SLL2: dpkt.sll2.SLL2,
        NULL: dpkt.loopback.Loopback,
        LOOP: dpkt.loopback.Loopback,
    }
    reader = readers.get(frame.link_type)
    if reader is None:
        raise ValueError(frame.link_type)
    return reader(frame.data)


def _vlan(link: dpkt.Packet) -> str:
    tags = getattr(link, "vlan_tags", None)
    return f"VLAN {tags[0].id} " if tags else ""


def _arp(arp: dpkt.arp.ARP) -> str:
    sender, target, mac = _address(arp.spa), _address(arp.tpa), arp.sha.hex(":")
    if sender == target:
        return f"ARP announcement: {sender} is at {mac}"
    if arp.op == 1:
        return f"ARP who has {target}? tell {sender}"
    return f"ARP {sender} is at {mac}, to {target}"


def _datagram(ip: dpkt.ip.IP | dpkt.ip6.IP6) -> str:
    import dpkt

    src, dst, inner = _address(ip.src), _address(ip.dst), ip.data
    if isinstance(inner, dpkt.tcp.TCP):
        size = getattr(ip, "len", 0) - ip.hl * 4 if isinstance(ip, dpkt.ip.IP) else ip.plen
        return f"{src}:{inner.sport} → {dst}:{inner.dport} {_tcp(inner, max(0, size - inner.off * 4))}"
    if isinstance(inner, dpkt.udp.UDP):
        rpc = _rpc(bytes(inner.data))
        return f"{src}:{inner.sport} → {dst}:{inner.dport} {rpc or 'UDP'} Len={max(0, inner.ulen - 8)}"
    if isinstance(inner, dpkt.icmp.ICMP):
        if inner.type == _REDIRECT:
            quoted = bytes(inner)
            return f"{src} → {dst} ICMP redirect: {_address(quoted[24:28])} by {_address(quoted[4:8])}"
        return f"{src} → {dst} ICMP type {inner.type} code {inner.code}"
    return f"{src} → {dst} IP protocol {getattr(ip, 'p', '?')}"


def _tcp(tcp: dpkt.tcp.TCP, size: int) -> str:
    names = ", ".join(name for bit, name in _FLAGS if tcp.flags & bit)
    numbers = f"[{names}] Seq={tcp.seq}" + (f" Ack={tcp.ack}" if tcp.flags & 0x10 else "") + f" Len={size}"
    payload = bytes(tcp.data)
    rpc = _rpc(payload[4:]) if plausible_record(payload) else ""
    return f"{rpc} {numbers}" if rpc else f"TCP {numbers}"


def _rpc(message: bytes) -> str:
    head = parse_head(message[:24])
    if head is None:
        return ""
    if isinstance(head, Call):
        return f"{program_name(head.program)} V{head.version} {head.name} call xid 0x{head.xid:08x}"
    return f"RPC reply xid 0x{head.xid:08x}"


def _address(packed: bytes) -> str:
    return socket.inet_ntop(socket.AF_INET if len(packed) == 4 else socket.AF_INET6, packed)
