"""A host that a check finds elsewhere with no line of how it came there."""

from __future__ import annotations

import pytest
from msgspec.structs import replace

from analyzer.correlate.logs.state.faults import FAILURE_OR_ROUTE
from analyzer.correlate.logs.state.unlogged import _was_left
from analyzer.model.event import Forwarding, StargateStates
from analyzer.model.measurement import InstantName
from analyzer.model.path import Path
from tests.correlate.builder import CVM, HOST, NOBODY, PEER, REMOTE, Genesis, HostLog, episodes, ms_of
from tests.correlate.logs.check_logs import failed, healthy_then
from tests.correlate.logs.made import observed
from tests.correlate.made import observation


def kinds(log: Genesis) -> list[str]:
    return [one.kind for one in episodes(log)]


def found_elsewhere(log: Genesis, due: int) -> int:
    """The next check finds the own CVM down and the path right by another; gives the check after."""
    log.cvm_down(due + 2_000)
    log.correct(due + 2_000, REMOTE)
    return due + 30_000


def test_a_failure_or_a_route_between_two_checks_is_open() -> None:
    log, due = healthy_then()
    after = found_elsewhere(log, due)
    log.cvm_down(after + 2_000)
    log.correct(after + 2_000, REMOTE)

    (moved,) = episodes(log)

    assert (moved.kind, moved.host, moved.gateway) == ("unexplained", HOST, REMOTE)
    assert (moved.before, moved.after) == (Path("local"), Path("remote", via=REMOTE))
    assert FAILURE_OR_ROUTE in moved.doubts
    assert moved.confidence == "low"
    assert ms_of(moved, "fault") == (due - 30_000 - 600, due + 3_000)


def test_what_gives_it_back_is_the_return_of_the_own_cvm() -> None:
    log, due = healthy_then()
    after = found_elsewhere(log, due)
    log.tell(after, StargateStates(up=(CVM, PEER, REMOTE), all_of="up"))
    log.illegal(after, REMOTE)
    log.repairs(after + 2_000, "delete", REMOTE)

    assert kinds(log) == ["unexplained", "cvm-recovery"]


def test_a_host_that_is_kept_elsewhere_had_been_moved_too() -> None:
    log, due = healthy_then()
    log.alive(due)
    log.illegal(due + 30_000, REMOTE)

    assert kinds(log) == ["unexplained", "cvm-recovery"]


def test_a_line_that_tells_of_it_is_enough() -> None:
    log, due = healthy_then()
    after = failed(log, due)
    log.cvm_down(after + 2_000)
    log.correct(after + 2_000, REMOTE)

    assert kinds(log) == ["cvm-failure"]


def test_a_log_that_begins_with_it_tells_nothing_of_how() -> None:
    log = Genesis()
    found_elsewhere(log, 0)
    found_elsewhere(log, 30_000)

    assert kinds(log) == []


def test_a_cvm_that_fails_while_its_host_can_not_be_read_may_have_been_back_until_it_is() -> None:
    log, due = healthy_then()
    for check in range(3):
        log.cvm_down(due + 2_000 + check * 30_000)
        if check < 2:
            log.tell(due + 5_000 + check * 30_000, Forwarding("unreadable", HOST, None, None))
    log.absent(due + 62_000)
    log.repairs(due + 64_000, "add", REMOTE)

    (told,) = episodes(log)

    assert told.kind == "cvm-failure"
    first, last = ms_of(told, "fault")
    assert (first, last) == (due - 30_500, due + 63_000)


def test_of_what_one_line_says_the_stargates_come_first() -> None:
    """`host=… stargate=dead path=local want=…`: the path is found wrong beside a CVM that is down by the same line."""
    log, due = healthy_then()
    log.absent(due)
    log.cvm_down(due)
    *_, found, states = log.events
    log.events[-1] = type(states)(at=found.at, detail=states.detail, origin=found.origin)
    log.correct(due + 30_000, host="192.168.1.25", cvm=PEER)
    log.all_up(due + 60_000)

    (told,) = (one for one in episodes(log) if one.cvm == CVM)

    assert told.kind == "cvm-failure"
    assert ms_of(told, "detected") == (due, due + 1_000)


@pytest.mark.parametrize("ahead", [0, -70_000, 20_000], ids=["about then", "far before", "far after"])
def test_a_route_typed_at_no_known_time_is_that_by_which_a_check_finds_the_host(ahead: int) -> None:
    log, due = healthy_then()
    log.cvm_down(due)
    log.correct(due + 100, REMOTE)
    shell = HostLog("shell.log", "shell", "host", 9_999_999_999)
    shell.types(due - 15_000 + ahead, "add", REMOTE)

    (moved,) = observed(log, shell)

    assert (moved.kind, moved.after.via) == ("unexplained", REMOTE)
    assert "typed-by-hand" in {claim.statement.name for claim in moved.claims}


def test_a_route_typed_at_no_known_time_may_have_repaired_what_no_check_saw() -> None:
    log, due = healthy_then()
    shell = HostLog("shell.log", "shell", "host", 9_999_999_999)
    shell.types(due - 40_000, "add", REMOTE)

    (either,) = observed(log, shell)

    assert (either.kind, either.confidence) == ("unexplained", "low")
    assert "repaired" not in either.points


