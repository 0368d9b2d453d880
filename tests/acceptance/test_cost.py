"""What many faults cost: counted in calls of functions, as time is no measure in a test."""

from __future__ import annotations

import sys
from pathlib import Path

from analyzer.config import Settings
from analyzer.correlate import correlate
from analyzer.ingest.collect import collect
from bench.speed.inputs import many_faults

SOME, TIMES = 20, 5
NEARLY_A_LINE = 7  # for five times the faults, 6.5 is measured; a look at all of a host's past for each fault gave 7.7


def calls_of(faults: int, folder: Path) -> int:
    """How often functions are called to correlate the evidence of so many faults."""
    settings = Settings(log_timezone="UTC", hash="none")
    evidence = collect([many_faults(folder / str(faults), faults)], settings)
    count = 0

    def called(_: object, event: str, __: object) -> None:
        nonlocal count
        count += event in ("call", "c_call")

    sys.setprofile(called)
    try:
        correlate(evidence, settings)
    finally:
        sys.setprofile(None)
    return count


def test_correlation_costs_as_much_more_as_there_are_more_faults(tmp_path: Path) -> None:
    fewer, more = (calls_of(faults, tmp_path) for faults in (SOME, TIMES * SOME))

    assert more / fewer <= NEARLY_A_LINE
