"""Frames as bytes: Ethernet, ARP, IPv4 and TCP with right checksums (RFC 826, 791, 9293, 7323).

A one's complement sum is a sum modulo 65535 (RFC 1071), so a checksum here is `-sum % 65535` over integers of any width
that begin on an even byte: a header's fields, or a whole payload as one number.
"""

from __future__ import annotations

from functools import cache
from struct import Struct, pack
from typing import NamedTuple

FIN, SYN, RST, PSH, ACK = 1, 2, 4, 8, 16
MSS = 1448  # bytes of payload a segment: 1500 less the headers of IPv4 and TCP with timestamps
BROADCAST = b"\xff" * 6
NOBODY = bytes(6)

_HEADERS = Struct("!16sHHHHH8sHHIIHHHHIII")
_BARE = Struct("!16sHHHHH8sHHIIHHHH")
_SYN_OPTIONS = Struct("!IHBBIIBBBB")
_ARP = Struct("!6s6sHHHBBH6s4s6s4s")
_DONT_FRAGMENT, _TTL_TCP = 0x4000, 0x4006
_TIMESTAMPS = 0x0101080A  # two NOPs, kind 8, length 10
_WORD = 0xFFFFFFFF


@cache
def packed(address: str) -> bytes:
    """An IPv4 address as its four bytes."""
    return bytes(int(part) for part in address.split("."))


class Station(NamedTuple):
    """One end of a direction: an interface, an address and a port."""

    mac: bytes
    address: str
    port: int


class Header:
    """The constant part of the headers of one direction of one TCP connection between two ports of a switch."""

    __slots__ = ("_addresses", "_ip_sum", "_prefix", "_tcp_sum", "dport", "ident", "sport")

    def __init__(self, source: Station, destination: Station, ident: int) -> None:
        """`ident` is the last IPv4 identification that was used."""
        self._prefix = destination.mac + source.mac + b"\x08\x00\x45\x00"
        self._addresses = packed(source.address) + packed(destination.address)
        self.sport, self.dport = source.port, destination.port
        self.ident = ident
        both = int.from_bytes(self._addresses, "big")
        self._ip_sum = 0x4500 + _DONT_FRAGMENT + _TTL_TCP + both
        self._tcp_sum = both + 6 + self.sport + self.dport

    def segment(self, flags: int, seq: int, ack: int, window: int, stamps: tuple[int, int], payload: bytes) -> bytes:
        """A segment with the timestamps option: `stamps` are (TSval, TSecr)."""
        size = len(payload)
        self.ident = ident = (self.ident + 1) & 0xFFFF
        value, echo = stamps
        total = self._tcp_sum + 32 + size + seq + ack + 0x8000 + flags + window + _TIMESTAMPS + value + echo
        if size:
            total += int.from_bytes(payload if size % 2 == 0 else payload + b"\0", "big")
        # fmt: off
        return _HEADERS.pack(
            self._prefix, 52 + size, ident, _DONT_FRAGMENT, _TTL_TCP, -(self._ip_sum + 52 + size + ident) % 65535,
            self._addresses, self.sport, self.dport, seq, ack, 0x8000 | flags, window, -total % 65535, 0,
            _TIMESTAMPS, value, echo,
        ) + payload
        # fmt: on

    def synchronize(self, flags: int, seq: int, ack: int, window: int, stamps: tuple[int, int]) -> bytes:
        """A SYN or SYN-ACK: MSS 1460, SACK permitted, timestamps, window scale 10."""
        options = _SYN_OPTIONS.pack(0x020405B4, 0x0402, 8, 10, *stamps, 1, 3, 3, 10)
        return self._bare(flags, seq, ack, window, options)

    def reset(self, seq: int) -> bytes:
        """A RST that answers a segment of no connection (RFC 9293, 3.10.7.1): no ACK, no window, no options."""
        return self._bare(RST, seq, 0, 0, b"")

    def refuse(self, ack: int) -> bytes:
        """A RST that answers a SYN: it acknowledges it (RFC 9293, 3.10.7.1)."""
        return self._bare(RST | ACK, 0, ack, 0, b"")

    def _bare(self, flags: int, seq: int, ack: int, window: int, options: bytes) -> bytes:
        self.ident = ident = (self.ident + 1) & 0xFFFF
        length = 20 + len(options)
        offset = length // 4 << 12
        total = self._tcp_sum + length + seq + ack + offset + flags + window + int.from_bytes(options, "big")
        # fmt: off
        return _BARE.pack(
            self._prefix, 20 + length, ident, _DONT_FRAGMENT, _TTL_TCP, -(self._ip_sum + 20 + length + ident) % 65535,
            self._addresses, self.sport, self.dport, seq, ack, offset | flags, window, -total % 65535, 0,
        ) + options
        # fmt: on


