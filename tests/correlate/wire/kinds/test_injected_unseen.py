"""A remote path out of nothing is an injected route when the local CVM lived, and the old connection went along."""

from __future__ import annotations

from dataclasses import replace

from msgspec.structs import replace as replaced

from analyzer.correlate.observation import Observation
from analyzer.correlate.timing import HEARTBEAT
from analyzer.correlate.wire.kinds import injected_unseen, unexplained
from analyzer.correlate.wire.kinds.injected_unseen import STILL, _was_still
from analyzer.correlate.wire.signs import ON_ITS_WAY
from analyzer.model.event import SshTraffic
from analyzer.model.instant import SECOND
from tests.correlate import scenes
from tests.correlate.builder import (
    CVM,
    CVM_ETH0,
    HOST,
    LOCAL,
    NOBODY,
    OUTSIDE,
    REMOTE_ETH0,
    VMK0,
    Capture,
    back,
    episodes,
    ns,
)
from tests.correlate.wire.shown import changes_shown, scene_shown

REFUSED = replaced(back(OUTSIDE), src_mac=CVM_ETH0, dst_mac=VMK0)


def reconsidered(span: Capture) -> tuple[Observation, Observation | None]:
    appeared, ended = changes_shown(span)
    scene = scene_shown(span)
    first = unexplained.recognise(appeared, scene)
    assert first is not None
    return first, injected_unseen.reconsider(first, ended, scene)


def of_span() -> Capture:
    """An injection from 29 s to 64 s of which only the public network is captured, and service ends there."""
    span, _ = scenes.injection(added=29_000, deleted=64_000)
    return replace(span)


def test_the_local_cvm_refuses_and_was_never_silent() -> None:
    span = of_span()
    span.control("RST", REFUSED, 63_900)

    first, injected = reconsidered(span)

    assert injected is not None
    assert (injected.kind, injected.before.kind, injected.during) == ("route-injection", "local", first.after)
    assert injected.gateway_valid is True
    assert (injected.before.note, injected.end) == ("unseen", ns(63_900))
    repaired = injected.points["repaired"].at
    assert (repaired.least, repaired.most) == (ns(63_750) - ON_ITS_WAY, ns(63_900))
    assert "restored" not in injected.points
    assert (first.kind, "restored" in first.points) == ("unexplained", True), "what was given is not written to"


def test_without_a_refusal_nothing_is_known() -> None:
    _, injected = reconsidered(of_span())

    assert injected is None


def test_an_attempt_to_connect_from_the_private_address_is_no_connection() -> None:
    span = of_span()
    span.control("RST", REFUSED, 63_900)
    span.control("SYN", scenes.STRAY, 29_000)

    _, injected = reconsidered(span)

    assert injected is None


def test_a_route_that_came_as_a_cvm_ran_a_command_may_be_genesis_own() -> None:
    span = of_span()
    span.control("RST", REFUSED, 63_900)
    span.events = [event for event in span.events if not isinstance(event.detail, SshTraffic)]
    for ms in (25_000, 28_000, 55_000, 85_000):  # each check's reading, and a command after the first
        span.ssh(ms, ms + 250)

    told = [one.kind for one in episodes(span)]

    assert told == ["unexplained", "unexplained"]


def test_a_cvm_that_was_silent_may_have_failed() -> None:
    span = of_span()
    span.events = [event for event in span.events if CVM_ETH0 not in str(event.detail)]
    span.speaks(CVM_ETH0, CVM, 0, 20_000)
    span.speaks(CVM_ETH0, CVM, 60_000, 90_000)
    span.control("RST", REFUSED, 63_900)

    _, injected = reconsidered(span)

    assert injected is None


def test_a_cvm_that_pauses_as_long_as_it_does_at_other_times_was_there_all_along() -> None:
    """It is first heard 10 s after the capture began, and later pauses for 20 s, twice."""
    span = of_span()
    span.events = [event for event in span.events if CVM_ETH0 not in str(event.detail)]
    for first, last in ((10_000, 20_000), (21_000, 22_000), (42_000, 43_000), (62_900, 90_000)):
        span.speaks(CVM_ETH0, CVM, first, last)
    span.control("RST", REFUSED, 63_900)

    _, injected = reconsidered(span)

    assert injected is not None


def test_a_cvm_that_was_silent_as_never_else_while_the_path_was_remote_may_have_failed() -> None:
    """Of 22 s, while others last a second: no check need have been missed, and one may have been."""
    span = of_span()
    span.events = [event for event in span.events if CVM_ETH0 not in str(event.detail)]
    for first, last in ((0, 31_000), (32_000, 33_000), (55_000, 90_000)):
        span.speaks(CVM_ETH0, CVM, first, last)
    span.control("RST", REFUSED, 63_900)

    _, injected = reconsidered(span)

    assert injected is None


def test_a_cvm_that_was_silent_as_never_else_just_before_may_have_failed_and_returned() -> None:
    span = of_span()
    span.events = [event for event in span.events if CVM_ETH0 not in str(event.detail)]
    for first, last in ((0, 10_000), (24_000, 90_000)):
        span.speaks(CVM_ETH0, CVM, first, last)
    span.control("RST", REFUSED, 63_900)

    _, injected = reconsidered(span)

    assert injected is None


def test_without_the_old_connection_along_the_path_may_be_older() -> None:
    span = of_span()
    span.events = [event for event in span.events if f"sport={LOCAL.sport}" not in str(event.detail)]
    span.control("RST", REFUSED, 63_900)

    _, injected = reconsidered(span)

    assert injected is None


def test_a_cvm_that_was_silent_long_before_was_not_still_then() -> None:
    long = max(least for _, least in STILL) + SECOND
    farthest = max(within for within, _ in STILL)

    assert _was_still([(0, long), (SECOND, SECOND)], SECOND)
    assert not _was_still([(0, long), (SECOND, SECOND)], farthest + SECOND)
    assert not _was_still([(0, long), (SECOND, long - SECOND)], SECOND)


def test_the_refusal_alone_shows_that_the_host_is_given_back() -> None:
    """Of a connection that nobody ended: the route was exchanged for one to nobody before it was deleted."""
    span = of_span()
    span.events = [event for event in span.events if "FIN" not in str(event.detail)]
    span.control("RST", REFUSED, 63_900)

    (injected,) = episodes(span)

    assert (injected.kind, injected.after.kind) == ("route-injection", "local")
    assert "route-not-deleted" not in {doubt.name for doubt in injected.doubts}


def test_a_host_that_asked_for_another_gateway_before_had_left_its_cvm_by_then() -> None:
    span = of_span()
    span.asks(VMK0, HOST, NOBODY, 20_000, 23_000)
    span.control("RST", REFUSED, 63_900)

    _, injected = reconsidered(span)

    assert injected is not None
    assert injected.points["fault"].at.least == ns(20_000) - HEARTBEAT


def test_the_cvm_that_served_shows_nothing_of_another_by_its_refusal() -> None:
    span = of_span()
    span.control("RST", replaced(REFUSED, src_mac=REMOTE_ETH0), 63_900)

    _, injected = reconsidered(span)

    assert injected is None
