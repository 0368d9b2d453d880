"""CI's part of the study, analysed once for all tests."""

from __future__ import annotations

from functools import cache

from bench.accuracy import host_logs
from bench.accuracy.design import SHORT_SEQUENCES, short, short_healthy
from bench.accuracy.rows import Study
from bench.accuracy.sequences.study import analysed
from bench.accuracy.study import made_by, rows_of


@cache
def studied() -> Study:
    """CI's part of the matrix, of the healthy runs, of the random sequences and of the hosts' logs alone."""
    return Study(
        matrix=tuple(rows_of(tuple(short()))),
        healthy=tuple(rows_of(tuple(short_healthy()))),
        sequences=tuple(made_by(analysed, SHORT_SEQUENCES)),
        hosts=tuple(made_by(host_logs.analysed, list(host_logs.tests(host_logs.SHORT_RUNS)))),
    )
