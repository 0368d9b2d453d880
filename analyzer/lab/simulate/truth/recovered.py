"""When a host's replies were back at their rate: 95 % of the rate before the fault, sustained for 5 s (design, 5).

The rate before is that of the 30 s before the fault, or of as much of them as there were replies; 3 s at least.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Sequence

from analyzer.model.instant import SECOND

WINDOW = 5 * SECOND
BASELINE = 30 * SECOND
SHORTEST_BASELINE = 3 * SECOND
SHARE_PERCENT = 95


def recovered_at(replies: Sequence[int], first: int, fault: int, restored: int, last: int) -> int | None:
    """The first reply from `restored` on with which such 5 s begin, or None. `replies` are when they came, in order;
    the host was watched from `first` to `last`. All ns.
    """
    since = max(first, fault - BASELINE)
    base = fault - since
    before = bisect_left(replies, fault) - bisect_left(replies, since)
    if base < SHORTEST_BASELINE or before == 0:
        return None
    for place in range(bisect_left(replies, restored), len(replies)):
        start = replies[place]
        if start + WINDOW > last:
            return None
        inside = bisect_right(replies, start + WINDOW) - place
        if inside * base * 100 >= before * WINDOW * SHARE_PERCENT:
            return start
    return None
