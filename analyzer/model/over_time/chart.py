"""An episode's storage traffic as it is drawn: finer than phases, and only as long as the episode."""

from __future__ import annotations

import msgspec


class ReplyRun(msgspec.Struct, frozen=True):
    """Replies without a pause: the first and the last of them (ns, reference clock; an edge of the chart, where they go
    on beyond it), and how many came in each of `len(replies)` equal parts of that time.
    """

    first: int
    last: int
    replies: tuple[int, ...]


class PathReplies(msgspec.Struct, frozen=True):
    """The replies of one path, told by the host's address on it and the MAC that its frames go to."""

    source: str
    next_hop: str
    runs: tuple[ReplyRun, ...]


class LatencyBin(msgspec.Struct, frozen=True):
    """Call-to-reply times, ns, of the `count` replies in one bin that starts at `start`: the upper end of the bucket of
    the histogram that holds each.
    """

    start: int
    count: int
    p50: int
    p99: int
    most: int


class TrafficChart(msgspec.Struct, frozen=True, kw_only=True):
    """The host's replies and their latency, all procedures together, from `start` to `end` (ns, reference clock)."""

    start: int
    end: int
    paths: tuple[PathReplies, ...] = ()
    latency_width: int
    latency: tuple[LatencyBin, ...] = ()
