"""A frame's headers as integers and raw addresses: link layer, VLAN tags, tunnels, IPv4 and IPv6, TCP and UDP.

A frame that a switch sends on in a tunnel (GRE with ERSPAN of types I to III, bridged Ethernet or IP; VXLAN) takes the
place of the one that carries it.

Addresses stay bytes (they are keys); :func:`mac_text` and :func:`address_text` name them. What is cut off by the
snapshot length or contradicts itself is left undecoded, never guessed: `protocol` stays -1, or `sport` stays -1.

References: RFC 791, RFC 8200, RFC 9293, RFC 768, IEEE 802.1Q, RFC 2784 and 2890 (GRE), RFC 7348 (VXLAN),
draft-foschiano-erspan; https://www.tcpdump.org/linktypes.html.
"""

from __future__ import annotations

import struct
from ipaddress import IPv6Address

import msgspec

from analyzer.ingest.capture.result import ETHERNET, LOOP, NULL, RAW, SLL, SLL2

ARP, IPV4, IPV6 = 0x0806, 0x0800, 0x86DD
ICMP, TCP, UDP, GRE = 1, 6, 17, 47
FIN, SYN, RST, PSH, ACK = 1, 2, 4, 8, 16

_TAGS = frozenset({0x8100, 0x88A8, 0x9100})
_PPPOE, _MPLS = 0x8864, 0x8847
_PPP = {0x0021: IPV4, 0x0057: IPV6}
# The address family of a null/loopback frame: 2 is IPv4 everywhere, IPv6 differs between systems.
_FAMILIES = {2: IPV4, 10: IPV6, 24: IPV6, 28: IPV6, 30: IPV6}
_EXTENSIONS = frozenset({0, 43, 60, 135})
_FRAGMENT = 44
_ERSPAN, _ERSPAN3, _BRIDGED = 0x88BE, 0x22EB, 0x6558
_VXLAN_PORT = 4789
_DEEPEST = 4
"""Network headers that are looked into, one within another."""

_ipv4 = struct.Struct("!BBHHHBBH4s4s").unpack_from
_ipv6 = struct.Struct("!IHBB16s16s").unpack_from
_udp = struct.Struct("!HHHH").unpack_from


class Packet(msgspec.Struct):
    """What the headers of one frame say.

    `ethertype` is the innermost one, 0 when there is none. `vlan` is the outermost 802.1Q id, -1 without a tag.
    `payload_length` is by the IP header (the snapshot length cuts `payload`, not this). `fragment` is an
    IPv4 or IPv6 fragment's offset in bytes, -1 for a whole datagram; then `payload` is the fragment's. `depth` counts
    network headers.
    """

    src_mac: bytes = b""
    dst_mac: bytes = b""
    vlan: int = -1
    ethertype: int = 0
    src: bytes = b""
    dst: bytes = b""
    protocol: int = -1
    identification: int = 0
    ttl: int = 0
    fragment: int = -1
    more_fragments: bool = False
    sport: int = -1
    dport: int = -1
    seq: int = 0
    ack: int = 0
    flags: int = 0
    checksum: int = 0
    payload: bytes = b""
    payload_length: int = 0
    depth: int = 0


def decode(link_type: int, data: bytes) -> Packet:
    """The headers of a frame of `link_type`; a frame that can't be decoded gives a Packet that says so by its -1."""
    packet = Packet()
    if link_type == ETHERNET:
        if len(data) >= 14:
            packet.dst_mac = data[:6]
            packet.src_mac = data[6:12]
            _ethertype(packet, data, 12)
    elif link_type in RAW:
        _by_version(packet, data, 0)
    elif link_type in (SLL, SLL2):
        _cooked(packet, data, link_type)
    elif link_type in (NULL, LOOP) and len(data) >= 4:
        family = int.from_bytes(data[:4], "big")
        # A null frame has its capturing host's byte order, which no field tells: a family is a small number.
        family = family if family < 0x10000 else int.from_bytes(data[:4], "little")
        packet.ethertype = _FAMILIES.get(family, 0)
        _network(packet, data, 4)
    return packet


