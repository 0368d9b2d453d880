"""A frame's headers in one record: link layer, VLAN tags, tunnels, IPv4 and IPv6, TCP and UDP.

It says what :func:`analyzer.ingest.capture.plain.packet.decode` says, which names the references.
"""

from __future__ import annotations

from analyzer.ingest.capture.compiled.fields import little32, u8, u16, u32, u48, u64
from analyzer.ingest.capture.compiled.jit import compiled
from analyzer.ingest.capture.compiled.layout import NO_MAC, Block, Rows

ETHERNET, SLL, SLL2, NULL, LOOP = 1, 113, 276, 0, 108
ARP, IPV4, IPV6 = 0x0806, 0x0800, 0x86DD
ICMP, TCP, UDP, GRE = 1, 6, 17, 47
PPPOE, MPLS = 0x8864, 0x8847
ERSPAN, ERSPAN3, BRIDGED = 0x88BE, 0x22EB, 0x6558
VXLAN_PORT = 4789
DEEPEST = 4


@compiled
def clear(p: Rows) -> None:
    """Nothing is known of the frame."""
    p.src_mac = NO_MAC
    p.dst_mac = NO_MAC
    p.vlan = -1
    p.ethertype = 0
    forget(p)


@compiled
def forget(p: Rows) -> None:
    """Nothing is known above the link layer."""
    p.family = 0
    p.src_hi = 0
    p.src = 0
    p.dst_hi = 0
    p.dst = 0
    p.protocol = -1
    p.identification = 0
    p.ttl = 0
    p.fragment = -1
    p.more = 0
    p.sport = -1
    p.dport = -1
    p.seq = 0
    p.ack = 0
    p.flags = 0
    p.checksum = 0
    p.payload = 0
    p.captured = 0
    p.payload_length = 0


@compiled
def decode(p: Rows, link_type: int, data: Block, at: int, end: int) -> None:
    """Fill `p` from the frame data[at:end]; offsets in `p` are into `data`."""
    clear(p)
    p.depth = 0
    if link_type == ETHERNET:
        if end - at >= 14:
            network(p, data, ethernet(p, data, at, end), end)
    elif link_type == SLL or link_type == SLL2:
        network(p, data, cooked(p, data, at, end, link_type), end)
    elif link_type == NULL or link_type == LOOP:
        network(p, data, loopback(p, data, at, end), end)
    elif is_raw(link_type):
        p.ethertype = by_version(data, at, end)
        network(p, data, at, end)


@compiled
def is_raw(link_type: int) -> bool:
    """Whether the frame begins with an IP header."""
    return link_type in (12, 14, 101, 228, 229)


@compiled
def is_tag(ethertype: int) -> bool:
    """Whether an 802.1Q tag follows."""
    return ethertype in (0x8100, 0x88A8, 0x9100)


@compiled
def ethernet(p: Rows, data: Block, at: int, end: int) -> int:
    """MACs, tags, ethertype; where the network header begins."""
    p.dst_mac = u48(data, at)
    p.src_mac = u48(data, at + 6)
    p.ethertype = u16(data, at + 12)
    if is_tag(p.ethertype):
        return tags(p, data, at + 14, end)
    return at + 14


@compiled
def tags(p: Rows, data: Block, at: int, end: int) -> int:
    """802.1Q tags, of which the outermost counts; where the network header begins."""
    while is_tag(p.ethertype):
        if end < at + 4:
            p.ethertype = 0
            return at
        if p.vlan < 0:
            p.vlan = u16(data, at) & 0x0FFF
        p.ethertype = u16(data, at + 2)
        at += 4
    return at


@compiled
def cooked(p: Rows, data: Block, at: int, end: int, link_type: int) -> int:
    """Linux cooked capture v1 and v2; where the network header begins."""
    header, address, protocol_at = 16, 6, 14
    if link_type == SLL2:
        header, address, protocol_at = 20, 12, 0
    if end - at < header:
        return end
    size = u8(data, at + 11) if link_type == SLL2 else u16(data, at + 4)
    if size == 6:
        p.src_mac = u48(data, at + address)
    p.ethertype = u16(data, at + protocol_at)
    if is_tag(p.ethertype):
        return tags(p, data, at + header, end)
    return at + header


@compiled
def loopback(p: Rows, data: Block, at: int, end: int) -> int:
    """An address family of 4 bytes in its capturing host's order; where the network header begins."""
    if end - at < 4:
        return end
    family = u32(data, at)
    if family >= 0x10000:
        family = little32(data, at)
    if family == 2:
        p.ethertype = IPV4
    elif family in (10, 24, 28, 30):
        p.ethertype = IPV6
    return at + 4


@compiled
def by_version(data: Block, at: int, end: int) -> int:
    """The ethertype that an IP header's first nibble tells, 0 when it is none."""
    version = u8(data, at) >> 4 if at < end else 0
    if version == 4:
        return IPV4
    return IPV6 if version == 6 else 0


@compiled
def network(p: Rows, data: Block, at: int, end: int) -> None:
    """From the network header on; a frame in a tunnel takes the place of the one that carries it."""
    p.limit = end
    while True:
        end = p.limit
        if p.ethertype == PPPOE:
            if end < at + 8:
                return
            kind = u16(data, at + 6)
            p.ethertype = IPV4 if kind == 0x0021 else IPV6 if kind == 0x0057 else 0
            at += 8
        elif p.ethertype == MPLS:
            while end >= at + 4 and not u8(data, at + 2) & 1:
                at += 4
            at += 4
            p.ethertype = by_version(data, at, end)
        if p.ethertype == ARP:
            p.payload = at
            p.captured = end - at
        if p.ethertype != IPV4 and p.ethertype != IPV6:
            return
        p.depth += 1
        if p.depth > DEEPEST:
            return
        at = ipv4(p, data, at, end) if p.ethertype == IPV4 else ipv6(p, data, at, end)
        if at < 0:
            return


