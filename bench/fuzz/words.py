"""The words of a target's seeds, as a dictionary for libFuzzer: what a mutation puts in whole."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable

_WORD = re.compile(rb"[A-Za-z_][\w.-]{2,23}|[^\w\s]{1,3}|\d{1,20}")
MOST = 400


def dictionary(seeds: Iterable[bytes]) -> str:
    """A dictionary of the words that most seeds have."""
    counted = Counter(word for seed in seeds for word in set(_WORD.findall(seed)))
    chosen = sorted(counted, key=lambda word: (-counted[word], word))[:MOST]
    return "".join(f'"{_escaped(word)}"\n' for word in chosen)


def _escaped(word: bytes) -> str:
    return "".join(f"\\x{byte:02x}" for byte in word)
