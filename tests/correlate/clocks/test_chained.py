"""Clocks that are placed beside others: by way of a log, in a zone, by an offset that all share."""

from __future__ import annotations

from dataclasses import replace
from types import MappingProxyType

import pytest

from analyzer.config import Settings
from analyzer.correlate.clocks.align import align
from analyzer.correlate.clocks.chained import by_clock_of, by_way_of_another, with_shared_offset, zone_of
from analyzer.correlate.clocks.clocks import CAPTURE_CLOCK, UNBOUNDED, Clocks
from analyzer.model.clock import ClockOffset, OffsetNote
from analyzer.model.instant import MILLISECOND, SECOND, Span
from tests.correlate.builder import (
    HOST,
    REMOTE,
    VMK0,
    Capture,
    Genesis,
    HostLog,
    evidence,
)
from tests.correlate.clocks.made import NAME, told_by_ssh


def test_hosts_are_a_zone_away_from_a_genesis_log_without_one() -> None:
    """Hosts log UTC: what Genesis ordered on one of them tells the zone for the others too."""
    hours = 7 * 3_600_000
    log, kernel, other = Genesis(zone_assumed=True), HostLog(), HostLog("b/vmkernel.log", clock="other", host="h")
    log.all_up(0)
    log.illegal(30_000, REMOTE)
    log.repairs(31_000, "delete", REMOTE)
    log.all_up(60_000)
    kernel.kernel(31_400 + hours, "delete", REMOTE)
    other.kernel(90_000 + hours, "add", REMOTE)

    clocks = align(evidence(log, kernel, other), Settings(), {"host": HOST})

    assert clocks.offsets["host"].basis == "measured"
    assert clocks.offsets["host"].offset.holds(7 * 3600 * SECOND)
    assert clocks.offsets["other"].basis == "assumed"
    assert clocks.offsets["other"].offset.holds(7 * 3600 * SECOND)
    assert clocks.offsets["other"].offset.width <= 10 * SECOND


def test_a_clock_is_measured_by_way_of_another_log() -> None:
    capture, log = told_by_ssh(1_700)
    kernel = HostLog()
    log.illegal(92_000, REMOTE)
    log.repairs(93_000, "delete", REMOTE)
    kernel.kernel(93_400 - 1_700 + 20_000, "delete", REMOTE)  # 20 s ahead of the captures

    offset = align(evidence(capture, log, kernel), Settings()).offsets["host"]

    assert offset.basis == "measured"
    assert offset.offset.holds(20 * SECOND)
    assert offset.note == OffsetNote("by-way-of", other=NAME)
    assert offset.pairs == 1


def test_where_nothing_places_genesis_a_host_keeps_its_place_beside_it() -> None:
    """The captures show nothing that either log tells: what Genesis ordered, the host's kernel logged all the same."""
    capture, log = Capture(), Genesis()
    kernel, other = HostLog(), HostLog("b/vmkernel.log", clock="other", host="h")
    capture.speaks(VMK0, HOST, 0, 90_000)
    log.illegal(30_000, REMOTE)
    log.repairs(31_000, "delete", REMOTE)
    kernel.kernel(31_400 - 44_000, "delete", REMOTE)
    other.kernel(90_000, "add", REMOTE)

    clocks = align(evidence(capture, log, kernel, other), Settings(), {"host": HOST, "other": "h"})

    assert clocks.offsets[NAME].note == UNBOUNDED
    assert (clocks.offsets["host"].basis, clocks.offsets["host"].note) == (
        "assumed",
        OffsetNote("by-way-of", other=NAME),
    )
    apart = clocks.offsets["host"].offset + Span(-clocks.offsets[NAME].offset.most, -clocks.offsets[NAME].offset.least)
    assert apart.holds(-44 * SECOND)
    assert apart.width <= 22 * SECOND
    assert clocks.offsets["other"].note == UNBOUNDED


