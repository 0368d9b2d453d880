"""The storage address's NFS traffic by path and time, as :mod:`analyzer.ingest.capture.plain.storage` tells it."""

from __future__ import annotations

from analyzer.ingest.capture.compiled.calls import NFS
from analyzer.ingest.capture.compiled.jit import compiled
from analyzer.ingest.capture.compiled.layout import BINS, CONTROLS, LATENCIES, NONE, PATHS, Rows, State, int64
from analyzer.ingest.capture.compiled.operations import operation_called, operation_replied
from analyzer.ingest.capture.compiled.runs import (
    CALL,
    FRAME,
    REPLY,
    RETRANSMISSION,
    STORAGE_PAUSE,
    add_run,
    extend,
    first_word,
    second_word,
)
from analyzer.ingest.capture.compiled.tables import chain, mix, next_row

WIDTH = 100_000_000
LATENCY_WIDTH = 1_000_000_000
FRACTION = 4

ELSEWHERE, TO_STORAGE, FROM_STORAGE = 0, 1, 2
SYN, SYN_ACK, FIN, RST = range(4)


@compiled
def sport_of(flow: Rows) -> int:
    """The sender's port."""
    return flow.ports >> 16 & 0xFFFF


@compiled
def dport_of(flow: Rows) -> int:
    """The receiver's port."""
    return flow.ports & 0xFFFF


@compiled
def segment_run(s: State, flow: Rows, kind: int, ts: int, resolution: int, number: int, size: int) -> int:
    """One more of `kind` between the flow's ends; the run's row."""
    w0, w1 = first_word(kind, flow.src_mac), second_word(flow.dst_mac, flow.vlan)
    key = flow.src << 32 | flow.dst
    return add_run(s, w0, w1, key, flow.ports & 0xFFFFFFFF, STORAGE_PAUSE, ts, resolution, number, size)


@compiled
def frame_run(s: State, flow: Rows, ts: int, resolution: int, number: int, size: int) -> None:
    """One more frame of the flow; its ends are mostly those of the frame before, whose run is known."""
    if flow.run and ts != NONE:
        extend(s, flow.run, STORAGE_PAUSE, ts, resolution, number, size)
    else:
        flow.run = segment_run(s, flow, FRAME, ts, resolution, number, size)


@compiled
def path_of(s: State, flow: Rows) -> int:
    """The row of the flow's path, seen from the host whichever way it goes."""
    if flow.path:
        return int64(flow.path)
    if flow.storage == TO_STORAGE:
        host_mac, hop_mac, host, storage = flow.src_mac, flow.dst_mac, flow.src, flow.dst
    else:
        host_mac, hop_mac, host, storage = flow.dst_mac, flow.src_mac, flow.dst, flow.src
    hashed = mix(mix(host_mac, hop_mac), mix(host << 32 | storage, flow.vlan))
    row = s.heads_paths[hashed & (len(s.heads_paths) - 1)]
    while row:
        path = s.paths[row]
        if (
            path.host_mac == host_mac and path.hop_mac == hop_mac and path.host == host and path.storage == storage
            and path.vlan == flow.vlan
        ):  # fmt: skip
            break
        row = path.next
    if not row:
        row = next_row(s, PATHS, len(s.paths))
        path = s.paths[row]
        path.host_mac = host_mac
        path.hop_mac = hop_mac
        path.host = host
        path.storage = storage
        path.vlan = flow.vlan
        path.bin = 0
        chain(s.paths, s.heads_paths, row, hashed)
    flow.path = row
    return int64(row)


@compiled
def bin_of(s: State, path: int, ts: int) -> int:
    """The row of a path's bin at `ts`; mostly that of the segment before."""
    index = ts // WIDTH
    row = s.paths[path].bin
    if row and s.bins[row].index == index and s.bins[row].path == path:
        return int64(row)
    hashed = mix(path, index)
    row = s.heads_bins[hashed & (len(s.heads_bins) - 1)]
    while row:
        if s.bins[row].index == index and s.bins[row].path == path:
            break
        row = s.bins[row].next
    if not row:
        row = next_row(s, BINS, len(s.bins))
        counted = s.bins[row]
        counted.path = path
        counted.index = index
        counted.calls = 0
        counted.replies = 0
        counted.bytes = 0
        chain(s.bins, s.heads_bins, row, hashed)
    s.paths[path].bin = row
    return int64(row)


