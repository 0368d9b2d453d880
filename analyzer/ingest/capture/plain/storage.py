"""The storage address's NFS traffic: connections opened and ended, runs of frames and messages, operations, series."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Literal

import msgspec

from analyzer.ingest.capture.plain.connections import Arrival, Flow
from analyzer.ingest.capture.plain.operations import Operations, ends_of
from analyzer.ingest.capture.plain.packet import ACK, FIN, RST, SYN, Packet
from analyzer.ingest.capture.plain.receivers import RawEnds, Receivers
from analyzer.ingest.capture.plain.records import Message, Stamp
from analyzer.ingest.capture.plain.rpc import Call, Reply
from analyzer.ingest.capture.plain.runs import Runs
from analyzer.ingest.capture.plain.series import SeriesByPath, path_of
from analyzer.ingest.capture.procedures import NFS
from analyzer.ingest.capture.result import instant
from analyzer.model.event import Event, StorageTraffic, TcpControl
from analyzer.model.instant import MILLISECOND
from analyzer.model.source import Origin
from analyzer.model.traffic import Operation, TrafficSeries

PAUSE = 500 * MILLISECOND
What = Literal["frame", "call", "reply", "retransmission"]
WHATS: tuple[What, ...] = ("frame", "call", "reply", "retransmission")
Flags = Literal["SYN", "SYN-ACK", "FIN", "RST"]


class Storage:
    """Collects one capture's frames to and from `address` (raw IPv4) and its `port`."""

    def __init__(self, address: bytes, port: int, private_address: bytes) -> None:
        self._address = address
        self._port = port
        self._runs: dict[What, Runs[RawEnds]] = {what: Runs(PAUSE) for what in WHATS}
        self._controls: list[tuple[Stamp, RawEnds, TcpControl]] = []
        self._operations = Operations(private_address)
        self._series = SeriesByPath()
        self._seen: set[tuple[Flags, RawEnds, int]] = set()
        self.frames = 0
        self.duplicates = 0
        self.retransmissions = 0
        self.ended = False
        """Whether nothing is told any more: frames are only counted, those from then on in `left`."""
        self.left = 0

    def concerns(self, src: bytes, dst: bytes, sport: int, dport: int) -> bool:
        """Whether a segment is between a host and the storage address's NFS port."""
        return (src == self._address and sport == self._port) or (dst == self._address and dport == self._port)

    def segment(self, packet: Packet, arrival: Arrival, at: Stamp, length: int) -> None:
        """Take one TCP segment in a frame of `length` bytes. A mirror port's copy counts as a frame and no more."""
        self.frames += 1
        ends = arrival.flow.ends
        if self.ended:
            self._only_counted(packet, arrival)
            return
        self._runs["frame"].add(ends, at, length)
        if arrival.duplicate:
            self.duplicates += 1
            return
        if packet.flags & (SYN | FIN | RST):
            self._control(packet, ends, at)
        if packet.payload_length:
            if arrival.retransmission:
                self.retransmissions += 1
                self._runs["retransmission"].add(ends, at, packet.payload_length)
            elif at.ts is not None:
                self._series.bytes(self._path(ends), at.ts, packet.payload_length)

    def _only_counted(self, packet: Packet, arrival: Arrival) -> None:
        self.left += 1
        self.duplicates += arrival.duplicate
        self.retransmissions += bool(arrival.retransmission and packet.payload_length and not arrival.duplicate)

    def held(self) -> tuple[int, int, int]:
        """How many runs there are, connections opened and ended, and operations to tell."""
        return sum(runs.held for runs in self._runs.values()), len(self._controls), self._operations.held

    def macs(self) -> set[bytes]:
        """Those that sent or got a frame."""
        return {mac for ends, _ in self._runs["frame"].counts() for mac in ends[:2] if mac}

    def forget_connections(self) -> None:
        """Connections are numbered anew."""
        self._operations.forget_connections()

    def message(self, flow: Flow, head: Call | Reply, message: Message) -> None:
        """Take one RPC message that `flow` carries."""
        if self.ended:
            return
        ends, at = flow.ends, message.at
        path = self._path(ends)
        to_storage = ends[3] == self._address and ends[5] == self._port
        if isinstance(head, Call):
            if head.program != NFS or not to_storage:
                return
            self._runs["call"].add(ends, at, message.size)
            self._operations.called(ends, flow.conversation, head, at)
            if at.ts is not None:
                self._series.called(path, at.ts)
        elif not to_storage:
            self._runs["reply"].add(ends, at, message.size)
            operation = self._operations.replied(ends, flow.conversation, head.xid, at)
            if at.ts is not None:
                self._series.replied(path, at.ts)
                if operation is not None and operation.elapsed is not None:
                    self._series.latency(path, at.ts, operation.call, operation.elapsed)

    def _path(self, ends: RawEnds) -> tuple[bytes, bytes, bytes, bytes, int]:
        return path_of(ends, to_storage=ends[3] == self._address and ends[5] == self._port)

    def _control(self, packet: Packet, ends: RawEnds, at: Stamp) -> None:
        flags: Flags = "FIN"
        if packet.flags & RST:
            flags = "RST"
        elif packet.flags & SYN:
            flags = "SYN-ACK" if packet.flags & ACK else "SYN"
        # MACs left out: a SYN that is sent again by another path is still the same SYN.
        key = (flags, (b"", b"", *ends[2:6], -1), packet.seq)
        control = TcpControl(flags, ends_of(ends), packet.seq, packet.ack, key in self._seen)
        self._seen.add(key)
        self._controls.append((at, ends, control))

    def events(self, source: str, clock: str, receivers: Receivers) -> Iterator[Event]:
        """Controls and runs, in no order; `receivers` knows who the frames of a cooked capture were for."""
        for at, ends, control in self._controls:
            if at.ts is not None:
                when = instant(clock, at.ts, at.resolution)
                known = msgspec.structs.replace(control, ends=ends_of(receivers.in_hindsight(ends)))
                yield Event(at=when, detail=known, origin=Origin(source, at.number))
        for what in WHATS:
            for ends, first, number, run in self._runs[what].told(clock):
                traffic = StorageTraffic(what, ends_of(receivers.in_hindsight(ends)), run)
                yield Event(at=first, detail=traffic, origin=Origin(source, number))

    def operations(self, source: str, clock: str, receivers: Receivers) -> Iterator[Operation]:
        """The operations worth keeping; to be asked once."""
        return self._operations.told(source, clock, receivers)

    def series(self, source: str, clock: str) -> Iterator[TrafficSeries]:
        """Counters over time by path."""
        return self._series.told(source, clock, self._port)
