"""The clocks of logs, bounded by the faults that both they and the captures show."""

from __future__ import annotations

from dataclasses import replace
from typing import Literal

import pytest
from msgspec import structs

from analyzer.config import Settings
from analyzer.correlate.refine.log_clocks import bounded_by_faults
from analyzer.correlate.view import clocks_of, observe
from analyzer.model.clock import ClockOffset
from analyzer.model.instant import MILLISECOND, SECOND, Span
from analyzer.model.measurement import InstantName
from tests.correlate import scenes
from tests.correlate.builder import (
    REMOTE,
    START,
    Genesis,
    found,
    known,
)
from tests.correlate.clocks.made import NAME
from tests.correlate.viewed import first_view, observed


def failed(ahead: int = 0) -> Genesis:
    """The log of a failure at 37 s, by a clock that is so many ms ahead."""
    log = Genesis()
    for ms in (2_000, 32_000):
        log.all_up(ms + ahead)
    log.cvm_down(62_000 + ahead)
    log.absent(62_000 + ahead)
    log.repairs(63_000 + ahead, "add", REMOTE)
    return log


def bounded(log: Genesis, *, basis: Literal["measured", "given", "assumed"], offset: Span) -> ClockOffset:
    """The log's offset as the faults leave it, where it was held to be at `offset` before."""
    span, vmk1 = scenes.failure(died=37_000, served=64_000)
    span.events = [event for event in span.events if "Ssh" not in type(event.detail).__name__]
    timeline, view = first_view(span, vmk1, log)
    held = ClockOffset(clock=NAME, reference="capture", offset=offset, basis=basis, pairs=3)
    clocks = view.clocks.with_alternatives(NAME, ()).at(NAME, held)
    view, observed = observe(timeline, replace(view, clocks=clocks))
    return bounded_by_faults(view, observed, timeline).clocks.offsets[NAME]


def test_a_clock_that_was_measured_is_narrowed_by_cause_and_effect() -> None:
    offset = bounded(failed(), basis="measured", offset=Span(-10 * SECOND, 3 * SECOND))

    assert (offset.basis, offset.offset.holds(0)) == ("measured", True)
    assert offset.offset.width < 13 * SECOND
    assert offset.pairs > 3


def test_a_clock_that_the_user_gave_stays_where_it_is() -> None:
    given = Span(-SECOND, -SECOND)

    assert bounded(failed(-1_000), basis="given", offset=given).offset == given


def test_a_clock_that_nothing_placed_is_where_the_faults_put_it() -> None:
    offset = bounded(failed(-300_000), basis="assumed", offset=Span(-5 * SECOND, 5 * SECOND))

    assert offset.basis == "measured"
    assert offset.offset.holds(-300 * SECOND)


def test_a_fault_that_fits_what_two_logs_tell_together_places_neither_elsewhere() -> None:
    """The log of a new leader tells of one failure together with the log before it, and of another alone."""
    span, vmk1 = scenes.failure(died=37_000, served=64_000)
    span.events = [event for event in span.events if "Ssh" not in type(event.detail).__name__]
    before, after = Genesis("before", clock="cvm:before"), failed(300_000)
    for ms in (2_000, 32_000):
        before.all_up(ms)
    after.cvm_down(62_000)
    after.absent(62_000)
    after.repairs(63_000, "add", REMOTE)

    timeline, view = first_view(span, vmk1, before, after)
    view, observed = observe(timeline, view)
    clocks = bounded_by_faults(view, observed, timeline).clocks

    assert any(len(clocks_of(one, view.clocks)) > 1 for one in observed.from_logs)
    assert clocks.offsets[NAME].offset.holds(0)


def test_without_captures_a_log_stays_where_it_is() -> None:
    view, seen, timeline = observed(failed())

    assert bounded_by_faults(view, seen, timeline) is view


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


ENDS: tuple[InstantName, ...] = ("repaired",)
ALL: tuple[InstantName, ...] = ("fault", "repaired")


@pytest.mark.parametrize(
    ("strays", "shifted", "basis", "told"),
    [(1, ENDS, "measured", 0), (1, ALL, "measured", 0), (2, ALL, "measured", 1), (1, ENDS, "given", 1)],
)
def test_an_instant_of_another_fault_does_not_contradict_a_clock_that_many_lines_measured(
    strays: int, shifted: tuple[InstantName, ...], basis: Literal["measured", "given"], told: int
) -> None:
    span, vmk1 = scenes.failure(died=37_000, served=64_000)
    timeline, view = first_view(span, vmk1, failed())
    held = ClockOffset(clock=NAME, reference="capture", offset=Span(-SECOND, SECOND), basis=basis, pairs=30)
    view = replace(view, clocks=view.clocks.with_alternatives(NAME, ()).at(NAME, held))
    view, observed = observe(timeline, view)
    (seen, _), *_ = observed.both()
    late = {name: structs.replace(seen.points[name], at=seen.points[name].at.later(90 * SECOND)) for name in shifted}
    stray = seen.without("restored")
    for name, point in late.items():
        stray = stray.at(name, point)
    place = observed.pairs[0][1]
    observed = replace(
        observed,
        from_captures=(*observed.from_captures, *(stray,) * strays),
        pairs=(*observed.pairs, *((len(observed.from_captures) + number, place) for number in range(strays))),
    )

    assert len(bounded_by_faults(view, observed, timeline).clocks.contradictions) == told
