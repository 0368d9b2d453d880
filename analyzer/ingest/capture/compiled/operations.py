"""Operations of the storage traffic, by XID across connections (as :mod:`analyzer.ingest.capture.plain.operations`)."""

from __future__ import annotations

from analyzer.ingest.capture.compiled.jit import compiled
from analyzer.ingest.capture.compiled.layout import (
    FREE_OPERATION,
    NO_MAC,
    NONE,
    OLDEST,
    OPERATION_ANSWERED,
    OPERATION_OPEN,
    OPERATIONS,
    PRIVATE_ADDRESS,
    QUEUED,
    REMEMBERED,
    SAMPLED,
    SERIAL,
    Rows,
    State,
)
from analyzer.ingest.capture.compiled.tables import chain, dequeue, enqueue, free_row, give_back, mix, next_row, unchain

SLOW = 100_000_000
PAUSE = 500_000_000
FIRST_CALLS = 32


@compiled
def is_fresh(s: State, flow: Rows, ts: int) -> int:
    """Whether a call is among the first of a connection, or after a pause of its replies."""
    c = s.flows[flow.lead]
    left = c.fresh
    if ts != NONE and c.replied != NONE and ts - c.replied >= PAUSE:
        left = FIRST_CALLS
    c.fresh = max(0, left - 1)
    return 1 if left > 0 else 0


@compiled
def same_client(s: State, one: Rows, mac: int, address: int) -> bool:
    """Whether an operation's call came from a client with this MAC or address."""
    if one.src_mac != NO_MAC and one.src_mac == mac:
        return True
    private = s.settings[PRIVATE_ADDRESS]
    return one.src == address or one.src == private or address == private


@compiled
def keep(s: State, row: int) -> None:
    """Forget an operation, and tell it when it is worth it: unanswered, sent again, slow, or among the first."""
    one = s.operations[row]
    timed = one.reply != NONE and one.first != NONE
    if one.fresh or one.calls > 1 or not timed or one.reply - one.first > SLOW:
        s.sampled[next_row(s, SAMPLED, len(s.sampled))] = one
    dequeue(s.operations, s.queues[one.state], row)
    unchain(s.operations, s.heads_operations, row)
    give_back(s, s.operations, FREE_OPERATION, row)


@compiled
def known_call(
    s: State, hashed: int, xid: int, program: int, version: int, procedure: int, mac: int, address: int
) -> int:
    """The operation of which a call is the same call again, or 0; an open one comes first, the oldest of them."""
    found = 0
    row = s.heads_operations[hashed & (len(s.heads_operations) - 1)]
    while row:
        one = s.operations[row]
        same = one.xid == xid and one.program == program and one.version == version and one.procedure == procedure
        if same and same_client(s, one, mac, address) and (found == 0 or precedes(s, row, found)):
            found = row
        row = one.next
    return found


@compiled
def precedes(s: State, one: int, other: int) -> bool:
    """Whether an operation is looked at before another one: open ones first, then by age."""
    a, b = s.operations[one], s.operations[other]
    if a.state != b.state:
        return a.state == OPERATION_OPEN
    return a.serial < b.serial


@compiled
def operation_called(
    s: State, flow: Rows, sport: int, dport: int, xid: int, program: int, version: int, procedure: int,
    ts: int, resolution: int, number: int,
) -> None:  # fmt: skip
    """A call is complete on `flow`."""
    fresh = is_fresh(s, flow, ts)
    hashed = mix(xid, 0)
    row = known_call(s, hashed, xid, program, version, procedure, flow.src_mac, flow.src)
    if row:
        one = s.operations[row]
        one.calls += 1
        one.last = ts
        one.last_resolution = resolution
        one.last_number = number
        return
    row = free_row(s, s.operations, FREE_OPERATION, OPERATIONS)
    if not row:
        keep(s, s.queues[OPERATION_OPEN, OLDEST])
        row = free_row(s, s.operations, FREE_OPERATION, OPERATIONS)
    one = s.operations[row]
    one.state = OPERATION_OPEN
    one.serial = s.totals[SERIAL]
    s.totals[SERIAL] += 1
    one.xid = xid
    one.program = program
    one.version = version
    one.procedure = procedure
    one.fresh = fresh
    one.calls = 1
    one.src_mac = flow.src_mac
    one.dst_mac = flow.dst_mac
    one.src = flow.src
    one.dst = flow.dst
    one.sport = sport
    one.dport = dport
    one.vlan = flow.vlan
    one.first = ts
    one.first_resolution = resolution
    one.first_number = number
    one.last = ts
    one.last_resolution = resolution
    one.last_number = number
    one.reply = NONE
    one.reply_number = 0
    chain(s.operations, s.heads_operations, row, hashed)
    enqueue(s.operations, s.queues[OPERATION_OPEN], row)


@compiled
def waiting_operation(s: State, flow: Rows, sport: int, dport: int, xid: int) -> int:
    """The open operation that a reply on `flow` ends: of the same ends, or else of the same client; 0 for none."""
    same = 0
    exact = 0
    row = s.heads_operations[mix(xid, 0) & (len(s.heads_operations) - 1)]
    while row:
        one = s.operations[row]
        if one.xid == xid and one.state == OPERATION_OPEN:
            if (
                one.src_mac == flow.dst_mac and one.dst_mac == flow.src_mac and one.src == flow.dst
                and one.dst == flow.src and one.sport == dport and one.dport == sport and one.vlan == flow.vlan
            ):  # fmt: skip
                if exact == 0 or one.serial < s.operations[exact].serial:
                    exact = row
            elif (same == 0 or one.serial < s.operations[same].serial) and same_client(s, one, flow.dst_mac, flow.dst):
                same = row
        row = one.next
    return exact or same


@compiled
def operation_replied(
    s: State, flow: Rows, sport: int, dport: int, xid: int, ts: int, resolution: int, number: int
) -> int:
    """A reply is complete on `flow`; the operation that it ends, or 0."""
    if ts != NONE:
        s.flows[flow.lead].replied = ts
    row = waiting_operation(s, flow, sport, dport, xid)
    if not row:
        return row
    one = s.operations[row]
    one.reply = ts
    one.reply_resolution = resolution
    one.reply_number = number
    one.reply_src_mac = flow.src_mac
    one.reply_dst_mac = flow.dst_mac
    one.reply_src = flow.src
    one.reply_dst = flow.dst
    one.reply_sport = sport
    one.reply_dport = dport
    one.reply_vlan = flow.vlan
    remember(s, row, xid)
    return row


@compiled
def remember(s: State, row: int, xid: int) -> None:
    """An answered operation is kept in mind for calls that come again, one for each XID."""
    before = s.heads_operations[mix(xid, 0) & (len(s.heads_operations) - 1)]
    while before:
        if s.operations[before].xid == xid and s.operations[before].state == OPERATION_ANSWERED:
            break
        before = s.operations[before].next
    if before:
        keep(s, before)
    dequeue(s.operations, s.queues[OPERATION_OPEN], row)
    s.operations[row].state = OPERATION_ANSWERED
    enqueue(s.operations, s.queues[OPERATION_ANSWERED], row)
    if s.queues[OPERATION_ANSWERED, QUEUED] > (len(s.operations) - 1) // REMEMBERED:
        keep(s, s.queues[OPERATION_ANSWERED, OLDEST])


@compiled
def forget_operations(s: State) -> None:
    """Tell what is still known, at the capture's end."""
    for queue in (OPERATION_ANSWERED, OPERATION_OPEN):
        while s.queues[queue, QUEUED] > 0:
            keep(s, s.queues[queue, OLDEST])
