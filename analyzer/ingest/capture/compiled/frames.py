"""The frames of a pcap or pcapng file, one after the other, in a block of its bytes.

A kernel stops where it can't go on alone and says why: the block ends within a record, a table has too little room for
the next frame, a fragment wants its other pieces, or the record is one that the plain reader knows better.

References: draft-ietf-opsawg-pcap section 5, draft-ietf-opsawg-pcapng section 4.3.
"""

from __future__ import annotations

from analyzer.ingest.capture.blocks import BUFFER
from analyzer.ingest.capture.compiled.connections import transport_arrived
from analyzer.ingest.capture.compiled.fields import ordered16, ordered32
from analyzer.ingest.capture.compiled.headers import IPV4, IPV6, decode, network, transport
from analyzer.ingest.capture.compiled.jit import compiled
from analyzer.ingest.capture.compiled.layout import (
    ARENA,
    BINS,
    BYTES,
    CLOSED,
    CONTROLS,
    DAMAGED,
    FIRST,
    FIRST_DAMAGED,
    FIRST_RESOLUTION,
    FIRST_UNTIMED,
    FLOWS,
    FRAMES,
    INTERFACES,
    KEPT,
    LAST,
    LAST_RESOLUTION,
    LATENCIES,
    NONE,
    PATHS,
    PROGRAMS,
    REDIRECTS,
    RUNS,
    TRUNCATED,
    UNTIMED,
    WAITING_NOW,
    Block,
    Rows,
    State,
    int64,
)
from analyzer.ingest.capture.compiled.neighbours import neighbours
from analyzer.ingest.capture.compiled.operations import forget_operations
from analyzer.ingest.capture.compiled.stream import jump

MORE, ROOM, FRAGMENT, ODD = range(4)
LARGEST_FRAME = 262_144
LARGEST_BLOCK = 16 << 20
SIMPLE, ENHANCED = 3, 6
COMMENT = 1
LATEST = 9_000_000_000
"""Seconds since the epoch that fit into 64 bits of ns."""

ROOM_ROWS = 1 << 13
ROOM_FRAMES = 32
"""Every so many frames the tables are looked at: each must take so many rows more, half of the arena must be free."""


@compiled
def has_room(s: State) -> bool:
    """Whether every table can take what the next frames may add."""
    return (
        rows_have_room(s)
        and len(s.flows) - s.count[FLOWS] > ROOM_ROWS
        and len(s.waiting) - s.count[WAITING_NOW] > ROOM_ROWS
        and s.count[ARENA] < BUFFER // 2
    )


@compiled
def rows_have_room(s: State) -> bool:
    """Whether every table of what is told can take what the next frames may add."""
    return (
        len(s.runs) - s.count[RUNS] > ROOM_ROWS
        and len(s.closed) - s.count[CLOSED] > ROOM_ROWS
        and len(s.kept) - s.count[KEPT] > ROOM_ROWS
        and len(s.programs) - s.count[PROGRAMS] > ROOM_ROWS
        and len(s.paths) - s.count[PATHS] > ROOM_ROWS
        and len(s.bins) - s.count[BINS] > ROOM_ROWS
        and len(s.latencies) - s.count[LATENCIES] > ROOM_ROWS
        and len(s.controls) - s.count[CONTROLS] > ROOM_ROWS
        and len(s.redirects) - s.count[REDIRECTS] > ROOM_ROWS
    )


@compiled
def count_frame(s: State, captured: int, link_type: int) -> None:
    """Totals of the frame whose record is filled."""
    f = s.frame[0]
    s.totals[FRAMES] += 1
    s.totals[BYTES] += f.length
    if captured < f.length:
        s.totals[TRUNCATED] += 1
    s.link_types[link_type] += 1
    if f.ts == NONE:
        s.totals[UNTIMED] += 1
        if s.totals[FIRST_UNTIMED] == 0:
            s.totals[FIRST_UNTIMED] = f.number
        return
    if s.totals[FIRST] == NONE or f.ts < s.totals[FIRST]:
        s.totals[FIRST] = f.ts
        s.totals[FIRST_RESOLUTION] = f.resolution
    if s.totals[LAST] == NONE or f.ts > s.totals[LAST]:
        s.totals[LAST] = f.ts
        s.totals[LAST_RESOLUTION] = f.resolution


@compiled
def take_frame(s: State, data: Block, at: int, captured: int, link_type: int) -> bool:
    """Take the frame data[at:at + captured] whose record is filled; whether it is a fragment for the caller."""
    count_frame(s, captured, link_type)
    p, f = s.packet[0], s.frame[0]
    f.start = at
    f.captured = captured
    f.link_type = link_type
    decode(p, link_type, data, at, at + captured)
    if p.vlan >= 0:
        s.vlans[p.vlan] = 1
    neighbours(s, data)
    if p.fragment >= 0:
        return True
    take_packet(s, data)
    return False


@compiled
def take_packet(s: State, data: Block) -> None:
    """Take the whole datagram that the packet record describes."""
    p = s.packet[0]
    if p.protocol < 0 and (p.ethertype == IPV4 or p.ethertype == IPV6):
        s.totals[DAMAGED] += 1
        if s.totals[FIRST_DAMAGED] == 0:
            s.totals[FIRST_DAMAGED] = s.frame[0].number
    else:
        transport_arrived(s, data)


