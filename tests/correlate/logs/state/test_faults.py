"""When a fault begins, of which kind it is, and when it is over."""

from __future__ import annotations

from typing import Literal

import pytest
from msgspec.structs import replace

from analyzer.correlate.logs.state.faults import _without_exchange, closed, detected, opened
from analyzer.correlate.logs.state.stargates import Stargates
from analyzer.correlate.observation import Observation, Point
from analyzer.correlate.topology.topology import Member
from analyzer.model.episode import EpisodeKind
from analyzer.model.event import RouteAction, RouteChanged, RouteCommand, StargateStates, TaskCreated
from analyzer.model.measurement import How
from analyzer.model.path import Path
from analyzer.model.told import Doubt
from tests.correlate import builder
from tests.correlate.builder import CVM, HOST, NOBODY, PEER, REMOTE, Genesis, found, ns
from tests.correlate.logs.made import MEMBER, context, entry, local

TASK = entry(40_000, TaskCreated("add", HOST, REMOTE), number=9)


def seen(detail: StargateStates) -> Stargates:
    return Stargates().after(entry(39_000, detail, number=8), detail, (CVM, PEER, REMOTE))


@pytest.mark.parametrize(
    ("path", "failed", "action", "kind"),
    [
        ("local", False, "add", "cvm-failure"),
        ("remote", True, "add", "route-deletion"),
        ("remote", True, "delete", "cvm-recovery"),
        ("remote", False, "delete", "route-injection"),
        ("local", False, "delete", "route-injection"),
    ],
)
def test_what_genesis_does_on_a_path_tells_the_kind(
    path: Literal["local", "remote"], failed: bool, action: RouteAction, kind: EpisodeKind
) -> None:
    state, observation = opened(local(path=path, failed=failed), TASK, action, REMOTE, context(TASK))

    assert observation.kind == kind
    assert state.open == observation


@pytest.mark.parametrize(
    ("said", "kind"),
    [
        (StargateStates(down=(CVM,)), "cvm-recovery"),
        (StargateStates(initializing=(CVM,)), "cvm-recovery"),
        (StargateStates(down=(PEER,)), "route-injection"),
        (StargateStates(up=(CVM,)), "route-injection"),
    ],
)
def test_the_route_of_a_host_that_no_line_has_moved_goes_as_its_cvm_returns(
    said: StargateStates, kind: EpisodeKind
) -> None:
    """No rule took the line on what was done as that was down: what is deleted was no route too many."""
    _, observation = opened(local(path="unknown"), TASK, "delete", REMOTE, context(TASK, stargates=seen(said)))

    assert observation.kind == kind
    unknown = replace(local(path="unknown"), host=Member(HOST))
    task = entry(40_000, TaskCreated("delete", HOST, REMOTE, (CVM, HOST, REMOTE)), number=9)
    _, beside = opened(unknown, task, "delete", REMOTE, context(task, stargates=seen(said)))
    assert beside.kind == kind


def test_a_repair_of_the_open_fault_is_no_new_one() -> None:
    state, first = opened(local(), TASK, "add", None, context(TASK))

    again, second = opened(state, TASK, "add", REMOTE, context(TASK))

    assert (first.gateway, second.gateway) == (None, REMOTE)
    assert (len(again.done), again.open) == (0, second)


def test_the_route_that_was_ordered_for_a_failure_is_taken_back() -> None:
    state, failure = opened(local(), TASK, "add", REMOTE, context(TASK))
    ordered = state.with_open(failure.marked("decided", TASK.at, [TASK.event.origin], How("task-created")), TASK)

    _, back = opened(ordered, TASK, "delete", None, context(TASK))

    assert (back.kind, back.before) == ("cvm-recovery", Path("remote", via=REMOTE))


