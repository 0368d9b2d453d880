"""One pass over a capture: totals, events, operations and counters over time."""

from __future__ import annotations

from collections import Counter
from ipaddress import IPv4Address
from typing import BinaryIO

import msgspec

from analyzer.config import Settings
from analyzer.ingest.capture.blocks import ContainerNotes, Frame
from analyzer.ingest.capture.connections import Connections, Flow
from analyzer.ingest.capture.container import FrameReader
from analyzer.ingest.capture.fragments import Fragments
from analyzer.ingest.capture.neighbours import Neighbours
from analyzer.ingest.capture.packet import IPV4, IPV6, LINK_TYPES, RST, TCP, UDP, Packet, decode
from analyzer.ingest.capture.records import Message, Stamp
from analyzer.ingest.capture.rpc import CALL_HEAD, Call, Conversation, Reply, RpcTotals, nfs_counts, parse_head
from analyzer.ingest.capture.runs import instant
from analyzer.ingest.capture.storage import Storage
from analyzer.model.event import Event
from analyzer.model.instant import Instant
from analyzer.model.source import Skipped
from analyzer.model.traffic import CaptureTotals, Operation, TrafficSeries


class CaptureScan(msgspec.Struct, frozen=True, kw_only=True):
    """All that one capture tells.

    `first` and `last` are its earliest and latest stamp, None without any; `events` are in order of time.
    """

    format: str
    frames: int
    first: Instant | None
    last: Instant | None
    comments: tuple[str, ...]
    skipped: tuple[Skipped, ...]
    totals: CaptureTotals
    events: tuple[Event, ...]
    operations: tuple[Operation, ...]
    traffic: tuple[TrafficSeries, ...]


def scan(stream: BinaryIO, name: str, settings: Settings, clock: str = "capture") -> CaptureScan:
    """Scan the capture in `stream` (decompressed, read forward only); events carry `name` and `clock`.

    Raises :class:`~analyzer.errors.EvidenceError` when it is neither pcap nor pcapng.
    """
    reader = FrameReader(stream, name)
    scanner = _Scanner(name, settings, clock)
    for frame in reader:
        scanner.frame(frame)
    return scanner.finish(reader)


class _Scanner:
    """The state of one pass."""

    def __init__(self, name: str, settings: Settings, clock: str) -> None:
        self._name = name
        self._clock = clock
        self._rpc = RpcTotals()
        self._connections = Connections(self._rpc, settings.nfs_port)
        self._fragments = Fragments()
        self._neighbours = Neighbours(name, clock)
        self._storage = Storage(
            IPv4Address(settings.storage_address).packed,
            settings.nfs_port,
            IPv4Address(settings.host_private_address).packed,
        )
        self._count = Counter[str]()
        self._link_types: Counter[int] = Counter()
        self._vlans: set[int] = set()
        self._damaged = 0
        self._untimed = 0
        self._first: tuple[int, int] | None = None
        self._last: tuple[int, int] | None = None

    def frame(self, frame: Frame) -> None:
        """Take one frame."""
        count = self._count
        count["frames"] += 1
        count["bytes"] += frame.length
        if len(frame.data) < frame.length:
            count["truncated"] += 1
        self._link_types[frame.link_type] += 1
        self._time(frame)
        packet = decode(frame.link_type, frame.data)
        at = Stamp(frame.ts, frame.resolution, frame.number)
        if packet.vlan >= 0:
            self._vlans.add(packet.vlan)
        if packet.fragment >= 0:
            count["fragments"] += 1
            self._neighbours.frame(packet, at, frame.length)
            if not self._fragments.add(packet):
                return
        else:
            self._neighbours.frame(packet, at, frame.length)
        if packet.protocol == TCP and packet.sport >= 0:
            self._tcp(packet, at, frame.length)
        elif packet.protocol == UDP and packet.payload:
            self._udp(packet, at)
        elif packet.protocol < 0 and packet.ethertype in (IPV4, IPV6):
            count["damaged"] += 1
            self._damaged = self._damaged or frame.number

    def _time(self, frame: Frame) -> None:
        if frame.ts is None:
            self._count["untimed"] += 1
            self._untimed = self._untimed or frame.number
            return
        if self._first is None or frame.ts < self._first[0]:
            self._first = (frame.ts, frame.resolution)
        if self._last is None or frame.ts > self._last[0]:
            self._last = (frame.ts, frame.resolution)

    def _tcp(self, packet: Packet, at: Stamp, length: int) -> None:
        if packet.flags & RST:
            self._count["resets"] += 1
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

    def _count_message(self, conversation: Conversation, head: Call | Reply, at: Stamp) -> None:
        if isinstance(head, Call):
            conversation.called(head, at.ts)
            self._rpc.called(head)
            return
        pending = conversation.replied(head)
        if pending is not None:
            self._rpc.replied(pending, at.ts)

    def finish(self, reader: FrameReader) -> CaptureScan:
        """The result, when all frames were taken."""
        for flow, message in self._connections.finish():
            self._stream_message(flow, message)
        self._connections.count_unanswered()
        receivers = self._connections.receivers
        events = [*self._neighbours.events(), *self._storage.events(self._name, self._clock, receivers)]
        events.sort(key=lambda event: (event.at.least, event.origin.number))
        return CaptureScan(
            format=reader.notes.format,
            frames=self._count["frames"] + reader.notes.passed,
            first=instant(self._clock, *self._first) if self._first else None,
            last=instant(self._clock, *self._last) if self._last else None,
            comments=tuple(reader.notes.comments),
            skipped=tuple(self._skipped(reader)),
            totals=self._totals(reader.notes),
            events=tuple(events),
            operations=tuple(self._storage.operations(self._name, self._clock, receivers)),
            traffic=tuple(self._storage.series(self._name, self._clock)),
        )

    def _totals(self, notes: ContainerNotes) -> CaptureTotals:
        count = self._count
        return CaptureTotals(
            source=self._name,
            frames=count["frames"] + notes.passed,
            bytes=count["bytes"],
            truncated=count["truncated"],
            link_types=tuple(sorted(self._link_types)),
            vlans=tuple(sorted(self._vlans)),
            tcp_resets=count["resets"],
            storage_frames=self._storage.frames,
            duplicates=self._storage.duplicates,
            nfs_calls=nfs_counts(self._rpc.calls),
            nfs_replies=nfs_counts(self._rpc.replies),
            rpc_calls=tuple((*key, calls) for key, calls in sorted(self._rpc.calls.items())),
            rpc_time=self._rpc.time,
            unanswered=self._rpc.unanswered,
            capture_drops=notes.drops,
        )

    def _skipped(self, reader: FrameReader) -> list[Skipped]:
        skipped = [Skipped(self._name, where, why) for where, why in reader.notes.skipped]
        if reader.notes.passed:
            why = "custom and journal blocks have a frame number in Wireshark and hold no packet"
            skipped.append(Skipped(self._name, "the whole file", why, reader.notes.passed))
        for link_type, frames in sorted(self._link_types.items()):
            if link_type not in LINK_TYPES:
                why = f"link type {link_type} is not one that is decoded (Ethernet, Linux cooked, raw IP, null are)"
                skipped.append(Skipped(self._name, "all frames of the link type", why, frames))
        if self._count["damaged"]:
            why = "the IP header is cut off or damaged"
            skipped.append(Skipped(self._name, f"frame {self._damaged}", why, self._count["damaged"]))
        if self._count["untimed"]:
            why = "the frame has no time (simple packet block): counted, but no event"
            skipped.append(Skipped(self._name, f"frame {self._untimed}", why, self._count["untimed"]))
        return skipped
