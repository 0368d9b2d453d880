"""The clocks of logs, bounded by the faults that both they and the captures show."""

from __future__ import annotations

from analyzer.config import Settings
from analyzer.model.instant import MILLISECOND, SECOND
from tests.correlate import scenes
from tests.correlate.builder import (
    REMOTE,
    START,
    Genesis,
    found,
    known,
)
from tests.correlate.clocks.made import NAME


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
