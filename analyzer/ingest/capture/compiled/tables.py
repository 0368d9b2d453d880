"""Hashes, free rows, and queues of rows by age: what every table of a compiled scan is built with."""

from __future__ import annotations

from analyzer.ingest.capture.compiled.jit import compiled
from analyzer.ingest.capture.compiled.layout import (
    NEWEST,
    OLDEST,
    OVERFLOWS,
    QUEUED,
    Integers,
    Rows,
    State,
    int64,
    uint64,
)


@compiled
def mix(a: int, b: int) -> int:
    """A hash of two integers (a multiplication by an odd constant, its halves folded).

    It is of unsigned integers, as signed ones must not overflow in LLVM (`mul nsw`): two callers got different hashes.
    """
    h = (uint64(a) ^ (uint64(b) * uint64(0x9E3779B97F4A7C15))) * uint64(0xC2B2AE3D27D4EB4F)
    return int64(h ^ (h >> uint64(29)))


@compiled
def next_row(s: State, which: int, size: int) -> int:
    """A row of a table of `size` rows that was not used yet; 0 when there is none."""
    row = s.count[which] + 1
    if row >= size:
        s.totals[OVERFLOWS] += 1
        return 0
    s.count[which] = row
    return row


@compiled
def free_row(s: State, rows: Rows, free: int, which: int) -> int:
    """A row that was given back, or else one that was not used yet; 0 when there is none."""
    row = s.free[free]
    if row:
        s.free[free] = rows[row].next
        return row
    row = s.count[which] + 1
    if row >= len(rows):
        return 0
    s.count[which] = row
    return row


@compiled
def give_back(s: State, rows: Rows, free: int, row: int) -> None:
    """`row` is free again."""
    rows[row].next = s.free[free]
    s.free[free] = row


@compiled
def chain(rows: Rows, heads: Integers, row: int, hashed: int) -> None:
    """Make `row` findable by its hash."""
    if row:
        bucket = hashed & (len(heads) - 1)
        rows[row].hash = hashed
        rows[row].next = heads[bucket]
        heads[bucket] = row


@compiled
def unchain(rows: Rows, heads: Integers, row: int) -> None:
    """Make `row` no longer findable."""
    bucket = rows[row].hash & (len(heads) - 1)
    at = heads[bucket]
    if at == row:
        heads[bucket] = rows[row].next
        return
    while rows[at].next != row:
        at = rows[at].next
    rows[at].next = rows[row].next


@compiled
def enqueue(rows: Rows, queue: Integers, row: int) -> None:
    """`row` is the newest of the queue."""
    newest = queue[NEWEST]
    rows[row].older = newest
    rows[row].newer = 0
    if newest:
        rows[newest].newer = row
    else:
        queue[OLDEST] = row
    queue[NEWEST] = row
    queue[QUEUED] += 1


@compiled
def dequeue(rows: Rows, queue: Integers, row: int) -> None:
    """Take `row` out of the queue, wherever it stands."""
    older, newer = rows[row].older, rows[row].newer
    if older:
        rows[older].newer = newer
    else:
        queue[OLDEST] = newer
    if newer:
        rows[newer].older = older
    else:
        queue[NEWEST] = older
    queue[QUEUED] -= 1
