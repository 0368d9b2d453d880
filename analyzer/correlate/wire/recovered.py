"""When a host's replies were back at their rate: 95 % of the rate before the fault, sustained for 5 s (design)."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Sequence
from fractions import Fraction
from itertools import accumulate

import msgspec

from analyzer.correlate.topology.topology import Member
from analyzer.model.instant import SECOND, Instant
from analyzer.model.measurement import UnseenReason
from analyzer.model.traffic import TrafficSeries

WINDOW = 5 * SECOND
BASELINE = 30 * SECOND
SHORTEST_BASELINE = 3 * SECOND
SHARE_PERCENT = 95


class Replies(msgspec.Struct, frozen=True):
    """The replies to a host by bins of `width` ns of the clock `clock`: where each bin with some begins (ns), and how
    many there are before each.
    """

    clock: str
    width: int
    starts: tuple[int, ...]
    totals: tuple[int, ...]

    def rate(self, since: int, until: int) -> tuple[Fraction, Fraction]:
        """The least and the most replies per ns that [since, until] may have had."""
        inside = self.count(-(-since // self.width), until // self.width)
        touched = self.count(since // self.width, -(-until // self.width))
        return Fraction(inside, until - since), Fraction(touched, until - since)

    def first(self, restored: int, last: int, rate: Fraction, *, surely: bool) -> int | None:
        """Where the first bin with replies begins, not before `restored`'s, from which 5 s reach 95 % of `rate`."""
        wanted = rate * WINDOW * SHARE_PERCENT / 100
        window = WINDOW // self.width
        for at in range(bisect_left(self.starts, restored // self.width * self.width), len(self.starts)):
            start = self.starts[at]
            if start + WINDOW > last:
                return None
            place = start // self.width
            ends = (place + 1, place + window) if surely else (place, place + window + 1)
            replies = self.count(*ends) + (1 if surely else 0)  # the one that begins them
            if replies >= wanted:
                return start
        return None

    def count(self, begin: int, end: int) -> int:
        """Replies in the bins `begin` to before `end`, counted from the epoch."""
        first, last = (bisect_left(self.starts, place * self.width) for place in (begin, max(begin, end)))
        return self.totals[last] - self.totals[first]


def replies_of(host: Member, series: Sequence[TrafficSeries]) -> Replies | None:
    """The counted replies to the host on all its paths, or None where the captures have none."""
    found: dict[int, int] = {}
    mine = [one for one in series if one.ends.src_mac in host.macs]
    for one in mine:
        for item in one.bins():
            found[item.index * one.width] = found.get(item.index * one.width, 0) + item.replies
    if not found:
        return None
    bins = sorted(found.items())
    totals = accumulate((count for _, count in bins), initial=0)
    return Replies(series[0].clock, mine[-1].width, tuple(start for start, _ in bins), tuple(totals))


def recovered_at(
    replies: Replies | None, fault: Instant, restored: int, first: int, last: int
) -> Instant | UnseenReason:
    """The instant, or why there is none. Times: ns, the replies' clock; `first`, `last` bound the capture.

    Replies are counted in bins, and the fault has its doubt: the instant lies between the first bin that may begin such
    5 s and the first that surely does.
    """
    if replies is None:
        return "no-counted-replies"
    if fault.least - max(first, fault.least - BASELINE) < SHORTEST_BASELINE:
        return "too-little-before"
    rates = [replies.rate(max(first, at - BASELINE), at) for at in (fault.least, fault.most)]
    slowest, fastest = min(rate[0] for rate in rates), max(rate[1] for rate in rates)
    if fastest == 0:
        return "no-traffic-before"
    least = replies.first(restored, last, slowest, surely=False)
    most = replies.first(restored, last, fastest, surely=True)
    if least is None:
        return "rate-not-back"
    if most is None:
        return "rate-unsure"
    return Instant(replies.clock, max(least, restored), max(most, restored) + replies.width - 1)
