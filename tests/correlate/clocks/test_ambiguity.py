"""Checks repeat: an offset of whole periods fits as well, and none of them is taken for measured."""

from __future__ import annotations

import pytest

from analyzer.config import Settings
from analyzer.correlate.clocks.align import align
from analyzer.correlate.clocks.ambiguity import _expected
from analyzer.model.clock import ClockOffset
from analyzer.model.instant import SECOND, Span
from tests.correlate.builder import CVM, HOST, PEER, REMOTE, Capture, Genesis, evidence

NAME = "log:genesis"


def healthy(first: int, checks: int, *, period: int = 30_000) -> Genesis:
    """A log of nothing but checks that found all right."""
    log = Genesis(doubt=999_999)
    log.started(first - 1_000, period * SECOND // 1_000)
    for number in range(checks):
        log.all_up(first + 300 + number * period)
    return log


def watched(first: int, checks: int, *, period: int = 30_000, client: str = REMOTE) -> Capture:
    """A capture with the exchanges of as many checks."""
    capture = Capture()
    for number in range(checks):
        capture.ssh(first + number * period, first + 290 + number * period, client=client)
    return capture


def offset_of(capture: Capture, log: Genesis) -> ClockOffset:
    return align(evidence(capture, log), Settings()).with_all_that_fit().offsets[NAME]


@pytest.mark.parametrize("begins", [90_000, 120_000, 300_000], ids=lambda ms: f"{ms // 1000}s")
def test_a_log_that_ends_before_the_capture_begins_is_not_moved_into_it(begins: int) -> None:
    offset = offset_of(watched(begins, 6), healthy(0, 3))

    assert offset.basis == "assumed"
    assert offset.offset.holds(0)


def test_a_log_that_overlaps_the_capture_a_little_may_be_any_of_the_offsets_that_fit() -> None:
    offset = offset_of(watched(90_000, 8), healthy(0, 6))

    assert offset.basis == "assumed"
    assert offset.offset.holds(0)
    assert offset.offset.holds(-90 * SECOND), "where it has the most votes"


def test_what_another_cvm_ran_tells_nothing_of_this_log() -> None:
    """The leader died before the capture: the exchanges are of the one that leads since, at its own times."""
    log = healthy(0, 4)
    log.host = CVM

    offset = offset_of(watched(107_000, 6, client=PEER), log)

    assert (offset.basis, offset.pairs) == ("assumed", 0)
    assert offset.offset.holds(0)


def test_checks_that_are_nearer_than_offsets_can_be_told_apart_leave_that_doubt() -> None:
    offset = offset_of(watched(0, 20, period=1_000), healthy(0, 20, period=1_000))

    assert offset.offset.holds(0)
    assert offset.offset.width >= 2 * SECOND


@pytest.mark.parametrize(("at", "expected"), [(5, []), (15, [7]), (35, [7]), (55, []), (95, [])])
def test_a_line_is_expected_among_the_exchanges_of_its_host(at: int, expected: list[int]) -> None:
    """Two exchanges, from 10 s to 12 s and from 50 s to 52 s: before and after them the capture has none."""
    marks = {HOST: [(0, 10 * SECOND, 12 * SECOND), (1, 50 * SECOND, 52 * SECOND)]}
    lines = {7: ((0, at * SECOND, at * SECOND), HOST)}

    assert _expected(Span(0, 0), lines, marks) == expected
    assert _expected(Span(0, 0), lines, {}) == []
