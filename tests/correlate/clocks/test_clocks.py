"""Clocks: offsets given, measured by cause and effect, assumed; by way of another log; contradictions."""

from __future__ import annotations

from dataclasses import replace

import pytest
from msgspec.structs import replace as replaced

from analyzer.config import Settings
from analyzer.correlate.clocks.align import align
from analyzer.correlate.clocks.chained import with_shared_offset
from analyzer.correlate.clocks.clocks import CAPTURE_CLOCK, Clocks
from analyzer.model.clock import ClockOffset, OffsetNote
from analyzer.model.correlation import Assumption, Contradiction
from analyzer.model.instant import MILLISECOND, SECOND, Instant, Span
from tests.correlate import scenes
from tests.correlate.builder import (
    CVM,
    HOST,
    PEER,
    REMOTE,
    START,
    Capture,
    Genesis,
    HostLog,
    evidence,
    found,
    known,
    neighbours,
    only,
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


def test_a_stamp_without_a_zone_can_be_hours_off() -> None:
    capture, log = told_by_ssh(-7 * 3_600_000)
    log.zone_assumed = True

    clocks = align(evidence(capture, log), Settings())

    assert clocks.offsets[NAME].offset.holds(-7 * 3600 * SECOND)


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


def test_what_a_clock_in_doubt_shares_in_is_told_with_its_doubt() -> None:
    near = ClockOffset(clock="log", reference="capture", offset=Span(-5, 5), basis="assumed")
    clocks = Clocks("capture", alternatives={"log": (Span(-100, -90), Span(-5, 50))}).at("log", near)

    assert clocks.widened(Instant("capture", 1_000, 1_010), ["log"]) == Instant("capture", 955, 1_105)


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


def test_a_given_offset_is_named_by_the_end_of_a_path() -> None:
    capture, log = told_by_ssh()
    log.source = "bundle.tgz!/cvm_logs/genesis.out"
    for index, event in enumerate(log.events):
        log.events[index] = type(event)(
            at=event.at, detail=event.detail, origin=type(event.origin)(log.source, event.origin.number)
        )

    offset = align(evidence(capture, log), Settings(clock_offsets=(("genesis.out", 7),))).offsets[NAME]

    assert offset.basis == "given"


def test_the_captures_clock_is_the_reference() -> None:
    correlation = found(*told_by_ssh())

    assert correlation.reference == CAPTURE_CLOCK
    (reference,) = [clock for clock in correlation.clocks if clock.basis == "reference"]
    assert (reference.clock, reference.offset) == (CAPTURE_CLOCK, Span(0, 0))


def test_without_captures_the_log_with_the_decisions_is_the_reference() -> None:
    log, shell = Genesis(), HostLog("shell.log", "shell", "host:shell")
    log.all_up(0)
    log.illegal(30_000, REMOTE)
    shell.types(10_000, "add", REMOTE)

    assert found(log, shell).reference == NAME


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


def test_placing_on_the_reference_widens_by_the_offsets_doubt() -> None:
    ahead = ClockOffset(clock="log", reference="capture", offset=Span(2, 5), basis="measured")
    clocks = Clocks("capture").at("log", ahead)

    placed = clocks.place(Instant("log", 100, 110))

    assert placed == Instant("capture", 95, 108)
    assert clocks.raw(placed, "log") == Instant("log", 100, 110)
    assert clocks.place(Instant("capture", 1, 2)) == Instant("capture", 1, 2)


def test_episodes_seen_by_both_bound_a_clock_that_nothing_else_does() -> None:
    span, vmk1 = scenes.injection(added=29_000, deleted=64_000)
    span.events = [event for event in span.events if "Ssh" not in type(event.detail).__name__]
    log = Genesis()
    for ms in (0, 30_000):
        log.all_up(ms + 2_000 - 3_000)
    log.events.pop()  # the second check finds the route
    log.illegal(29_000 + 30_000 - 3_000, REMOTE)
    log.task(60_000 - 3_000, "delete", REMOTE)
    log.terminates(63_000 - 3_000)
    log.orders(63_000 - 3_000, "delete", REMOTE)
    log.result(63_000 - 3_000, "delete", REMOTE)

    correlation = found(span, vmk1, log)

    (episode,) = correlation.episodes
    assert episode.kind == "route-injection"
    (clock,) = [clock for clock in correlation.clocks if clock.clock == NAME]
    assert clock.offset.holds(-3 * SECOND)
    assert known(episode)["terminated"].at.least - START <= 63_760 * MILLISECOND


def test_a_log_that_contradicts_the_capture_is_a_finding_and_not_an_average() -> None:
    span, vmk1 = scenes.injection(added=29_000, deleted=64_000)
    log = Genesis()
    log.all_up(-30_000)
    log.illegal(33_000, REMOTE)
    log.task(33_000, "delete", REMOTE)
    log.terminates(60_000)
    log.orders(40_000, "delete", REMOTE)
    log.result(40_000, "delete", REMOTE)
    settings = Settings(clock_offsets=((NAME, 0),))

    correlation = found(span, vmk1, log, settings=settings)

    told = [doubt for episode in correlation.episodes for doubt in episode.doubts]
    assert correlation.contradictions or any(doubt.name == "contradicted" for doubt in told)


def test_the_host_is_the_one_that_the_evidence_is_about() -> None:
    assert only(*scenes.failure()).host == HOST


def test_a_kernels_line_tells_nothing_of_another_hosts_change() -> None:
    log, kernel = Genesis(), HostLog()
    log.all_up(0)
    log.illegal(30_000, REMOTE)
    log.repairs(31_000, "delete", REMOTE)
    kernel.kernel(31_400 + 90_000, "delete", REMOTE)

    offset = align(evidence(log, kernel), Settings(), {"host": "192.168.1.25"}).offsets["host"]

    assert offset.basis == "assumed"


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


def test_what_was_bounded_more_narrowly_than_its_clock_is_known_was_told_within_all_that_fits() -> None:
    ahead = ClockOffset(clock="log", reference="capture", offset=Span(-500, 500), basis="measured")
    clocks = Clocks("capture").at("log", ahead)

    assert clocks.raw(Instant("capture", 1_000, 1_010), "log") == Instant("log", 500, 1_510)


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
