"""One direction of a TCP connection: which bytes are new and in order (as :mod:`analyzer.ingest.capture.plain.stream`).

A segment that waits for a gap to fill has a row in `waiting`, chained from its flow in order of arrival, and its bytes
in the arena.
"""

from __future__ import annotations

from analyzer.ingest.capture.blocks import BUFFER
from analyzer.ingest.capture.compiled.jit import compiled
from analyzer.ingest.capture.compiled.layout import (
    ARENA,
    FREE_WAITING,
    GAP_BYTES,
    GAPS,
    NONE,
    OUT_OF_ORDER,
    OVERFLOWS,
    RECENT,
    WAITING_NOW,
    WAITINGS,
    Block,
    State,
)
from analyzer.ingest.capture.compiled.records import feed_records, gap, lose
from analyzer.ingest.capture.compiled.tables import free_row, give_back

WRAP = 1 << 32
HALF = 1 << 31
FAR = 16 << 20
WAITING_AT_MOST = 64
DUPLICATE_NS = 5_000_000


@compiled
def ahead(s: State, i: int, seq: int) -> int:
    """How far `seq` is beyond the next expected byte, negative when before it."""
    return ((seq - max(s.flows[i].expected, 0) + HALF) & (WRAP - 1)) - HALF


@compiled
def start(s: State, i: int, seq: int) -> None:
    """The direction opens with a SYN of this sequence number."""
    forget_waiting(s, i)
    lose(s, i)
    flow = s.flows[i]
    flow.initial = seq
    flow.expected = (seq + 1) & (WRAP - 1)
    flow.synced = 1


@compiled
def reset_direction(s: State, i: int) -> None:
    """Nothing is known of the direction."""
    forget_waiting(s, i)
    lose(s, i)
    flow = s.flows[i]
    flow.initial = -1
    flow.expected = -1
    flow.recent = 0


@compiled
def forget_waiting(s: State, i: int) -> None:
    """Drop what waits."""
    flow = s.flows[i]
    row = flow.first_waiting
    while row:
        following = s.waiting[row].next
        free_waiting(s, row)
        row = following
    flow.waiting = 0
    flow.first_waiting = 0
    flow.last_waiting = 0


@compiled
def free_waiting(s: State, row: int) -> None:
    """A waiting segment is done with; the arena is empty again with the last one."""
    s.waiting[row].flow = 0
    give_back(s, s.waiting, FREE_WAITING, row)
    s.count[WAITING_NOW] -= 1
    if s.count[WAITING_NOW] == 0:
        s.count[ARENA] = 0


@compiled
def is_duplicate(s: State, i: int, f0: int, f1: int, f2: int, ts: int) -> bool:
    """Whether the same frame was here a moment ago; else it is remembered."""
    flow = s.flows[i]
    for k in range(min(flow.recent, RECENT)):
        if s.recent[i, 1, k] == f1 and s.recent[i, 0, k] == f0 and s.recent[i, 2, k] == f2:
            then = s.recent[i, 3, k]
            if ts == NONE or then == NONE or ts - then <= DUPLICATE_NS:
                return True
    k = flow.recent % RECENT
    s.recent[i, 0, k] = f0
    s.recent[i, 1, k] = f1
    s.recent[i, 2, k] = f2
    s.recent[i, 3, k] = ts
    flow.recent += 1
    return False


@compiled
def wait(
    s: State, i: int, seq: int, length: int, data: Block, at: int, captured: int, ts: int, resolution: int, number: int
) -> None:
    """Put a segment aside until the gap before it is filled; without room the gap counts as lost at once."""
    row = 0
    if s.count[ARENA] + captured <= BUFFER:
        row = free_row(s, s.waiting, FREE_WAITING, WAITINGS)
    if not row:
        s.totals[OVERFLOWS] += 1
        s.flows[i].expected = (seq + length) & (WRAP - 1)
        forget_waiting(s, i)
        lose(s, i)
        return
    one = s.waiting[row]
    one.next = 0
    one.flow = i
    one.seq = seq
    one.length = length
    one.captured = captured
    one.offset = s.count[ARENA]
    one.ts = ts
    one.resolution = resolution
    one.number = number
    offset = one.offset
    for k in range(captured):  # a slice would be an array, whose references are counted
        s.arena.octets[offset + k] = data.octets[at + k]
    s.count[ARENA] += captured
    s.count[WAITING_NOW] += 1
    flow = s.flows[i]
    if not flow.first_waiting:
        flow.first_waiting = row
    else:
        s.waiting[flow.last_waiting].next = row
    flow.last_waiting = row
    flow.waiting += 1


