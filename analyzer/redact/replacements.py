"""What stands for what under a key: addresses for addresses, `host-k3v…` for a name; and the way back."""

from __future__ import annotations

import base64
import re
from hashlib import blake2b
from ipaddress import IPv4Address, IPv6Address

from analyzer.redact.addresses import Addresses
from analyzer.redact.key import Key

Kind = str
KINDS = ("host", "cluster", "user", "datastore", "vm", "id", "file", "word", "text")
"""What a name is of, the surest first."""
SHORT, LONG = 8, 26
"""Characters of a name's hash (5 bits each): the usual, and where two names have the same."""
_EXTENSION = re.compile(
    r"(?:\.(?:pcap|pcapng|cap|out|log|txt|toml|csv|json|gz|zst|xz|lz4|bz2|zip|tar|tgz)){1,8}\Z", re.IGNORECASE
)
PSEUDONYM = re.compile(rf"(?:{'|'.join(KINDS)})-[a-z2-7]{{{SHORT},{LONG}}}(?:\.[a-z0-9]+)*")
"""What stands for a name, and perhaps the beginning of what follows it."""


class Replacements:
    """The replacements under a key, which it remembers; `kept` are the addresses (IPv4) that stay."""

    def __init__(self, key: Key, kept: frozenset[str] = frozenset()) -> None:
        self._key = key
        self._addresses = Addresses(key.bytes, kept)
        self._originals = dict(key.originals)
        self._names = {original: replacement for replacement, original in key.originals.items()}

    @property
    def key(self) -> Key:
        """The key with everything that was replaced so far."""
        return Key(secret=self._key.secret, originals=dict(self._originals))

    @property
    def replaced(self) -> dict[str, str]:
        """Each original with what stands for it, where these differ."""
        return {original: name for name, original in self._originals.items() if original != name}

    def name(self, kind: Kind, original: str) -> str:
        """What stands for a name; of a file's the extensions that only tell its format stay."""
        if known := self._names.get(original):
            return known
        end = match[0].lower() if kind == "file" and (match := _EXTENSION.search(original)) else ""
        tag = base64.b32encode(self._hash(f"{kind}\0{original}")).decode("ascii").rstrip("=").lower()
        short = f"{kind}-{tag[:SHORT]}{end}"
        return self._told(original, short if short not in self._originals else f"{kind}-{tag[:LONG]}{end}")

    def ipv4(self, text: str) -> str:
        """What stands for a dotted address."""
        return self._told(text, str(IPv4Address(self._addresses.ipv4(int(IPv4Address(text))))))

    def ipv6(self, text: str) -> str:
        """What stands for an IPv6 address, in its shortest form."""
        original = IPv6Address(text)
        return self._told(str(original), str(IPv6Address(self._addresses.ipv6(int(original)))))

    def mac(self, digits: str) -> str:
        """The twelve digits that stand for a MAC's, in lower case."""
        replaced = f"{self._addresses.mac(int(digits, 16)):012x}"
        self._told(_colons(digits.lower()), _colons(replaced))
        return replaced

    def mac_bytes(self, mac: bytes) -> bytes:
        """As :meth:`mac`, for the six bytes of a frame."""
        return bytes.fromhex(self.mac(mac.hex()))

    def ipv4_bytes(self, address: bytes) -> bytes:
        """As :meth:`ipv4`, for the four bytes of a frame."""
        return IPv4Address(self.ipv4(str(IPv4Address(address)))).packed

    def original(self, replacement: str) -> str | None:
        """What a name, a dotted address or a MAC with colons stands for; None where it stands for nothing."""
        return self._originals.get(replacement)

    def _told(self, original: str, replacement: str) -> str:
        if original != replacement:
            self._originals[replacement] = original
            self._names[original] = replacement
        return replacement

    def _hash(self, text: str) -> bytes:
        return blake2b(text.encode("utf-8", "surrogatepass"), key=self._key.bytes, digest_size=16).digest()


def _colons(digits: str) -> str:
    return ":".join(digits[at : at + 2] for at in range(0, 12, 2))