@compiled
def take_datagram(states: Rows, blocks: Rows, size: int) -> int:
    """Take the payload, the first `size` bytes, of a datagram whose last missing fragment was the frame taken last.

    `ROOM` when a table has too little, `MORE` when it was taken.
    """
    s, data = states[0], blocks[0]
    if not has_room(s):
        return ROOM
    p = s.packet[0]
    p.fragment = -1
    p.payload = 0
    p.captured = 0
    p.payload_length = 0
    inner = transport(p, data, 0, size, size)
    if inner >= 0:
        network(p, data, inner, p.limit)
    if p.fragment < 0:
        take_packet(s, data)
    return MORE


@compiled
def scan_pcap(
    states: Rows, blocks: Rows, at: int, end: int, big: int, record: int, swapped: int, resolution: int, link_type: int
) -> tuple[int, int]:
    """Take the records from `at` to `end` of a block; where it stopped and why.

    `record` is the size of a record's header; `swapped` is 1 where the two lengths change places when the captured one
    is larger, 2 where they always do.
    """
    s, data = states[0], blocks[0]
    f = s.frame[0]
    left = 0
    while True:
        start = at + record
        if start > end:
            return at, MORE
        captured, length = ordered32(data, at + 8, big), ordered32(data, at + 12, big)
        if swapped == 2 or (swapped == 1 and captured > length):
            captured, length = length, captured
        if captured > LARGEST_FRAME:
            return at, ODD
        if start + captured > end:
            return at, MORE
        if left == 0:
            if not has_room(s):
                return at, ROOM
            left = ROOM_FRAMES
        left -= 1
        f.number += 1
        f.ts = ordered32(data, at, big) * 1_000_000_000 + ordered32(data, at + 4, big) * resolution
        f.resolution = resolution
        f.length = length
        at = start + captured
        if take_frame(s, data, start, captured, link_type):
            return at, FRAGMENT


@compiled
def has_comment(data: Block, at: int, end: int, big: int) -> bool:
    """Whether the options data[at:end] hold a comment."""
    while at + 4 <= end:
        code, length = ordered16(data, at, big), ordered16(data, at + 2, big)
        if code == 0:
            return False
        if code == COMMENT:
            return True
        at += 4 + (length + 3 & ~3)
    return False


@compiled
def stamp_of(high: int, low: int, units: int, offset: int) -> int:
    """A time field as ns since the epoch, or NONE when 64 bits don't hold it."""
    if high >= 1 << 31:
        return int64(NONE)
    stamp = high << 32 | low
    seconds = stamp // units + offset
    if seconds < 0 or seconds >= LATEST:
        return int64(NONE)
    return seconds * 1_000_000_000 + stamp % units * 1_000_000_000 // units


@compiled
def scan_pcapng(states: Rows, blocks: Rows, at: int, end: int, big: int, commented: int) -> tuple[int, int]:
    """Take the enhanced and simple packet blocks from `at` to `end` of a block; where it stopped and why.

    `commented`: comments are for the caller, who wants some more of them.
    """
    s, data = states[0], blocks[0]
    f = s.frame[0]
    left = 0
    while True:
        if at + 12 > end:
            return at, MORE
        kind, length = ordered32(data, at, big), ordered32(data, at + 4, big)
        if (kind != ENHANCED and kind != SIMPLE) or length < 16 or length % 4 or length > LARGEST_BLOCK:
            return at, ODD
        if at + length > end:
            return at, MORE
        stop = at + length - 4
        if ordered32(data, stop, big) != length or (kind == ENHANCED and length < 32):
            return at, ODD
        index = ordered32(data, at + 8, big) if kind == ENHANCED else 0
        if index >= s.count[INTERFACES] or s.interfaces[index].units == 0:
            return at, ODD
        interface = s.interfaces[index]
        if kind == ENHANCED:
            start, captured, whole = at + 28, ordered32(data, at + 20, big), ordered32(data, at + 24, big)
            high, low = ordered32(data, at + 12, big), ordered32(data, at + 16, big)
            ts = stamp_of(high, low, interface.units, interface.offset)
            options = start + (captured + 3 & ~3)
            if ts == NONE or (commented and options + 4 < stop and has_comment(data, options, stop, big)):
                return at, ODD
        else:
            start, whole, ts = at + 12, ordered32(data, at + 8, big), int64(NONE)
            captured = min(whole, interface.snaplen) if interface.snaplen else whole
        if captured > LARGEST_FRAME or start + captured > stop:
            return at, ODD
        if left == 0:
            if not has_room(s):
                return at, ROOM
            left = ROOM_FRAMES
        left -= 1
        f.number += 1
        f.ts = ts
        f.resolution = interface.resolution
        f.length = whole
        at += length
        if take_frame(s, data, start, captured, interface.link_type):
            return at, FRAGMENT


@compiled
def take_single(states: Rows, blocks: Rows, size: int, link_type: int) -> int:
    """Take the frame of `size` bytes that the block begins with, read by the plain reader, whose record is filled.

    `ROOM` when a table has too little, `FRAGMENT` or `MORE` when it was taken.
    """
    s = states[0]
    if not has_room(s):
        return ROOM
    return FRAGMENT if take_frame(s, blocks[0], 0, size, link_type) else MORE


@compiled
def is_roomy(states: Rows) -> bool:
    """Whether every table can take what the next frames may add."""
    return has_room(states[0])


@compiled
def give_up_gaps(states: Rows) -> bool:
    """Give up the gaps that segments still wait for; whether there was room for all that this releases."""
    s = states[0]
    for i in range(1, s.count[FLOWS] + 1):
        while s.flows[i].waiting:
            if not rows_have_room(s):
                return False
            jump(s, i)
    return True


@compiled
def finish(states: Rows) -> bool:
    """Tell the operations that are still known, at the capture's end; whether there was room for them."""
    s = states[0]
    if len(s.kept) - s.count[KEPT] <= len(s.operations):
        return False
    forget_operations(s)
    return True
