"""A kernel's line of a route change lies between Genesis' command and its result."""

from __future__ import annotations

import pytest

from analyzer.config import Settings
from analyzer.correlate.clocks.align import align
from analyzer.correlate.clocks.route_changes import Told, by_route_changes
from analyzer.model.event import RouteAction, RouteCommand
from analyzer.model.instant import SECOND, Span
from tests.correlate.builder import (
    CVM,
    PEER,
    REMOTE,
    STORAGE,
    Genesis,
    HostLog,
    evidence,
)

WITHIN = Span(-600 * SECOND, 600 * SECOND)


def told(log: Genesis | HostLog, host: str | None = None, cvms: frozenset[str] = frozenset()) -> Told:
    return Told(log.events, host, cvms)


def changed(*steps: tuple[int, RouteAction]) -> tuple[Genesis, HostLog]:
    """Routes that Genesis changed at so many ms, and a kernel logged 400 ms later, 90 s ahead."""
    log, kernel = Genesis(), HostLog()
    for ms, action in steps:
        log.repairs(ms, action, REMOTE)
        kernel.kernel(ms + 90_400, action, REMOTE)
    return log, kernel


def test_either_side_may_be_the_reference() -> None:
    log, kernel = changed((0, "add"), (60_000, "delete"))

    ahead = by_route_changes(told(kernel), told(log), WITHIN)
    behind = by_route_changes(told(log), told(kernel), WITHIN)

    assert ahead is not None
    assert behind is not None
    assert ahead.offset.holds(90 * SECOND)
    assert behind.offset.holds(-90 * SECOND)
    assert ahead.lines == behind.lines == 2


def test_what_was_typed_on_the_host_is_no_command_of_genesis() -> None:
    log, kernel = changed((0, "add"))
    kernel.types(90_300, "add", REMOTE)

    assert by_route_changes(told(kernel), told(log), WITHIN) is None


@pytest.mark.parametrize(
    ("login", "of_genesis"), [("10.1.1.77", False), (PEER, True), (REMOTE, True)], ids=["elsewhere", "a CVM", "gateway"]
)
def test_what_came_in_a_session_from_elsewhere_is_no_command_of_genesis(login: str, of_genesis: bool) -> None:
    log, kernel = changed((0, "add"))
    kernel.tell(90_300, RouteCommand("add", "unknown", None, REMOTE, STORAGE, "root", login=login))

    aligned = by_route_changes(told(kernel, cvms=frozenset((CVM, PEER))), told(log), WITHIN)

    assert (aligned is not None) == of_genesis


def test_of_a_session_nothing_is_said_where_no_cvm_is_known() -> None:
    log, kernel = changed((0, "add"))
    kernel.tell(90_300, RouteCommand("add", "unknown", None, REMOTE, STORAGE, "root", login="10.1.1.77"))

    assert by_route_changes(told(kernel), told(log), WITHIN) is not None


def test_what_was_typed_by_another_gateway_hides_no_command_of_genesis() -> None:
    log, kernel = changed((0, "add"))
    kernel.types(90_300, "add", PEER)

    found = by_route_changes(told(kernel), told(log), WITHIN)

    assert found is not None
    assert found.offset.holds(90 * SECOND)


def test_a_route_by_another_gateway_is_another_change() -> None:
    log, kernel = Genesis(), HostLog()
    log.repairs(0, "add", REMOTE)
    kernel.kernel(90_400, "add", PEER)

    assert by_route_changes(told(kernel), told(log), WITHIN) is None


@pytest.mark.parametrize(
    ("within", "host"),
    [(Span(-SECOND, SECOND), None), (WITHIN, "192.168.1.25")],
    ids=["too far off", "another host's"],
)
def test_what_can_not_be_the_same_change_tells_nothing(within: Span, host: str | None) -> None:
    log, kernel = changed((0, "add"))

    assert by_route_changes(told(kernel, host), told(log), within) is None


def test_another_change_tells_nothing() -> None:
    log, _ = changed((0, "add"))
    _, kernel = changed((0, "delete"))

    assert by_route_changes(told(kernel), told(log), WITHIN) is None


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


def test_a_kernels_line_tells_nothing_of_another_hosts_change() -> None:
    log, kernel = Genesis(), HostLog()
    log.all_up(0)
    log.illegal(30_000, REMOTE)
    log.repairs(31_000, "delete", REMOTE)
    kernel.kernel(31_400 + 90_000, "delete", REMOTE)

    offset = align(evidence(log, kernel), Settings(), {"host": "192.168.1.25"}).offsets["host"]

    assert offset.basis == "assumed"


def test_a_command_that_failed_changed_nothing() -> None:
    log, kernel = Genesis(), HostLog()
    log.orders(0, "delete", REMOTE)
    log.result(2_000, "delete", REMOTE, done=False)
    log.repairs(45_000, "delete", REMOTE)
    kernel.kernel(45_200, "delete", REMOTE)

    found = by_route_changes(told(kernel), told(log), WITHIN)

    assert found is not None
    assert found.offset.holds(0)
    assert not found.offset.holds(44 * SECOND)


def test_a_gateway_that_genesis_calls_by_a_name_may_be_any() -> None:
    log, kernel = Genesis(), HostLog()
    log.repairs(0, "add", "cvm-b")
    kernel.kernel(90_400, "add", REMOTE)

    assert by_route_changes(told(kernel), told(log), WITHIN) is not None
