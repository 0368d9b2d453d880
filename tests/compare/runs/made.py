"""Runs and tests for the tests of comparisons: that of a sample, with other durations."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cache

from msgspec.structs import replace

from analyzer.compare.runs.documents import compared_test
from analyzer.model.instant import SECOND, Span
from analyzer.model.measurement import KnownMeasurement, Measurement, Note
from analyzer.model.over_time.compared_test import ComparedTest
from analyzer.model.over_time.comparison import Figure
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


OUTAGE: Figure = ("cvm-failure", "outage")
DAY = 86_400 * SECOND


def one_test(seconds: float, number: int = 0, *, width: float = 1.0, **about: object) -> ComparedTest:
    """A test made that many days after the first, with an outage of so many seconds."""
    return of_durations({OUTAGE: Span(round(seconds * SECOND), round((seconds + width) * SECOND))}, number, **about)


def of_durations(durations: Mapping[Figure, Span], number: int = 0, **about: object) -> ComparedTest:
    """A test made that many days after the first, with these durations."""
    name = f"test-{number}"
    known = replace(sample().about, **about)
    return replace(compared_test(sample(), name), time=number * DAY, about=known, durations=tuple(durations.items()))


def history_of(seconds: Sequence[float]) -> list[ComparedTest]:
    """A test a day, with outages of so many seconds."""
    return [one_test(each, number) for number, each in enumerate(seconds)]
