"""Clocks that are set while a test is recorded: the files of their devices, stamped as they then would be."""

from __future__ import annotations

import re
import struct
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

from analyzer.model.instant import MICROSECOND, MILLISECOND, SECOND
from analyzer.model.truth import TrueVantage, Truth
from bench.accuracy.clocks import Step

HEAD, RECORD = 24, 16  # of a pcap file of µs, and of each of its frames, octets
_STAMP = re.compile(rb"^(\d{4}-\d\d-\d\d)([ T])(\d\d:\d\d:\d\d)(?:([.,])(\d{3}))?", re.MULTILINE)
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def restamped(truth: Truth, vantage: TrueVantage, content: bytes, steps: Sequence[Step]) -> bytes:
    """The file as a device writes it whose clock is set; as it was, where none of `steps` is of that device."""
    of_it = sorted((one for one in steps if one.device == vantage.clock), key=lambda one: one.at)
    if not of_it:
        return content
    clock = next(one for one in truth.clocks if one.clock == vantage.clock)
    moves = [((clock.reads(one.at) + MILLISECOND // 2) // MILLISECOND * MILLISECOND, one.by) for one in of_it]
    return _capture(content, moves) if vantage.what in ("span", "vmk0", "vmk1") else _log(content, moves)


def _shift(reading: int, moves: Sequence[tuple[int, int]]) -> int:
    """By how much a stamp changes that the clock would have shown, had nobody set it; ns."""
    return sum(by for since, by in moves if reading >= since)


def _capture(content: bytes, moves: Sequence[tuple[int, int]]) -> bytes:
    new, place = bytearray(content), HEAD
    while place < len(content):
        second, micros, kept = struct.unpack_from("<III", content, place)
        reading = second * SECOND + micros * MICROSECOND
        stamp = reading + _shift(reading, moves)
        struct.pack_into("<II", new, place, stamp // SECOND, stamp % SECOND // MICROSECOND)
        place += RECORD + kept
    return bytes(new)


def _log(content: bytes, moves: Sequence[tuple[int, int]]) -> bytes:
    def stamped(found: re.Match[bytes]) -> bytes:
        day, between, time, point, ms = found.groups()
        at = datetime.fromisoformat(f"{day.decode()}T{time.decode()}+00:00")
        reading = (at - _EPOCH) // timedelta(seconds=1) * SECOND + int(ms or 0) * MILLISECOND
        stamp = reading + _shift(reading, moves)
        then = _EPOCH + timedelta(seconds=stamp // SECOND)
        rest = b"" if point is None else point + f"{stamp // MILLISECOND % 1000:03d}".encode()
        return f"{then:%Y-%m-%d}".encode() + between + f"{then:%H:%M:%S}".encode() + rest

    return _STAMP.sub(stamped, content)
