"""The host's storage traffic before, during and after an episode: rates and latency per NFS procedure."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import accumulate

from analyzer.measure.counters import Counters
from analyzer.measure.index import HostTraffic
from analyzer.measure.instants import known
from analyzer.model.correlation import Correlation
from analyzer.model.episode import Episode
from analyzer.model.instant import SECOND, Instant, Span
from analyzer.model.measurement import Latency, Phase, PhaseName
from analyzer.model.run import RateRun, RateSeries
from analyzer.model.traffic import LatencyBucket, TrafficSeries

WINDOW = 30 * SECOND


def phases(episode: Episode, traffic: HostTraffic, covered: tuple[int, int] | None) -> tuple[Phase, ...]:
    """30 s before the fault, fault to restored, 30 s after; cut at the captures' edges; only phases with length.

    By whole seconds, as call-to-reply times are counted, so that one reply is in one phase alone: the second of the
    fault is the last before it, that of the first reply on the new path the first after it. A rate is by the time in
    which there was service: to the fault, and from the first reply on.
    """
    fault, restored = known(episode, "fault"), known(episode, "restored")
    if fault is None or covered is None or not traffic.series:
        return ()
    first, last = covered
    clock, begin = fault.at.clock, -(-fault.at.least // SECOND) * SECOND
    end = max(begin, restored.at.least // SECOND * SECOND) if restored else last
    replied = traffic.replied_before(begin)
    ended = begin - max(fault.at.middle, replied) if fault.at.most <= begin <= last else 0
    begun = restored.at.middle - end if restored and end <= restored.at.least else 0
    found = [
        _phase("before", clock, max(first, begin - WINDOW), min(last, begin), traffic.counters, ended),
        _phase("during", clock, max(first, begin), min(last, end), traffic.counters),
        _phase("after", clock, max(first, end), min(last, end + WINDOW), traffic.counters, begun) if restored else None,
    ]
    return tuple(phase for phase in found if phase is not None)


def _phase(name: PhaseName, clock: str, start: int, end: int, counted: Counters, unserved: int = 0) -> Phase | None:
    """A phase with length; for `unserved` ns of it, at the episode's side, there was no service."""
    if end - start < SECOND // 10:
        return None
    served = max(end - start - unserved, SECOND // 10)
    second = start // SECOND * SECOND  # of the captures' first second there is nothing before they begin
    replies, size = counted.replies.between(second, end), counted.bytes.between(second, end)
    return Phase(
        name=name,
        start=Instant(clock, start, start),
        end=Instant(clock, end, end),
        replies=replies,
        bytes=size,
        replies_per_1000s=replies * 1000 * SECOND // served,
        bytes_per_1000s=size * 1000 * SECOND // served,
        latency=_latency(counted.latencies.between(second, end)),
    )


def _latency(buckets: Sequence[LatencyBucket]) -> tuple[Latency, ...]:
    procedures = sorted({bucket.procedure for bucket in buckets})
    return tuple(_of_procedure(name, [b for b in buckets if b.procedure == name]) for name in procedures)


def _of_procedure(procedure: str, buckets: list[LatencyBucket]) -> Latency:
    buckets.sort(key=lambda bucket: bucket.least)
    count = sum(bucket.count for bucket in buckets)
    return Latency(
        procedure,
        count,
        p50=quantile(buckets, count, 50),
        p99=quantile(buckets, count, 99),
        most=Span(buckets[-1].least, buckets[-1].most),
    )


def quantile(buckets: Sequence[LatencyBucket], count: int, percent: int) -> Span:
    """The bucket that holds the quantile (nearest rank) of `count` replies, which are all that the buckets have."""
    rank = -(-count * percent // 100)
    reached = accumulate(bucket.count for bucket in buckets)
    return next(Span(bucket.least, bucket.most) for bucket, seen in zip(buckets, reached, strict=True) if seen >= rank)


def reply_series(found: Correlation) -> tuple[RateSeries, ...]:
    """Replies per second of every path, for drawing: on the captures' clock, the seconds in which some came."""
    addresses = {mac: host.address for host in reversed(found.hosts) for mac in host.macs}
    each = (
        RateSeries(
            host=addresses.get(one.ends.src_mac),
            source=one.ends.src,
            next_hop=one.ends.dst_mac or one.ends.dst,
            width=SECOND,
            runs=runs,
        )
        for one in found.evidence.traffic
        if (runs := _runs(one))
    )
    return tuple(
        sorted(each, key=lambda series: (series.host or "", series.runs[0].start, series.source, series.next_hop))
    )


def _runs(series: TrafficSeries) -> tuple[RateRun, ...]:
    """The replies of each second that has some; what lies between is not counted out, however long it is."""
    counts: dict[int, int] = {}
    for item in series.bins():
        if item.replies:
            second = item.index * series.width // SECOND
            counts[second] = counts.get(second, 0) + item.replies
    runs: list[list[int]] = []
    for second in sorted(counts):
        if not runs or second - 1 not in counts:
            runs.append([second])
        else:
            runs[-1].append(second)
    return tuple(RateRun(run[0] * SECOND, tuple(counts[second] for second in run)) for run in runs)
