"""Captured frames without names: addresses and MACs in the headers replaced, and what the headers carry cut off.

Link types (draft-ietf-opsawg-pcaplinktype): Ethernet and raw IP. Of ARP (RFC 826), IPv4 (RFC 791), TCP, UDP and ICMP
everything up to the end of the header is kept, with the IPv4 header's checksum made anew and those over addresses left
0; of a redirect also the beginning of the packet that it is about. Whatever is not understood is cut where it begins.
"""

from __future__ import annotations

import struct

from analyzer.redact.replacements import Replacements

ETHERNET, RAW_IP, RAW_IPV4 = 1, 101, 228
_VLANS = (b"\x81\x00", b"\x88\xa8", b"\x91\x00")
_ARP, _IPV4 = b"\x08\x06", b"\x08\x00"
_ICMP, _TCP, _UDP = 1, 6, 17
_REDIRECT = 5
_ARP_OF_IPV4 = b"\x00\x01\x08\x00\x06\x04"
_NOP = b"\x01"


def redacted_frame(data: bytes, link_type: int, replacements: Replacements) -> bytes:
    """The captured bytes of a frame without names; shorter than `data` or as long, empty for another link type."""
    if link_type == ETHERNET:
        return _ethernet(data, replacements)
    return _ipv4(data, replacements) if link_type in (RAW_IP, RAW_IPV4) else b""


def _ethernet(data: bytes, replacements: Replacements) -> bytes:
    if len(data) < 14:
        return b""
    head = replacements.mac_bytes(data[:6]) + replacements.mac_bytes(data[6:12])
    at = 12
    while data[at : at + 2] in _VLANS and len(data) >= at + 6:
        at += 4
    head, kind, rest = head + data[12 : at + 2], data[at : at + 2], data[at + 2 :]
    if kind == _ARP:
        return head + _arp(rest, replacements)
    return head + (_ipv4(rest, replacements) if kind == _IPV4 else b"")


def _arp(data: bytes, replacements: Replacements) -> bytes:
    if len(data) < 28 or not data.startswith(_ARP_OF_IPV4):
        return b""
    mac, ipv4 = replacements.mac_bytes, replacements.ipv4_bytes
    return data[:8] + mac(data[8:14]) + ipv4(data[14:18]) + mac(data[18:24]) + ipv4(data[24:28])


def _ipv4(data: bytes, replacements: Replacements) -> bytes:
    size = (data[0] & 15) * 4 if data else 0
    if len(data) < 20 or data[0] >> 4 != 4 or not 20 <= size <= len(data):
        return b""
    addresses = replacements.ipv4_bytes(data[12:16]) + replacements.ipv4_bytes(data[16:20])
    head = data[:10] + bytes(2) + addresses + _NOP * (size - 20)  # options may hold addresses
    head = head[:10] + _checksum(head) + head[12:]
    is_first = not struct.unpack_from(">H", data, 6)[0] & 0x1FFF
    return head + (_carried(data[9], data[size:], replacements) if is_first else b"")


def _carried(protocol: int, data: bytes, replacements: Replacements) -> bytes:
    if protocol == _TCP and len(data) >= 20:
        size = max(20, (data[12] >> 4) * 4)
        return data[:16] + bytes(2) + data[18:size]
    if protocol == _UDP and len(data) >= 8:
        return data[:6] + bytes(2)
    if protocol == _ICMP and len(data) >= 8:
        return _icmp(data, replacements)
    return b""


def _icmp(data: bytes, replacements: Replacements) -> bytes:
    if data[0] != _REDIRECT:
        return data[:2] + bytes(2) + data[4:8]
    return data[:2] + bytes(2) + replacements.ipv4_bytes(data[4:8]) + _ipv4(data[8:], replacements)


def _checksum(header: bytes) -> bytes:
    """The Internet checksum (RFC 1071) of a header whose own is 0."""
    total = sum(struct.unpack(f">{len(header) // 2}H", header))
    while total >> 16:
        total = (total & 0xFFFF) + (total >> 16)
    return struct.pack(">H", ~total & 0xFFFF)
