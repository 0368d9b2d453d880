"""A file of evidence as it may reach us: one direction, its first tenth, in another encoding, or behind `grep -n`."""

from __future__ import annotations

import gzip
import struct
from collections.abc import Callable, Iterator, Mapping

Change = Callable[[bytes], bytes | None]
"""The new content of a file; None where nothing of it is left."""
Keep = Callable[[bytes, int, int], bool]
"""Whether a frame stays: by its bytes, its place, and how many there are."""

STORAGE = bytes((192, 168, 5, 2))
PCAP, PCAPNG = b"\xd4\xc3\xb2\xa1", b"\x0a\x0d\x0d\x0a"
PCAP_HEADER, PCAP_RECORD, ENHANCED_PACKET, FRAME_AT = 24, 16, 6, 28


def only(keep: Keep) -> Change:
    """A capture, in the usual byte order, with the frames that `keep` picks."""

    def change(data: bytes) -> bytes | None:
        every = list(_pieces(data))
        count, place, kept = sum(frame is not None for _, frame in every), 0, []
        for piece, frame in every:
            if frame is None or keep(frame, place, count):
                kept.append(piece)
            place += frame is not None
        return b"".join(kept)

    return change


def _pieces(data: bytes) -> Iterator[tuple[bytes, bytes | None]]:
    """Each header, block or record of a capture, with the frame that it holds, if any."""
    if data[:4] == PCAP:
        yield data[:PCAP_HEADER], None
        at = PCAP_HEADER
        while at + PCAP_RECORD <= len(data):
            length: int = struct.unpack_from("<8xI", data, at)[0] + PCAP_RECORD
            yield data[at : at + length], data[at + PCAP_RECORD : at + length]
            at += length
        return
    assert data[:4] == PCAPNG
    at = 0
    while at < len(data):
        kind, length = struct.unpack_from("<II", data, at)
        block = data[at : at + length]
        yield block, block[FRAME_AT:] if kind == ENHANCED_PACKET else None
        at += length


def _addresses(frame: bytes) -> tuple[bytes, bytes]:
    """Source and destination of an IPv4 frame, behind a VLAN's tag too."""
    at = 30 if frame[12:14] == b"\x81\x00" else 26
    return frame[at : at + 4], frame[at + 4 : at + 8]


def _numbered(data: bytes) -> bytes:
    return b"".join(b"%d:%s\n" % (number, line) for number, line in enumerate(data.splitlines(), 1))


def _first_tenth(data: bytes) -> bytes:
    every = data.splitlines(keepends=True)
    return b"".join(every[: len(every) // 10 + 1])


OF_CAPTURES: Mapping[str, Change] = {
    "removed": lambda _: None,
    "only to the storage address": only(lambda frame, _place, _count: _addresses(frame)[1] == STORAGE),
    "only from the storage address": only(lambda frame, _place, _count: _addresses(frame)[0] == STORAGE),
    "its first tenth": only(lambda _, place, count: place * 10 < count),
}
OF_LOGS: Mapping[str, Change] = {
    "removed": lambda _: None,
    "in UTF-16": lambda data: data.decode("utf-8", "replace").encode("utf-16"),
    "behind grep -n": _numbered,
    "its first tenth": _first_tenth,
}


def changes(name: str) -> Mapping[str, Change]:
    """What may be done to a file of this name."""
    return OF_CAPTURES if ".pcap" in name else OF_LOGS


def spoilt(name: str, data: bytes, change: Change) -> bytes | None:
    """A file after a change; what was compressed still is."""
    if not name.endswith(".gz"):
        return change(data)
    changed = change(gzip.decompress(data))
    return None if changed is None else gzip.compress(changed, 1)
