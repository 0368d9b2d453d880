"""Which container a capture is in, and its frames in order."""

from __future__ import annotations

from collections.abc import Iterator
from typing import BinaryIO, Literal

from analyzer.errors import EvidenceError
from analyzer.ingest.capture.blocks import ByteSource, ContainerNotes, Frame
from analyzer.ingest.capture.pcap import MAGICS, read_pcap
from analyzer.ingest.capture.pcapng import MAGIC, PcapngReader

Container = Literal["pcap", "pcapng"]


def sniff(head: bytes) -> Container | None:
    """The container that a file's first bytes (4 are enough, 12 surer) show, or None."""
    if head[:4] in MAGICS:
        return "pcap"
    if head[:4] == MAGIC and head[8:12] in (b"", b"\x4d\x3c\x2b\x1a", b"\x1a\x2b\x3c\x4d"):
        return "pcapng"
    return None


def container(source: ByteSource, name: str) -> Container:
    """The container of the capture in `source`; :class:`EvidenceError` when it is neither pcap nor pcapng."""
    kind = sniff(source.peek(12))
    if kind is None:
        raise EvidenceError(f"{name}: expected a pcap or pcapng capture, but its first bytes are of neither kind")
    return kind


class FrameReader(Iterator[Frame]):
    """Iterates the frames of one capture; `notes` is complete when the iteration has ended."""

    def __init__(self, source: ByteSource, name: str) -> None:
        kind = container(source, name)
        self.notes = ContainerNotes()
        self._frames = read_pcap(source, self.notes) if kind == "pcap" else PcapngReader(source, self.notes).frames()

    def __next__(self) -> Frame:
        return next(self._frames)


def frames(stream: BinaryIO, name: str) -> FrameReader:
    """The frames of the capture in `stream`; :class:`EvidenceError` when it is neither pcap nor pcapng."""
    return FrameReader(ByteSource(stream), name)
