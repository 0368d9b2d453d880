"""Shards: each test is in one of them, whatever the order."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from analyzer.batch.shards import Shard, shard_of
from analyzer.errors import UsageError


@given(st.sets(st.text(max_size=3), max_size=30), st.integers(1, 9), st.randoms())
def test_each_name_is_in_one_shard_whatever_the_order(names: set[str], of: int, drawn: object) -> None:
    shuffled = list(names)
    drawn.shuffle(shuffled)  # type: ignore[attr-defined]
    parts = [Shard(number, of).names(shuffled) for number in range(1, of + 1)]

    assert sorted(name for part in parts for name in part) == sorted(names)
    assert max(map(len, parts)) - min(map(len, parts)) <= 1


def test_a_shard_is_read() -> None:
    assert shard_of("2/4") == Shard(2, 4)
    assert shard_of("1/1").is_all


@pytest.mark.parametrize("text", ["0/4", "5/4", "1", "1/0", "a/b", "-1/4", "1/99999", "1/4/4", ""])
def test_another_text_is_refused(text: str) -> None:
    with pytest.raises(UsageError, match="expected I/N"):
        shard_of(text)
