"""A device's clock that is set while it writes: what it stamps from then on is moved."""

from __future__ import annotations

import re
import struct
from datetime import UTC, datetime, timedelta

from analyzer.model.instant import MICROSECOND, SECOND

_HEAD, _RECORD = 24, 16  # of a pcap file, and of each of its frames, octets
_STAMP = re.compile(r"^(\d{4}-\d\d-\d\d)([ T])(\d\d:\d\d:\d\d)", re.MULTILINE)


def set_capture(capture: bytes, when: int, seconds: int) -> bytes:
    """A pcap file with the frames stamped from `when` (ns) on moved."""
    new, place = bytearray(capture), _HEAD
    while place < len(capture):
        stamp, micros, kept = struct.unpack_from("<III", capture, place)
        if stamp * SECOND + micros * MICROSECOND >= when:
            struct.pack_into("<I", new, place, stamp + seconds)
        place += _RECORD + kept
    return bytes(new)


def set_log(text: str, when: int, seconds: int) -> str:
    """A log with the lines stamped (in UTC) from `when` (ns) on moved."""

    def stamped(found: re.Match[str]) -> str:
        at = datetime.fromisoformat(f"{found[1]} {found[3]}").replace(tzinfo=UTC)
        if at.timestamp() * SECOND < when:
            return found[0]
        moved = at + timedelta(seconds=seconds)
        return f"{moved:%Y-%m-%d}{found[2]}{moved:%H:%M:%S}"

    return _STAMP.sub(stamped, text)