def test_a_route_that_was_there_and_gone_before_the_failure_was_found_may_have_come_in_it() -> None:
    """It is typed and taken back between the last check that had the own CVM up and the one that finds it down."""
    log, due = healthy_then()
    shell = HostLog()
    shell.types(due - 12_000, "add", NOBODY)
    shell.types(due - 8_000, "delete", NOBODY)
    failed(log, due)

    told = {one.kind: one for one in observed(log, shell)}

    assert set(told) == {"unexplained", "cvm-failure"}
    assert FAILURE_OR_ROUTE in told["unexplained"].doubts


def test_a_route_that_was_gone_before_a_check_had_the_own_cvm_up_was_injected() -> None:
    log, due = healthy_then(checks=3)
    shell = HostLog()
    shell.types(due - 42_000, "add", NOBODY)
    shell.types(due - 38_000, "delete", NOBODY)
    failed(log, due)

    assert [one.kind for one in observed(log, shell)] == ["route-injection", "cvm-failure"]


def commands_alone(*, apart: int, gateway: str) -> tuple[Genesis, HostLog]:
    """A route that is typed, and that Genesis, of which no line has a Stargate, deletes `apart` ms later."""
    log, shell = Genesis(), HostLog()
    shell.types(10_000, "add", gateway)
    shell.kernel(10_005, "add", gateway)
    log.terminates(10_000 + apart - 500, cvm=gateway)
    log.orders(10_000 + apart, "delete", gateway)
    log.result(10_000 + apart, "delete", gateway)
    return log, shell


@pytest.mark.parametrize(("apart", "kind"), [(25_000, "route-injection"), (55_000, "unexplained")])
def test_a_route_that_genesis_left_may_have_been_right_where_no_line_has_the_own_cvm(apart: int, kind: str) -> None:
    assert [one.kind for one in observed(*commands_alone(apart=apart, gateway=REMOTE))] == [kind]


def test_what_genesis_exchanges_where_no_line_has_the_own_cvm_is_one_change_and_open() -> None:
    log = Genesis()
    log.terminates(0, cvm=PEER, host="192.168.1.25")
    log.orders(30_000, "delete", NOBODY)
    log.result(30_000, "delete", NOBODY)
    log.orders(34_000, "add", REMOTE)
    log.result(34_000, "add", REMOTE)

    (told,) = (one for one in episodes(log) if one.host == HOST)

    assert (told.kind, told.confidence) == ("unexplained", "low")
    assert FAILURE_OR_ROUTE in told.doubts


@pytest.mark.parametrize(("stamped", "told"), [(5_000, 1), (20_000, 2)], ids=["may-be-before-it", "is-after-it"])
def test_a_check_of_the_leader_before_may_be_of_before_the_failover(stamped: int, told: int) -> None:
    """Its last check is of a minute from when it is stamped on: where that may be before the repair, it is."""
    old = Genesis(doubt=59_999_999_999)
    for check in range(3):
        old.all_up(check * 30_000)
    old.all_up(stamped + 60_000)
    new = Genesis("192.168.1.28/genesis.out", clock="cvm:192.168.1.28")
    new.cvm_down(68_000)
    new.absent(68_000)
    new.repairs(70_000, "add", REMOTE)
    for check in range(4):
        new.cvm_down(98_000 + check * 30_000)
        new.correct(98_000 + check * 30_000, REMOTE)

    assert len(observed(old, new)) == told


@pytest.mark.parametrize(
    ("by", "repaired", "left"),
    [
        ("detected", 90, True),
        ("decided", 90, True),
        ("terminated", 90, True),
        ("detected", 50, False),
        (None, 90, False),
    ],
)
def test_a_route_was_left_that_genesis_deleted_later_than_the_next_check(
    by: InstantName | None, repaired: int, *, left: bool
) -> None:
    one = observation("route-injection", "logs", fault=(10, 10), repaired=(repaired, repaired))
    one = one if by is None else one.at(by, one.points["repaired"])

    assert _was_left(one) is left
    assert not _was_left(replace(one, by_hand=True))


@pytest.mark.parametrize(
    ("down", "kind"),
    [
        pytest.param((CVM,), "unexplained", id="one that may be the own"),
        pytest.param((REMOTE,), "route-injection", id="the route's gateway"),
        pytest.param((), "route-injection", id="none"),
    ],
)
def test_a_route_that_is_found_illegal_beside_a_cvm_that_was_down_may_be_the_end_of_a_failure(
    down: tuple[str, ...], kind: str
) -> None:
    """The log tells of nothing but what is wrong, and not whose CVM is whose."""
    log = Genesis()
    if down:
        log.tell(0, StargateStates(down=down))
    log.tell(30_000, Forwarding("illegal", HOST, REMOTE, None))
    log.repairs(32_000, "delete", REMOTE)

    (told,) = observed(log)

    assert (told.kind, told.confidence) == (kind, "low")


@pytest.mark.parametrize(
    ("since", "kind"), [(20_000, "cvm-recovery"), (60_000, "cvm-recovery"), (120_000, "unexplained")]
)
def test_what_gives_a_host_back_whose_cvm_was_away_long_before_may_be_no_return(since: int, kind: str) -> None:
    """The log tells of nothing but what is wrong: a CVM that is still away is found so at each check."""
    log = Genesis()
    log.tell(0, StargateStates(down=(CVM,)))
    log.tell(1_000, Forwarding("unreadable", HOST, None, None))
    log.illegal(since, REMOTE)
    log.repairs(since + 2_000, "delete", REMOTE)

    (told,) = observed(log)

    assert told.kind == kind