def test_the_route_that_was_found_missing_in_a_failure_is_taken_back() -> None:
    state, failure = opened(local(), TASK, "add", None, context(TASK))
    missed = state.with_open(failure.marked("detected", TASK.at, [TASK.event.origin], How("found-absent")), TASK)

    _, back = opened(missed, TASK, "delete", REMOTE, context(TASK))

    assert (back.kind, back.before) == ("cvm-recovery", Path("remote", via=REMOTE))


def test_a_fault_that_another_follows_is_doubted() -> None:
    state, _ = opened(local(), TASK, "add", REMOTE, context(TASK))

    state, second = opened(state, TASK, "delete", REMOTE, context(TASK))

    assert (len(state.done), state.open) == (1, second)
    assert state.done[0].doubts == (Doubt("overtaken"),)


@pytest.mark.parametrize(
    ("stargates", "confidence"),
    [(seen(StargateStates(up=(CVM,))), "low"), (seen(StargateStates(down=(CVM,))), "high")],
    ids=["up, which does not fit", "down"],
)
def test_a_failure_of_a_cvm_that_the_same_check_saw_up_is_not_sure(stargates: Stargates, confidence: str) -> None:
    _, observation = opened(local(), TASK, "add", REMOTE, context(TASK, stargates=stargates))

    assert observation.confidence == confidence


def test_a_recovery_of_a_cvm_that_never_was_away_is_not_sure() -> None:
    state = local(path="remote", failed=True)

    _, observation = opened(state, TASK, "delete", REMOTE, context(TASK, stargates=seen(StargateStates(up=(CVM,)))))

    assert (observation.kind, observation.confidence) == ("cvm-recovery", "low")


def test_where_the_log_begins_in_the_middle_the_doubt_is_said() -> None:
    _, observation = opened(
        local(path="unknown"), TASK, "add", REMOTE, context(TASK, stargates=seen(StargateStates(down=(CVM,))))
    )

    assert observation.confidence == "medium"
    assert observation.doubts[-1] == Doubt("log-begins-late")


def test_a_fault_that_is_over_leaves_the_host_on_its_new_path() -> None:
    state, _ = opened(local(), TASK, "add", None, context(TASK))

    after = closed(state, TASK, REMOTE, context(TASK))

    assert (after.open, after.path, after.gateway, after.failed, after.good) == (None, "remote", REMOTE, True, TASK)
    assert after.done[0].after == Path("remote", via=REMOTE)
    assert state.open is not None, "the state before is as it was"


def test_nothing_is_over_where_nothing_began() -> None:
    assert closed(local(), TASK, REMOTE, context(TASK)) == local()


def test_with_no_line_on_what_the_check_found_it_did_so_before_it_decided() -> None:
    _, observation = opened(local(), TASK, "add", REMOTE, context(TASK))

    at = detected(observation, local(), TASK, context(TASK)).points["detected"].at

    assert (at.least, at.most) == (ns(30_000), ns(40_000))


@pytest.mark.parametrize(
    ("stargates", "kind"),
    [
        pytest.param(Stargates(), "unknown", id="no check tells how any CVM is"),
        pytest.param(seen(StargateStates(down=(PEER,))), "remote", id="a check does not have it down"),
        pytest.param(seen(StargateStates(all_of="up")), "remote", id="all are up"),
        pytest.param(seen(StargateStates(down=(REMOTE,))), "dead", id="it is down"),
    ],
)
def test_a_route_by_a_cvm_of_which_no_check_tells_whether_it_serves_leads_nobody_knows_where(
    stargates: Stargates, kind: str
) -> None:
    here = context(TASK, stargates=stargates)
    state, _ = opened(local(), TASK, "delete", REMOTE, here)

    done = closed(state, TASK, REMOTE, here).done[-1]

    assert (done.kind, done.during) == ("route-injection", Path(done.during.kind, via=REMOTE))
    assert done.during.kind == kind


