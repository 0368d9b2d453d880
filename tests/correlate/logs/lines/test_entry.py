"""How far apart two lines are."""

from __future__ import annotations

from msgspec.structs import replace

from analyzer.correlate.logs.lines.entry import apart
from analyzer.model.event import HaStarted
from analyzer.model.instant import SECOND, Instant
from analyzer.model.source import Origin
from tests.correlate.builder import ns
from tests.correlate.logs.made import entry


def test_lines_of_one_clock_are_apart_by_their_stamps_whatever_its_offset() -> None:
    early, late = entry(0, HaStarted(None)), entry(9_000, HaStarted(None), number=2)
    doubtful = replace(late, at=Instant("capture", ns(9_000) - 60 * SECOND, ns(9_000) + 60 * SECOND))

    assert apart(early, doubtful) == 9 * SECOND


def test_lines_of_two_clocks_are_apart_by_where_they_are_placed() -> None:
    early, late = entry(0, HaStarted(None)), entry(9_000, HaStarted(None), number=2)
    elsewhere = replace(late, event=replace(late.event, at=Instant("other", 0, 0)))

    assert apart(early, elsewhere) == 9 * SECOND


def test_lines_are_apart_by_what_lies_between_them_for_certain() -> None:
    early, late = (entry(ms, HaStarted(None), doubt=SECOND) for ms in (0, 9_000))

    assert apart(early, late) == 8 * SECOND


def test_the_further_lines_that_show_the_same_are_proof_as_well() -> None:
    line = replace(entry(0, HaStarted(None)), proof=(Origin("vmkernel.log", 7),))

    assert line.origins == (Origin("genesis.out", 1), Origin("vmkernel.log", 7))
