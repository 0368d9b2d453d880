"""One capture through both scans."""

from __future__ import annotations

import io
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import pytest

from analyzer.config import Settings
from analyzer.ingest.capture import CaptureScan, blocks
from analyzer.ingest.capture.blocks import ByteSource
from analyzer.ingest.capture.compiled import scan as compiled_scan
from analyzer.ingest.capture.compiled.memory import Memory
from analyzer.ingest.capture.container import FrameReader
from analyzer.ingest.capture.plain.scan import scan_plain

NAME, CLOCK = "x.pcap", "wire"


def plain(data: bytes, settings: Settings | None = None) -> CaptureScan:
    """The result of the plain scan."""
    reader = FrameReader(ByteSource(io.BytesIO(data)), NAME)
    return scan_plain(reader, NAME, settings or Settings(), CLOCK)


def compiled(data: bytes, settings: Settings | None = None) -> CaptureScan:
    """The result of the compiled scan."""
    return compiled_scan.scan_compiled(ByteSource(io.BytesIO(data)), NAME, settings or Settings(), CLOCK)


@contextmanager
def blocks_of(size: int) -> Iterator[None]:
    """Within this, so many bytes are read at once."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(blocks, "LEAD", blocks.BUFFER - size)
        yield


@contextmanager
def between_blocks(do: Callable[[Memory], None]) -> Iterator[None]:
    """Within this, something is done with the scan's memory whenever a block is read."""
    memories: list[Memory] = []

    class Watched(Memory):
        def __init__(self, address: int, port: int, private_address: int) -> None:
            super().__init__(address, port, private_address)
            memories.append(self)

    class Source(ByteSource):
        def more(self) -> bool:
            if memories:
                do(memories[-1])
            return super().more()

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(compiled_scan, "Memory", Watched)
        patch.setattr(f"{__name__}.ByteSource", Source)
        yield
