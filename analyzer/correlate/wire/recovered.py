"""When a host's replies were back at their rate: 95 % of the rate before the fault, sustained for 5 s (design)."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Sequence
from fractions import Fraction
from itertools import accumulate, islice

from analyzer.correlate.topology.topology import Member
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
    host: Member, series: Sequence[TrafficSeries], fault: Instant, restored: int, first: int, last: int
) -> Instant | str:
    """The instant, or in words why there is none. Times: ns, the series' clock; `first`, `last` bound the capture.

    Replies are counted in bins, and the fault has its doubt: the instant lies between the first bin that may begin such
    5 s and the first that surely does.
    """
    bins, width = reply_bins(host, series)
    if not bins:
        return "the capture has no counted replies of this host"
    if fault.least - max(first, fault.least - BASELINE) < SHORTEST_BASELINE:
        return "the capture holds less than 3 s before the fault"
    counted = _Counted(bins, width)
    rates = [counted.rate(max(first, at - BASELINE), at) for at in (fault.least, fault.most)]
    slowest, fastest = min(rate[0] for rate in rates), max(rate[1] for rate in rates)
    if fastest == 0:
        return "there was no traffic before the fault"
    least = counted.first(restored, last, slowest, surely=False)
    most = counted.first(restored, last, fastest, surely=True)
    if least is None:
        return "the rate was not back for 5 s before the capture ends"
    if most is None:
        return "whether the rate was back for 5 s before the capture ends is not sure"
    return Instant(series[0].clock, max(least, restored), max(most, restored) + width - 1)


class _Counted:
    """(start ns, replies) of bins of `width` ns, in order, to be added up."""

    def __init__(self, bins: Sequence[tuple[int, int]], width: int) -> None:
        self.width = width
        self._starts = [start for start, _ in bins]
        self._totals = list(accumulate((count for _, count in bins), initial=0))

    def rate(self, since: int, until: int) -> tuple[Fraction, Fraction]:
        """The least and the most replies per ns that [since, until] may have had."""
        inside = self.replies(-(-since // self.width), until // self.width)
        touched = self.replies(since // self.width, -(-until // self.width))
        return Fraction(inside, until - since), Fraction(touched, until - since)

    def first(self, restored: int, last: int, rate: Fraction, *, surely: bool) -> int | None:
        """Where the first bin with replies begins, not before `restored`'s, from which 5 s reach 95 % of `rate`."""
        wanted = rate * WINDOW * SHARE_PERCENT / 100
        window = WINDOW // self.width
        for start in islice(self._starts, bisect_left(self._starts, restored // self.width * self.width), None):
            if start + WINDOW > last:
                return None
            place = start // self.width
            ends = (place + 1, place + window) if surely else (place, place + window + 1)
            replies = self.replies(*ends) + (1 if surely else 0)  # the one that begins them
            if replies >= wanted:
                return start
        return None

    def replies(self, begin: int, end: int) -> int:
        """Replies in the bins `begin` to before `end`, counted from the epoch."""
        first, last = (bisect_left(self._starts, place * self.width) for place in (begin, max(begin, end)))
        return self._totals[last] - self._totals[first]
