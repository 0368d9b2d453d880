"""The figures of the study in docs/batch.md."""

from __future__ import annotations

import os
from collections.abc import Sequence
from datetime import date
from pathlib import Path

from bench.batch.study import Row

PAGE = Path(__file__).resolve().parents[2] / "docs" / "batch.md"
HEADING = "Workers that are killed"


def section(rows: Sequence[Row], tests: int, seed: int, day: date) -> str:
    """What stands below the heading."""
    ratio = rows[0].ran.seconds / rows[1].ran.seconds
    return "\n".join(
        (
            f"`make batch-study`, {day:%Y-%m-%d}, {os.cpu_count()} cores: {tests} simulated tests, seed {seed}, done",
            "in each way. A kill is a SIGKILL at a random moment of a process in which tests are done, with Dask",
            "also of a Dask worker. Files are compared byte by byte with those of the serial batch (one worker).",
            "",
            *table(rows),
            "",
            f"Two workers: {ratio:.2f} × one.",
            "",
        )
    )


def table(rows: Sequence[Row]) -> list[str]:
    """A row for each way."""
    lines = ["| way | seconds | kills | results | set aside | files that differ |", "|---|---|---|---|---|---|"]
    return lines + [
        f"| {row.way} | {row.ran.seconds:.1f} | {row.ran.kills} | {row.results} | {row.failed} | {len(row.differs)} |"
        for row in rows
    ]
