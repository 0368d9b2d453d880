"""A route that is changed by hand."""

from __future__ import annotations

from analyzer.correlate.logs.state.by_hand import FAILURE_OR_ROUTE
from analyzer.model.event import StargateStates
from analyzer.model.measurement import How
from analyzer.model.source import Origin
from tests.correlate.builder import CVM, NOBODY, PEER, REMOTE, Genesis, HostLog, known, ns, only
from tests.correlate.logs.check_logs import cut_off, healthy_then
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


UP = StargateStates(up=(CVM, PEER, REMOTE))


def _returning() -> tuple[Genesis, int]:
    """A host that Genesis forwarded, and whose own CVM is back; and the time of the next check."""
    log, due = healthy_then()
    log.cvm_down(due)
    log.absent(due + 200)
    log.repairs(due + 300, "add", REMOTE)
    log.alive(due + 30_000)
    return log, due + 60_000


def test_a_route_to_nobody_and_the_return_that_it_interrupts_end_together() -> None:
    log, due = _returning()
    shell = HostLog("shell.log", "shell", "host", 999_999_999)
    shell.types(due - 10_000, "add", NOBODY)
    log.tell(due, UP)
    log.illegal(due + 300, NOBODY)
    log.repairs(due + 1_000, "delete", NOBODY)

    told = observed(log, shell)

    assert sorted(one.kind for one in told) == ["cvm-failure", "cvm-recovery", "route-deletion"]
    back = next(one for one in told if one.kind == "cvm-recovery")
    assert back.doubts == ()
    assert {"fault", "detected", "repaired"} <= back.points.keys()


def test_a_route_that_is_exchanged_as_genesis_deletes_it_goes_with_the_return() -> None:
    """Genesis' deletion fails, as the route is another one by then, and the next check deletes that."""
    log, due = _returning()
    log.tell(due, UP)
    log.illegal(due + 300, REMOTE)
    log.task(due + 400, "delete", REMOTE)
    log.orders(due + 2_000, "delete", REMOTE)
    shell = HostLog("shell.log", "shell", "host", 0)
    shell.types(due + 2_100, "add", PEER)
    log.result(due + 2_300, "delete", REMOTE, done=False)
    log.tell(due + 30_000, UP)
    log.illegal(due + 30_300, PEER)
    log.repairs(due + 31_000, "delete", PEER)

    told = observed(log, shell)

    assert [one.kind for one in told] == ["cvm-failure", "cvm-recovery"]
    assert told[1].points["repaired"].at.least >= ns(due + 31_000)