@pytest.mark.parametrize(("right", "ahead"), [(True, True), (False, False)])
def test_a_cvm_that_is_not_initialised_yet_is_forwarded_ahead_where_its_host_was_found_right(
    *, right: bool, ahead: bool
) -> None:
    log = Genesis()
    log.all_up(0)
    log.correct(200)
    log.tell(30_000, StargateStates(up=(PEER, REMOTE), initializing=(CVM,), all_of="alive"))
    if right:
        log.correct(30_200)
    else:
        log.absent(30_200)
    log.repairs(38_000, "add", REMOTE)

    (one,) = found(log).episodes

    assert one.kind == "cvm-failure"
    assert ("detected" not in builder.known(one)) is ahead


def test_a_cvm_that_no_check_ever_had_up_is_not_forwarded_ahead_of_its_stop() -> None:
    log = Genesis()
    log.started(0)
    log.cvm_down(2_000)
    log.absent(2_000)
    log.repairs(3_000, "add", REMOTE)
    log.cvm_down(32_000)
    log.correct(32_000, REMOTE)

    (one,) = found(log).episodes

    assert (one.kind, one.cvm) == ("cvm-failure", CVM)


@pytest.mark.parametrize(("down", "during"), [(39_000, "dead"), (1_000, "unknown"), (None, "unknown")])
def test_how_a_host_was_whose_failure_follows_from_what_genesis_did_is_not_known(down: int | None, during: str) -> None:
    detail = StargateStates(down=(CVM,))
    line = entry(down or 0, detail, number=8)
    stargates = Stargates() if down is None else Stargates().after(line, detail, (CVM, PEER, REMOTE))
    known = context(TASK, stargates=stargates)
    state, observation = opened(local(), TASK, "add", REMOTE, known)
    state = state.with_open(detected(observation, state, TASK, known), TASK)

    failure = closed(state, TASK, REMOTE, known).done[-1]

    assert (failure.kind, failure.during.kind) == ("cvm-failure", during)


@pytest.mark.parametrize(("given_back", "ahead"), [(20_000, True), (None, False)])
def test_a_log_that_says_when_a_cvm_is_down_and_does_not_has_its_host_forwarded_ahead(
    given_back: int | None, ahead: bool
) -> None:
    detail = StargateStates(down=(CVM,))
    stargates = Stargates().after(entry(10_000, detail, number=3), detail, (CVM, PEER, REMOTE))
    good = None if given_back is None else entry(given_back, RouteChanged("delete", HOST, REMOTE), number=5)
    state, observation = opened(local(good=good), TASK, "add", REMOTE, context(TASK, stargates=stargates))

    assert detected(observation, state, TASK, context(TASK, stargates=stargates)).is_ahead == ahead


@pytest.mark.parametrize(
    ("found", "action", "left"),
    [(False, "add", False), (True, "add", True), (False, "delete", True)],
    ids=["nobody missed it", "Genesis had missed it", "it was deleted by hand"],
)
def test_an_exchange_by_hand_is_none_where_the_own_cvm_may_have_served_by_then(
    action: RouteAction, *, found: bool, left: bool
) -> None:
    """A check that finds that CVM back meets a route by nobody, and not the loss of the remote path."""
    exchange = Observation("route-deletion", "logs", MEMBER, "capture", ns(0), ns(0))
    exchange = exchange.at("fault", Point(TASK.at, (), How("typed")))
    exchange = exchange.at("detected", Point(TASK.at, (), How("note"))) if found else exchange
    typed = entry(30_000, RouteCommand(action, "person", HOST, NOBODY))

    state, _ = _without_exchange(local(path="remote", open=exchange, typed=typed))

    assert (state.open is not None) is left


def test_where_it_is_known_that_no_line_has_what_was_found_none_is_made_up() -> None:
    silent = Observation("cvm-failure", "logs", MEMBER, "capture", ns(0), ns(0)).lacking("detected", "genesis-silent")

    assert detected(silent, local(), TASK, context(TASK)) is silent
