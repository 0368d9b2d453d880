"""What one scan of a capture counts beside its events: totals, RPC operations worth keeping, counters over time."""

from __future__ import annotations

from collections.abc import Iterator

import msgspec

from analyzer.model.event import Ends
from analyzer.model.instant import Instant
from analyzer.model.over_time.columns import Columns
from analyzer.model.source import Origin


class RpcTime(msgspec.Struct, frozen=True):
    """Call-to-reply times of matched calls, ns: from the frame that completes the call to the one that completes the
    reply, as tshark's `rpc.time`.
    """

    count: int = 0
    total: int = 0
    least: int = 0
    most: int = 0


class CaptureTotals(msgspec.Struct, frozen=True, kw_only=True):
    """Totals of one capture; each equals tshark's count of the same.

    `nfs_calls` and `nfs_replies` are (procedure, count) pairs, NFSv3 first and in procedure order, other
    versions with a prefix (`v4 COMPOUND`); `rpc_calls` counts calls of
    any program as (program, version, procedure, count). `truncated` counts frames cut by the snapshot length;
    `fragments` counts IP fragments. Of storage frames, `duplicates` counts exact copies that a mirror port made (no
    retransmissions), `retransmissions` segments with payload that was sent before, `out_of_order` segments that came
    before others of the same direction with lower sequence numbers, and `gaps` payload that the capture never saw,
    though it was acknowledged or followed by more (`gap_bytes` of it): what the capture lost, not the network.
    """

    source: str
    frames: int
    bytes: int
    truncated: int = 0
    fragments: int = 0
    link_types: tuple[int, ...] = ()
    vlans: tuple[int, ...] = ()
    tcp_resets: int = 0
    storage_frames: int = 0
    duplicates: int = 0
    retransmissions: int = 0
    out_of_order: int = 0
    gaps: int = 0
    gap_bytes: int = 0
    nfs_calls: tuple[tuple[str, int], ...] = ()
    nfs_replies: tuple[tuple[str, int], ...] = ()
    rpc_calls: tuple[tuple[int, int, int, int], ...] = ()
    rpc_time: RpcTime = RpcTime()
    unanswered: int = 0
    capture_drops: int = 0


class Operation(msgspec.Struct, frozen=True, gc=False, kw_only=True):
    """One RPC: its calls (more than one when the client sent the XID again) and its reply, within one capture.

    `ends` are the call's. `first_call` and `last_call` are the frames that complete them; `reply` is None when the
    capture holds none. `last_call_source` and `reply_source` are the files of these frames where that is not `source`:
    a later one of a ring buffer.
    """

    source: str
    xid: int
    procedure: str
    ends: Ends
    calls: int
    first_call: Instant
    first_call_frame: int
    last_call: Instant
    last_call_frame: int
    reply: Instant | None
    reply_frame: int | None
    reply_ends: Ends | None = None
    last_call_source: str | None = None
    reply_source: str | None = None

    @property
    def first_origin(self) -> Origin:
        """The frame that completes the first call."""
        return Origin(self.source, self.first_call_frame)

    @property
    def reply_origin(self) -> Origin | None:
        """The frame that completes the reply, if there is one."""
        return None if self.reply_frame is None else Origin(self.reply_source or self.source, self.reply_frame)


class Bin(msgspec.Struct, frozen=True, gc=False):
    """Counters of one bin: `index` x the series' width is its start, ns since the epoch on the capture's clock."""

    index: int
    calls: int
    replies: int
    bytes: int


class LatencyBucket(msgspec.Struct, frozen=True, gc=False):
    """Replies of one procedure in one bin whose latency is in [least, most] ns (log-scale buckets)."""

    index: int
    procedure: str
    least: int
    most: int
    count: int


class TrafficSeries(msgspec.Struct, frozen=True, kw_only=True):
    """Storage traffic of one path over time. `ends` are host → storage with both ports 0 but for the NFS port.

    `counted` are the bins (index, calls, replies, bytes), `latencies` the buckets (index, procedure, least, most,
    count), where a procedure is its place in `names`, or beyond them its number.
    """

    source: str
    clock: str
    ends: Ends
    width: int
    counted: Columns
    latency_width: int
    latencies: Columns
    names: tuple[str, ...] = ()

    def bins(self, start: int | None = None, end: int | None = None) -> Iterator[Bin]:
        """The bins in order, those only that begin in [start, end), ns."""
        for row in self.counted.rows(*_places(start, end, self.width)):
            yield Bin(*row)

    def sums(self) -> tuple[int, int]:
        """How many calls there are, and how many replies."""
        calls = replies = 0
        for _, called, answered, _ in self.counted.rows():
            calls += called
            replies += answered
        return calls, replies

    def latency(self, start: int | None = None, end: int | None = None) -> Iterator[LatencyBucket]:
        """The buckets in order, those only that begin in [start, end), ns."""
        for index, procedure, least, most, count in self.latencies.rows(*_places(start, end, self.latency_width)):
            yield LatencyBucket(index, self._name(procedure), least, most, count)

    def _name(self, procedure: int) -> str:
        known = len(self.names)
        return self.names[procedure] if procedure < known else f"procedure {procedure - known}"


def _places(start: int | None, end: int | None, width: int) -> tuple[int | None, int | None]:
    """The first and the last bin that begin in [start, end)."""
    return None if start is None else -(-start // width), None if end is None else -(-end // width) - 1


class ServedRun(msgspec.Struct, frozen=True, gc=False, kw_only=True):
    """NFS replies that reached a host without a pause of half a second, on any path: first and last (ns, the captures'
    clock, on which its capture may be `beside` ns off) with their frames. Replies that the client refused with a RST
    are not in it. Where nothing happened for long there may be so many `pauses` in it, mostly `usual` ns long.
    """

    host: str | None
    first: int
    last: int
    first_origin: Origin
    last_origin: Origin
    beside: int = 0
    pauses: int = 0
    usual: int = 0
