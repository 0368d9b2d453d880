"""Who speaks RPC to whom: TCP connections and UDP clients, each with its conversation and, for TCP, its two directions.

RPC is looked for on the NFS port and the portmapper's, as Wireshark does; on any other port from the first segment or
datagram that begins like a call (MOUNT has no fixed port).
"""

from __future__ import annotations

import itertools

import msgspec

from analyzer.ingest.capture.plain.packet import ACK, SYN, TCP, Packet
from analyzer.ingest.capture.plain.receivers import RawEnds, Receivers
from analyzer.ingest.capture.plain.records import Message, Stamp, plausible_record
from analyzer.ingest.capture.plain.rpc import CALL_HEAD, CALL_MARK, Call, parse_head
from analyzer.ingest.capture.plain.stream import Direction, Gaps, Segment
from analyzer.ingest.capture.scans.filled import Filled

NFS_PORT, PORTMAP_PORT = 2049, 111
CONNECTIONS_AT_MOST = 28_672
"""Connections that are followed at a time, as the tables of the kernels have it; and clients that speak UDP."""


class Flow:
    """One direction of a TCP connection: `peer` is the other, `conversation` belongs to both.

    `ends` are the last frame's.
    """

    def __init__(self, ends: RawEnds, conversation: int, gaps: Gaps) -> None:
        self.ends = ends
        self.conversation = conversation
        self.gaps = gaps
        self.direction = Direction(gaps)
        self.peer = self


class Arrival(msgspec.Struct):
    """What one TCP segment brought: whether it came before, and messages with the flow that carries each."""

    flow: Flow
    duplicate: bool = False
    retransmission: bool = False
    messages: tuple[tuple[Flow, Message], ...] = ()


def raw_ends(packet: Packet) -> RawEnds:
    """The ends of a TCP or UDP packet, as a key."""
    return (packet.src_mac, packet.dst_mac, packet.src, packet.dst, packet.sport, packet.dport, packet.vlan)


class Connections:
    """All RPC conversations of a capture."""

    def __init__(self, address: bytes, nfs_port: int) -> None:
        self._storage = (address, nfs_port)
        self._ports = frozenset({NFS_PORT, PORTMAP_PORT, nfs_port})
        self._flows: dict[tuple[bytes, int, bytes, int], Flow] = {}
        self._clients: dict[tuple[bytes, int], int] = {}
        self._conversations = itertools.count()
        self.forgotten = 0
        self.filled = Filled()
        self.gaps = Gaps(self.filled)
        self.receivers = Receivers()

    def tcp(self, packet: Packet, at: Stamp) -> Arrival | None:
        """Track a segment; None when its connection carries no RPC as far as is known."""
        flow = self._flows.get((packet.src, packet.sport, packet.dst, packet.dport))
        if flow is None:
            if packet.sport not in self._ports and packet.dport not in self._ports and not _opens_rpc(packet):
                return None
            flow = self._open(packet)
        flow.ends = self._ends(packet, flow)
        fingerprint = (
            packet.src_mac, packet.dst_mac, packet.identification & 0xFFFF, packet.ttl,
            packet.seq, packet.flags, packet.checksum,
        )  # fmt: skip
        if packet.identification and flow.direction.duplicate(fingerprint, at.ts):
            return Arrival(flow, duplicate=True)
        return self._track(flow, packet, at)

    def _ends(self, packet: Packet, flow: Flow) -> RawEnds:
        """The ends of a segment; a cooked capture has no receiver, which is looked for in the connection."""
        ends = raw_ends(packet)
        if packet.dst_mac or not packet.src_mac:
            return ends
        if packet.sport in self._ports:
            return self.receivers.of_server(ends, flow.peer.ends)
        return self.receivers.of_client(ends, opening=bool(packet.flags & SYN))

    def _track(self, flow: Flow, packet: Packet, at: Stamp) -> Arrival:
        arrival = Arrival(flow)
        released: list[tuple[Flow, Message]] = []
        if packet.flags & ACK:
            released += [(flow.peer, message) for message in flow.peer.direction.acknowledged(packet.ack)]
        seq = packet.seq
        if packet.flags & SYN:
            arrival.retransmission = self._synchronise(flow, packet)
            seq += 1
        if packet.payload_length and not (arrival.retransmission and packet.flags & SYN):
            segment = Segment(seq % (1 << 32), packet.payload_length, packet.payload, at)
            arrival.retransmission, messages = flow.direction.feed(segment)
            released += [(flow, message) for message in messages]
        arrival.messages = tuple(released)
        return arrival

    def _synchronise(self, flow: Flow, packet: Packet) -> bool:
        """Take a SYN or SYN-ACK; whether it was here before. A SYN with another number is a new connection."""
        if flow.direction.initial == packet.seq:
            return True
        if not packet.flags & ACK:
            flow.conversation = flow.peer.conversation = next(self._conversations)
            flow.peer.direction = Direction(flow.gaps)
        flow.direction.start(packet.seq)
        return False

    def _open(self, packet: Packet) -> Flow:
        conversation = next(self._conversations)
        source, destination = (packet.src, packet.sport), (packet.dst, packet.dport)
        gaps = self.gaps if self._storage in (source, destination) else Gaps(self.filled)
        flow = Flow(raw_ends(packet), conversation, gaps)
        back = (packet.dst_mac, packet.src_mac, packet.dst, packet.src, packet.dport, packet.sport, packet.vlan)
        flow.peer = Flow(back, conversation, gaps)
        flow.peer.peer = flow
        self._flows[*source, *destination] = flow
        self._flows[*destination, *source] = flow.peer
        return flow

    def udp(self, packet: Packet) -> int | None:
        """The conversation of a datagram, None when it is no RPC.

        Over UDP a client is known by its own address and port alone: a server may answer from another address
        (Wireshark's get_conversation_for_call says the same).
        """
        client = (packet.src, packet.sport)
        if isinstance(parse_head(packet.payload[:CALL_HEAD]), Call):
            if client not in self._clients:
                self._clients[client] = next(self._conversations)
            return self._clients[client]
        return self._clients.get((packet.dst, packet.dport))

    @property
    def too_many(self) -> bool:
        """Whether there are so many that they have to be forgotten."""
        return len(self._flows) > 2 * CONNECTIONS_AT_MOST or len(self._clients) > CONNECTIONS_AT_MOST

    def forget(self) -> list[tuple[Flow, Message]]:
        """Begin with no connection: one that goes on is found again; the messages that waited for a gap to fill."""
        ended = self.finish()
        self.forgotten += len(self._flows) // 2 + len(self._clients)
        for flow in self._flows.values():
            del flow.peer  # the two of a connection would hold one another for ever: nothing collects cycles
        self._flows.clear()
        self._clients.clear()
        return ended

    def finish(self) -> list[tuple[Flow, Message]]:
        """Messages that waited for a gap to fill when the capture ended."""
        return [(flow, message) for flow in self._flows.values() for message in flow.direction.finish()]


def _opens_rpc(packet: Packet) -> bool:
    return packet.protocol == TCP and packet.payload[8:16] == CALL_MARK and plausible_record(packet.payload)
