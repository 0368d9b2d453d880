"""The slowest RPC of an episode: calls matched to replies by XID across connections and captures."""

from __future__ import annotations

from analyzer.measure.instants import known
from analyzer.model.episode import Episode
from analyzer.model.evidence import Evidence
from analyzer.model.instant import SECOND, Span
from analyzer.model.measurement import LongOperation
from analyzer.model.traffic import Operation

AROUND = 2 * SECOND
SAME_XID_WITHIN = 300 * SECOND


def longest_operation(episode: Episode, evidence: Evidence, macs: frozenset[str]) -> LongOperation | None:
    """The operation with the longest time from its first call to its reply that overlaps the episode.

    A call on the old path and its answer on the new one are one operation. None when no operation was kept.
    """
    fault, restored = known(episode, "fault"), known(episode, "restored")
    if fault is None:
        return None
    end = (restored.at.most if restored else fault.at.most) + AROUND
    mine = [op for op in evidence.operations if op.ends.src_mac in macs]
    groups: dict[tuple[int, str], list[Operation]] = {}
    for op in sorted(mine, key=lambda item: (item.first_call.least, item.source, item.first_call_frame)):
        groups.setdefault((op.xid, op.procedure), []).append(op)
    found: LongOperation | None = None
    for parts in groups.values():
        near = [op for op in parts if op.first_call.least - parts[0].first_call.least <= SAME_XID_WITHIN]
        first = near[0].first_call.least
        if not fault.at.least - AROUND <= first <= end:
            continue
        whole = _whole(near)
        if found is None or _length(whole) > _length(found):
            found = whole
    return found


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
