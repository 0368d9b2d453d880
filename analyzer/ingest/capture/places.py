"""Single frames of a capture, by their numbers: read from where the scan noted that some frame near them begins.

What lies before is passed over: by a seek where the bytes are a file's own, by decompressing them otherwise.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Iterator
from typing import BinaryIO

from analyzer.ingest.capture.blocks import BLOCK, ByteSource, ContainerNotes, Frame
from analyzer.ingest.capture.container import container
from analyzer.ingest.capture.pcap import pass_over, read_layout, records
from analyzer.ingest.capture.pcapng import PcapngReader
from analyzer.model.evidence import CapturedFrame, CaptureInterface, FramePlaces
from analyzer.model.source import Origin

HEADERS_AT_MOST = 1 << 16


class Places:
    """Notes places as a scan comes by them; where too many blocks describe others, none is of use."""

    def __init__(self) -> None:
        self._frames: list[int] = []
        self._offsets: list[int] = []
        self._headers: list[int] = []

    def frame(self, number: int, offset: int) -> None:
        """The record of frame `number` begins at `offset`."""
        if not self._frames or (number > self._frames[-1] and offset - self._offsets[-1] >= BLOCK):
            self._frames.append(number)
            self._offsets.append(offset)

    def header(self, offset: int) -> None:
        """A block that describes others begins at `offset`."""
        if len(self._headers) <= HEADERS_AT_MOST:
            self._headers.append(offset)

    def told(self, source: str) -> FramePlaces:
        """All that was noted."""
        if len(self._headers) > HEADERS_AT_MOST:
            return FramePlaces(source, (), (), ())
        return FramePlaces(source, tuple(self._frames), tuple(self._offsets), tuple(self._headers))


def read_frames(
    stream: BinaryIO, name: str, numbers: Iterable[int], places: FramePlaces | None = None
) -> dict[int, Frame]:
    """The frames with these Wireshark numbers, in one pass forward that ends at the last of them.

    Raises :class:`~analyzer.errors.EvidenceError` when `stream` is neither pcap nor pcapng.
    """
    return {frame.number: frame for frame, _ in _find(stream, name, numbers, places)}


def captured_frames(
    stream: BinaryIO, name: str, numbers: Iterable[int], places: FramePlaces | None = None
) -> Iterator[CapturedFrame]:
    """As :func:`read_frames`, one after the other and with what the capture says of their interface."""
    for frame, interface in _find(stream, name, numbers, places):
        yield CapturedFrame(
            origin=Origin(name, frame.number),
            interface=interface,
            ts=frame.ts,
            stamp=frame.stamp,
            length=frame.length,
            data=frame.data,
        )


def _find(
    stream: BinaryIO, name: str, numbers: Iterable[int], places: FramePlaces | None
) -> Iterator[tuple[Frame, CaptureInterface]]:
    source = ByteSource(stream)
    pcap = container(source, name) == "pcap"
    finder = _Pcap(source, name) if pcap else _Pcapng(source, name, places)
    for number in sorted(set(numbers)):
        at = bisect_right(places.frames, number) - 1 if places else -1
        if places and at >= 0 and places.frames[at] > finder.number:
            finder.jump(places.frames[at], places.offsets[at])
        frame = finder.find(number)
        if frame is not None:
            yield frame, finder.interface(frame)


class _Pcap:
    """Walks a pcap file; `number` is that of the next frame."""

    def __init__(self, source: ByteSource, name: str) -> None:
        self._source, self._name = source, name
        self._layout = read_layout(source, ContainerNotes())
        self.number = 1

    def jump(self, number: int, offset: int) -> None:
        """Go on at frame `number`."""
        self._source.skip(offset - self._source.offset)
        self.number = number

    def find(self, number: int) -> Frame | None:
        """Frame `number`, if there is one from here on."""
        if self._layout is None:
            return None
        self.number += pass_over(self._source, self._layout, number - self.number)
        frame = next(records(self._source, ContainerNotes(), self._layout, self.number - 1), None)
        self.number += 1
        return frame if frame is not None and frame.number == number else None

    def interface(self, frame: Frame) -> CaptureInterface:
        """The one of the frame that was found last: a pcap file describes but one."""
        snaplen = self._layout.snaplen if self._layout else 0
        return CaptureInterface(self._name, frame.link_type, snaplen, tsresol=9 if frame.resolution == 1 else 6)


class _Pcapng:
    """Walks a pcapng file; `number` is that of the next frame."""

    def __init__(self, source: ByteSource, name: str, places: FramePlaces | None) -> None:
        self._source, self._name = source, name
        self._reader = PcapngReader(source, ContainerNotes())
        self._headers = list(places.headers) if places else []
        self._beyond: Frame | None = None

    @property
    def number(self) -> int:
        """That of the next frame."""
        return self._reader.number + 1

    def jump(self, number: int, offset: int) -> None:
        """Go on at frame `number`; what describes it is read on the way."""
        for header in [header for header in self._headers if self._source.offset <= header < offset]:
            self._source.skip(header - self._source.offset)
            self._reader.step()
        self._source.skip(offset - self._source.offset)
        self._reader.number = number - 1

    def find(self, number: int) -> Frame | None:
        """Frame `number`, if there is one from here on."""
        frame = self._beyond
        while frame is None or frame.number < number:
            frame = next(self._reader.frames(), None)
            if frame is None:
                return None
        self._beyond = frame
        return frame if frame.number == number else None

    def interface(self, frame: Frame) -> CaptureInterface:
        """The one of the frame that was found last, which is the last that was read."""
        told = self._reader.interfaces[frame.interface]
        return CaptureInterface(self._name, told.link_type, told.snaplen, told.tsresol, told.offset, told.name)
