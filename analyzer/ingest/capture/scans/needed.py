"""Which bytes of a capture a scan looks at, told from one file alone: the headers of all frames, and the heads of RPC.

Left out are the ends of large TCP segments that lie inside an RPC message's body, or that belong to a connection
without RPC. What came in files before is not known here: a connection is followed from the first segment on that begins
like a record (RFC 5531, section 11), and until then all of it is kept. A scan that comes to bytes that were left out
nevertheless notices it (`CaptureScan.filled`).
"""

from __future__ import annotations

import struct
from collections.abc import Iterator
from typing import BinaryIO, NamedTuple, cast

from analyzer.ingest.capture.blocks import ByteSource, ContainerNotes, Frame
from analyzer.ingest.capture.container import container
from analyzer.ingest.capture.pcap import read_layout, records
from analyzer.ingest.capture.pcapng import PcapngReader
from analyzer.ingest.capture.plain.connections import NFS_PORT, PORTMAP_PORT
from analyzer.ingest.capture.plain.packet import ACK, SYN, TCP, Packet, decode
from analyzer.ingest.capture.plain.records import plausible_record
from analyzer.ingest.capture.plain.rpc import CALL_HEAD
from analyzer.ingest.streams.scan_file import LEAST, Writer

KEPT = 64
"""Bytes of each TCP payload that are kept, so that what it begins with can be told."""
CONNECTIONS_AT_MOST = 1 << 18
"""Directions that are followed at a time; beyond that all begin anew, and more is kept."""
_HEAD = 4 + CALL_HEAD
_WRAP, _HALF = 1 << 32, 1 << 31
_FAR = 16 << 20
"""Bytes by which a segment may be behind; one that is farther is of another connection."""
_AHEAD = 1 << 16
"""Bytes kept behind what a scan reads last: it looks no farther."""
_LOOKED_BACK = 32 << 20
"""Bytes that are kept for the reader: no block that holds a frame is as long."""
_DATA = {6: 28, 2: 28, 3: 12}
"""Where a frame begins in the pcapng blocks that hold one, by their types."""

_Way = tuple[bytes, int, bytes, int]


class _Body(NamedTuple):
    """Sequence numbers of a message's body, from behind its head to its end."""

    start: int
    end: int


class Needed:
    """Takes the frames of one capture in order, and says how much of each is needed; `ports` carry RPC."""

    def __init__(self, nfs_port: int) -> None:
        self._ports = frozenset({NFS_PORT, PORTMAP_PORT, nfs_port})
        self._bodies: dict[_Way, _Body] = {}
        self._spoken = set[_Way]()

    def of(self, frame: Frame) -> int:
        """How many of the frame's first bytes are needed."""
        size = len(frame.data)
        packet = decode(frame.link_type, frame.data)
        if packet.protocol != TCP or packet.sport < 0 or packet.fragment >= 0:
            return size
        way = (packet.src, packet.sport, packet.dst, packet.dport)
        if packet.flags & SYN:
            self._opened(way, packet)
            return size
        if not packet.payload or self._is_read(way, packet):
            return size
        kept = size - len(packet.payload) + KEPT  # a trailer only makes it more
        return kept if kept + LEAST <= size else size

    def _opened(self, way: _Way, packet: Packet) -> None:
        self._bodies.pop(way, None)
        if not packet.flags & ACK:
            self._bodies.pop(_back(way), None)

    def _is_read(self, way: _Way, packet: Packet) -> bool:
        """Whether a scan looks into the segment, beyond its beginning."""
        begins = plausible_record(packet.payload)
        if not self._ports & {packet.sport, packet.dport} and way not in self._spoken:
            if not begins:
                return False
            self._spoken |= {way, _back(way)}
        body, position = self._bodies.get(way), 0
        ahead = _signed(packet.seq - body.start) if body is not None else _FAR
        if -_FAR < ahead < 0:  # sent again
            return True
        if body is not None and ahead >= 0:
            left = _signed(body.end - packet.seq)
            if left >= packet.payload_length:
                return False
            position = max(left, 0)
        self._follow(way, packet, position)
        return True

    def _follow(self, way: _Way, packet: Packet, position: int) -> None:
        """Find the message that goes on behind a segment, in which a record begins at `position`."""
        self._bodies.pop(way, None)
        data = packet.payload
        while position + _HEAD <= len(data) and plausible_record(data[position : position + _HEAD]):
            end = position + 4 + (int.from_bytes(data[position : position + 4], "big") & 0x7FFFFFFF)
            if end >= packet.payload_length:
                self._make_room()
                self._bodies[way] = _Body((packet.seq + position + _HEAD) % _WRAP, (packet.seq + end) % _WRAP)
                return
            position = end

    def _make_room(self) -> None:
        if len(self._bodies) >= CONNECTIONS_AT_MOST or len(self._spoken) >= CONNECTIONS_AT_MOST:
            self._bodies.clear()
            self._spoken.clear()


