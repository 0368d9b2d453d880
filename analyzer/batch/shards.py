"""A part of a batch, for who has many machines and a scheduler of their own: the i-th of n, the same each time."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import NamedTuple

from analyzer.errors import UsageError

MOST = 10_000
_SHARD = re.compile(r"(\d{1,5})/(\d{1,5})")


class Shard(NamedTuple):
    """The part `number` (from 1) of `of`."""

    number: int = 1
    of: int = 1

    @property
    def is_all(self) -> bool:
        """Whether there is no other part."""
        return self.of == 1

    def names(self, names: Iterable[str]) -> tuple[str, ...]:
        """Those of its tests among the names of all: every `of`-th, by name."""
        return tuple(sorted(names))[self.number - 1 :: self.of]


def shard_of(text: str) -> Shard:
    """The shard of a text such as `2/4`; :class:`~analyzer.errors.UsageError` where there is no such."""
    match = _SHARD.fullmatch(text.strip())
    shard = Shard(int(match[1]), int(match[2])) if match else Shard(0, 0)
    if not 1 <= shard.number <= shard.of <= MOST:
        raise UsageError(f"--shard {text}: expected I/N, from 1/N to N/N, such as 1/4 (N at most {MOST:,})")
    return shard
