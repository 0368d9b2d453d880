"""CI's part of the study, analysed once for all tests."""

from __future__ import annotations

from functools import cache

from bench.accuracy.design import short, short_healthy
from bench.accuracy.rows import Row
from bench.accuracy.study import rows_of


@cache
def rows() -> tuple[tuple[Row, ...], tuple[Row, ...]]:
    """CI's part of the matrix, and of the healthy runs."""
    return tuple(rows_of(tuple(short()))), tuple(rows_of(tuple(short_healthy())))