def _back(way: _Way) -> _Way:
    return (*way[2:], *way[:2])


def _signed(difference: int) -> int:
    return (difference + _HALF) % _WRAP - _HALF


def write_needed(stream: BinaryIO, name: str, nfs_port: int, writer: Writer) -> None:
    """Write what a scan needs of the capture in `stream`, to its end.

    Raises :class:`~analyzer.errors.EvidenceError` when it is neither pcap nor pcapng.
    """
    tee = _Tee(stream, writer)
    source = ByteSource(cast("BinaryIO", tee))
    needed = Needed(nfs_port)
    frames = _pcap(source) if container(source, name) == "pcap" else _pcapng(source)
    for frame, at in frames:
        kept = needed.of(frame)
        if kept < len(frame.data):
            tee.keep_to(at + kept)
            tee.leave_out_to(at + len(frame.data))
        elif tee.waiting > _AHEAD:
            tee.keep_to(source.offset)
    tee.keep_to(source.offset + _AHEAD)
    tee.leave_out_rest()


def _pcap(source: ByteSource) -> Iterator[tuple[Frame, int]]:
    """The frames, and the offset of each one's data."""
    notes = ContainerNotes()
    layout = read_layout(source, notes)
    if layout is not None:
        for frame in records(source, notes, layout):
            yield frame, source.offset - len(frame.data)


def _pcapng(source: ByteSource) -> Iterator[tuple[Frame, int]]:
    reader = PcapngReader(source, ContainerNotes())
    while not reader.ended:
        offset, head = source.offset, source.peek(4)
        frame = reader.step()
        if frame is not None:
            yield frame, offset + _DATA[struct.unpack(reader.order + "I", head)[0]]


class _Tee:
    """Passes a stream's bytes on, and has those that were not written yet."""

    def __init__(self, stream: BinaryIO, writer: Writer) -> None:
        self._stream, self._writer = stream, writer
        self._bytes = bytearray()
        self._at = 0
        """The offset of the first byte that was not written."""

    @property
    def waiting(self) -> int:
        """Bytes that were read and not written."""
        return len(self._bytes)

    def seekable(self) -> bool:
        """All is read."""
        return False

    def readinto(self, buffer: memoryview, /) -> int:
        """Fill `buffer`, or the part of it that there is."""
        count = cast("int", getattr(self._stream, "readinto")(buffer))  # noqa: B009 - of any buffered stream
        self._bytes += buffer[:count]
        if len(self._bytes) > 2 * _LOOKED_BACK:
            self.keep_to(self._at + len(self._bytes) - _LOOKED_BACK)
        return count

    def keep_to(self, offset: int) -> None:
        """Write what is there before `offset`."""
        self._writer.keep(self._taken(offset))

    def leave_out_to(self, offset: int) -> None:
        """Leave out what is there before `offset`."""
        self._writer.leave_out(len(self._taken(offset)))

    def leave_out_rest(self) -> None:
        """Leave out all that follows."""
        self._writer.leave_out(len(self._bytes))
        self._bytes.clear()
        while block := self._stream.read(1 << 20):
            self._writer.leave_out(len(block))

    def _taken(self, offset: int) -> bytes:
        count = min(max(offset - self._at, 0), len(self._bytes))
        taken = bytes(self._bytes[:count])
        del self._bytes[:count]
        self._at += count
        return taken
