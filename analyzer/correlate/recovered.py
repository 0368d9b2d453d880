"""When a host's replies were back at their rate: 95 % of the rate before the fault, sustained for 5 s (design)."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Sequence

from analyzer.correlate.roles import Member
from analyzer.model.instant import SECOND, Instant
from analyzer.model.traffic import TrafficSeries

WINDOW = 5 * SECOND
BASELINE = 30 * SECOND
SHORTEST_BASELINE = 3 * SECOND
SHARE_PERCENT = 95


def reply_bins(host: Member, series: Sequence[TrafficSeries]) -> tuple[list[tuple[int, int]], int]:
    """(start ns, replies) of every bin with replies to the host, in order, and the bins' width in ns."""
    totals: dict[int, int] = {}
    width = 0
    for one in series:
        if one.ends.src_mac in host.macs:
            width = one.width
            for item in one.bins():
                totals[item.index * one.width] = totals.get(item.index * one.width, 0) + item.replies
    return sorted(totals.items()), width


def recovered_at(
    host: Member, series: Sequence[TrafficSeries], fault: int, restored: int, first: int, last: int
) -> Instant | str:
    """The instant, or in words why there is none. Times: ns, the series' clock; `first`, `last` bound the capture."""
    bins, width = reply_bins(host, series)
    if not bins:
        return "the capture has no counted replies of this host"
    starts = [start for start, _ in bins]
    base_start = max(first, fault - BASELINE)
    base = fault - base_start
    if base < SHORTEST_BASELINE:
        return "the capture holds less than 3 s before the fault"
    before = _replies(bins, starts, base_start, fault)
    if before == 0:
        return "there was no traffic before the fault"
    start = restored // width * width
    while start + WINDOW <= last:
        replies = _replies(bins, starts, start, start + WINDOW)
        if replies * base * 100 >= before * WINDOW * SHARE_PERCENT:
            return Instant(series[0].clock, max(start, restored), max(start, restored) + width - 1)
        start += width
    return "the rate was not back for 5 s before the capture ends"


def _replies(bins: Sequence[tuple[int, int]], starts: Sequence[int], least: int, most: int) -> int:
    """Replies in bins that begin in [least, most)."""
    return sum(count for _, count in bins[bisect_left(starts, least) : bisect_left(starts, most)])
