"""Who speaks RPC to whom, and what each segment or datagram brings.

The same as :mod:`analyzer.ingest.capture.plain.connections`.
"""

from __future__ import annotations

from analyzer.ingest.capture.compiled.calls import (
    IS_CALL,
    IS_REPLY,
    count_call,
    count_reply,
    kind_of,
    new_conversation,
)
from analyzer.ingest.capture.compiled.fields import u32
from analyzer.ingest.capture.compiled.headers import TCP, UDP
from analyzer.ingest.capture.compiled.jit import compiled
from analyzer.ingest.capture.compiled.layout import (
    CLIENTS,
    DUPLICATES,
    FLOWS,
    NO_MAC,
    NONE,
    RESETS,
    RETRANSMISSIONS,
    STORAGE_ADDRESS,
    STORAGE_FRAMES,
    STORAGE_PORT,
    Block,
    Rows,
    State,
    int64,
)
from analyzer.ingest.capture.compiled.operations import FIRST_CALLS
from analyzer.ingest.capture.compiled.records import plausible_record
from analyzer.ingest.capture.compiled.storage import (
    ELSEWHERE,
    FROM_STORAGE,
    TO_STORAGE,
    control,
    frame_run,
    payload,
)
from analyzer.ingest.capture.compiled.stream import WRAP, acknowledged, feed, is_duplicate, reset_direction, start
from analyzer.ingest.capture.compiled.tables import chain, mix, next_row

NFS_PORT, PORTMAP_PORT = 2049, 111
FIN_BIT, SYN_BIT, RST_BIT, ACK_BIT = 1, 2, 4, 16


@compiled
def ports_word(family: int, protocol: int, sport: int, dport: int) -> int:
    """Family, protocol and ports in one word."""
    return family << 40 | protocol << 32 | sport << 16 | dport


@compiled
def find_flow(s: State, hashed: int, src_hi: int, src: int, dst_hi: int, dst: int, ports: int) -> int:
    """The flow of these ends, or 0."""
    row = s.heads_flows[hashed & (len(s.heads_flows) - 1)]
    while row:
        flow = s.flows[row]
        if (
            flow.src == src and flow.dst == dst and flow.ports == ports and flow.src_hi == src_hi
            and flow.dst_hi == dst_hi
        ):  # fmt: skip
            return row
        row = flow.next
    return row


@compiled
def flow_before(s: State, src_hi: int, src: int, dst_hi: int, dst: int, ports: int) -> int:
    """The flow of these ends where it is that of the segment before, as is usual, or its answer; else 0."""
    row = s.frame[0].flow
    flow = s.flows[row]
    if src == dst:  # of two ends that are equal both flows have one key
        return int64(0)
    if flow.ports != ports or flow.src != src:
        row = flow.peer
        flow = s.flows[row]
    same = flow.ports == ports and flow.src == src and flow.dst == dst
    return int64(row) if same and flow.src_hi == src_hi and flow.dst_hi == dst_hi else int64(0)


@compiled
def flow_hash(src_hi: int, src: int, dst_hi: int, dst: int, ports: int) -> int:
    """A hash of a flow's ends."""
    return mix(mix(src_hi, src), mix(mix(dst_hi, dst), ports))


@compiled
def begin_conversation(flow: Rows, conversation: int) -> None:
    """A conversation of which no call was seen yet."""
    flow.conversation = conversation
    flow.fresh = FIRST_CALLS
    flow.replied = NONE


@compiled
def new_flow(s: State, src_hi: int, src: int, dst_hi: int, dst: int, ports: int, conversation: int) -> int:
    """A flow of which nothing is known but its ends."""
    row = next_row(s, FLOWS, len(s.flows))
    flow = s.flows[row]
    flow.src_hi = src_hi
    flow.src = src
    flow.dst_hi = dst_hi
    flow.dst = dst
    flow.ports = ports
    flow.peer = row
    flow.lead = row
    begin_conversation(flow, conversation)
    flow.src_mac = NO_MAC
    flow.dst_mac = NO_MAC
    flow.vlan = -1
    flow.storage = ELSEWHERE
    flow.first_waiting = 0
    flow.run = 0
    flow.path = 0
    reset_direction(s, row)
    chain(s.flows, s.heads_flows, row, flow_hash(src_hi, src, dst_hi, dst, ports))
    return row