@compiled
def feed(
    s: State, i: int, seq: int, length: int, data: Block, at: int, captured: int, ts: int, resolution: int, number: int
) -> bool:
    """Take a segment's payload; whether it is a retransmission."""
    flow = s.flows[i]
    if flow.expected < 0:
        flow.expected = seq
    far = ahead(s, i, seq)
    if far > FAR or far < -FAR:
        flow.expected = seq
        far = 0
        forget_waiting(s, i)
        lose(s, i)
    if far < 0 and length <= 1:
        return False
    if far + length <= 0:
        return True
    if far > 0:
        row = flow.first_waiting
        while row:
            if s.waiting[row].seq == seq and s.waiting[row].length >= length:
                return True
            row = s.waiting[row].next
        if flow.storage:
            s.totals[OUT_OF_ORDER] += 1
        wait(s, i, seq, length, data, at, captured, ts, resolution, number)
        if flow.waiting > WAITING_AT_MOST:
            jump(s, i)
        return False
    take(s, i, seq, length, data, at, captured, ts, resolution, number)
    if flow.waiting:
        fill(s, i)
    return far < 0


@compiled
def take(
    s: State, i: int, seq: int, length: int, data: Block, at: int, captured: int, ts: int, resolution: int, number: int
) -> None:
    """Take the new bytes of a segment that begins at the expected byte or before it."""
    old = -ahead(s, i, seq)
    s.flows[i].expected = (seq + length) & (WRAP - 1)
    here = min(old, captured)
    feed_records(s, i, data, at + here, captured - here, length - old, ts, resolution, number)


@compiled
def nearest(s: State, i: int) -> int:
    """The waiting segment that comes next in the stream; the earliest to arrive among equals."""
    best = s.flows[i].first_waiting
    row = s.waiting[best].next
    while row:
        if ahead(s, i, s.waiting[row].seq) < ahead(s, i, s.waiting[best].seq):
            best = row
        row = s.waiting[row].next
    return best


@compiled
def unlink(s: State, i: int, row: int) -> None:
    """Take a segment out of the flow's chain."""
    flow = s.flows[i]
    before = 0
    at = flow.first_waiting
    while at != row:
        before = at
        at = s.waiting[at].next
    if not before:
        flow.first_waiting = s.waiting[row].next
    else:
        s.waiting[before].next = s.waiting[row].next
    if flow.last_waiting == row:
        flow.last_waiting = before
    flow.waiting -= 1


@compiled
def fill(s: State, i: int) -> None:
    """Take the waiting segments that now follow without a gap."""
    while s.flows[i].waiting:
        row = nearest(s, i)
        one = s.waiting[row]
        far = ahead(s, i, one.seq)
        if far > 0:
            return
        unlink(s, i, row)
        seq, length, offset, captured = one.seq, one.length, one.offset, one.captured
        if far + length > 0:
            take(s, i, seq, length, s.arena, offset, captured, one.ts, one.resolution, one.number)
        free_waiting(s, row)


@compiled
def jump(s: State, i: int) -> None:
    """Give the gap before the nearest waiting segment up: the capture lost it."""
    one = s.waiting[nearest(s, i)]
    seq = one.seq
    far = ahead(s, i, seq)
    if s.flows[i].storage:
        s.totals[GAPS] += 1
        s.totals[GAP_BYTES] += far
    gap(s, i, far, one.ts, one.resolution, one.number)
    s.flows[i].expected = seq
    fill(s, i)


@compiled
def acknowledged(s: State, i: int, ack: int) -> None:
    """The peer has everything before `ack`: a gap before it is lost to the capture, not to the peer."""
    if s.flows[i].waiting == 0 or ahead(s, i, ack) <= 0:
        return
    while s.flows[i].waiting:
        if ahead(s, i, s.waiting[nearest(s, i)].seq) > ahead(s, i, ack):
            return
        jump(s, i)
