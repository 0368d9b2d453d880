"""IPv4 addresses in a log's text: where they are, which can name a host or CVM, and ESXi's little-endian hex."""

from __future__ import annotations

import re

from analyzer.config import Settings

_IPV4 = re.compile(r"(?<![\w.])(\d{1,3}(?:\.\d{1,3}){3})(?!\.?\d)")
_NETMASK = re.compile(r"255\.\d+\.\d+\.\d+|0\.0\.0\.0")


def is_ipv4(text: str) -> bool:
    """Whether `text` is a dotted quad with every part below 256."""
    parts = text.split(".")
    return len(parts) == 4 and all(
        part.isdecimal() and part.isascii() and len(part) < 4 and int(part) < 256 for part in parts
    )


def private_addresses(settings: Settings) -> frozenset[str]:
    """The addresses that every host has alike, so that they name nobody."""
    return frozenset((settings.storage_address, settings.host_private_address, settings.cvm_management_address))


def can_name(address: str, settings: Settings) -> bool:
    """Whether `address` can name a host or a CVM: not a netmask, and not one of the private addresses."""
    return is_ipv4(address) and not _NETMASK.fullmatch(address) and address not in private_addresses(settings)


def placed(text: str, settings: Settings) -> tuple[tuple[int, int, str], ...]:
    """(start, end, address) of every address in `text` that can name a host or a CVM."""
    return tuple((m.start(1), m.end(1), m[1]) for m in _IPV4.finditer(text) if can_name(m[1], settings))


def naming(text: str, settings: Settings) -> tuple[str, ...]:
    """The addresses in `text` that can name a host or a CVM, each once, in the order of the text."""
    return tuple(dict.fromkeys(address for _, _, address in placed(text, settings)))


def from_little_endian_hex(text: str) -> str | None:
    """`0x205a8c0` is 192.168.5.2: ESXi's vmkernel.log prints addresses as the CPU holds them, without padding."""
    value = int(text, 16)
    return ".".join(str(byte) for byte in value.to_bytes(4, "little")) if value < 1 << 32 else None