def _cooked(packet: Packet, data: bytes, link_type: int) -> None:
    """Linux cooked capture v1 and v2: the sender's MAC only, and only on links that have MACs."""
    header, address, size_at, protocol_at = (16, 6, 4, 14) if link_type == SLL else (20, 12, 11, 0)
    if len(data) < header:
        return
    size = int.from_bytes(data[4:6], "big") if link_type == SLL else data[size_at]
    if size == 6:
        packet.src_mac = data[address : address + 6]
    packet.ethertype = data[protocol_at] << 8 | data[protocol_at + 1]
    if packet.ethertype in _TAGS:
        _tags(packet, data, header)
    else:
        _network(packet, data, header)


def _ethertype(packet: Packet, data: bytes, at: int) -> None:
    packet.ethertype = data[at] << 8 | data[at + 1]
    if packet.ethertype in _TAGS:
        _tags(packet, data, at + 2)
    else:
        _network(packet, data, at + 2)


def _tags(packet: Packet, data: bytes, at: int) -> None:
    while packet.ethertype in _TAGS:
        if len(data) < at + 4:
            packet.ethertype = 0
            return
        if packet.vlan < 0:
            packet.vlan = (data[at] << 8 | data[at + 1]) & 0x0FFF
        packet.ethertype = data[at + 2] << 8 | data[at + 3]
        at += 4
    _network(packet, data, at)


def _network(packet: Packet, data: bytes, at: int) -> None:
    ethertype = packet.ethertype
    if ethertype in (IPV4, IPV6):
        packet.depth += 1
        if packet.depth <= _DEEPEST:
            (_decode_ipv4 if ethertype == IPV4 else _decode_ipv6)(packet, data, at)
    elif ethertype == ARP:
        packet.payload = data[at:]
    elif ethertype == _PPPOE and len(data) >= at + 8:
        packet.ethertype = _PPP.get(data[at + 6] << 8 | data[at + 7], 0)
        _network(packet, data, at + 8)
    elif ethertype == _MPLS:
        while len(data) >= at + 4 and not data[at + 2] & 1:
            at += 4
        _by_version(packet, data, at + 4)


def _by_version(packet: Packet, data: bytes, at: int) -> None:
    version = data[at] >> 4 if len(data) > at else 0
    packet.ethertype = IPV4 if version == 4 else IPV6 if version == 6 else 0
    _network(packet, data, at)


def _decode_ipv4(packet: Packet, data: bytes, at: int) -> None:
    if len(data) < at + 20:
        return
    first, _, total, identification, fragment, ttl, protocol, _, src, dst = _ipv4(data, at)
    header = (first & 0x0F) * 4
    if first >> 4 != 4 or header < 20:
        return
    packet.src, packet.dst = src, dst
    packet.identification = identification
    packet.ttl = ttl
    if not total:  # segmentation offload: the length was never filled in
        total = len(data) - at
    if total < header:
        return
    packet.protocol = protocol
    if fragment & 0x3FFF:
        packet.fragment = (fragment & 0x1FFF) * 8
        packet.more_fragments = bool(fragment & 0x2000)
        packet.payload = data[at + header : at + total]
        packet.payload_length = total - header
    else:
        decode_transport(packet, data, at + header, at + total)


def _decode_ipv6(packet: Packet, data: bytes, at: int) -> None:
    if len(data) < at + 40:
        return
    first, length, protocol, ttl, src, dst = _ipv6(data, at)
    if first >> 28 != 6:
        return
    packet.src, packet.dst, packet.ttl = src, dst, ttl
    at += 40
    end = at + length if length else len(data)
    while protocol in _EXTENSIONS and len(data) >= at + 8:
        protocol, at = data[at], at + (data[at + 1] + 1) * 8
    if protocol == _FRAGMENT and len(data) >= at + 8:
        offset = data[at + 2] << 8 | data[at + 3]
        packet.identification = int.from_bytes(data[at + 4 : at + 8], "big")
        protocol, at = data[at], at + 8
        if offset & 0xFFF9:
            packet.protocol = protocol
            packet.fragment = offset & 0xFFF8
            packet.more_fragments = bool(offset & 1)
            packet.payload = data[at:end]
            packet.payload_length = end - at
            return
    packet.protocol = protocol
    decode_transport(packet, data, at, end)


