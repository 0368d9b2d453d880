"""A host's counters over time, added up once: what lies between two times is a difference, however long that is."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import accumulate

from analyzer.model.traffic import LatencyBucket, TrafficSeries


@dataclass(frozen=True, slots=True)
class Totals:
    """When something was counted (ns, rising), and how much there was before each of these and after the last."""

    starts: tuple[int, ...]
    before: tuple[int, ...]

    def between(self, start: int, end: int) -> int:
        """How much was counted in the bins that begin in [start, end), ns."""
        return self.before[bisect_left(self.starts, max(start, end))] - self.before[bisect_left(self.starts, start)]


_Bucket = tuple[str, int, int]  # (procedure, least, most), ns


@dataclass(frozen=True, slots=True)
class Latencies:
    """The replies of each latency: `starts` are when some were counted (ns, rising), `counted` what and how many there,
    `totals` each bucket's, in order.
    """

    starts: tuple[int, ...]
    counted: tuple[tuple[_Bucket, int], ...]
    totals: tuple[tuple[_Bucket, Totals], ...]

    def between(self, start: int, end: int) -> list[LatencyBucket]:
        """The replies in the bins that begin in [start, end), ns: a bucket each, without its place, in order.

        Few are added up; of many, each bucket's are a difference.
        """
        first = bisect_left(self.starts, start)
        last = bisect_left(self.starts, max(start, end), first)
        if last - first > len(self.totals):
            found = [(bucket, totals.between(start, end)) for bucket, totals in self.totals]
        else:
            counts: dict[_Bucket, int] = {}
            for bucket, count in self.counted[first:last]:
                counts[bucket] = counts.get(bucket, 0) + count
            found = sorted(counts.items())
        return [LatencyBucket(0, *bucket, count) for bucket, count in found if count]


@dataclass(frozen=True, slots=True)
class Counters:
    """Replies, bytes, and the replies of each latency."""

    replies: Totals
    bytes: Totals
    latencies: Latencies


def counters(series: Sequence[TrafficSeries]) -> Counters:
    """The counters of a host's paths, together."""
    bins = [(item.index * one.width, item.replies, item.bytes) for one in series for item in one.bins()]
    return Counters(
        replies=_totals((at, replies) for at, replies, _ in bins),
        bytes=_totals((at, size) for at, _, size in bins),
        latencies=_latencies(series),
    )


def _latencies(series: Sequence[TrafficSeries]) -> Latencies:
    rows = sorted(
        (item.index * one.latency_width, (item.procedure, item.least, item.most), item.count)
        for one in series
        for item in one.latency()
    )
    by_bucket: dict[_Bucket, list[tuple[int, int]]] = {}
    for at, bucket, count in rows:
        by_bucket.setdefault(bucket, []).append((at, count))
    return Latencies(
        starts=tuple(at for at, _, _ in rows),
        counted=tuple((bucket, count) for _, bucket, count in rows),
        totals=tuple((bucket, _totals(each)) for bucket, each in sorted(by_bucket.items())),
    )


def _totals(counts: Iterable[tuple[int, int]]) -> Totals:
    in_order = sorted(counts)
    return Totals(tuple(at for at, _ in in_order), tuple(accumulate((count for _, count in in_order), initial=0)))
