"""A route that is changed by hand."""

from __future__ import annotations

from analyzer.correlate.logs.state.by_hand import FAILURE_OR_ROUTE
from analyzer.model.measurement import How
from analyzer.model.source import Origin
from tests.correlate.builder import NOBODY, PEER, REMOTE, HostLog, episodes, known, only
from tests.correlate.logs.check_logs import cut_off, failed, healthy_then
from tests.correlate.logs.made import observed


def test_a_typed_command_and_the_kernels_line_give_an_exact_fault() -> None:
    log, due = healthy_then()
    log.illegal(due, REMOTE)
    log.repairs(due + 1_000, "delete", REMOTE)
    shell = HostLog("shell.log", "shell", "host", 999_999_999)
    shell.types(40_000, "add", REMOTE)
    kernel = HostLog()
    kernel.kernel(40_123, "add", REMOTE)
    kernel.kernel(due + 1_345, "delete", REMOTE)

    episode = only(log, shell, kernel)

    assert episode.kind == "route-injection"
    fault, repaired = known(episode)["fault"], known(episode)["repaired"]
    assert fault.stamp is not None
    assert fault.stamp.doubt < 2_000_000
    assert repaired.stamp is not None
    measured = repaired.stamp - fault.stamp
    assert measured.holds((due + 1_345 - 40_123) * 1_000_000)
    assert measured.width < 5_000_000, "both stamps are of the host's clock: its doubt does not count"
    assert Origin("shell.log", 1) in fault.origins or Origin("vmkernel.log", 1) in fault.origins
    assert Origin("vmkernel.log", 2) in repaired.origins
    assert "root" in {claim.statement.by for claim in episode.claims}


def test_a_change_that_genesis_log_covers_is_by_hand() -> None:
    log, kernel = cut_off()
    log.illegal(62_000, REMOTE)
    log.repairs(64_000, "delete", REMOTE)

    assert only(log, kernel).kind == "route-injection"


def test_a_route_that_is_typed_about_when_the_own_cvm_fails_may_be_fault_or_repair() -> None:
    """The check that finds the route right sees the host's own CVM down; no log has which of the two came first."""
    log, due = healthy_then()
    shell = HostLog("shell.log", "shell", "host", 999_999_999)
    shell.types(due - 10_000, "add", REMOTE)
    log.cvm_down(due + 2_000)
    log.correct(due + 2_000, REMOTE)

    (either,) = observed(log, shell)

    assert (either.kind, either.by_hand, either.gateway_valid) == ("unexplained", False, None)
    assert (either.during.via, either.after.via) == (REMOTE, REMOTE)
    assert either.points["fault"].origins == (Origin("shell.log", 1),)
    assert either.doubts == (FAILURE_OR_ROUTE,)


def test_a_person_who_repairs_what_a_check_found() -> None:
    log, due = healthy_then()
    log.illegal(due, REMOTE)
    shell = HostLog("shell.log", "shell", "host", 999_999_999)
    shell.types(due + 5_000, "delete", REMOTE)

    (injection,) = observed(log, shell)

    assert (injection.kind, injection.by_hand) == ("route-injection", True)
    assert injection.points["repaired"].how == How("typed", user="root", by_hand=True)


def test_the_gateway_of_an_injected_route_is_the_one_that_was_added_first() -> None:
    log, due = healthy_then()
    shell = HostLog("shell.log", "shell", "host", 999_999_999)
    shell.types(40_000, "add", PEER)
    shell.types(44_000, "add", REMOTE)
    log.illegal(due, REMOTE)
    log.terminates(due + 500)
    log.repairs(due + 1_000, "delete", REMOTE)

    episode = only(log, shell)

    assert (episode.kind, episode.gateway, episode.gateway_valid) == ("route-injection", PEER, True)
    assert (episode.during.kind, episode.during.via) == ("remote", REMOTE)


def test_the_gateway_of_a_route_that_was_exchanged_for_one_to_nobody_is_the_right_one() -> None:
    log, due = healthy_then()
    after = failed(log, due)
    log.cvm_down(after + 2_000)
    log.correct(after + 2_100, REMOTE)
    shell = HostLog("shell.log", "shell", "host", 999_999_999)
    shell.types(after + 10_000, "add", NOBODY)
    log.cvm_down(after + 32_000)
    log.repairs(after + 33_000, "delete", NOBODY)
    log.repairs(after + 34_000, "add", REMOTE)

    _, deletion = episodes(log, shell)

    assert (deletion.kind, deletion.gateway) == ("route-deletion", REMOTE)
    assert [path.via for path in (deletion.before, deletion.after)] == [REMOTE, REMOTE]


def test_a_route_by_another_gateway_just_after_is_not_the_fault_itself() -> None:
    log, due = healthy_then()
    shell = HostLog("shell.log", "shell", "host", 999_999_999)
    shell.types(40_000, "add", PEER)
    shell.types(41_000, "add", REMOTE)
    log.illegal(due, REMOTE)
    log.repairs(due + 1_000, "delete", REMOTE)

    fault = known(only(log, shell))["fault"]

    assert fault.origins == (Origin("shell.log", 1),)
