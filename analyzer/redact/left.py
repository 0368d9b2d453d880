"""Whether a name, an address or a MAC is left in a text: the second look, which asks nothing of how it was redacted."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from ipaddress import IPv4Address

from ahocorasick_rs import AhoCorasick

from analyzer.redact.vocabulary import is_known

_NUMBERS = re.compile(r"[0-9A-Fa-f][0-9A-Fa-fx.:\-]{5,}[0-9A-Fa-f]")
_FOUR = re.compile(r"(?<![\d.])\d{1,3}(?:[.\-]\d{1,3}){3}(?![\d])")
_WORD = re.compile(r"\w+")
MAC = re.compile(r"(?:[0-9a-f]{2}:){5}[0-9a-f]{2}")


class Left:
    """What must not be left: these names and addresses (dotted, IPv6 or MACs with colons)."""

    def __init__(self, names: Iterable[str], addresses: Iterable[str]) -> None:
        self._names = sorted({name.lower() for name in names})
        self._search = AhoCorasick(self._names) if self._names else None
        self._numbers = {form for address in addresses for form in _forms(address)}

    def is_in(self, text: str) -> bool:
        """Whether one is in the text, in any form or case, alone or as a part of a word that is none of ours."""
        lower = text.lower()
        return self._has_number(lower) or self._has_name(lower)

    def _has_number(self, text: str) -> bool:
        words = (match[0].removeprefix("0x") for match in _NUMBERS.finditer(text))
        return any(not self._numbers.isdisjoint(_readings(word)) for word in words)

    def _has_name(self, text: str) -> bool:
        if self._search is None:
            return False
        found = self._search.find_matches_as_indexes(text, overlapping=True)
        return any(not _in_our_word(text, start, end) for _, start, end in found)


def _readings(word: str) -> Iterator[str]:
    """The numbers that a word of digits and separators may be."""
    yield from (word, re.sub(r"[.:\-]", "", word), word.lstrip("0"))
    yield from word.split(":")
    yield from _FOUR.findall(word)


def _in_our_word(text: str, start: int, end: int) -> bool:
    """Whether what is there is but a part of a word that names nobody."""
    words = [word for word in _WORD.finditer(text, max(0, start - 64), end + 64) if word.start() < end]
    around = [word for word in words if word.end() > start]
    alone = len(around) == 1 and (around[0].start(), around[0].end()) != (start, end)
    return alone and is_known(around[0][0])


def _forms(address: str) -> Iterator[str]:
    """An address as people, programs and kernels write it, in lower case."""
    if MAC.fullmatch(address):
        digits = address.replace(":", "")
        yield from (digits, bytes.fromhex(digits)[::-1].hex())
    elif ":" in address:
        yield address
    else:
        for each in (IPv4Address(address).packed, IPv4Address(address).packed[::-1]):
            number = int.from_bytes(each, "big")
            yield from (".".join(map(str, each)), "-".join(map(str, each)), each.hex(), f"{number:x}", str(number))
