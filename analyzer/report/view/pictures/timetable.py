"""What timelines show of a run, in order of time, made once: each episode's drawing looks up its own window."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Mapping
from dataclasses import dataclass

from analyzer.model.event import Event
from analyzer.model.run import RateSeries, Run
from analyzer.model.source import Source
from analyzer.report.view.moments import Reference, lasting


@dataclass(frozen=True, slots=True)
class Timetable:
    """`sources` are the run's, by name; `series` has (place in the run, series) by host. `middles` are those
    of the events (ns, reference clock), rising, and `events` stand beside them, each with its place in the run.
    The evidence lasts from `first` to `last`, where its time is known, and `episodes` from when to when, in order.
    """

    private_address: str
    sources: Mapping[str, Source]
    series: Mapping[str | None, tuple[tuple[int, RateSeries], ...]]
    middles: tuple[int, ...]
    events: tuple[tuple[int, Event], ...]
    first: int | None
    last: int | None
    episodes: tuple[tuple[int, int], ...]

    def series_of(self, host: str | None) -> list[RateSeries]:
        """The replies of a host's paths, and of those whose host nothing tells, in the run's order."""
        mine = [*self.series.get(None, ()), *(self.series.get(host, ()) if host is not None else ())]
        return [series for _, series in sorted(mine, key=lambda one: one[0])]

    def events_within(self, start: int, end: int) -> list[tuple[int, Event]]:
        """The events with their middle in [start, end], ns, and that middle, in the run's order."""
        first, last = bisect_left(self.middles, start), bisect_right(self.middles, end)
        near = sorted(zip(self.events[first:last], self.middles[first:last], strict=True), key=lambda one: one[0][0])
        return [(at, event) for (_, event), at in near]


def timetable(run: Run) -> Timetable:
    """The run's events that have a place on the reference clock, and its series by host."""
    reference = Reference(run)
    placed = [(at.middle, place, event) for place, event in enumerate(run.events) if (at := reference.place(event.at))]
    placed.sort(key=lambda one: one[:2])
    edges = [at.middle for one in run.sources for at in map(reference.place, filter(None, (one.first, one.last))) if at]
    series: dict[str | None, list[tuple[int, RateSeries]]] = {}
    for place, one in enumerate(run.series):
        series.setdefault(one.host, []).append((place, one))
    return Timetable(
        private_address=run.settings.host_private_address,
        sources={source.name: source for source in run.sources},
        series={host: tuple(each) for host, each in series.items()},
        middles=tuple(at for at, _, _ in placed),
        events=tuple((place, event) for _, place, event in placed),
        first=min(edges, default=None),
        last=max(edges, default=None),
        episodes=tuple(sorted(filter(None, map(lasting, run.episodes)))),
    )
