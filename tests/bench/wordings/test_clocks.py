"""Stamps of a clock that is set: moved from then on, and all else as it was."""

from __future__ import annotations

import struct

from analyzer.model.instant import SECOND
from bench.wordings.clocks import set_capture, set_log

NOON = 1_767_355_200  # 2026-01-02T12:00:00Z
LOG = "2026-01-02 12:00:00,100Z INFO a\n  more\n2026-01-02 12:00:05,100Z INFO b\n"
HOST = "2026-01-02T12:00:00.100Z cpu0\n2026-01-02T12:00:05.100Z cpu1\n"


def test_a_log() -> None:
    assert set_log(LOG, (NOON + 3) * SECOND, 60) == LOG.replace("12:00:05", "12:01:05")
    assert set_log(HOST, (NOON + 3) * SECOND, -3600) == HOST.replace("12:00:05", "11:00:05")
    assert set_log(LOG, (NOON + 9) * SECOND, 60) == LOG


def test_a_capture() -> None:
    def frames(*seconds: int) -> bytes:
        return b"h" * 24 + b"".join(struct.pack("<IIII", NOON + one, 7, 2, 60) + b"ab" for one in seconds)

    assert set_capture(frames(0, 5, 6), (NOON + 5) * SECOND, 30) == frames(0, 35, 36)
