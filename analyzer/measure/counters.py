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


@dataclass(frozen=True, slots=True)
class Counters:
    """Replies and bytes, and the replies of each latency: (procedure, least, most), ns."""

    replies: Totals
    bytes: Totals
    latencies: dict[tuple[str, int, int], Totals]

    def latency(self, start: int, end: int) -> list[LatencyBucket]:
        """The latencies of the replies in the bins that begin in [start, end), ns: a bucket each, without its place."""
        each = ((key, totals.between(start, end)) for key, totals in sorted(self.latencies.items()))
        return [LatencyBucket(0, *key, count) for key, count in each if count]


def counters(series: Sequence[TrafficSeries]) -> Counters:
    """The counters of a host's paths, together."""
    bins = [(item.index * one.width, item.replies, item.bytes) for one in series for item in one.bins()]
    latencies: dict[tuple[str, int, int], list[tuple[int, int]]] = {}
    for one in series:
        for item in one.latency():
            key = item.procedure, item.least, item.most
            latencies.setdefault(key, []).append((item.index * one.latency_width, item.count))
    return Counters(
        replies=_totals((at, replies) for at, replies, _ in bins),
        bytes=_totals((at, size) for at, _, size in bins),
        latencies={key: _totals(each) for key, each in latencies.items()},
    )


def _totals(counts: Iterable[tuple[int, int]]) -> Totals:
    in_order = sorted(counts)
    return Totals(tuple(at for at, _ in in_order), tuple(accumulate((count for _, count in in_order), initial=0)))