def test_a_clock_beside_the_rest_of_its_log_is_not_placed_by_one_that_fits_at_several_places() -> None:
    log, kernel = Genesis(), HostLog()
    log.orders(31_000, "delete", REMOTE)
    log.result(32_000, "delete", REMOTE)
    kernel.kernel(31_400, "delete", REMOTE)

    def assumed(clock: str, offset: Span, note: OffsetNote) -> ClockOffset:
        return ClockOffset(clock=clock, reference=CAPTURE_CLOCK, offset=offset, basis="assumed", note=note)

    beside = assumed(NAME, Span(0, 0), OffsetNote("beside", other="the rest"))
    several = (Span(0, SECOND), Span(100 * SECOND, 101 * SECOND))
    host = assumed("host", Span(0, 101 * SECOND), OffsetNote("several-fit", count=2))
    clocks = Clocks(CAPTURE_CLOCK).at(NAME, beside).at("host", host).with_alternatives("host", several)
    clocks = replace(clocks, hosts=MappingProxyType({"host": HOST}))

    assert by_way_of_another(clocks, evidence(log, kernel)).offsets[NAME] == beside


def test_where_nothing_is_assumed_nothing_is_asked() -> None:
    exact = ClockOffset(clock="log", reference=CAPTURE_CLOCK, offset=Span(0, 0), basis="given")
    clocks = Clocks(CAPTURE_CLOCK).at("log", exact)

    assert by_way_of_another(clocks, evidence(*told_by_ssh())) is clocks


@pytest.mark.parametrize(("minutes", "zone"), [(0, 0), (7, 0), (8, 15), (-418, -420), (345, 345)])
def test_a_zone_is_the_nearest_quarter_of_an_hour(minutes: int, zone: int) -> None:
    around = Span(minutes * 60 * SECOND - 5, minutes * 60 * SECOND + 5)

    assert zone_of(around) == zone * 60 * SECOND


def test_events_are_by_their_clock_in_their_order() -> None:
    capture, log = told_by_ssh()

    assert by_clock_of([*log.events, *capture.events]) == {log.clock: log.events, capture.clock: capture.events}


def told_beside(**alternatives: tuple[tuple[int, int], ...]) -> Clocks:
    """Logs with several offsets that fit each, in s from and to."""
    clocks = Clocks(CAPTURE_CLOCK)
    for name, spans in alternatives.items():
        fitting = tuple(Span(least * SECOND, least * SECOND + most * MILLISECOND) for least, most in spans)
        nearest = ClockOffset(clock=name, reference=CAPTURE_CLOCK, offset=fitting[0], basis="assumed")
        clocks = clocks.with_alternatives(name, fitting).at(name, nearest)
    return clocks


def test_an_offset_that_all_logs_share_is_the_captures_own() -> None:
    clocks = told_beside(a=((-105, 100), (-112, 100)), b=((44, 100), (-112, 50)))

    clocks = with_shared_offset(clocks)

    assert [clocks.offsets[name].basis for name in "ab"] == ["measured", "measured"]
    assert clocks.offsets["a"].offset.holds(-112 * SECOND)
    assert clocks.offsets["b"].offset.holds(-112 * SECOND)


def test_a_log_that_fits_another_in_two_ways_is_not_placed_beside_it() -> None:
    capture, log = told_by_ssh(1_700)
    kernel = HostLog()
    for ms in (93_000, 193_000):
        log.repairs(ms, "delete", REMOTE)
    kernel.kernel(143_000, "delete", REMOTE)

    assert align(evidence(capture, log, kernel), Settings()).offsets["host"].basis == "assumed"


@pytest.mark.parametrize(
    ("a", "b"),
    [
        pytest.param(((-105, 100), (-112, 100)), ((44, 100), (-110, 50)), id="nothing shared"),
        pytest.param(((-105, 100), (-112, 100)), ((-105, 100), (-112, 50)), id="two shared"),
        pytest.param(((0, 100), (-112, 100)), ((44, 100), (-112, 50)), id="one may be right"),
    ],
)
def test_else_nothing_is_shared(a: tuple[tuple[int, int], ...], b: tuple[tuple[int, int], ...]) -> None:
    clocks = told_beside(a=a, b=b)

    clocks = with_shared_offset(clocks)

    assert {clocks.offsets[name].basis for name in "ab"} == {"assumed"}
