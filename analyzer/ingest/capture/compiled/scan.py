"""A capture scanned by the compiled kernels, block by block, on one core; meanwhile the system reads the file ahead.

What a kernel leaves to its caller is done here: blocks that hold no packet, damage and ends, fragments, larger tables.
"""

from __future__ import annotations

import io
from ipaddress import IPv4Address
from mmap import mmap

from analyzer.config import Settings
from analyzer.ingest.capture.blocks import BUFFER, ByteSource, ContainerNotes, Frame, buffer_of
from analyzer.ingest.capture.compiled import dispatch, kernels
from analyzer.ingest.capture.compiled.layout import NONE
from analyzer.ingest.capture.compiled.memory import Memory
from analyzer.ingest.capture.compiled.results import results
from analyzer.ingest.capture.container import container
from analyzer.ingest.capture.pcap import Layout, read_layout, records
from analyzer.ingest.capture.pcapng import COMMENTS_AT_MOST, Interface, PcapngReader
from analyzer.ingest.capture.places import Places
from analyzer.ingest.capture.plain.fragments import Fragments
from analyzer.ingest.capture.plain.packet import decode
from analyzer.ingest.capture.result import CaptureScan, Scanned, finished


def scan_compiled(
    source: ByteSource, name: str, settings: Settings, clock: str, places: Places | None = None
) -> CaptureScan:
    """Scan the capture in `source`; events carry `name` and `clock`. Where frames begin is noted in `places`."""
    scanner = CompiledScanner(name, settings, clock)
    scanned = scanner.file(source, name, places or Places())
    return scanner.finish(scanned.notes)


class CompiledScanner:
    """One pass, over one file or several that follow one another: their frames are counted on.

    `name` and `clock` are those of the events.
    """

    def __init__(self, name: str, settings: Settings, clock: str) -> None:
        self._name, self._clock, self._port = name, clock, settings.nfs_port
        self._source = ByteSource(io.BytesIO())
        self._places = Places()
        self._pieces = Fragments()
        self._spare = buffer_of(BUFFER)
        self._notes = ContainerNotes()
        self._interfaces: list[Interface] = []
        self._described = 0
        self._before = 0
        self._fragments = 0
        self._memory = Memory(
            int(IPv4Address(settings.storage_address)),
            settings.nfs_port,
            int(IPv4Address(settings.host_private_address)),
        )

    def file(self, source: ByteSource, name: str, places: Places) -> Scanned:
        """Take all frames of a file; where they begin is noted in `places`."""
        self._source, self._places, self._notes = source, places, ContainerNotes()
        self._interfaces, self._described, self._before = [], 0, self._memory.number
        before = self._memory.forget_times()
        if container(source, name) == "pcap":
            self._pcap()
        else:
            self._pcapng()
        self._notes.further_comments += self._memory.forget_comments()
        first, last = self._memory.times()
        self._memory.recall_times(before)
        return Scanned(self._memory.number, first, last, self._notes)

    def finish(self, notes: ContainerNotes) -> CaptureScan:
        """The result, when all frames were taken."""
        self._memory.finish()
        tally, events = results(self._memory, self._name, self._clock, self._port)
        self._memory.complain(notes)
        self._pieces.complain(notes)
        tally.fragments = self._fragments
        return finished(tally, notes, self._name, self._clock, events, self._memory.details.left)

    def _pcap(self) -> None:
        """Scan a pcap file."""
        layout = read_layout(self._source, self._notes)
        if layout is None:
            return
        big, size, swapped = int(layout.order == ">"), layout.head_size, int(layout.swapped)
        while True:
            self._places.frame(self._memory.number + 1, self._source.offset)
            buffer, at, end = self._source.window()
            stop, reason = self._scan(
                dispatch.SCAN_PCAP, buffer, at, end, big, size, swapped, layout.resolution, layout.link_type
            )
            self._source.advance(stop)
            if reason == kernels.ODD or (reason == kernels.MORE and not self._source.more()):
                break
            if reason == kernels.FRAGMENT:
                self._fragment(buffer)
            elif reason == kernels.FULL:
                self._memory.make_room()
        self._rest_of_pcap(layout)

    def _rest_of_pcap(self, layout: Layout) -> None:
        """What no kernel takes is an end or damage: the plain reader says which."""
        for frame in records(self._source, self._notes, layout, self._memory.number - self._before):
            self._frame(frame)

    def _pcapng(self) -> None:
        """Scan a pcapng file."""
        reader = PcapngReader(self._source, self._notes)
        while not reader.ended:
            buffer, at, end = self._source.window()
            if len(buffer) != BUFFER:  # a block so large that it got a buffer of its own
                self._step(reader)
                continue
            self._places.frame(self._memory.number + 1, self._source.offset)
            big = int(reader.order == ">")
            wanted = int(len(self._notes.comments) < COMMENTS_AT_MOST)
            stop, reason = self._scan(dispatch.SCAN_PCAPNG, buffer, at, end, big, wanted)
            self._source.advance(stop)
            if reason == kernels.FRAGMENT:
                self._fragment(buffer)
            elif reason == kernels.FULL:
                self._memory.make_room()
            elif reason == kernels.ODD or not self._source.more():
                self._step(reader)

    def _step(self, reader: PcapngReader) -> None:
        """One block by the plain reader."""
        reader.number = self._memory.number - self._before
        offset, described = self._source.offset, (reader.order, len(reader.interfaces))
        frame = reader.step()
        if (reader.order, len(reader.interfaces)) != described or not reader.interfaces:
            self._places.header(offset)
        if frame is not None:
            self._frame(frame)
        self._memory.number = self._before + reader.number
        same = reader.interfaces is self._interfaces
        if not same or len(reader.interfaces) > self._described:
            self._memory.describe(reader.interfaces, self._described if same else 0)
            self._interfaces, self._described = reader.interfaces, len(reader.interfaces)

    def _frame(self, frame: Frame) -> None:
        """A frame by the plain reader."""
        ts = NONE if frame.ts is None else frame.ts
        self._memory.set_frame(self._before + frame.number, ts, frame.resolution, frame.length)
        block, size = self._single(frame.data), len(frame.data)
        while (reason := self._memory.call(dispatch.TAKE_SINGLE, block, 0, size, frame.link_type)) == kernels.FULL:
            self._memory.make_room()
        if reason == kernels.FRAGMENT:
            self._piece(frame.link_type, frame.data)

    def _fragment(self, buffer: mmap) -> None:
        """The frame that a kernel took last is a fragment."""
        start, size, link_type = self._memory.last_frame
        self._piece(link_type, bytes(memoryview(buffer)[start : start + size]))

    def _piece(self, link_type: int, data: bytes) -> None:
        self._fragments += 1
        packet = decode(link_type, data)
        whole = self._pieces.whole(packet)
        if whole is not None:
            while self._memory.call(dispatch.TAKE_DATAGRAM, self._single(whole), 0, len(whole)) == kernels.FULL:
                self._memory.make_room()

    def _single(self, data: bytes) -> mmap:
        """A block that begins with `data`."""
        self._spare[: len(data)] = data
        return self._spare

    def _scan(self, kernel: int, buffer: mmap, *numbers: int) -> tuple[int, int]:
        """Where a kernel stopped in the buffer, and why."""
        told = self._memory.call(kernel, buffer, *numbers)
        return told >> dispatch.REASON_BITS, told & (1 << dispatch.REASON_BITS) - 1
