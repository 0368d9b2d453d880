"""A mutation is the same for the same seed, changes what it should, and takes anything."""

from __future__ import annotations

import random

import pytest

from bench.mutated.mutations import LONGEST, MUTATIONS, cut, mutated, stretched

TEXT = b"at 12 the 1st line\nthen 7\nand 30 more\n"


@pytest.mark.parametrize(
    "data", [b"", b"\n", b"7", TEXT, bytes(range(256))], ids=["empty", "end", "digit", "text", "all"]
)
def test_anything_can_be_mutated(data: bytes) -> None:
    drawn = random.Random(1)  # noqa: S311
    for _ in range(300):
        mutated(drawn, data, (TEXT, b""))
        assert data.startswith(cut(drawn, data))


@pytest.mark.parametrize("mutation", MUTATIONS, ids=[f"{n}{one.__name__}" for n, one in enumerate(MUTATIONS)])
def test_each_changes_something(mutation: object) -> None:
    assert callable(mutation)
    drawn = random.Random(1)  # noqa: S311
    assert {mutation(drawn, TEXT) for _ in range(50)} - {TEXT}


def test_the_same_seed_gives_the_same() -> None:
    first, second = (mutated(random.Random(5), TEXT, (TEXT,)) for _ in range(2))  # noqa: S311
    assert first == second


@pytest.mark.parametrize("data", [b"", b"7", TEXT], ids=["empty", "digit", "text"])
def test_a_megabyte_of_it(data: bytes) -> None:
    drawn = random.Random(1)  # noqa: S311
    assert {len(stretched(drawn, data)) for _ in range(20)} <= set(range(LONGEST - len(TEXT), LONGEST + 1))
