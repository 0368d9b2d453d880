"""SSH exchanges, and the lines of a log that tell of each."""

from __future__ import annotations

from dataclasses import replace

import pytest
from msgspec.structs import replace as replaced

from analyzer.config import Settings
from analyzer.correlate.clocks.align import align
from analyzer.model.clock import OffsetNote
from analyzer.model.instant import MILLISECOND, SECOND
from tests.correlate.builder import (
    PEER,
    Capture,
    Genesis,
    evidence,
)
from tests.correlate.clocks.made import NAME, told_by_ssh


@pytest.mark.parametrize("skew", [0, 1_700, -40_000, 314_000], ids=lambda ms: f"{ms}ms")
def test_ssh_exchanges_measure_a_logs_clock(skew: int) -> None:
    clocks = align(evidence(*told_by_ssh(skew)), Settings())

    offset = clocks.offsets[NAME]

    assert offset.basis == "measured"
    assert offset.offset.holds(skew * MILLISECOND)
    assert offset.offset.width < 2 * SECOND
    assert offset.pairs >= 3


def test_beyond_ten_minutes_a_stamp_with_a_zone_is_not_believed_to_be_off() -> None:
    clocks = align(evidence(*told_by_ssh(3_600_000)), Settings())

    assert clocks.offsets[NAME].basis == "assumed"


def test_exchanges_at_a_period_fit_several_offsets_and_the_nearest_to_zero_is_assumed() -> None:
    capture, log = Capture(), Genesis()
    for ms in (0, 30_000, 60_000, 90_000):
        capture.ssh(ms, ms + 250)
    for ms in (30_000, 60_000, 90_000):
        log.correct(ms)

    offset = align(evidence(capture, log), Settings()).offsets[NAME]

    assert offset.basis == "assumed"
    assert offset.offset.holds(0)
    assert offset.note == OffsetNote("several-fit", count=2)


def test_a_log_of_an_unknown_cvm_tells_of_exchanges_that_no_other_log_tells_of() -> None:
    """The leader that died has no folder that names it; the exchanges of the one after it fit its log as well."""
    capture, log = told_by_ssh(12_000)
    capture.events = [event for event in capture.events if event.at.least > capture.at(20_000).least]
    for ms in (1_300, 31_750, 66_125, 90_900):
        capture.ssh(ms + 100_000, ms + 100_250, client=PEER)
    other = replace(Genesis(), source=f"{PEER}/genesis.out", clock=f"cvm:{PEER}")
    given = evidence(capture, log, other)
    named = tuple(replaced(one, host=PEER) if one.clock == other.clock else one for one in given.sources)

    clocks = align(replaced(given, sources=named), Settings())

    assert clocks.offsets[NAME].offset.holds(12 * SECOND)
    assert clocks.offsets[NAME].basis == "measured"


@pytest.mark.parametrize("by", [-47_000, 47_000], ids=["back", "forth"])
def test_a_clock_that_is_set_while_it_is_watched_is_told(by: int) -> None:
    capture, log = Capture(), Genesis(doubt=MILLISECOND - 1)
    for number, ms in enumerate((1_300, 31_750, 66_125, 90_900, 121_300, 154_800, 180_500)):
        capture.ssh(ms, ms + 250)
        log.correct(ms + 260 + (by if number > 3 else 0))

    clocks = align(evidence(capture, log), Settings())

    (told,) = clocks.contradictions
    assert (told.name, told.by // SECOND) == ("set-between", 47)
    offset = clocks.offsets[NAME].offset
    assert offset.holds(0)
    assert offset.holds(by * MILLISECOND)


def test_a_clock_that_is_right_all_the_time_was_not_set() -> None:
    assert align(evidence(*told_by_ssh(1_700)), Settings()).contradictions == ()
