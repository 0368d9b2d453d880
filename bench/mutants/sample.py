"""A sample by seed that takes as many of each module, as far as it has them.

Each change has its place by its own name and the seed: where code changes elsewhere, the others stay in the sample.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from hashlib import sha256

from bench.mutants.mutations import Mutation


def sample(found: Mapping[str, Sequence[Mutation]], seed: int, count: int) -> list[Mutation]:
    """`count` of what was `found` in each module: one of each in turn, and again."""

    def place(text: str) -> bytes:
        return sha256(f"{seed} {text}".encode()).digest()

    modules = sorted(found, key=place)
    drawn = [sorted(found[module], key=lambda one: place(f"{one.name} {one.operator}")) for module in modules]
    rounds = range(max(map(len, drawn), default=0))
    turns = [each[turn] for turn in rounds for each in drawn if turn < len(each)]
    return sorted(turns[:count], key=lambda one: (one.module, one.place))
