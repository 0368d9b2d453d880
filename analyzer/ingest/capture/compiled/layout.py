"""What a compiled scan remembers: one record of tables, whose rows hold integers only.

The tables have a fixed size, so that their places are known when the kernels are compiled; only rows that are used take
memory. Row 0 of each table stands for "none" (and is where a row goes that finds no room, which is counted). A kernel
that finds a table nearly full stops before the next frame, and the caller takes out what can be taken out. Rows of a
table are found by a hash over key columns, chained by `next`.

Units: times are ns, `NONE` where a frame has none; MACs are 48 bits, `NO_MAC` where a link has none; IPv4 addresses are
in the lower half of an address; `vlan` is -1 without a tag.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt

from analyzer.ingest.capture.blocks import BUFFER

NONE = -(1 << 63)
NO_MAC = 1 << 48
NUMBERS = 7
"""How many integers each kernel is given beside the record and a block, those that it doesn't take being 0."""

Rows = Any
"""A table, or one row of it, as a kernel sees it."""
Integers = npt.NDArray[np.int64]
int64: Any = np.int64
uint64: Any = np.uint64
"""The integers of kernels, of which Python knows one kind only."""
Block = Any
"""A record of :data:`BLOCK`, as a kernel sees it."""


def _row(*names: str) -> np.dtype[np.void]:
    return np.dtype([(name, np.int64) for word in names for name in word.split()])


_ENDS = "src_mac dst_mac src dst sport dport vlan"

PACKET = _row(
    "src_mac dst_mac vlan ethertype family src_hi src dst_hi dst protocol identification ttl fragment more",
    "sport dport seq ack flags checksum payload captured payload_length depth limit",
)
FRAME = _row("number ts resolution length start captured link_type flow")
RUN = _row(
    "hash next w0 w1 w2 w3 first last number last_frame resolution last_resolution count bytes mark",
    "pauses paused squared",  # of runs that were taken out: kernels leave them 0
)
FLOW = _row(
    "hash next src_hi src dst_hi dst ports peer lead conversation fresh replied src_mac dst_mac vlan storage",
    "expected initial synced mark mark_have left last head_have size",
    "waiting first_waiting last_waiting recent run path",
)
WAITING = _row("next flow seq length captured offset ts resolution number")
PENDING = _row("hash next older newer conversation xid program version procedure ts state")
OPERATION = _row(
    "hash next older newer state serial xid program version procedure fresh calls",
    _ENDS,
    "first first_resolution first_number last last_resolution last_number",
    "reply reply_resolution reply_number",
    "reply_src_mac reply_dst_mac reply_src reply_dst reply_sport reply_dport reply_vlan",
)
PROGRAM = _row("hash next program version procedure calls replies")
PATH = _row("hash next host_mac hop_mac host storage vlan bin")
BIN = _row("hash next path index calls replies bytes")
LATENCY = _row("hash next path second procedure least count")
CLIENT = _row("hash next mac src dst ports last first")
CONTROL = _row("flags", _ENDS, "seq ack ts resolution number")
REDIRECT = _row("sender host gateway destination ts resolution number")
INTERFACE = _row("link_type units offset resolution snaplen")
SPEAKER = _row("mac address mac_run owned_run")

RUNS, CLOSED, FLOWS, WAITINGS, PENDINGS, OPERATIONS, SAMPLED = range(7)
PROGRAMS, PATHS, BINS, LATENCIES, CLIENTS, CONTROLS, REDIRECTS, INTERFACES, ARENA, WAITING_NOW = range(7, 17)
TABLES = 17
"""Of each table the row that is used next; of the arena the bytes; how many segments wait now."""

(FRAMES, BYTES, TRUNCATED, RESETS, DAMAGED, FIRST_DAMAGED, UNTIMED, FIRST_UNTIMED, FIRST, FIRST_RESOLUTION, LAST,
 LAST_RESOLUTION, STORAGE_FRAMES, DUPLICATES, RETRANSMISSIONS, OUT_OF_ORDER, GAPS, GAP_BYTES, TIMES, TIME_HIGH,
 TIME_LOW, TIME_LEAST, TIME_MOST, UNANSWERED, SERIAL, CONVERSATION, OVERFLOWS, BACKWARD,
 COMMENTS, FILLED) = range(30)  # fmt: skip
TOTALS = 30
"""The sum of all times is `TIME_HIGH` << 32 plus `TIME_LOW`: the clock of a damaged capture leaps by centuries."""

STORAGE_ADDRESS, STORAGE_PORT, PRIVATE_ADDRESS = range(3)
"""What the caller says: the storage address, its NFS port, the hosts' private address."""

PENDING_OPEN, PENDING_ANSWERED, OPERATION_OPEN, OPERATION_ANSWERED = range(4)
"""Queues, each with its oldest, its newest and how many are in it; free rows are chained by `next`."""
OLDEST, NEWEST, QUEUED = range(3)
FREE_PENDING, FREE_OPERATION, FREE_WAITING = range(3)

REMEMBERED = 8
"""One row of this many is for answered calls that may come again; the others are for open ones."""

SPEAKERS = 64
"""Speakers whose runs are remembered by the lowest bits of their MAC (a power of two)."""

HEAD = 24
RECENT = 8


_TABLES: dict[str, tuple[np.dtype[np.void], int, bool]] = {
    "runs": (RUN, 1 << 16, True),
    "closed": (RUN, 1 << 15, False),
    "flows": (FLOW, 1 << 16, True),
    "waiting": (WAITING, 1 << 15, False),
    "pending": (PENDING, 1 << 17, True),
    "operations": (OPERATION, 1 << 15, True),
    "sampled": (OPERATION, 1 << 16, False),
    "programs": (PROGRAM, 1 << 13, True),
    "paths": (PATH, 1 << 14, True),
    "bins": (BIN, 1 << 15, True),
    "latencies": (LATENCY, 1 << 14, True),
    "clients": (CLIENT, 1 << 16, True),
    "controls": (CONTROL, 1 << 16, False),
    "redirects": (REDIRECT, 1 << 14, False),
}
"""What a row of each table is, how many there are (a power of two), and whether rows are found by a hash."""

BLOCK = np.dtype([("octets", np.uint8, BUFFER)])
"""A buffer with bytes of a capture."""
INTERFACES_AT_MOST = 1 << 12

STATE = np.dtype(
    [
        ("settings", np.int64, 3),
        ("totals", np.int64, TOTALS),
        ("count", np.int64, TABLES),
        ("queues", np.int64, (4, 3)),
        ("free", np.int64, 3),
        ("link_types", np.int64, 1 << 16),
        ("vlans", np.int64, 4096),
        ("frame", FRAME, 1),
        ("packet", PACKET, 1),
        ("interfaces", INTERFACE, INTERFACES_AT_MOST),
        *((name, row, size) for name, (row, size, _) in _TABLES.items()),
        *((f"heads_{name}", np.int64, size) for name, (_, size, found) in _TABLES.items() if found),
        ("head", np.dtype([("octets", np.uint8, HEAD)]), _TABLES["flows"][1]),
        ("recent", np.int64, (_TABLES["flows"][1], 4, RECENT)),
        ("speakers", SPEAKER, SPEAKERS),
        ("arena", BLOCK),
    ]
)
"""All that a scan remembers; `heads_...` are the first rows by hash."""

State = Any
"""A record of :data:`STATE`, as a kernel sees it."""
