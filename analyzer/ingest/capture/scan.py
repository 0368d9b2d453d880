"""One streaming pass over a capture: small ones frame by frame in Python, larger ones by compiled kernels.

Both give the same result. Loading the kernels takes longer than a small capture does.
"""

from __future__ import annotations

from typing import BinaryIO

from analyzer.config import Settings
from analyzer.ingest.capture.blocks import ByteSource
from analyzer.ingest.capture.container import FrameReader, container
from analyzer.ingest.capture.plain.scan import scan_plain
from analyzer.ingest.capture.result import CaptureScan

SMALL = 2 << 20
"""Bytes of a capture that is not worth the kernels."""


def scan(stream: BinaryIO, name: str, settings: Settings, clock: str = "capture") -> CaptureScan:
    """Scan the capture in `stream` (decompressed, read forward only); events carry `name` and `clock`.

    Raises :class:`~analyzer.errors.EvidenceError` when it is neither pcap nor pcapng.
    """
    source = ByteSource(stream)
    container(source, name)
    if not source.holds(SMALL + 1):
        return scan_plain(FrameReader(source, name), name, settings, clock)
    from analyzer.ingest.capture.compiled.scan import scan_compiled

    return scan_compiled(source, name, settings, clock)