@compiled
def open_connection(s: State) -> int:
    """Two flows for the connection of the packet; the one that it goes."""
    p = s.packet[0]
    conversation = new_conversation(s)
    ports = ports_word(p.family, TCP, p.sport, p.dport)
    back = ports_word(p.family, TCP, p.dport, p.sport)
    i = new_flow(s, p.src_hi, p.src, p.dst_hi, p.dst, ports, conversation)
    k = new_flow(s, p.dst_hi, p.dst, p.src_hi, p.src, back, conversation)
    if not k:
        return 0
    one, other = s.flows[i], s.flows[k]
    one.peer = k
    other.peer = i
    other.lead = i
    other.src_mac = p.dst_mac
    other.dst_mac = p.src_mac
    other.vlan = p.vlan
    if p.family == 4:
        one.storage = side(s, p.src, p.sport, p.dst, p.dport)
        other.storage = side(s, p.dst, p.dport, p.src, p.sport)
    return i


@compiled
def side(s: State, src: int, sport: int, dst: int, dport: int) -> int:
    """Whether a flow goes to the storage address's NFS port, comes from it, or neither."""
    if dst == s.settings[STORAGE_ADDRESS] and dport == s.settings[STORAGE_PORT]:
        return TO_STORAGE
    if src == s.settings[STORAGE_ADDRESS] and sport == s.settings[STORAGE_PORT]:
        return FROM_STORAGE
    return ELSEWHERE


@compiled
def is_rpc_port(s: State, port: int) -> bool:
    """Whether RPC is looked for at this port."""
    return port == NFS_PORT or port == PORTMAP_PORT or port == s.settings[STORAGE_PORT]


@compiled
def transport_arrived(s: State, data: Block) -> None:
    """Take the segment or datagram that the packet record describes."""
    p = s.packet[0]
    if p.protocol == TCP and p.sport >= 0:
        if p.flags & RST_BIT:
            s.totals[RESETS] += 1
        segment(s, data)
    elif p.protocol == UDP and p.captured > 0:
        datagram(s, data)


@compiled
def segment(s: State, data: Block) -> None:
    """A TCP segment, of a connection that carries RPC as far as is known."""
    p = s.packet[0]
    ports = ports_word(p.family, TCP, p.sport, p.dport)
    i = flow_before(s, p.src_hi, p.src, p.dst_hi, p.dst, ports)
    if not i:
        hashed = flow_hash(p.src_hi, p.src, p.dst_hi, p.dst, ports)
        i = find_flow(s, hashed, p.src_hi, p.src, p.dst_hi, p.dst, ports)
    if not i:
        if not is_rpc_port(s, p.sport) and not is_rpc_port(s, p.dport):
            at = p.payload
            if p.captured < 16 or u32(data, at + 8) != 0 or u32(data, at + 12) != 2:
                return
            if not plausible_record(data, at, p.captured):
                return
        i = open_connection(s)
        if not i:
            return
    set_ends(s, i)
    flow, f = s.flows[i], s.frame[0]
    f.flow = i
    # where there is no MAC is told beside the receiver's: in 64 bits with the identification there is no room for it
    ends = p.dst_mac | (p.src_mac & NO_MAC) << 1
    f0, f1 = (
        (p.src_mac & NO_MAC - 1) << 16 | p.identification & 0xFFFF,
        p.seq << 32 | p.checksum << 16 | p.flags << 8 | p.ttl,
    )
    duplicate = p.identification != 0 and is_duplicate(s, i, f0, f1, ends, f.ts)
    if flow.storage:
        s.totals[STORAGE_FRAMES] += 1
        frame_run(s, flow, f.ts, f.resolution, f.number, f.length)
        if duplicate:
            s.totals[DUPLICATES] += 1
    if not duplicate:
        track(s, i, data)


@compiled
def set_ends(s: State, i: int) -> None:
    """The flow's MACs and VLAN are this frame's; a cooked capture has no receiver, which is looked for."""
    p, flow = s.packet[0], s.flows[i]
    dst_mac = p.dst_mac
    if dst_mac == NO_MAC and p.src_mac != NO_MAC and p.family == 4:
        dst_mac = receiver_of_server(s, i) if is_rpc_port(s, p.sport) else receiver_of_client(s)
    if flow.src_mac != p.src_mac or flow.dst_mac != dst_mac or flow.vlan != p.vlan:
        flow.src_mac = p.src_mac
        flow.dst_mac = dst_mac
        flow.vlan = p.vlan
        flow.run = 0
        flow.path = 0


