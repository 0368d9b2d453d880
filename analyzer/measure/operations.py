"""The slowest RPC of an episode: calls matched to replies by XID across connections and captures."""

from __future__ import annotations

from analyzer.measure.index import HostTraffic
from analyzer.measure.instants import known
from analyzer.model.episode import Episode
from analyzer.model.instant import SECOND, Span
from analyzer.model.measurement import LongOperation
from analyzer.model.traffic import Operation

AROUND = 2 * SECOND


def longest_operation(episode: Episode, traffic: HostTraffic) -> LongOperation | None:
    """The operation with the longest time from its first call to its reply that overlaps the episode.

    A call on the old path and its answer on the new one are one operation. None when no operation was kept.
    """
    fault, restored = known(episode, "fault"), known(episode, "restored")
    if fault is None:
        return None
    end = (restored.at.most if restored else fault.at.most) + AROUND
    near = (_whole(calls) for calls in traffic.operations_within(fault.at.least - AROUND, end))
    return max(near, key=_length, default=None)


def _length(operation: LongOperation) -> int:
    """Its duration; one that was never answered is not the longest unless nothing else is."""
    return operation.duration.most if operation.duration is not None else -1


def _whole(parts: list[Operation]) -> LongOperation:
    first = parts[0]
    answered = [op for op in parts if op.reply is not None and op.reply_frame is not None]
    reply = min(answered, key=lambda op: op.reply.least if op.reply else 0) if answered else None
    origins = [first.first_origin]
    duration: Span | None = None
    if reply is not None and reply.reply is not None and reply.reply_origin is not None:
        origins.append(reply.reply_origin)
        span = reply.reply - first.first_call
        duration = Span(max(span.least, 0), max(span.most, 0))
    ways = {(op.ends.src_mac, op.ends.dst_mac, op.ends.src, op.ends.sport) for op in parts}
    return LongOperation(
        xid=first.xid,
        procedure=first.procedure,
        calls=sum(op.calls for op in parts),
        duration=duration,
        moved=len(ways) > 1,
        origins=tuple(origins),
    )
