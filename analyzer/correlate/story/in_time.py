"""A host's faults by their instants, so that each is held against those alone that can have to do with it."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence

from analyzer.correlate.observation import Observation
from analyzer.model.measurement import INSTANTS, InstantName
from analyzer.model.over_time.intervals import Intervals, timed


def by_instants(mine: Sequence[Observation], names: Collection[InstantName] = INSTANTS) -> Intervals[int]:
    """The places of those that have any of these instants, by the time (ns) from the first of them to the last."""
    return timed((*span, place) for place, one in enumerate(mine) for span in _span(one, names))


def near(one: Observation, places: Intervals[int], names: Collection[InstantName] = INSTANTS) -> Iterator[int]:
    """The places whose time meets that of these instants of `one`."""
    for first, last in _span(one, names):
        yield from places.overlapping(first, last)


def _span(one: Observation, names: Collection[InstantName]) -> Iterator[tuple[int, int]]:
    known = [one.points[name].at for name in names if name in one.points]
    if known:
        yield min(at.least for at in known), max(at.most for at in known)