@compiled
def find_client(s: State, mac: int, src: int, dst: int, ports: int) -> int:
    """The row of a client in a cooked capture; a new one knows no receiver."""
    hashed = mix(mix(mac, ports), mix(src, dst))
    row = s.heads_clients[hashed & (len(s.heads_clients) - 1)]
    while row:
        client = s.clients[row]
        if client.mac == mac and client.src == src and client.dst == dst and client.ports == ports:
            return row
        row = client.next
    row = next_row(s, CLIENTS, len(s.clients))
    client = s.clients[row]
    client.mac = mac
    client.src = src
    client.dst = dst
    client.ports = ports
    client.last = NO_MAC
    client.first = NO_MAC
    chain(s.clients, s.heads_clients, row, hashed)
    return row


@compiled
def receiver_of_server(s: State, i: int) -> int:
    """A server's frame is for the MAC that spoke last from the client's end."""
    p = s.packet[0]
    peer = s.flows[s.flows[i].peer]
    if peer.src_mac != NO_MAC:
        client = s.clients[find_client(s, peer.src_mac, peer.src, peer.dst, peer.ports & 0xFFFFFFFF)]
        client.last = p.src_mac
        if client.first == NO_MAC:
            client.first = p.src_mac
    return peer.src_mac


@compiled
def receiver_of_client(s: State) -> int:
    """A client's frame is for the MAC that answered it last; who answers a SYN is not known yet."""
    p = s.packet[0]
    client = s.clients[find_client(s, p.src_mac, p.src, p.dst, p.sport << 16 | p.dport)]
    if p.flags & SYN_BIT:
        client.last = NO_MAC
    return client.last


@compiled
def track(s: State, i: int, data: Block) -> None:
    """Sequence numbers, messages and counters of a segment that was not here before."""
    p, f, flow = s.packet[0], s.frame[0], s.flows[i]
    seq, retransmission = p.seq, False
    if p.flags & ACK_BIT:
        acknowledged(s, flow.peer, p.ack)
    if p.flags & SYN_BIT:
        retransmission = synchronise(s, i)
        seq = (seq + 1) & (WRAP - 1)
    if p.payload_length > 0 and not retransmission:
        retransmission = feed(s, i, seq, p.payload_length, data, p.payload, p.captured, f.ts, f.resolution, f.number)
    if flow.storage:
        if p.flags & (SYN_BIT | FIN_BIT | RST_BIT):
            control(s, flow, p.flags)
        if p.payload_length > 0:
            if retransmission:
                s.totals[RETRANSMISSIONS] += 1
            payload(s, flow, retransmission)


@compiled
def synchronise(s: State, i: int) -> bool:
    """Take a SYN or SYN-ACK; whether it was here before. A SYN with another number is a new connection."""
    p, flow = s.packet[0], s.flows[i]
    if flow.initial == p.seq:
        return True
    if not p.flags & ACK_BIT:
        conversation = new_conversation(s)
        begin_conversation(s.flows[flow.lead], conversation)
        flow.conversation = conversation
        s.flows[flow.peer].conversation = conversation
        reset_direction(s, flow.peer)
    start(s, i, p.seq)
    return False


@compiled
def datagram(s: State, data: Block) -> None:
    """A UDP datagram: over UDP a client is known by its own address and port alone."""
    p, f = s.packet[0], s.frame[0]
    kind = kind_of(data, p.payload, p.captured)
    if kind == IS_CALL:
        ports = ports_word(p.family, UDP, p.sport, 0)
        hashed = flow_hash(p.src_hi, p.src, 0, 0, ports)
        i = find_flow(s, hashed, p.src_hi, p.src, 0, 0, ports)
        if not i:
            i = new_flow(s, p.src_hi, p.src, 0, 0, ports, new_conversation(s))
        at = p.payload
        xid, program, version = u32(data, at), u32(data, at + 12), u32(data, at + 16)
        count_call(s, s.flows[i].conversation, xid, program, version, u32(data, at + 20), f.ts)
    elif kind == IS_REPLY:
        ports = ports_word(p.family, UDP, p.dport, 0)
        hashed = flow_hash(p.dst_hi, p.dst, 0, 0, ports)
        i = find_flow(s, hashed, p.dst_hi, p.dst, 0, 0, ports)
        if i:
            count_reply(s, s.flows[i].conversation, u32(data, p.payload), f.ts)