@compiled
def ipv4(p: Rows, data: Block, at: int, end: int) -> int:
    """An IPv4 datagram; where the network header in its tunnel begins, or -1."""
    if end < at + 20:
        return -1
    first = u8(data, at)
    header = (first & 0x0F) * 4
    if first >> 4 != 4 or header < 20:
        return -1
    p.family = 4
    p.src = u32(data, at + 12)
    p.dst = u32(data, at + 16)
    p.identification = u16(data, at + 4)
    p.ttl = u8(data, at + 8)
    total = u16(data, at + 2)
    if total == 0:
        total = end - at
    if total < header:
        return -1
    p.protocol = u8(data, at + 9)
    fragment = u16(data, at + 6)
    if fragment & 0x3FFF:
        p.fragment = (fragment & 0x1FFF) * 8
        p.more = 1 if fragment & 0x2000 else 0
        p.payload = at + header
        p.captured = max(0, min(end, at + total) - at - header)
        p.payload_length = total - header
        return -1
    return transport(p, data, at + header, at + total, end)


@compiled
def ipv6(p: Rows, data: Block, at: int, end: int) -> int:
    """An IPv6 datagram; where the network header in its tunnel begins, or -1."""
    if end < at + 40 or u8(data, at) >> 4 != 6:
        return -1
    length = u16(data, at + 4)
    protocol = u8(data, at + 6)
    p.family = 6
    p.ttl = u8(data, at + 7)
    p.src_hi = u64(data, at + 8)
    p.src = u64(data, at + 16)
    p.dst_hi = u64(data, at + 24)
    p.dst = u64(data, at + 32)
    at += 40
    stop = at + length if length else end
    while protocol in (0, 43, 60, 135) and end >= at + 8:
        protocol = u8(data, at)
        at += (u8(data, at + 1) + 1) * 8
    if protocol == 44 and end >= at + 8:
        offset = u16(data, at + 2)
        p.identification = u32(data, at + 4)
        protocol = u8(data, at)
        at += 8
        if offset & 0xFFF9:
            p.protocol = protocol
            p.fragment = offset & 0xFFF8
            p.more = offset & 1
            p.payload = at
            p.captured = max(0, min(end, stop) - at)
            p.payload_length = stop - at
            return -1
    p.protocol = protocol
    return transport(p, data, at, stop, end)


@compiled
def transport(p: Rows, data: Block, at: int, stop: int, end: int) -> int:
    """TCP, UDP or ICMP from `at`; `stop` is where the datagram ends by its IP header, `end` what was captured.

    Where the network header in its tunnel begins (and `limit` where what is in the tunnel ends), or -1.
    """
    captured = end - at
    if p.protocol == TCP:
        if captured < 14:
            return -1
        header = u8(data, at + 12) >> 4 << 2
        if header < 20:
            return -1
        p.flags = u8(data, at + 13)
        p.sport = u16(data, at)
        p.dport = u16(data, at + 2)
        p.seq = u32(data, at + 4)
        p.ack = u32(data, at + 8)
        p.checksum = u16(data, at + 16) if captured >= 18 else u8(data, at + 16) if captured == 17 else 0
        p.payload = at + header
        p.captured = max(0, min(stop, end) - at - header)
        p.payload_length = max(0, stop - at - header)
    elif p.protocol == UDP:
        if captured < 8:
            return -1
        p.sport = u16(data, at)
        p.dport = u16(data, at + 2)
        p.checksum = u16(data, at + 6)
        p.payload = at + 8
        p.captured = max(0, min(stop, end) - at - 8)
        p.payload_length = max(0, stop - at - 8)
        if p.dport == VXLAN_PORT and p.captured >= 22 and u8(data, at + 8) & 8:
            p.limit = min(stop, end)
            return unwrap(p, data, at + 16, p.limit)
    elif p.protocol == ICMP:
        p.payload = at
        p.captured = max(0, min(stop, end) - at)
        p.payload_length = stop - at
    elif p.protocol == GRE:
        p.limit = min(stop, end)
        return gre(p, data, at, p.limit)
    return -1


@compiled
def unwrap(p: Rows, data: Block, at: int, end: int) -> int:
    """An Ethernet frame in a tunnel takes the place of its carrier; where its network header begins."""
    clear(p)
    return ethernet(p, data, at, end)


@compiled
def gre(p: Rows, data: Block, at: int, end: int) -> int:
    """GRE (RFC 2784, 2890) with ERSPAN, bridged Ethernet or IP; where the inner network header begins, or -1."""
    if end < at + 4:
        return -1
    flags = u16(data, at)
    kind = u16(data, at + 2)
    if flags & 0x4007:
        return -1
    at += 4 + (4 if flags & 0x8000 else 0) + (4 if flags & 0x2000 else 0) + (4 if flags & 0x1000 else 0)
    if kind == ERSPAN:
        if flags & 0x1000:
            at += 8
    elif kind == ERSPAN3:
        if end < at + 12:
            return -1
        at += 20 if u8(data, at + 11) & 1 else 12
    elif kind == IPV4 or kind == IPV6:
        if end < at + 20:
            return -1
        forget(p)
        p.ethertype = kind
        return at
    elif kind != BRIDGED:
        return -1
    if end < at + 14:
        return -1
    return unwrap(p, data, at, end)
