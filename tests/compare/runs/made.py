"""Runs for the tests of comparisons: that of a sample, with other durations."""

from __future__ import annotations

from functools import cache

from msgspec.structs import replace

from analyzer.model.instant import SECOND, Span
from analyzer.model.measurement import KnownMeasurement, Measurement, Note
from analyzer.model.run import Run
from analyzer.store.reading import read_run
from tests.conftest import ROOT


@cache
def sample() -> Run:
    return read_run(ROOT / "reports" / "cvm-failure")


def run(seconds: float, *, width: float = 1.0, note: Note | None = None, episodes: int = 1) -> Run:
    """A run whose only figure is an outage of so many seconds at least; of further episodes each is a second longer."""
    first = sample().episodes[0]
    measured = [
        replace(first, stages=(), measurements=(_outage(seconds + extra, width, note),)) for extra in range(episodes)
    ]
    return replace(sample(), episodes=tuple(measured))


def _outage(seconds: float, width: float, note: Note | None) -> Measurement:
    span = Span(round(seconds * SECOND), round((seconds + width) * SECOND))
    return KnownMeasurement("outage", span, (), note)
