"""Capture files as bytes: pcap with µs or ns (pcap-savefile(5)), pcapng (draft-ietf-opsawg-pcapng), compressed."""

from __future__ import annotations

import gzip
from collections.abc import Callable
from struct import Struct, pack

from analyzer.lab.simulate.output.taps import Frames
from analyzer.lab.simulate.scenario.evidence import Evidence
from analyzer.model.instant import MICROSECOND, SECOND

ETHERNET = 1
WHOLE = 262_144

_RECORD = Struct("<IIII")
_BLOCK = Struct("<IIIIIII")


def capture_files(
    frames: Frames, name: str, evidence: Evidence, reads: Callable[[int], int]
) -> list[tuple[str, bytes, int, int]]:
    """(file name, bytes, first ns, last ns) of each file of a capture; a ring buffer makes several. `reads` is what
    the device's clock shows at a true time; first and last are true.
    """
    suffix = ".pcapng" if evidence.format == "pcapng" else ".pcap"
    ending = "" if evidence.compress == "none" else f".{evidence.compress}"
    parts = [frames] if not evidence.ring else _by_time(frames, evidence.ring)
    found = []
    for number, part in enumerate(parts, 1):
        called = name if len(parts) == 1 else f"{name}_{number:05d}"
        times = [at for at, _ in part] or [0]
        data = compressed(written(stamped(part, reads), evidence), evidence.compress)
        found.append((called + suffix + ending, data, min(times), max(times)))
    return found


def stamped(frames: Frames, reads: Callable[[int], int]) -> Frames:
    """The frames with what the device's clock showed."""
    return [(reads(at), frame) for at, frame in frames]


def written(frames: Frames, evidence: Evidence) -> bytes:
    """The frames as one file."""
    snaplen = evidence.snaplen or WHOLE
    if evidence.format == "pcapng":
        return _pcapng(frames, snaplen)
    unit = 1 if evidence.format == "pcap-ns" else MICROSECOND
    head = pcap_header(snaplen, nanoseconds=unit == 1)
    record = _RECORD.pack
    parts = [head]
    for at, frame in frames:
        size = len(frame)
        if size <= snaplen:
            parts.append(record(at // SECOND, at % SECOND // unit, size, size))
            parts.append(frame)
        else:
            parts.append(record(at // SECOND, at % SECOND // unit, snaplen, size))
            parts.append(frame[:snaplen])
    return b"".join(parts)


def record_shape(evidence: Evidence) -> tuple[int, int, int]:
    """Bytes before the first record, before each frame, and after each (padded) frame."""
    return (60, 28, 4) if evidence.format == "pcapng" else (24, 16, 0)


def pcap_header(snaplen: int, *, nanoseconds: bool) -> bytes:
    """The 24 bytes before the first record of a pcap."""
    return pack("<IHHiIII", 0xA1B23C4D if nanoseconds else 0xA1B2C3D4, 2, 4, 0, 0, snaplen, ETHERNET)


def compressed(data: bytes, how: str) -> bytes:
    """The bytes in gzip (without a date: the same input gives the same bytes) or zstd."""
    if how == "gz":
        return gzip.compress(data, 6, mtime=0)
    if how == "zst":
        import zstandard

        return zstandard.ZstdCompressor(level=3).compress(data)
    return data


def _by_time(frames: Frames, length: int) -> list[Frames]:
    if not frames:
        return [frames]
    start = frames[0][0]
    parts: list[Frames] = [[] for _ in range((frames[-1][0] - start) // length + 1)]
    for item in frames:
        parts[min(max(0, item[0] - start) // length, len(parts) - 1)].append(item)
    return [part for part in parts if part]


def _pcapng(frames: Frames, snaplen: int) -> bytes:
    """One section, one Ethernet interface with ns stamps, enhanced packet blocks."""
    section = pack("<IIIHHqI", 0x0A0D0D0A, 28, 0x1A2B3C4D, 1, 0, -1, 28)
    interface = pack("<IIHHI", 1, 32, ETHERNET, 0, snaplen) + pack("<HHBxxx", 9, 1, 9) + pack("<HHI", 0, 0, 32)
    parts = [section, interface]
    for at, frame in frames:
        kept = frame[:snaplen]
        body = kept + bytes(-len(kept) % 4)
        length = 32 + len(body)
        parts.append(_BLOCK.pack(6, length, 0, at >> 32, at & 0xFFFFFFFF, len(kept), len(frame)))
        parts.append(body)
        parts.append(pack("<I", length))
    return b"".join(parts)
