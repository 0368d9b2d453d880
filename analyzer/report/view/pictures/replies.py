"""The NFS replies that a timeline shows: those of the episode's chart, and those of the whole test below it."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterator, Sequence

from analyzer.model.episode import Episode, MeasuredEpisode
from analyzer.model.over_time.chart import TrafficChart
from analyzer.model.run import RateSeries
from analyzer.report import words
from analyzer.report.drawing.lanes import Latency, Rate, Run
from analyzer.report.drawing.strip import Strip
from analyzer.report.names import path_words
from analyzer.report.view.pictures.timetable import Timetable

Window = tuple[int, int]
LONGER = 4, 3  # a test that is less than four thirds of what a timeline shows needs no strip of its own
PATHS = 4  # runs that overlap a bin, at most
MARKED = 200  # episodes on a strip


def rates(timetable: Timetable, measured: MeasuredEpisode, within: Window) -> tuple[Rate, ...]:
    """The replies of each path in the window; where a run has no chart (an older program's), by the run's seconds."""
    episode, chart = measured.episode, measured.chart
    if chart is None:
        each = [(one.source, one.next_hop, _seconds(one, within)) for one in timetable.series_of(episode.host)]
    else:
        each = [
            (one.source, one.next_hop, tuple(Run(run.first, run.last, run.replies) for run in one.runs))
            for one in chart.paths
        ]
    start, end = within
    return tuple(
        _rate(source, next_hop, seen, timetable, episode)
        for source, next_hop, runs in each
        if (seen := tuple(run for run in runs if run.last >= start and run.first <= end))
    )


def _rate(source: str, next_hop: str, runs: tuple[Run, ...], timetable: Timetable, episode: Episode) -> Rate:
    """The replies of a path `source → next-hop MAC`, coloured as that of the episode's paths which has this MAC."""
    each = (path for path in (episode.before, episode.during, episode.after) if path.next_hop_mac)
    path = next((path for path in each if path.next_hop_mac == next_hop), None)
    private, way = source == timetable.private_address, f"{source} → {next_hop}"
    return Rate(
        path.kind if path else "local" if private else "remote", f"{path_words(path)}, {way}" if path else way, runs
    )


def _seconds(series: RateSeries, within: Window | None = None) -> tuple[Run, ...]:
    """The runs of a series' bins, those only that are in the window."""
    runs, width = series.runs, series.width
    if within is not None:
        start, end = within
        first = bisect_left(runs, start, key=lambda run: run.start + len(run.replies) * width)
        runs = runs[first : bisect_left(runs, end, key=lambda run: run.start)]
    return tuple(Run(run.start, run.start + len(run.replies) * width, run.replies) for run in runs)


def latencies(chart: TrafficChart | None, within: Window) -> tuple[Latency, ...]:
    """Each bin's times, at the middle of that part of it in which replies came."""
    if chart is None:
        return ()
    start, end = within
    runs = sorted((run.first, run.last) for path in chart.paths for run in path.runs)
    return tuple(
        Latency(at, one.p50, one.p99, one.most)
        for one in chart.latency
        if start <= (at := _middle(one.start, one.start + chart.latency_width, runs)) <= end
    )


def _middle(start: int, end: int, runs: Sequence[Window]) -> int:
    place = bisect_left(runs, (end, end))
    near = runs[max(0, place - PATHS) : place]
    served = [(max(first, start), min(last, end)) for first, last in near if last >= start]
    if not served:
        return (start + end) // 2
    first, last = max(served, key=lambda each: each[1] - each[0])
    return (first + last) // 2


def whole(timetable: Timetable, measured: MeasuredEpisode, within: Window) -> Strip | None:
    """The whole test; None where the timeline shows about as much."""
    start, end = timetable.first, timetable.last
    if start is None or end is None:
        return None
    start, end = min(start, within[0]), max(end, within[1])
    if (end - start) * LONGER[1] < (within[1] - within[0]) * LONGER[0]:
        return None
    episode = measured.episode
    marked, of = tuple(_near(timetable.episodes, within)), len(timetable.episodes)
    some = f"{len(marked):,} of {of:,} episodes" if of > len(marked) else ""
    test = f"The whole test, {_from_to(start, end)} UTC"
    return Strip(
        start=start,
        end=end,
        rates=tuple(
            _rate(one.source, one.next_hop, _seconds(one), timetable, episode)
            for one in timetable.series_of(episode.host)
        ),
        episodes=marked,
        words=f"{test}; {f'{some} marked' if some else 'framed: what is shown above'}",
        fewer=test,
        marks=some and f"{some}, the nearest; run.json has all",
    )


def _near(episodes: tuple[Window, ...], within: Window) -> Iterator[Window]:
    """Of very many episodes the nearest."""
    place = bisect_left(episodes, within)
    first = max(0, min(place - MARKED // 2, len(episodes) - MARKED))
    yield from episodes[first : first + MARKED]


def _from_to(start: int, end: int) -> str:
    """`07:03:46 to 07:05:08`, with the dates where there are two."""
    first, last = (words.stamp(ns)[:19] for ns in (start, end))
    return f"{first[11:]} to {last[11:]}" if first[:10] == last[:10] else f"{first[:16]} to {last[:16]}"