def arp_request(sender_mac: bytes, sender: str, target: str, to: bytes = BROADCAST) -> bytes:
    """Who has `target`? Tell `sender`. To one MAC when `to` says so."""
    return _ARP.pack(to, sender_mac, 0x0806, 1, 0x0800, 6, 4, 1, sender_mac, packed(sender), NOBODY, packed(target))


def arp_reply(sender_mac: bytes, sender: str, to: bytes, target: str) -> bytes:
    """`sender` is at `sender_mac`, said to `target`."""
    return _ARP.pack(to, sender_mac, 0x0806, 1, 0x0800, 6, 4, 2, sender_mac, packed(sender), to, packed(target))


def arp_announcement(mac: bytes, address: str, *, reply: bool) -> bytes:
    """A gratuitous ARP of `address`, as a reply or as a request (RFC 5227, 3)."""
    own = packed(address)
    kind = 2 if reply else 1
    return _ARP.pack(BROADCAST, mac, 0x0806, 1, 0x0800, 6, 4, kind, mac, own, BROADCAST if reply else NOBODY, own)


def icmp_redirect(router: Station, host: Station, gateway: str, target: str, ident: int) -> bytes:
    """A redirect of `router`, that `host` goes to `target` by `gateway` (RFC 792: type 5, code 1); it quotes a segment
    of the host to port 2049.
    """
    ends = packed(host.address) + packed(target)
    quoted = _checked(pack("!HHHHHH", 0x4500, 52, ident, _DONT_FRAGMENT, _TTL_TCP, 0) + ends, 10)
    quoted += pack("!HHI", host.port, 2049, 0)
    message = _checked(pack("!HH", 0x0501, 0) + packed(gateway) + quoted, 2)
    head = pack("!HHHHHH", 0x45C0, 20 + len(message), ident, 0, 0x4001, 0)
    header = _checked(head + packed(router.address) + packed(host.address), 10)
    return host.mac + router.mac + b"\x08\x00" + header + message


def _checked(data: bytes, place: int) -> bytes:
    """The bytes with their Internet checksum (RFC 1071) at `place`, where zeros are."""
    total = -int.from_bytes(data, "big") % 65535
    return data[:place] + pack("!H", total) + data[place + 2 :]


class Endpoint:
    """One end of a TCP connection: the next byte to send, the next byte expected, and its timestamps' clock."""

    __slots__ = ("echo", "got", "offset", "seq", "window")

    def __init__(self, seq: int, offset: int, window: int) -> None:
        self.seq = seq
        self.got = 0
        self.offset = offset
        self.echo = 0
        self.window = window

    def stamps(self, at: int) -> tuple[int, int]:
        """(TSval, TSecr) at `at`: a millisecond clock with an offset of the connection's own (RFC 7323, 5)."""
        return (at // 1_000_000 + self.offset) & _WORD, self.echo

    def advance(self, size: int) -> None:
        """Count `size` bytes (or a SYN or FIN) as sent."""
        self.seq = (self.seq + size) & _WORD

    def take(self, size: int) -> None:
        """Count `size` bytes (or a SYN or FIN) as received."""
        self.got = (self.got + size) & _WORD
