"""The offsets of all clocks: given, measured, assumed; whose log it is, and what contradicts."""

from __future__ import annotations

from dataclasses import replace

import pytest
from msgspec.structs import replace as replaced

from analyzer.config import Settings
from analyzer.correlate.clocks.align import _verdict, align
from analyzer.correlate.clocks.clocks import NO_ZONE
from analyzer.correlate.clocks.intersection import Estimate
from analyzer.correlate.timing import PRIOR
from analyzer.model.clock import OffsetNote
from analyzer.model.correlation import Assumption, Contradiction
from analyzer.model.instant import MILLISECOND, SECOND, Span
from tests.correlate.builder import (
    CVM,
    PEER,
    REMOTE,
    Capture,
    Genesis,
    evidence,
    neighbours,
)
from tests.correlate.clocks.made import NAME, told_by_ssh


def test_a_stamp_without_a_zone_can_be_hours_off() -> None:
    capture, log = told_by_ssh(-7 * 3_600_000)
    log.zone_assumed = True

    clocks = align(evidence(capture, log), Settings())

    assert clocks.offsets[NAME].offset.holds(-7 * 3600 * SECOND)


def test_the_one_log_that_has_no_name_is_of_the_one_cvm_that_has_no_log() -> None:
    capture, log = told_by_ssh()
    log.all_up(1_000)
    others = [replace(Genesis(), source=f"{cvm}/genesis.out", clock=f"cvm:{cvm}") for cvm in (PEER, REMOTE)]
    given = evidence(capture, log, *others)
    named = tuple(
        replaced(one, host=one.clock.removeprefix("cvm:")) if one.clock.startswith("cvm:") else one
        for one in given.sources
    )

    clocks = align(replaced(given, sources=named), Settings())

    assert clocks.cvms[NAME] == CVM
    assert clocks.assumptions == (Assumption("log-of-remaining", NAME, CVM),)
    assert NAME not in align(replaced(given, sources=named[:-1]), Settings()).cvms


def test_a_clock_that_nothing_bounds_is_read_as_right_and_told_with_all_that_it_may_be_off() -> None:
    capture, log = Capture(), Genesis()
    neighbours(capture, 0, 1_000)
    capture.events = [event for event in capture.events if "Ssh" not in type(event.detail).__name__]
    log.correct(0)

    clocks = align(evidence(capture, log), Settings())

    assert (clocks.offsets[NAME].basis, clocks.offsets[NAME].offset) == ("assumed", Span(-5 * SECOND, 5 * SECOND))
    clocks = clocks.with_all_that_fit()
    assert clocks.offsets[NAME].offset == Span(-600 * SECOND, 600 * SECOND)
    assert clocks.offsets[NAME].note == OffsetNote("unbounded")


def test_a_zone_that_was_told_wrongly_is_found_and_told() -> None:
    capture, log = told_by_ssh(-8 * 3_600_000)

    clocks = align(evidence(capture, log), Settings(log_timezone="UTC"))

    assert clocks.offsets[NAME].basis == "measured"
    assert clocks.offsets[NAME].offset.holds(-8 * 3600 * SECOND)
    assert clocks.contradictions == (Contradiction(name="another-zone", clock=NAME, by=-8 * 3600 * SECOND),)


def test_a_log_that_overlaps_the_captures_is_believed_its_zone() -> None:
    clocks = align(evidence(*told_by_ssh(1_700)), Settings(log_timezone="UTC"))

    assert clocks.offsets[NAME].offset.holds(1_700 * MILLISECOND)
    assert not clocks.contradictions


@pytest.mark.parametrize("name", [NAME, "genesis.out"], ids=["clock", "source"])
def test_a_given_offset_is_exact(name: str) -> None:
    settings = Settings(clock_offsets=((name, 7),))

    offset = align(evidence(*told_by_ssh()), settings).offsets[NAME]

    assert (offset.basis, offset.offset) == ("given", Span(7, 7))


def test_a_given_offset_that_the_captures_contradict_is_told_with_theirs() -> None:
    clocks = align(evidence(*told_by_ssh()), Settings(clock_offsets=((NAME, 3 * SECOND),)))
    offset = clocks.offsets[NAME]

    assert offset.basis == "given"
    assert offset.offset.holds(0)
    assert offset.offset.most == 3 * SECOND
    assert [(one.name, one.by) for one in clocks.contradictions] == [("given-offset", 3 * SECOND)]


@pytest.mark.parametrize(
    ("fitting", "nearest"),
    [
        ((Span(-100, -1), Span(50, 60)), Span(-100, -1)),
        ((Span(-60, -50), Span(1, 100)), Span(1, 100)),
        ((Span(-60, 5), Span(1, 100)), Span(-60, 5)),
    ],
    ids=["behind", "ahead", "right"],
)
def test_of_several_offsets_that_fit_the_one_that_comes_nearest_to_zero_is_assumed(
    fitting: tuple[Span, ...], nearest: Span
) -> None:
    verdict = _verdict(NAME, "capture", Estimate(fitting[0], 4, 4, fitting), free=False)

    assert (verdict.offset, verdict.basis) == (nearest, "assumed")
    assert verdict.note == OffsetNote("several-fit", count=2)


@pytest.mark.parametrize(("free", "name", "width"), [(True, "no-zone", NO_ZONE), (False, "unbounded", PRIOR)])
def test_a_log_without_a_zone_that_nothing_bounds_may_be_off_by_any_zone(free: bool, name: str, width: int) -> None:
    verdict = _verdict(NAME, "capture", None, free=free)

    assert (verdict.offset, verdict.basis) == (Span(-width, width), "assumed")
    assert verdict.note is not None
    assert verdict.note.name == name
