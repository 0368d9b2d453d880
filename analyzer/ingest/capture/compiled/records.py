"""RPC messages in a TCP stream's bytes, as :mod:`analyzer.ingest.capture.plain.records` cuts them (RFC 5531)."""

from __future__ import annotations

from analyzer.ingest.capture.compiled.calls import (
    IS_CALL,
    IS_REPLY,
    count_call,
    count_reply,
    kind_of,
    plausible_program,
)
from analyzer.ingest.capture.compiled.fields import u8, u16, u32
from analyzer.ingest.capture.compiled.jit import compiled
from analyzer.ingest.capture.compiled.layout import FILLED, HEAD, Block, State
from analyzer.ingest.capture.compiled.storage import ELSEWHERE, storage_called, storage_replied
from analyzer.ingest.streams.scan_file import FILL

LARGEST_RECORD = 8 << 20
REPLY_HEAD = 12


@compiled
def plausible_record(data: Block, at: int, size: int) -> bool:
    """Whether a record mark and an RPC header stand at `at`, of which `size` bytes are there."""
    if size < 16:
        return False
    length = u32(data, at) & 0x7FFFFFFF
    kind, third = u32(data, at + 8), u32(data, at + 12)
    if length < 12 or length > LARGEST_RECORD or length % 4:
        return False
    if kind == 0:
        return third == 2 and length >= 40 and (size < 20 or plausible_program(u32(data, at + 16)))
    if kind != 1 or third > 1:
        return False
    return size < 24 or third == 1 or (u16(data, at + 16) == 0 and u32(data, at + 20) <= 400)


@compiled
def forget_record(s: State, i: int) -> None:
    """No record has begun."""
    flow = s.flows[i]
    flow.mark = 0
    flow.mark_have = 0
    flow.left = 0
    flow.last = 0
    flow.head_have = 0
    flow.size = 0


@compiled
def lose(s: State, i: int) -> None:
    """Forget where records begin."""
    s.flows[i].synced = 0
    forget_record(s, i)


@compiled
def complete(s: State, i: int, ts: int, resolution: int, number: int) -> None:
    """A message is whole: it counts, and the next one begins."""
    flow = s.flows[i]
    have, size = flow.head_have, flow.size
    flow.last = 0
    flow.head_have = 0
    flow.size = 0
    head = s.head[i]
    if have > 0 and u8(head, have - 1) == FILL:
        s.totals[FILLED] += 1
    kind = kind_of(head, 0, have)
    if kind == IS_CALL:
        xid, program, version, procedure = u32(head, 0), u32(head, 12), u32(head, 16), u32(head, 20)
        count_call(s, flow.conversation, xid, program, version, procedure, ts)
        if flow.storage != ELSEWHERE:
            storage_called(s, flow, xid, program, version, procedure, ts, resolution, number, size)
    elif kind == IS_REPLY:
        xid = u32(head, 0)
        count_reply(s, flow.conversation, xid, ts)
        if flow.storage != ELSEWHERE:
            storage_replied(s, flow, xid, ts, resolution, number, size)


@compiled
def begin_record(s: State, i: int, data: Block, at: int, end: int) -> int:
    """Read a mark, or the part of it that is here; where its bytes end."""
    flow = s.flows[i]
    while at < end and flow.mark_have < 4:
        flow.mark = flow.mark << 8 | u8(data, at)
        flow.mark_have += 1
        at += 1
    flow.last = 0
    if flow.mark_have == 4:
        if flow.mark >> 24 == FILL or flow.mark & 0xFF == FILL:
            s.totals[FILLED] += 1
        flow.last = flow.mark >> 31 & 1
        flow.left = flow.mark & 0x7FFFFFFF
        flow.mark = 0
        flow.mark_have = 0
        if flow.left > LARGEST_RECORD or (flow.left == 0 and flow.last == 0):
            lose(s, i)
    return at


@compiled
def body(s: State, i: int, data: Block, at: int, end: int) -> int:
    """Take what is here of a message's body; where it ends."""
    flow = s.flows[i]
    size = min(flow.left, end - at)
    have = flow.head_have
    if have < HEAD:
        more = min(size, HEAD - have)
        for k in range(more):
            s.head[i].octets[have + k] = data.octets[at + k]
        flow.head_have = have + more
    flow.left -= size
    flow.size += size
    return at + size


@compiled
def cut(s: State, i: int, missing: int, ts: int, resolution: int, number: int) -> None:
    """`missing` bytes were not captured, cut off or lost; the frame shows that they were sent."""
    flow = s.flows[i]
    if flow.head_have < REPLY_HEAD:
        lose(s, i)
        return
    inside = min(missing, flow.left)
    flow.left -= inside
    flow.size += inside
    if flow.left == 0 and flow.last:
        complete(s, i, ts, resolution, number)
    if inside < missing:
        lose(s, i)


@compiled
def gap(s: State, i: int, length: int, ts: int, resolution: int, number: int) -> None:
    """`length` bytes are missing: no harm inside a body whose head is known, and a message that ends there is whole."""
    if s.flows[i].head_have < HEAD:
        lose(s, i)
    else:
        cut(s, i, length, ts, resolution, number)


@compiled
def feed_records(
    s: State, i: int, data: Block, at: int, captured: int, length: int, ts: int, resolution: int, number: int
) -> None:
    """Take the next `length` bytes of flow `i`, of which data[at:at + captured] were captured."""
    flow = s.flows[i]
    if not flow.synced:
        if not plausible_record(data, at, captured):
            return
        flow.synced = 1
        forget_record(s, i)
    end = at + captured
    while at < end:
        if flow.left:
            at = body(s, i, data, at, end)
        else:
            at = begin_record(s, i, data, at, end)
            if not flow.synced:
                return
        if flow.left == 0 and flow.last and flow.mark_have == 0:
            complete(s, i, ts, resolution, number)
    if length > captured:
        cut(s, i, length - captured, ts, resolution, number)
