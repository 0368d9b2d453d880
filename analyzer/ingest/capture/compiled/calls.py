"""RPC calls and replies of one conversation, and the totals (as :mod:`analyzer.ingest.capture.plain.rpc`)."""

from __future__ import annotations

from analyzer.ingest.capture.compiled.fields import u32
from analyzer.ingest.capture.compiled.jit import compiled
from analyzer.ingest.capture.compiled.layout import (
    CONVERSATION,
    FREE_PENDING,
    HEAD,
    NONE,
    OLDEST,
    PENDING_ANSWERED,
    PENDING_OPEN,
    PENDINGS,
    PROGRAMS,
    QUEUED,
    REMEMBERED,
    TIME_HIGH,
    TIME_LEAST,
    TIME_LOW,
    TIME_MOST,
    TIMES,
    UNANSWERED,
    Block,
    State,
    int64,
)
from analyzer.ingest.capture.compiled.tables import chain, dequeue, enqueue, free_row, give_back, mix, next_row, unchain

NFS = 100_003
PROCEDURES = 4096
"""Procedures that are counted one by one."""
NOTHING, IS_CALL, IS_REPLY = 0, 1, 2


@compiled
def plausible_program(program: int) -> bool:
    """Whether a program number is from the ranges that are in use (RFC 5531, section 8.4)."""
    return 100_000 <= program < 400_000


@compiled
def kind_of(data: Block, at: int, size: int) -> int:
    """What a message's first `size` bytes show: a call, a reply or neither."""
    if size >= HEAD and u32(data, at + 4) == 0 and u32(data, at + 8) == 2:
        return IS_CALL if plausible_program(u32(data, at + 12)) else NOTHING
    if size >= 12 and u32(data, at + 4) == 1 and u32(data, at + 8) <= 1:
        return IS_REPLY
    return NOTHING


@compiled
def new_conversation(s: State) -> int:
    """The number of a conversation without any call."""
    s.totals[CONVERSATION] += 1
    return int64(s.totals[CONVERSATION])


@compiled
def find_pending(s: State, hashed: int, conversation: int, xid: int) -> int:
    """The call with an XID in a conversation, or 0."""
    row = s.heads_pending[hashed & (len(s.heads_pending) - 1)]
    while row:
        if s.pending[row].xid == xid and s.pending[row].conversation == conversation:
            return row
        row = s.pending[row].next
    return row


@compiled
def drop_pending(s: State, queue: int) -> None:
    """Forget the oldest call of a queue."""
    row = s.queues[queue, OLDEST]
    if queue == PENDING_OPEN and s.pending[row].program == NFS:
        s.totals[UNANSWERED] += 1
    s.pending[row].state = -1
    dequeue(s.pending, s.queues[queue], row)
    unchain(s.pending, s.heads_pending, row)
    give_back(s, s.pending, FREE_PENDING, row)


@compiled
def find_program(s: State, program: int, version: int, procedure: int) -> int:
    """The row that counts a procedure; 0, which counts the others, where there are many already."""
    hashed = mix(program << 32 | version, procedure)
    row = s.heads_programs[hashed & (len(s.heads_programs) - 1)]
    while row:
        counted = s.programs[row]
        if counted.procedure == procedure and counted.program == program and counted.version == version:
            return row
        row = counted.next
    if s.count[PROGRAMS] >= PROCEDURES:
        return 0
    row = next_row(s, PROGRAMS, len(s.programs))
    counted = s.programs[row]
    counted.program = program
    counted.version = version
    counted.procedure = procedure
    counted.calls = 0
    counted.replies = 0
    chain(s.programs, s.heads_programs, row, hashed)
    return row


@compiled
def count_call(s: State, conversation: int, xid: int, program: int, version: int, procedure: int, ts: int) -> None:
    """A call; one with a known XID is the same call again."""
    s.programs[find_program(s, program, version, procedure)].calls += 1
    hashed = mix(conversation, xid)
    if find_pending(s, hashed, conversation, xid):
        return
    row = free_row(s, s.pending, FREE_PENDING, PENDINGS)
    if not row:
        drop_pending(s, PENDING_OPEN)
        row = free_row(s, s.pending, FREE_PENDING, PENDINGS)
    pending = s.pending[row]
    pending.conversation = conversation
    pending.xid = xid
    pending.program = program
    pending.version = version
    pending.procedure = procedure
    pending.ts = ts
    pending.state = PENDING_OPEN
    chain(s.pending, s.heads_pending, row, hashed)
    enqueue(s.pending, s.queues[PENDING_OPEN], row)


@compiled
def count_reply(s: State, conversation: int, xid: int, ts: int) -> None:
    """A reply: it counts when its call is known, and has a time when that is an NFS call."""
    row = find_pending(s, mix(conversation, xid), conversation, xid)
    if not row:
        return
    pending = s.pending[row]
    if pending.state == PENDING_OPEN:
        dequeue(s.pending, s.queues[PENDING_OPEN], row)
        pending.state = PENDING_ANSWERED
        enqueue(s.pending, s.queues[PENDING_ANSWERED], row)
        if s.queues[PENDING_ANSWERED, QUEUED] > (len(s.pending) - 1) // REMEMBERED:
            drop_pending(s, PENDING_ANSWERED)
    s.programs[find_program(s, pending.program, pending.version, pending.procedure)].replies += 1
    if pending.program == NFS and ts != NONE and pending.ts != NONE:
        elapsed = ts - pending.ts
        if s.totals[TIMES] == 0 or elapsed < s.totals[TIME_LEAST]:
            s.totals[TIME_LEAST] = elapsed
        if s.totals[TIMES] == 0 or elapsed > s.totals[TIME_MOST]:
            s.totals[TIME_MOST] = elapsed
        s.totals[TIMES] += 1
        s.totals[TIME_HIGH] += elapsed >> 32
        s.totals[TIME_LOW] += elapsed & 0xFFFFFFFF
