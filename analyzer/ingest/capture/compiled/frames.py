"""One frame: counted, decoded, and taken by all that follows it."""

from __future__ import annotations

from analyzer.ingest.capture.compiled.connections import transport_arrived
from analyzer.ingest.capture.compiled.headers import IPV4, IPV6, decode
from analyzer.ingest.capture.compiled.jit import compiled
from analyzer.ingest.capture.compiled.layout import (
    BACKWARD,
    BYTES,
    DAMAGED,
    FIRST,
    FIRST_DAMAGED,
    FIRST_RESOLUTION,
    FIRST_UNTIMED,
    FRAMES,
    LAST,
    LAST_RESOLUTION,
    NONE,
    TRUNCATED,
    UNTIMED,
    Block,
    State,
)  # fmt: skip
from analyzer.ingest.capture.compiled.neighbours import neighbours


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
    else:
        s.totals[BACKWARD] = max(s.totals[BACKWARD], s.totals[LAST] - f.ts)


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
