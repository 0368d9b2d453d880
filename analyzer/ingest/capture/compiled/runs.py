"""Runs: frames of one kind between the same parties without a pause (as :mod:`analyzer.ingest.capture.plain.runs`).

A run's key is four words; :func:`ends_words` packs the ends of a segment, with the kind in the first one's
highest byte.
"""

from __future__ import annotations

from analyzer.ingest.capture.compiled.jit import compiled
from analyzer.ingest.capture.compiled.layout import CLOSED, NONE, RUNS, Rows, State
from analyzer.ingest.capture.compiled.tables import chain, mix, next_row

MAC, ARP_REQUEST, ARP_REPLY, ARP_ANNOUNCEMENT, OWNED, SSH, FRAME, CALL, REPLY, RETRANSMISSION, SPEAKER = range(11)
"""Kinds of runs; a SPEAKER is none, it counts the addresses of a MAC."""

MAC_PAUSE = 1_000_000_000
ARP_PAUSE = 1_500_000_000
SSH_PAUSE = 500_000_000
STORAGE_PAUSE = 500_000_000
SET_BACK = 1_000_000_000  # merged captures step back by less; a clock that was set back ends a run
NEVER = -1
PAUSES = (
    MAC_PAUSE, ARP_PAUSE, ARP_PAUSE, ARP_PAUSE, None, SSH_PAUSE,
    STORAGE_PAUSE, STORAGE_PAUSE, STORAGE_PAUSE, STORAGE_PAUSE, None,
)  # fmt: skip
"""By kind: the pause that ends a run, or None."""


@compiled
def find_run(s: State, hashed: int, w0: int, w1: int, w2: int, w3: int) -> int:
    """The row of a key, or 0."""
    row = s.heads_runs[hashed & (len(s.heads_runs) - 1)]
    while row:
        run = s.runs[row]
        if run.w0 == w0 and run.w1 == w1 and run.w2 == w2 and run.w3 == w3:
            return row
        row = run.next
    return row


@compiled
def begin(run: Rows, ts: int, resolution: int, number: int, size: int) -> None:
    """The first frame of a run."""
    run.first = ts
    run.last = ts
    run.resolution = resolution
    run.last_resolution = resolution
    run.number = number
    run.last_frame = number
    run.count = 1
    run.bytes = size


@compiled
def extend(s: State, row: int, pause: int, ts: int, resolution: int, number: int, size: int) -> None:
    """One more frame of the run in `row`, or the first of the next one after a pause or where the stamps go back."""
    run = s.runs[row]
    if pause >= 0 and (ts - run.last >= pause or run.last - ts > SET_BACK):
        s.closed[next_row(s, CLOSED, len(s.closed))] = run
        begin(run, ts, resolution, number, size)
        return
    run.count += 1
    run.bytes += size
    run.last_frame = number
    if ts > run.last:
        run.last = ts
        run.last_resolution = resolution


@compiled
def open_run(s: State, hashed: int, w0: int, w1: int, w2: int, w3: int) -> int:
    """A new row for a key that has none."""
    row = next_row(s, RUNS, len(s.runs))
    run = s.runs[row]
    run.w0 = w0
    run.w1 = w1
    run.w2 = w2
    run.w3 = w3
    run.mark = 0
    run.count = 0
    chain(s.runs, s.heads_runs, row, hashed)
    return row


@compiled
def add_run(
    s: State, w0: int, w1: int, w2: int, w3: int, pause: int, ts: int, resolution: int, number: int, size: int
) -> int:
    """One more frame of `size` bytes for the key; its row, or 0 as a frame without a time belongs to no run."""
    if ts == NONE:
        return 0
    hashed = mix(mix(w0, w1), mix(w2, w3))
    row = find_run(s, hashed, w0, w1, w2, w3)
    if not row:
        row = open_run(s, hashed, w0, w1, w2, w3)
        begin(s.runs[row], ts, resolution, number, size)
    else:
        extend(s, row, pause, ts, resolution, number, size)
    return row


@compiled
def find_again(s: State) -> None:
    """Make the rows findable that stay in an otherwise emptied table."""
    for row in range(1, s.count[RUNS] + 1):
        chain(s.runs, s.heads_runs, row, s.runs[row].hash)


@compiled
def first_word(kind: int, mac: int) -> int:
    """The kind and the sender's MAC."""
    return kind << 56 | mac


@compiled
def second_word(mac: int, vlan: int) -> int:
    """Another MAC and the VLAN."""
    return mac | (vlan + 1) << 50
