"""A route command of which the log does not have the result."""

from __future__ import annotations

import pytest
from msgspec.structs import replace

from analyzer.correlate.logs.state.host_state import HostState
from analyzer.correlate.logs.state.retry import (
    NO_RESULT,
    RETRIED_WITHIN,
    is_retry,
    proved,
    reopened,
    since_first_try,
    with_result,
)
from analyzer.correlate.observation import Observation, Point
from analyzer.model.event import RouteAction, RouteCommand
from analyzer.model.instant import MILLISECOND
from analyzer.model.measurement import How
from analyzer.model.told import Doubt
from tests.correlate.builder import HOST, PEER, REMOTE, ns
from tests.correlate.logs.made import MEMBER, entry, local

COMMAND = entry(0, RouteCommand("add", "genesis", HOST, REMOTE))


def unproved(*doubts: Doubt) -> HostState:
    """A failure that COMMAND closed."""
    failure = Observation("cvm-failure", "logs", MEMBER, "capture", ns(0), ns(0))
    failure = failure.at("repaired", Point(COMMAND.at, COMMAND.origins, How("note")))
    for doubt in doubts:
        failure = failure.doubted(doubt)
    return local(done=(failure,), unproved=0, ordered=COMMAND)


@pytest.mark.parametrize(
    ("ms", "action", "again"),
    [
        (30_000, "add", True),
        (RETRIED_WITHIN // MILLISECOND + 1, "add", False),
        (30_000, "delete", False),
    ],
    ids=["the next check", "later", "something else"],
)
def test_the_same_is_done_again(ms: int, action: RouteAction, again: bool) -> None:
    assert is_retry(unproved(NO_RESULT), entry(ms, COMMAND.event.detail), action, REMOTE) is again


@pytest.mark.parametrize(("gateway", "again"), [(REMOTE, True), (None, True), (PEER, False)])
def test_a_route_by_another_gateway_is_another_to_delete(gateway: str | None, *, again: bool) -> None:
    recovery = Observation("cvm-recovery", "logs", MEMBER, "capture", ns(0), ns(0), gateway=REMOTE).doubted(NO_RESULT)
    deleted = entry(0, RouteCommand("delete", "genesis", HOST, REMOTE))
    state = local(done=(recovery,), unproved=0, ordered=deleted)

    assert is_retry(state, entry(30_000, deleted.event.detail), "delete", gateway) is again


def test_the_repair_is_as_early_as_the_first_try_at_most() -> None:
    state, observation = reopened(unproved(NO_RESULT), entry(30_000, COMMAND.event.detail))
    second = entry(32_000, COMMAND.event.detail)

    at = since_first_try(second.at, observation, state)

    assert (at.least, at.most) == (COMMAND.at.least, second.at.most)
    assert since_first_try(second.at, observation.without("repaired"), local()) == second.at
    assert since_first_try(second.at, unproved(NO_RESULT).done[0], state) == second.at


def test_a_third_try_does_not_forget_the_first() -> None:
    state, again = reopened(unproved(NO_RESULT), entry(30_000, COMMAND.event.detail))
    second = entry(32_000, COMMAND.event.detail)
    again = again.at("repaired", Point(second.at, second.origins, How("note")))
    state = replace(state, open=None, done=(again,), unproved=0, ordered=second)

    state, _ = reopened(state, entry(60_000, COMMAND.event.detail))

    assert state.tried == COMMAND.at


def test_the_next_try_takes_the_repair_back() -> None:
    state, observation = reopened(unproved(NO_RESULT), entry(30_000, COMMAND.event.detail))

    assert (state.open, state.done, state.unproved) == (observation, (), None)
    assert "repaired" not in observation.points
    assert observation.doubts[-1] == Doubt("run-again")


def test_another_telling_of_the_command_proves_it() -> None:
    _, observation = reopened(unproved(NO_RESULT), entry(2_000, COMMAND.event.detail))

    assert "repaired" in observation.points
    assert observation.doubts == ()


@pytest.mark.parametrize(
    ("doubts", "confidence"),
    [((NO_RESULT,), "high"), ((NO_RESULT, Doubt("overtaken")), "medium")],
    ids=["the only", "one of two"],
)
def test_a_check_that_finds_the_path_right_takes_the_doubt_away(doubts: tuple[Doubt, ...], confidence: str) -> None:
    before = unproved(*doubts)

    after = proved(before)

    assert (after.done[0].doubts, after.done[0].confidence) == (doubts[1:], confidence)
    assert (after.unproved, before.unproved) == (None, 0)
    assert NO_RESULT in before.done[0].doubts, "the state before is as it was"


def test_nothing_is_proved_where_all_is() -> None:
    assert proved(local()) == local()


def test_a_result_takes_only_the_doubt_that_it_is_missing() -> None:
    other = Doubt("overtaken")
    (both,), (one,) = unproved(other, NO_RESULT).done, unproved(other).done

    assert with_result(both).doubts == (other,)
    assert with_result(one) is one
