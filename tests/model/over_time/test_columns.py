"""Packed rows come out as they went in, whole or in part, and moved in time."""

from __future__ import annotations

import msgspec
from hypothesis import given
from hypothesis import strategies as st

from analyzer.model.over_time.columns import columns_of

INTEGERS = st.integers(-(1 << 62), (1 << 62) - 1)
ROWS = st.lists(st.tuples(st.integers(-100, 4000), INTEGERS, INTEGERS)).map(sorted)


@given(ROWS, st.integers(0, 12), st.integers(-(1 << 40), 1 << 40))
def test_rows_come_out_as_they_went_in(rows: list[tuple[int, int, int]], bits: int, ahead: int) -> None:
    packed = columns_of(rows, 3, bits)

    assert list(packed.rows()) == rows
    assert list(msgspec.structs.replace(packed, ahead=ahead).rows()) == [(at + ahead, *more) for at, *more in rows]


@given(ROWS, st.integers(0, 12), st.integers(-200, 4200), st.integers(-200, 4200), st.integers(-50, 50))
def test_a_part_is_what_lies_within(
    rows: list[tuple[int, int, int]], bits: int, least: int, most: int, ahead: int
) -> None:
    packed = msgspec.structs.replace(columns_of(rows, 3, bits), ahead=ahead)

    within = [(at + ahead, *more) for at, *more in rows if least <= at + ahead <= most]
    assert list(packed.rows(least, most)) == within
    assert list(packed.rows(least)) == [(at + ahead, *more) for at, *more in rows if least <= at + ahead]


def test_steady_counters_take_little_room() -> None:
    rows = [(index, 40, 40, 40 * 8192) for index in range(100_000)]

    packed = columns_of(rows, 4, 13)

    assert sum(len(part.packed) for part in packed.parts) < 100_000 * 32 // 10
