"""Captures: their containers, both scans, and single frames."""

from __future__ import annotations

import io
from collections.abc import Iterator

from analyzer.config import Settings
from analyzer.ingest.capture.blocks import ByteSource
from analyzer.ingest.capture.container import FrameReader
from analyzer.ingest.capture.frame import summary
from analyzer.ingest.capture.plain.packet import decode
from analyzer.ingest.capture.plain.scan import scan_plain
from analyzer.ingest.capture.result import CaptureScan
from analyzer.redact.frames import redacted_frame
from analyzer.redact.key import SECRET_BYTES, Key
from analyzer.redact.replacements import Replacements
from bench.fuzz.guarded import scanned
from bench.fuzz.target import NotHeldError, Target
from bench.fuzz.targets.seeds import capture_frames, capture_pieces
from tests.ingest.capture.build import enhanced, ethernet, interface, obsolete, option, section, simple
from tests.ingest.capture.traffic import IMPAIRMENTS, LINKS, File, Traffic

_NAME, _CLOCK = "a.pcap", "capture"
_SETTINGS = Settings()
_KEY = Key(secret="00" * SECRET_BYTES)
_BLOCKS = (1 << 21, 64, 17, 1000)
"""Bytes that are read at once: all, and less than a record."""


def _container(data: bytes) -> None:
    for frame in FrameReader(ByteSource(io.BytesIO(data)), _NAME):
        if frame.length < 0 or (frame.ts is not None and not isinstance(frame.ts, int)):
            raise NotHeldError("a frame without a length or a time in ns")


def _plain(data: bytes) -> CaptureScan:
    return scan_plain(FrameReader(ByteSource(io.BytesIO(data)), _NAME), _NAME, _SETTINGS, _CLOCK)


def _compiled(data: bytes) -> None:
    """The first byte says how much is read at once."""
    at_once = _BLOCKS[data[0] % len(_BLOCKS)] if data else _BLOCKS[0]
    if scanned(data[1:], at_once, _NAME, _SETTINGS, _CLOCK) != _plain(data[1:]):
        raise NotHeldError("the scans differ")


def _frame(data: bytes) -> None:
    """The first byte draws the link type."""
    link_type = LINKS[data[0] % len(LINKS)] if data else 1
    frame = next(FrameReader(ByteSource(io.BytesIO(_pcap(link_type, data[1:]))), _NAME), None)
    decode(link_type, data[1:])
    redacted_frame(data[1:], link_type, Replacements(_KEY))
    if frame is not None:
        summary(frame)


def _pcap(link_type: int, frame: bytes) -> bytes:
    return File(link_type=link_type).of([(0, frame)])


def _captures(longest: int) -> Iterator[bytes]:
    yield from capture_pieces(longest)
    for number, magic in enumerate((0xA1B23C4D, 0xA1B2C3D4, 0xA1B2CD34, 0)):
        for order in "<>":
            frames = Traffic(number, 40, frozenset(IMPAIRMENTS)).frames[:8]
            yield File(magic=magic, order=order, link_type=LINKS[number], seed=number).of(frames)[:longest]
    frame = ethernet(bytes(60), 0x88CC)
    blocks = interface(options=option(9, b"\x06")), simple(frame), obsolete(7, frame), enhanced(7, frame)
    yield section(options=option(1, b"said")) + b"".join(blocks) + section(">") + interface(1, ">")


def _containers() -> Iterator[bytes]:
    return _captures(2048)


def _scans() -> Iterator[bytes]:
    return (bytes([number]) + each for number, each in enumerate(_captures(600)))


def _frames() -> Iterator[bytes]:
    for number, frame in enumerate(capture_frames(12)):
        yield bytes([0]) + frame[:512]
        yield bytes([number % len(LINKS)]) + frame[:512]
    for _, frame in Traffic(1, 60, frozenset(IMPAIRMENTS)).frames[:60]:
        yield bytes([0]) + frame[:512]


CAPTURES = (
    Target(
        "capture container",
        _container,
        _containers,
        ("analyzer.ingest.capture.pcap", "analyzer.ingest.capture.pcapng", "analyzer.ingest.capture.container"),
    ),
    Target("scan, plain", _plain, _containers, ("analyzer.ingest.capture.plain",)),
    Target("scan, compiled", _compiled, _scans, ("analyzer.ingest.capture.plain",), 1024),
    Target("frame", _frame, _frames, ("analyzer.ingest.capture.frame", "analyzer.redact.frames"), 1024),
)
