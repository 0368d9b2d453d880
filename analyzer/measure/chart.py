"""What an episode's chart shows: its host's replies by path, cut where they stop and begin, and their latency."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable, Iterator, Sequence

from analyzer.measure.index import HostTraffic
from analyzer.measure.traffic import quantile
from analyzer.model.episode import Episode
from analyzer.model.instant import SECOND, Instant
from analyzer.model.measurement import InstantName, KnownInstant
from analyzer.model.over_time.chart import LatencyBin, PathReplies, ReplyRun, TrafficChart
from analyzer.model.traffic import LatencyBucket, TrafficSeries

MARGIN = 10 * SECOND  # on each side of the instants, at least
FINEST, PARTS = SECOND, 400  # a part of a run is a second long, and longer where the chart would have more parts
PAUSE = SECOND // 2  # as of a served run: what is longer is a gap of the chart
ENDS: tuple[InstantName, ...] = ("fault", "terminated", "repaired", "reset")
BEGINS: tuple[InstantName, ...] = ("restored", "connected")


def chart(episode: Episode, traffic: HostTraffic) -> TrafficChart | None:
    """From a while before the episode's first instant to a while after its last; None where no capture has replies."""
    known = {one.name: one.at for one in episode.instants if isinstance(one, KnownInstant)}
    if not known or not traffic.series:
        return None
    first, last = min(at.least for at in known.values()), max(min(at.most, at.least + MARGIN) for at in known.values())
    margin = max(MARGIN, (last - first) // 4)
    start, end = first - margin, last + margin
    cuts = _Cuts(traffic, known, start, end)
    paths = tuple(
        PathReplies(source, next_hop, runs)
        for (source, next_hop), bins in _by_path(traffic.series, start, end).items()
        if (runs := tuple(_runs(bins, cuts, _step(start, end))))
    )
    if not paths:
        return None
    return TrafficChart(
        start=start,
        end=end,
        paths=paths,
        latency_width=_step(start, end),
        latency=tuple(_latency(traffic.series, start, end)),
    )


class _Cuts:
    """The moments at which replies are known to stop and to begin: the silences of the host, and the instants."""

    def __init__(self, traffic: HostTraffic, known: dict[InstantName, Instant], start: int, end: int) -> None:
        gaps = traffic.gaps_within(start, end)
        served = (traffic.first, traffic.last.last) if traffic.runs else ()
        stops = [at for name in ENDS if name in known for at in (known[name].least, known[name].middle)]
        begins = [known[name].middle for name in BEGINS if name in known]
        self._stops = (sorted((*(gap.start for gap in gaps), *served[1:])), sorted(stops))
        self._begins = (sorted((*(gap.end for gap in gaps), *served[:1])), sorted(begins))

    def stop(self, start: int, end: int) -> int:
        """When the replies of a bin, after which none follow, stopped; its end where nothing tells."""
        return _within(self._stops, start, end, end)

    def begin(self, start: int, end: int) -> int:
        """When the replies of a bin, before which there were none, began; its start where nothing tells."""
        return _within(self._begins, start, end, start)


def _within(each: tuple[Sequence[int], ...], start: int, end: int, unknown: int) -> int:
    """The first in [start, end) of the first list that has one."""
    for moments in each:
        place = bisect_left(moments, start)
        if place < len(moments) and moments[place] < end:
            return moments[place]
    return unknown


def _step(start: int, end: int) -> int:
    """How long a part is, ns: whole seconds."""
    return max(FINEST, -(-(end - start) // (PARTS * SECOND)) * SECOND)


def _by_path(each: Iterable[TrafficSeries], start: int, end: int) -> dict[tuple[str, str], list[tuple[int, int, int]]]:
    """(start, end, replies) of the bins that have some, by path; of several captures of one, of that which has most."""
    found: dict[tuple[str, str], list[tuple[int, int, int]]] = {}
    for one in each:
        width = one.width
        bins = [
            (item.index * width, (item.index + 1) * width, item.replies)
            for item in one.bins(start, end - width)
            if item.replies
        ]
        path = (one.ends.src, one.ends.dst_mac or one.ends.dst)
        if sum(count for _, _, count in bins) > sum(count for _, _, count in found.get(path, ())):
            found[path] = bins
    return dict(sorted(found.items()))


def _runs(bins: Sequence[tuple[int, int, int]], cuts: _Cuts, step: int) -> Iterator[ReplyRun]:
    """The bins between two pauses as one run, from its first reply to its last."""
    pause = max(PAUSE, step // 2)
    run: list[tuple[int, int, int]] = []
    for one in bins:
        if run and one[0] - run[-1][0] > pause:
            yield _run(run, cuts, step)
            run = []
        run.append(one)
    if run:
        yield _run(run, cuts, step)


def _run(bins: Sequence[tuple[int, int, int]], cuts: _Cuts, step: int) -> ReplyRun:
    first, last = cuts.begin(*bins[0][:2]), cuts.stop(*bins[-1][:2])
    last = max(first, last)
    parts = max(1, (last - first + step // 2) // step)
    counts = [0] * parts
    for begin, end, replies in bins:
        place = ((begin + end) // 2 - first) * parts // max(last - first, 1)
        counts[min(max(place, 0), parts - 1)] += replies
    return ReplyRun(first, last, tuple(counts))


def _latency(each: Sequence[TrafficSeries], start: int, end: int) -> Iterator[LatencyBin]:
    """p50, p99 and the longest of each bin, by nearest rank."""
    step = _step(start, end)
    by_bin: dict[int, list[LatencyBucket]] = {}
    for one in each:
        for bucket in one.latency(start, end):
            by_bin.setdefault(bucket.index * one.latency_width // step, []).append(bucket)
    for place, buckets in sorted(by_bin.items()):
        buckets.sort(key=lambda bucket: bucket.least)
        count = sum(bucket.count for bucket in buckets)
        p50, p99 = (quantile(buckets, count, percent).most for percent in (50, 99))
        yield LatencyBin(place * step, count, p50, p99, buckets[-1].most)
