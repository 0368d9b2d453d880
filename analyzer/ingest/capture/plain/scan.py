"""One pass over a capture, frame by frame: totals, events, operations and counters over time."""

from __future__ import annotations

from ipaddress import IPv4Address

import msgspec

from analyzer.config import Settings
from analyzer.ingest.capture.blocks import ByteSource, ContainerNotes, Frame
from analyzer.ingest.capture.container import FrameReader
from analyzer.ingest.capture.cut import told_of
from analyzer.ingest.capture.places import Places
from analyzer.ingest.capture.plain.bounds import LOOKED, Bounds
from analyzer.ingest.capture.plain.connections import CONNECTIONS_AT_MOST, Connections, Flow
from analyzer.ingest.capture.plain.fragments import Fragments
from analyzer.ingest.capture.plain.neighbours import Neighbours
from analyzer.ingest.capture.plain.packet import IPV4, IPV6, RST, TCP, UDP, Packet, decode
from analyzer.ingest.capture.plain.records import Message, Stamp
from analyzer.ingest.capture.plain.rpc import CALL_HEAD, Call, Calls, Reply, parse_head
from analyzer.ingest.capture.plain.storage import Storage
from analyzer.ingest.capture.plain.thinning import thinned
from analyzer.ingest.capture.result import CaptureScan, Scanned, Tally, finished
from analyzer.model.source import Reason


def scan_plain(reader: FrameReader, name: str, settings: Settings, clock: str) -> CaptureScan:
    """Scan the capture that `reader` reads; events carry `name` and `clock`."""
    scanner = PlainScanner(name, settings, clock)
    scanner.read(reader)
    return scanner.finish(reader.notes)


class PlainScanner:
    """The state of one pass, over one file or several that follow one another: their frames are counted on.

    `name` and `clock` are those of the events.
    """

    def __init__(self, name: str, settings: Settings, clock: str) -> None:
        self._name = name
        self._clock = clock
        self._storage_address = settings.storage_address
        self._rpc = Calls()
        self._connections = Connections(IPv4Address(settings.storage_address).packed, settings.nfs_port)
        self._fragments = Fragments()
        self._neighbours = Neighbours(name, clock)
        self._storage = Storage(
            IPv4Address(settings.storage_address).packed,
            settings.nfs_port,
            IPv4Address(settings.host_private_address).packed,
        )
        self._bounds = Bounds(self._storage, self._neighbours)
        self._tally = Tally()
        self._end = 0

    def file(self, source: ByteSource, name: str, _: Places) -> Scanned:
        """Take all frames of a file."""
        return self.read(FrameReader(source, name))

    def read(self, reader: FrameReader) -> Scanned:
        """Take all frames of a reader."""
        base, tally = self._end, self._tally
        before = tally.frames, tally.first, tally.last
        tally.first = tally.last = None
        for frame in reader:
            self._frame(msgspec.structs.replace(frame, number=frame.number + base) if base else frame)
        self._end += tally.frames - before[0] + reader.notes.passed
        scanned = Scanned(self._end, tally.first, tally.last, reader.notes)
        tally.first = min((at for at in (before[1], tally.first) if at), default=None)
        tally.last = max((at for at in (before[2], tally.last) if at), default=None)
        return scanned

    def _frame(self, frame: Frame) -> None:
        """Take one frame."""
        tally = self._tally
        tally.frames += 1
        tally.bytes += frame.length
        tally.truncated += len(frame.data) < frame.length
        tally.link_types[frame.link_type] += 1
        tally.add_frame(frame.ts, frame.resolution, frame.number)
        packet = decode(frame.link_type, frame.data)
        at = Stamp(frame.ts, frame.resolution, frame.number)
        if not tally.frames % LOOKED:
            self._look(at)
        if packet.vlan >= 0:
            tally.vlans.add(packet.vlan)
        self._neighbours.frame(packet, at, frame.length)
        if packet.fragment >= 0:
            tally.fragments += 1
            if not self._fragments.add(packet):
                return
        if packet.protocol == TCP and packet.sport >= 0:
            self._tcp(packet, at, frame.length)
        elif packet.protocol == UDP and packet.payload:
            self._udp(packet, at)
        elif packet.protocol < 0 and packet.ethertype in (IPV4, IPV6):
            tally.damaged += 1
            tally.first_damaged = tally.first_damaged or frame.number

    def _tcp(self, packet: Packet, at: Stamp, length: int) -> None:
        if packet.flags & RST:
            self._tally.resets += 1
        arrival = self._connections.tcp(packet, at)
        if arrival is None:
            return
        if self._storage.concerns(packet.src, packet.dst, packet.sport, packet.dport):
            self._storage.segment(packet, arrival, at, length)
        for flow, message in arrival.messages:
            self._stream_message(flow, message)

    def _stream_message(self, flow: Flow, message: Message) -> None:
        head = parse_head(message.head)
        if head is None:
            return
        self._count_message(flow.conversation, head, message.at)
        if self._storage.concerns(*flow.ends[2:6]):
            self._storage.message(flow, head, message)

    def _udp(self, packet: Packet, at: Stamp) -> None:
        conversation = self._connections.udp(packet)
        if conversation is not None:
            head = parse_head(packet.payload[:CALL_HEAD])
            if head is not None:
                self._count_message(conversation, head, at)

    def _count_message(self, conversation: int, head: Call | Reply, at: Stamp) -> None:
        if isinstance(head, Call):
            self._rpc.called(conversation, head, at.ts)
        else:
            self._rpc.replied(conversation, head, at.ts)

    def _look(self, at: Stamp) -> None:
        """Whether too much is held."""
        self._bounds.look(at)
        if self._connections.too_many:
            for flow, message in self._connections.forget():
                self._stream_message(flow, message)
            self._storage.forget_connections()

    def finish(self, notes: ContainerNotes) -> CaptureScan:
        """The result, when all frames were taken."""
        for flow, message in self._connections.finish():
            self._stream_message(flow, message)
        receivers, gaps, tally = self._connections.receivers, self._connections.gaps, self._tally
        tally.storage_frames, tally.duplicates = self._storage.frames, self._storage.duplicates
        tally.retransmissions, tally.out_of_order = self._storage.retransmissions, gaps.out_of_order
        tally.gaps, tally.gap_bytes = gaps.lost, gaps.lost_bytes
        tally.filled = self._connections.filled.count
        tally.calls, tally.replies, tally.time = self._rpc.calls, self._rpc.replies, self._rpc.time
        tally.unanswered, tally.other_calls = self._rpc.unanswered, self._rpc.other_calls
        name, clock = self._name, self._clock
        events = (*self._neighbours.events(), *self._storage.events(name, clock, receivers))
        operations = tuple(self._storage.operations(name, clock, receivers))
        kept, known, left = told_of(*thinned(events, operations, self._storage_address), self._storage_address)
        if self._connections.forgotten:
            notes.skipped.append(("all connections", Reason("connections-forgotten", expected=CONNECTIONS_AT_MOST)))
        if left_out := receivers.left_out + self._neighbours.left_out:
            notes.skipped.append(("the whole file", Reason("details-forgotten", found=left_out)))
        self._fragments.complain(notes)
        series = self._storage.series(name, clock)
        return finished(tally, notes, name, clock, (kept, known, series), self._bounds.joined(left))
