"""Whether the tables of a compiled scan can take what comes: looked at between two frames, never within one."""

from __future__ import annotations

from analyzer.ingest.capture.blocks import BUFFER
from analyzer.ingest.capture.compiled.jit import compiled
from analyzer.ingest.capture.compiled.layout import (
    ARENA,
    BINS,
    CLOSED,
    CONTROLS,
    FLOWS,
    LATENCIES,
    PATHS,
    REDIRECTS,
    RUNS,
    SAMPLED,
    WAITING_NOW,
    State,
)  # fmt: skip

SPARE_ROWS = 1 << 13
SPARE_FRAMES = 32
"""Every so many frames the tables are looked at: each must take so many rows more, half of the arena must be free."""


@compiled
def has_capacity(s: State) -> bool:
    """Whether every table can take what the next frames may add."""
    return (
        rows_have_capacity(s)
        and len(s.flows) - s.count[FLOWS] > SPARE_ROWS
        and len(s.waiting) - s.count[WAITING_NOW] > SPARE_ROWS
        and s.count[ARENA] < BUFFER // 2
    )


@compiled
def rows_have_capacity(s: State) -> bool:
    """Whether every table of what is told can take what the next frames may add."""
    return (
        len(s.runs) - s.count[RUNS] > SPARE_ROWS
        and len(s.closed) - s.count[CLOSED] > SPARE_ROWS
        and len(s.sampled) - s.count[SAMPLED] > SPARE_ROWS
        and len(s.paths) - s.count[PATHS] > SPARE_ROWS
        and len(s.bins) - s.count[BINS] > SPARE_ROWS
        and len(s.latencies) - s.count[LATENCIES] > SPARE_ROWS
        and len(s.controls) - s.count[CONTROLS] > SPARE_ROWS
        and len(s.redirects) - s.count[REDIRECTS] > SPARE_ROWS
    )
