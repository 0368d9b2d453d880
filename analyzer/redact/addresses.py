"""Addresses for addresses: the same key gives the same ones, two never become one, and prefixes in common stay so.

IPv4 and IPv6: the construction of Crypto-PAn (Xu, Fan, Ammar, Moon: Prefix-Preserving IP Address Anonymization, ICNP
2002), with keyed BLAKE2b (RFC 7693) in place of AES: a bit is flipped as a keyed hash of the bits before it says. The
bits that say what kind of address it is (private, link-local) stay. MACs: a Feistel network (Luby, Rackoff 1988) over
the 46 bits beside those that say "group" and "locally administered".

Python's packages for this want a library of ciphers, and know neither kinds of addresses nor ones that stay.
"""

from __future__ import annotations

from collections.abc import Iterable
from functools import cache
from hashlib import blake2b
from ipaddress import AddressValueError, IPv4Address, IPv4Network, IPv6Address, IPv6Network

_KINDS_4 = tuple(map(IPv4Network, ("10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "169.254.0.0/16", "100.64.0.0/10")))
"""Networks whose addresses stay within them."""
_FIXED_4 = tuple(map(IPv4Network, ("0.0.0.0/8", "127.0.0.0/8", "224.0.0.0/3")))
"""Networks whose addresses name nobody: this host, loopback, groups, masks and broadcast."""
_KINDS_6 = tuple(map(IPv6Network, ("fe80::/64", "fc00::/7")))
_FIXED_6 = tuple(map(IPv6Network, ("::/127", "ff00::/8")))
_GLOBAL_6 = IPv6Network("2000::/3")
_ROUNDS, _HALF = 6, 23
_FIXED_MACS = (0, (1 << 48) - 1)


_Address = IPv4Address | IPv6Address
_Network = IPv4Network | IPv6Network


class Addresses:
    """The replacements under one key; those of `kept` (IPv4) stay as they are."""

    def __init__(self, key: bytes, kept: frozenset[str] = frozenset()) -> None:
        self._key = key
        self._kept = frozenset(int(IPv4Address(one)) for one in kept)
        self.ipv4 = cache(self._ipv4)
        self.ipv6 = cache(self._ipv6)
        self.mac = cache(self._mac)

    def _ipv4(self, address: int) -> int:
        """The replacement of an IPv4 address."""
        if self._stays(address):
            return address
        kind = _network(IPv4Address(address), _KINDS_4)
        fixed = kind.prefixlen if kind else 0
        replaced = self._flipped(b"4", address, 32, fixed)
        while self._stays(replaced) or _network(IPv4Address(replaced), _KINDS_4) != kind:
            replaced = self._flipped(b"4", replaced, 32, fixed)  # a permutation comes back to where it may be
        return replaced

    def _stays(self, address: int) -> bool:
        return address in self._kept or _network(IPv4Address(address), _FIXED_4) is not None

    def _ipv6(self, address: int) -> int:
        """The replacement of an IPv6 address."""
        plain = IPv6Address(address)
        if _network(plain, _FIXED_6):
            return address
        kind = _network(plain, (*_KINDS_6, _GLOBAL_6))
        fixed = kind.prefixlen if kind else 0
        replaced = self._flipped(b"6", address, 128, fixed)
        while _network(IPv6Address(replaced), _FIXED_6):
            replaced = self._flipped(b"6", replaced, 128, fixed)
        return replaced

    def _mac(self, mac: int) -> int:
        """The replacement of a MAC: its two bits of kind stay, the vendor's part does not."""
        if mac in _FIXED_MACS:
            return mac
        replaced = self._mixed(mac)
        while replaced in _FIXED_MACS:
            replaced = self._mixed(replaced)
        return replaced

    def _flipped(self, kind: bytes, address: int, bits: int, fixed: int) -> int:
        flips = 0
        for place in range(fixed, bits):
            before = (address >> (bits - place)).to_bytes(16, "big") if place else bytes(16)
            flips |= (self._hash(kind + bytes((place,)) + before)[0] >> 7) << (bits - 1 - place)
        return address ^ flips

    def _mixed(self, mac: int) -> int:
        first, kind = mac >> 40, (mac >> 40) & 3
        value = (first >> 2) << 40 | mac & (1 << 40) - 1
        left, right = value >> _HALF, value & (1 << _HALF) - 1
        for turn in range(_ROUNDS):
            mixed = self._hash(b"m" + bytes((turn,)) + right.to_bytes(4, "big"))
            left, right = right, left ^ int.from_bytes(mixed[:4], "big") & (1 << _HALF) - 1
        value = left << _HALF | right
        return ((value >> 40) << 2 | kind) << 40 | value & (1 << 40) - 1

    def _hash(self, data: bytes) -> bytes:
        return blake2b(data, key=self._key, digest_size=8).digest()


def _network(address: _Address, networks: Iterable[_Network]) -> _Network | None:
    """The first of `networks` that the address is in."""
    return next((network for network in networks if address in network), None)


def is_ipv4(text: str) -> bool:
    """Whether a text is an IPv4 address and nothing else."""
    try:
        IPv4Address(text)
    except AddressValueError:
        return False
    return True
