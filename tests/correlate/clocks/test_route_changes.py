"""A kernel's line of a route change lies between Genesis' command and its result."""

from __future__ import annotations

from analyzer.config import Settings
from analyzer.correlate.clocks.align import align
from analyzer.model.instant import SECOND
from tests.correlate.builder import (
    REMOTE,
    Genesis,
    HostLog,
    evidence,
)


def test_a_kernels_line_lies_between_genesis_command_and_its_result() -> None:
    log, kernel = Genesis(), HostLog()
    log.all_up(0)
    log.illegal(30_000, REMOTE)
    log.repairs(31_000, "delete", REMOTE)
    kernel.kernel(31_400 + 90_000, "delete", REMOTE)  # the host's clock is 90 s ahead

    offset = align(evidence(log, kernel), Settings()).offsets["host"]

    assert offset.basis == "measured"
    assert offset.offset.holds(90 * SECOND)
    assert offset.offset.width < 3 * SECOND


def test_a_kernels_line_tells_nothing_of_another_hosts_change() -> None:
    log, kernel = Genesis(), HostLog()
    log.all_up(0)
    log.illegal(30_000, REMOTE)
    log.repairs(31_000, "delete", REMOTE)
    kernel.kernel(31_400 + 90_000, "delete", REMOTE)

    offset = align(evidence(log, kernel), Settings(), {"host": "192.168.1.25"}).offsets["host"]

    assert offset.basis == "assumed"