@compiled
def bucket(elapsed: int) -> int:
    """The least latency, ns, of the bucket that holds `elapsed`; a clock that steps back gives 0."""
    least = max(elapsed, 0)
    top = least >> (FRACTION + 1)
    shift = 0
    while top:
        top >>= 1
        shift += 1
    return least >> shift << shift


@compiled
def add_latency(s: State, path: int, ts: int, procedure: int, elapsed: int) -> None:
    """A reply at `ts` came `elapsed` after its first call."""
    second, least = ts // LATENCY_WIDTH, bucket(elapsed)
    hashed = mix(mix(path, second), mix(procedure, least))
    row = s.heads_latencies[hashed & (len(s.heads_latencies) - 1)]
    while row:
        one = s.latencies[row]
        if one.least == least and one.procedure == procedure and one.second == second and one.path == path:
            one.count += 1
            return
        row = one.next
    row = next_row(s, LATENCIES, len(s.latencies))
    one = s.latencies[row]
    one.path = path
    one.second = second
    one.procedure = procedure
    one.least = least
    one.count = 1
    chain(s.latencies, s.heads_latencies, row, hashed)


@compiled
def control(s: State, flow: Rows, flags: int) -> None:
    """A SYN, SYN-ACK, FIN or RST."""
    p, f = s.packet[0], s.frame[0]
    row = s.controls[next_row(s, CONTROLS, len(s.controls))]
    row.flags = RST if flags & 4 else (SYN_ACK if flags & 16 else SYN) if flags & 2 else FIN
    row.src_mac = flow.src_mac
    row.dst_mac = flow.dst_mac
    row.src = flow.src
    row.dst = flow.dst
    row.sport = p.sport
    row.dport = p.dport
    row.vlan = flow.vlan
    row.seq = p.seq
    row.ack = p.ack
    row.ts = f.ts
    row.resolution = f.resolution
    row.number = f.number


@compiled
def payload(s: State, flow: Rows, retransmission: int) -> None:
    """A segment with payload."""
    p, f = s.packet[0], s.frame[0]
    if retransmission:
        segment_run(s, flow, RETRANSMISSION, f.ts, f.resolution, f.number, p.payload_length)
    elif f.ts != NONE:
        s.bins[bin_of(s, path_of(s, flow), f.ts)].bytes += p.payload_length


@compiled
def storage_called(
    s: State, flow: Rows, xid: int, program: int, version: int, procedure: int,
    ts: int, resolution: int, number: int, size: int,
) -> None:  # fmt: skip
    """A call is complete; only NFS calls to the storage address are operations."""
    if program != NFS or flow.storage != TO_STORAGE:
        return
    segment_run(s, flow, CALL, ts, resolution, number, size)
    operation_called(s, flow, sport_of(flow), dport_of(flow), xid, program, version, procedure, ts, resolution, number)
    if ts != NONE:
        s.bins[bin_of(s, path_of(s, flow), ts)].calls += 1


@compiled
def storage_replied(s: State, flow: Rows, xid: int, ts: int, resolution: int, number: int, size: int) -> None:
    """A reply is complete; only those of the storage address count."""
    if flow.storage != FROM_STORAGE:
        return
    segment_run(s, flow, REPLY, ts, resolution, number, size)
    row = operation_replied(s, flow, sport_of(flow), dport_of(flow), xid, ts, resolution, number)
    if ts == NONE:
        return
    path = path_of(s, flow)
    s.bins[bin_of(s, path, ts)].replies += 1
    if row and s.operations[row].first != NONE:
        one = s.operations[row]
        add_latency(s, path, ts, one.version << 32 | one.procedure, ts - one.first)