def decode_transport(packet: Packet, data: bytes, at: int, end: int) -> None:
    """TCP, UDP or ICMP from `at`; `end` is where the datagram ends by its IP header, captured or not."""
    captured = len(data) - at
    if packet.protocol == TCP:
        if captured < 14:
            return
        header = data[at + 12] >> 4 << 2
        if header < 20:  # Wireshark's "bogus TCP header length": nothing behind it can be believed
            return
        packet.flags = data[at + 13]
        packet.sport = data[at] << 8 | data[at + 1]
        packet.dport = data[at + 2] << 8 | data[at + 3]
        packet.seq = int.from_bytes(data[at + 4 : at + 8], "big")
        packet.ack = int.from_bytes(data[at + 8 : at + 12], "big")
        packet.checksum = int.from_bytes(data[at + 16 : at + 18], "big")
        packet.payload = data[at + header : end]
        packet.payload_length = max(0, end - at - header)
    elif packet.protocol == UDP:
        if captured >= 8:
            packet.sport, packet.dport, _, packet.checksum = _udp(data, at)
            packet.payload = data[at + 8 : end]
            packet.payload_length = max(0, end - at - 8)
            if packet.dport == _VXLAN_PORT and len(packet.payload) >= 22 and packet.payload[0] & 8:
                _unwrap(packet, packet.payload, 8)
    elif packet.protocol == ICMP:
        packet.payload = data[at:end]
        packet.payload_length = end - at
    elif packet.protocol == GRE:
        _gre(packet, data[at:end])


def _gre(packet: Packet, data: bytes) -> None:
    """GRE with a frame or an IP datagram in it; a routed or otherwise odd one stays what it is."""
    if len(data) < 4:
        return
    flags, kind = data[0] << 8 | data[1], data[2] << 8 | data[3]
    if flags & 0x4007:  # source routing, or a version that is not 0
        return
    at = 4 + 4 * sum(bool(flags & bit) for bit in (0x8000, 0x2000, 0x1000))  # checksum, key, sequence number
    if kind == _ERSPAN:
        if flags & 0x1000:  # type II has a sequence number and a header of its own, type I neither
            at += 8
    elif kind == _ERSPAN3:
        if len(data) < at + 12:
            return
        at += 20 if data[at + 11] & 1 else 12
    elif kind in (IPV4, IPV6):
        if len(data) >= at + 20:
            inner = Packet(packet.src_mac, packet.dst_mac, packet.vlan, kind, depth=packet.depth)
            _replace(packet, inner)
            _network(packet, data, at)
        return
    elif kind != _BRIDGED:
        return
    _unwrap(packet, data, at)


def _unwrap(packet: Packet, data: bytes, at: int) -> None:
    """The Ethernet frame at `at` takes the place of its carrier."""
    if len(data) < at + 14:
        return
    _replace(packet, Packet(data[at + 6 : at + 12], data[at : at + 6], depth=packet.depth))
    _ethertype(packet, data, at + 12)


def _replace(packet: Packet, by: Packet) -> None:
    for field in packet.__struct_fields__:
        setattr(packet, field, getattr(by, field))


def mac_text(mac: bytes) -> str:
    """`00:11:22:33:44:55`, or the empty string where the link has no MACs."""
    return mac.hex(":")


def address_text(address: bytes) -> str:
    """The address as people write it: dotted for IPv4, RFC 5952 for IPv6."""
    if len(address) == 4:
        return ".".join(map(str, address))
    return str(IPv6Address(address))
