"""A host that left the public network: from when until when, and what shows that it did not."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from analyzer.correlate.wire.change import Change
from analyzer.correlate.wire.departure import away_from, given_back, parted
from analyzer.correlate.wire.kinds.cvm_recovery import recognise
from analyzer.model.event import Ends
from tests.correlate.builder import (
    CVM,
    CVM_ETH0,
    HOST,
    OUTSIDE,
    PEER,
    PEER_ETH0,
    REMOTE,
    REMOTE_ETH0,
    VMK0,
    Capture,
    back,
    episodes,
    ms_of,
    neighbours,
    ns,
)
from tests.correlate.wire.shown import changes_shown, scene_shown


def outside(*, until: int = 80_000, end: int = 96_000, returned: int = 34_000) -> Capture:
    """A host on its remote path until it leaves that without a word, while its own CVM is back."""
    span = Capture()
    for mac, address in ((VMK0, HOST), (PEER_ETH0, PEER), (REMOTE_ETH0, REMOTE)):
        span.speaks(mac, address, 0, end)
    span.speaks(CVM_ETH0, CVM, returned, end)
    span.serves(OUTSIDE, 0, until)
    return span


def last(span: Capture) -> Change:
    return changes_shown(span)[-1]


def test_a_host_that_sends_nothing_for_longer_than_a_heartbeat_left() -> None:
    span = outside()

    left, again = away_from(last(span), scene_shown(span)) or (0, 0)

    assert (left // ns(1), again // ns(1)) == (span.at(80_000).least // ns(1), span.at(96_000).least // ns(1))


def _sends_on(span: Capture) -> None:
    span.sends(OUTSIDE, 86_000, 86_001, "frame")


def _sends_soon(span: Capture) -> None:
    """So its leave is not what ended its service."""
    span.sends(OUTSIDE, 83_000, 83_001, "frame")


def _asks(span: Capture) -> None:
    span.asks(VMK0, HOST, REMOTE, 84_000, 90_000)


def _waits(span: Capture) -> None:
    span.calls(OUTSIDE, 80_000, None)


@pytest.mark.parametrize("sign", [_sends_on, _sends_soon, _asks, _waits], ids=lambda sign: sign.__name__[1:])
def test_what_shows_that_it_did_not(sign: Callable[[Capture], None]) -> None:
    span = outside()
    sign(span)

    assert away_from(last(span), scene_shown(span)) is None


def test_a_heartbeat_may_be_due_yet() -> None:
    span = outside(end=92_400)

    assert away_from(last(span), scene_shown(span)) is None


def test_a_call_that_nobody_answers_is_no_wait_where_the_remote_cvm_ended_the_connection() -> None:
    span = outside()
    span.calls(OUTSIDE, 80_000, None)
    span.control("FIN", back(OUTSIDE), 80_050)

    assert away_from(last(span), scene_shown(span)) is not None


def test_a_host_that_is_not_heard_may_be_down() -> None:
    span = outside()
    span.events = [event for event in span.events if VMK0 not in str(event.detail)]
    span.speaks(VMK0, HOST, 0, 80_500)
    span.serves(OUTSIDE, 0, 80_000)

    assert all(away_from(change, scene_shown(span)) is None for change in changes_shown(span))


def test_who_leaves_as_its_own_cvm_is_back_has_returned() -> None:
    span = outside()
    returned = recognise(last(span), scene_shown(span))

    assert returned is not None
    assert (returned.kind, returned.cvm, returned.confidence) == ("cvm-recovery", CVM, "medium")


@pytest.mark.parametrize("returned", [70_000, 90_000], ids=["just-before", "after"])
def test_who_leaves_before_its_own_cvm_can_serve_has_not(returned: int) -> None:
    span = outside(returned=returned)

    assert recognise(last(span), scene_shown(span)) is None


def test_who_leaves_as_its_own_cvm_is_silent_again_has_not() -> None:
    span = outside()
    span.events = [event for event in span.events if CVM_ETH0 not in str(event.detail)]
    span.speaks(CVM_ETH0, CVM, 34_000, 60_000)

    assert recognise(last(span), scene_shown(span)) is None


def away_and_outside_again() -> Capture:
    """A host is given back to its own CVM, which no capture has, and fails over once more."""
    span = Capture()
    neighbours(span, 0, 200_000, cvm_until=120_000)
    span.asks(PEER_ETH0, PEER, CVM, 122_000, 200_000)
    span.serves(OUTSIDE, 20_000, 60_000)
    span.control("FIN", back(OUTSIDE), 60_050)
    span.connects(OUTSIDE, 150_000)
    span.serves(OUTSIDE, 150_001, 200_000)
    return span


def test_one_silence_between_two_remote_paths_is_two_changes() -> None:
    span = away_and_outside_again()
    (change,) = [one for one in changes_shown(span) if one.before is not None and one.after is not None]

    first, second = parted(change, scene_shown(span)) or (change, change)

    assert (first.before, first.after) == (change.before, None)
    assert (second.before, second.after) == (None, change.after)
    assert (second.start, first.end) == away_from(change, scene_shown(span))


def test_the_failure_after_it_is_told() -> None:
    failed = episodes(away_and_outside_again())[-1]

    assert (failed.kind, failed.cvm) == ("cvm-failure", CVM)
    assert ms_of(failed, "repaired")[0] >= 119_000


def test_another_cvm_that_serves_soon_after_the_connection_was_ended_is_another_change() -> None:
    span = outside(until=80_000, end=99_000)
    span.control("FIN", back(OUTSIDE), 80_010)
    other = Ends(VMK0, PEER_ETH0, OUTSIDE.src, OUTSIDE.dst, 900, OUTSIDE.dport)
    span.connects(other, 83_000)
    span.serves(other, 83_001, 99_000)

    left, moved = episodes(span)

    assert [one.kind for one in (left, moved)] == ["cvm-recovery", "unexplained"]
    assert (left.after.kind, moved.after.via) == ("local", PEER)


@pytest.mark.parametrize("ended", [False, True])
def test_a_host_was_given_back_in_between_only_where_its_connection_was_ended(*, ended: bool) -> None:
    span = outside(until=80_000, end=99_000)
    other = Ends(VMK0, PEER_ETH0, OUTSIDE.src, OUTSIDE.dst, 900, OUTSIDE.dport)
    if ended:
        span.control("FIN", back(OUTSIDE), 80_010)
    span.connects(other, 83_000)
    span.serves(other, 83_001, 99_000)
    (change,) = [one for one in changes_shown(span) if one.before is not None and one.after is not None]

    assert (given_back(change, scene_shown(span)) is not None) is ended
