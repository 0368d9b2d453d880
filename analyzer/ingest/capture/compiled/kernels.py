"""What Python calls: the frames of a pcap or pcapng file in a block of its bytes, single frames, and the end of a scan.

A kernel stops where it can't go on alone and says why: the block ends within a record, a table has too little capacity
for the next frame, a fragment wants its other pieces, or the record is one that the plain reader knows better.

References: draft-ietf-opsawg-pcap section 5, draft-ietf-opsawg-pcapng section 4.3.
"""

from __future__ import annotations

from analyzer.ingest.capture.compiled.capacity import SPARE_FRAMES, has_capacity, rows_have_capacity
from analyzer.ingest.capture.compiled.fields import ordered16, ordered32
from analyzer.ingest.capture.compiled.frames import take_frame, take_packet
from analyzer.ingest.capture.compiled.headers import network, transport
from analyzer.ingest.capture.compiled.jit import compiled
from analyzer.ingest.capture.compiled.layout import COMMENTS, FLOWS, INTERFACES, NONE, SAMPLED, Block, State, int64
from analyzer.ingest.capture.compiled.operations import forget_operations
from analyzer.ingest.capture.compiled.prefetch import prefetch
from analyzer.ingest.capture.compiled.stream import jump

MORE, FULL, FRAGMENT, ODD = range(4)
LARGEST_FRAME = 262_144
CACHE_LINE = 64
LARGEST_BLOCK = 16 << 20
SIMPLE, ENHANCED = 3, 6
COMMENT = 1
LATEST = 9_000_000_000
"""Seconds since the epoch that fit into 64 bits of ns."""


@compiled
def scan_pcap(
    s: State, data: Block, at: int, end: int, big: int, record: int, swapped: int, resolution: int, link_type: int
) -> tuple[int, int]:
    """Take the records from `at` to `end` of a block; where it stopped and why.

    `record` is the size of a record's header; `swapped` is 1 where the two lengths change places when the captured one
    is larger, 2 where they always do.
    """
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
            if not has_capacity(s):
                return at, FULL
            left = SPARE_FRAMES
        left -= 1
        following(data, start + captured)
        f.number += 1
        f.ts = ordered32(data, at, big) * 1_000_000_000 + ordered32(data, at + 4, big) * resolution
        f.resolution = resolution
        f.length = length
        at = start + captured
        if take_frame(s, data, start, captured, link_type):
            return at, FRAGMENT


@compiled
def following(data: Block, at: int) -> None:
    """Have the headers of the frame that follows near when it is its turn: they end within two cache lines, mostly."""
    prefetch(data, at)
    prefetch(data, at + CACHE_LINE)


@compiled
def comments(data: Block, at: int, end: int, big: int) -> int:
    """How many comments the options data[at:end] hold."""
    found = 0
    while at + 4 <= end:
        code, length = ordered16(data, at, big), ordered16(data, at + 2, big)
        if code == 0 or at + 4 + length > end:
            break
        found += code == COMMENT
        at += 4 + (length + 3 & ~3)
    return found


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
def scan_pcapng(s: State, data: Block, at: int, end: int, big: int, commented: int) -> tuple[int, int]:
    """Take the enhanced and simple packet blocks from `at` to `end` of a block; where it stopped and why.

    `commented`: comments are for the caller, who wants some more of them; else they are counted.
    """
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
            commenting = comments(data, options, stop, big) if options + 4 < stop else 0
            if ts == NONE or (commented and commenting):
                return at, ODD
        else:
            start, whole, ts, commenting = at + 12, ordered32(data, at + 8, big), int64(NONE), 0
            captured = min(whole, interface.snaplen) if interface.snaplen else whole
        if captured > LARGEST_FRAME or start + captured > stop:
            return at, ODD
        if left == 0:
            if not has_capacity(s):
                return at, FULL
            left = SPARE_FRAMES
        left -= 1
        following(data, at + length)
        f.number += 1
        f.ts = ts
        f.resolution = interface.resolution
        f.length = whole
        s.totals[COMMENTS] += commenting
        at += length
        if take_frame(s, data, start, captured, interface.link_type):
            return at, FRAGMENT


@compiled
def take_single(s: State, data: Block, at: int, size: int, link_type: int) -> int:
    """Take the frame data[at:at + size], read by the plain reader, whose record is filled.

    `FULL` when a table has too little, `FRAGMENT` or `MORE` when it was taken.
    """
    if not has_capacity(s):
        return FULL
    return FRAGMENT if take_frame(s, data, at, size, link_type) else MORE


@compiled
def take_datagram(s: State, data: Block, at: int, size: int) -> int:
    """Take the payload data[at:at + size] of a datagram whose last missing fragment was the frame taken last.

    `FULL` when a table has too little, `MORE` when it was taken.
    """
    if not has_capacity(s):
        return FULL
    p = s.packet[0]
    p.fragment = -1
    p.payload = 0
    p.captured = 0
    p.payload_length = 0
    inner = transport(p, data, at, at + size, at + size)
    if inner >= 0:
        network(p, data, inner, p.limit)
    if p.fragment < 0:
        take_packet(s, data)
    return MORE


@compiled
def has_spare_capacity(s: State) -> bool:
    """Whether every table can take what the next frames may add."""
    return has_capacity(s)


@compiled
def give_up_gaps(s: State) -> bool:
    """Give up the gaps that segments still wait for; whether there was room for all that this releases."""
    for i in range(1, s.count[FLOWS] + 1):
        while s.flows[i].waiting:
            if not rows_have_capacity(s):
                return False
            jump(s, i)
    return True


@compiled
def finish(s: State) -> bool:
    """Tell the operations that are still known, at the capture's end; whether there was room for them."""
    if len(s.sampled) - s.count[SAMPLED] <= len(s.operations):
        return False
    forget_operations(s)
    return True
