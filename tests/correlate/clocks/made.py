"""Captures and logs that show the same checks, by which a log's clock is measured."""

from __future__ import annotations

from tests.correlate.builder import (
    Capture,
    Genesis,
)

NAME = "log:genesis"


def told_by_ssh(skew: int = 0) -> tuple[Capture, Genesis]:
    """Checks that read the host's routes over SSH at uneven times, and their lines `skew` ms ahead."""
    capture, log = Capture(), Genesis()
    for ms in (1_300, 31_750, 66_125, 90_900):
        capture.ssh(ms, ms + 250)
        stamp = (ms + 260 + skew) // 1000 * 1000
        log.correct(stamp)
    return capture, log
