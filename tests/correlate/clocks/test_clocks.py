"""Offsets as they are held: what is placed by them, and which clock is the reference."""

from __future__ import annotations

from analyzer.config import Settings
from analyzer.correlate.clocks.align import align
from analyzer.correlate.clocks.clocks import CAPTURE_CLOCK, Clocks, Step, reference_clock
from analyzer.model.clock import ClockOffset
from analyzer.model.instant import Instant, Span
from analyzer.model.source import Origin
from tests.correlate.builder import (
    REMOTE,
    Genesis,
    HostLog,
    evidence,
    found,
)
from tests.correlate.clocks.made import NAME, told_by_ssh
from tests.correlate.logs.check_logs import as_one, checks


def test_what_a_clock_in_doubt_shares_in_is_told_with_its_doubt() -> None:
    near = ClockOffset(clock="log", reference="capture", offset=Span(-5, 5), basis="assumed")
    clocks = Clocks("capture", alternatives={"log": (Span(-100, -90), Span(-5, 50))}).at("log", near)

    assert clocks.widened(Instant("capture", 1_000, 1_010), ["log"]) == Instant("capture", 955, 1_105)


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


def test_placing_on_the_reference_widens_by_the_offsets_doubt() -> None:
    ahead = ClockOffset(clock="log", reference="capture", offset=Span(2, 5), basis="measured")
    clocks = Clocks("capture").at("log", ahead)

    placed = clocks.place(Instant("log", 100, 110))

    assert placed == Instant("capture", 95, 108)
    assert clocks.raw(placed, "log") == Instant("log", 100, 110)
    assert clocks.place(Instant("capture", 1, 2)) == Instant("capture", 1, 2)


def test_checks_that_are_told_as_one_count_as_many_as_they_are() -> None:
    few, many = Genesis("a.log", clock="log:a"), Genesis("b.log", clock="log:b")
    checks(few, 0, 30_000, 60_000)
    many.events = as_one(checks(many, *range(0, 300_000, 30_000)).events, 0, 10)

    assert reference_clock(evidence(few, many)) == "log:b"


def test_only_the_clocks_that_are_in_doubt_widen() -> None:
    sure = ClockOffset(clock="sure", reference="capture", offset=Span(3, 3), basis="measured")
    near = ClockOffset(clock="log", reference="capture", offset=Span(-5, 5), basis="assumed")
    clocks = Clocks("capture", alternatives={"log": (Span(-100, -90), Span(-5, 50))}).at("log", near).at("sure", sure)

    assert clocks.widened(Instant("capture", 1_000, 1_010), ["sure"]) == Instant("capture", 1_000, 1_010)
    assert clocks.widened(Instant("capture", 1_000, 1_010), ["sure", "log"]) == Instant("capture", 955, 1_105)


def test_what_was_bounded_more_narrowly_than_its_clock_is_known_was_told_within_all_that_fits() -> None:
    ahead = ClockOffset(clock="log", reference="capture", offset=Span(-500, 500), basis="measured")
    clocks = Clocks("capture").at("log", ahead)

    assert clocks.raw(Instant("capture", 1_000, 1_010), "log") == Instant("log", 500, 1_510)


def test_a_line_before_its_log_was_set_back_is_stamped_by_the_clock_from_before() -> None:
    steps = (Step(NAME, "log:genesis#2", Span(5, 5), "genesis.out", 10),)
    clocks = Clocks("capture", logs={"genesis.out": NAME}, steps=steps)

    assert clocks.stamping([Origin("genesis.out", 9)]) == {NAME}
    assert clocks.stamping([Origin("genesis.out", 10)]) == {"log:genesis#2"}
    assert clocks.stamping([Origin("another.log", 11)]) == set()
