"""A route that is changed by hand."""

from __future__ import annotations

from typing import Literal

import pytest
from msgspec.structs import replace

from analyzer.correlate.logs.state.by_hand import _came_to_nothing, changed_by_hand
from analyzer.correlate.logs.state.faults import FAILURE_OR_ROUTE
from analyzer.correlate.observation import BY_OTHERS
from analyzer.model.event import Forwarding, RouteAction, RouteChanged, RouteCommand, StargateStates
from analyzer.model.measurement import How
from analyzer.model.source import Origin
from tests.correlate.builder import (
    CVM,
    HOST,
    NOBODY,
    PEER,
    REMOTE,
    STORAGE,
    Genesis,
    HostLog,
    episodes,
    known,
    ms_of,
    ns,
    only,
)
from tests.correlate.logs.check_logs import cut_off, failed, healthy_then
from tests.correlate.logs.made import MEMBER, context, entry, local, observed

Path = Literal["local", "remote", "unknown"]


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
    assert (either.during.kind, either.after.via) == ("unknown", REMOTE)
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


@pytest.mark.parametrize(("gateway", "by_hand", "at"), [(NOBODY, False, 3_000), (PEER, True, 1_000)])
def test_a_failed_cvm_is_not_replaced_by_nobody(gateway: str, *, by_hand: bool, at: int) -> None:
    """Who adds a route to nobody once a check found the CVM down repairs nothing: Genesis does, later."""
    log, due = healthy_then()
    log.cvm_down(due)
    log.absent(due + 200)
    shell = HostLog("shell.log", "shell", "host", 0)
    shell.types(due + 1_000, "add", gateway)
    log.repairs(due + 3_000, "add", REMOTE)

    (failure,) = observed(log, shell)

    assert (failure.kind, failure.by_hand) == ("cvm-failure", by_hand)
    assert failure.points["repaired"].at.least <= ns(due + at) <= failure.points["repaired"].at.most
    assert failure.after.via == (gateway if by_hand else REMOTE)


def test_a_lost_path_is_not_replaced_by_nobody() -> None:
    """Who deletes the right route, and adds one to nobody 6 s later, repairs nothing: Genesis does."""
    log, due = healthy_then()
    after = failed(log, due)
    log.cvm_down(after + 2_000)
    log.correct(after + 2_100, REMOTE)
    shell = HostLog("shell.log", "shell", "host", 0)
    shell.types(after + 10_000, "delete", REMOTE)
    shell.types(after + 16_000, "add", NOBODY)
    log.cvm_down(after + 32_000)
    log.illegal(after + 32_100, NOBODY)
    log.repairs(after + 33_000, "delete", NOBODY)
    log.repairs(after + 34_000, "add", REMOTE)

    _, deletion = episodes(log, shell)

    assert (deletion.kind, deletion.by_hand, deletion.after.via) == ("route-deletion", False, REMOTE)


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


def test_a_lost_path_is_not_lost_again_where_the_route_to_nobody_is_taken_back() -> None:
    """The kernel has both: the host has been without its right path since the first."""
    log, due = healthy_then()
    after = failed(log, due)
    log.cvm_down(after + 2_000)
    log.correct(after + 2_100, REMOTE)
    kernel = HostLog()
    kernel.kernel(after + 10_000, "add", NOBODY)
    kernel.kernel(after + 18_000, "delete", NOBODY)
    log.cvm_down(after + 32_000)
    log.absent(after + 32_100)
    log.repairs(after + 33_000, "add", REMOTE)
    kernel.kernel(after + 33_345, "add", REMOTE)

    _, deletion = episodes(log, kernel)

    least, most = ms_of(deletion, "fault")
    assert deletion.kind == "route-deletion"
    assert least <= after + 10_000 <= most < after + 18_000


@pytest.mark.parametrize(("reached", "kind"), [(True, "route-deletion"), (False, "unexplained")])
def test_a_host_that_was_not_reached_may_have_booted_without_its_route(reached: bool, kind: str) -> None:
    log, due = healthy_then()
    after = failed(log, due)
    log.cvm_down(after + 2_000)
    log.correct(after + 2_100, REMOTE)
    log.cvm_down(after + 32_000)
    log.tell(after + 32_100, Forwarding("correct", HOST, REMOTE, CVM) if reached else Forwarding("unreadable", HOST))
    log.cvm_down(after + 62_000)
    log.absent(after + 62_100)
    log.repairs(after + 63_000, "add", REMOTE)

    _, lost = episodes(log)

    assert lost.kind == kind


@pytest.mark.parametrize(
    ("path", "gateway", "there"),
    [("unknown", REMOTE, True), ("unknown", NOBODY, False), ("local", REMOTE, False), ("remote", NOBODY, False)],
)
def test_a_deletion_of_a_route_that_is_not_there_is_no_fault(path: Path, gateway: str, *, there: bool) -> None:
    typed = RouteCommand("delete", "person", HOST, gateway)
    line = entry(10_000, typed)
    state = local(path=path, gateway=REMOTE if path == "remote" else None)

    after = changed_by_hand(state, line, typed, gateway, context(line))

    assert (after.open is not None) == there


def test_a_deletion_before_the_route_is_added_is_no_second_fault() -> None:
    log, due = healthy_then()
    log.cvm_down(due + 2_000)
    log.absent(due + 2_000)
    log.task(due + 2_000, "add", REMOTE)
    log.repairs(due + 6_000, "add", REMOTE)
    shell = HostLog("shell.log", "shell", "host", 999_999_999)
    shell.types(due + 3_000, "delete", NOBODY)

    assert [one.kind for one in observed(log, shell)] == ["cvm-failure"]


def test_checks_that_see_a_cvm_down_and_have_no_word_of_a_typed_route_find_it_right() -> None:
    """In a log that tells only what is wrong."""
    log, shell = Genesis(), HostLog("shell.log", "shell", "host", 999_999_999)
    log.illegal(2_000, REMOTE)
    log.repairs(3_000, "delete", REMOTE)
    shell.types(65_000, "add", REMOTE)
    for ms in (92_000, 122_000):
        log.cvm_down(ms)
    log.illegal(152_000, REMOTE)
    log.repairs(153_000, "delete", REMOTE)

    assert [one.kind for one in observed(log, shell)] == ["route-injection", "unexplained", "cvm-recovery"]


def test_a_typed_route_that_is_found_after_checks_are_missing_may_have_been_right() -> None:
    log, due = healthy_then()
    shell = HostLog("shell.log", "shell", "host", 999_999_999)
    shell.types(due - 10_000, "add", REMOTE)
    log.tell(due + 60_000, StargateStates(up=(CVM, PEER, REMOTE)))
    log.illegal(due + 60_500, REMOTE)
    log.repairs(due + 61_000, "delete", REMOTE)

    (injection,) = observed(log, shell)

    assert injection.points["fault"].at.most >= ns(due + 60_000)


def test_who_put_a_route_right_that_only_the_kernel_logged_is_not_known() -> None:
    """Genesis' log covers the time and has not done it: that is no proof of a person."""
    log, due = healthy_then()
    log.illegal(due, REMOTE)
    log.all_up(due + 30_000)
    kernel = HostLog()
    kernel.kernel(due + 5_000, "delete", REMOTE)

    (injection,) = observed(log, kernel)

    assert (injection.kind, injection.by_hand, injection.doubts) == ("route-injection", True, (BY_OTHERS,))
    assert "changed-by-others" in {claim.statement.name for claim in injection.claims}


def forwarded() -> tuple[Genesis, int]:
    """The own CVM has failed and the host is forwarded; when the next check is due."""
    log, due = healthy_then()
    due = failed(log, due)
    log.cvm_down(due)
    log.correct(due, REMOTE)
    return log, due


def test_a_route_that_is_exchanged_in_one_go_for_one_by_a_living_cvm_is_no_fault() -> None:
    log, due = forwarded()
    shell = HostLog("shell.log", "shell", "host")
    shell.types(due + 5_000, "delete", REMOTE)
    shell.types(due + 5_500, "add", PEER)

    (failure,) = observed(log, shell)

    typed = [claim.statement for claim in failure.claims if claim.statement.name == "typed-by-hand"]
    assert failure.kind == "cvm-failure"
    assert [one.action for one in typed] == ["delete", "add"]


def test_a_deletion_of_a_route_of_which_nothing_tells_that_it_was_right_is_unexplained() -> None:
    shell = HostLog("shell.log", "shell", "host")
    shell.types(0, "delete", REMOTE)
    for ms in (500, 60_000, 120_000):
        shell.types(ms, "add", PEER)
        shell.types(ms + 30_000, "delete", PEER)

    assert [one.kind for one in observed(shell)] == ["unexplained"] * 4


def test_a_command_that_may_not_have_run_counts_where_the_kernel_logged_it() -> None:
    shell = HostLog("shell.log", "shell", "host")
    maybe = RouteCommand("add", "person", None, REMOTE, STORAGE, "root", sure=False)
    shell.tell(40_000, maybe)
    kernel = HostLog()
    kernel.kernel(40_123, "add", REMOTE)

    assert observed(shell) == ()
    (told,) = observed(shell, kernel)
    assert {claim.statement.name for claim in told.claims} == {"typed-by-hand"}


def test_what_was_typed_for_another_host_is_of_that() -> None:
    other = "192.168.1.25"
    shell = HostLog("shell.log", "shell", "host")
    shell.tell(40_000, RouteCommand("add", "person", other, REMOTE, STORAGE, "root", elsewhere=True))

    (told,) = observed(shell)

    assert told.host is not None
    assert told.host.address == other


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


@pytest.mark.parametrize(("kind", "after"), [("route-deletion", "local"), ("cvm-failure", "remote")])
def test_the_return_that_ends_a_route_to_nobody_leaves_the_host_on_its_own_cvm(kind: str, after: str) -> None:
    log, due = _returning()
    shell = HostLog("shell.log", "shell", "host", 999_999_999)
    shell.types(due - 10_000, "add", NOBODY)
    log.tell(due, UP)
    log.illegal(due + 300, NOBODY)
    log.repairs(due + 1_000, "delete", NOBODY)

    told = next(one for one in observed(log, shell) if one.kind == kind)

    assert told.after.kind == after


def test_a_host_whose_route_is_deleted_too_early_is_served_by_its_own_cvm() -> None:
    """A check that comes before the CVM is initialised finds that right."""
    log, due = healthy_then()
    due = failed(log, due)
    shell = HostLog("shell.log", "shell", "host", 999_999_999)
    shell.types(due + 10_000, "delete", REMOTE)
    log.tell(due + 30_000, StargateStates(up=(PEER, REMOTE), initializing=(CVM,), all_of="alive"))
    log.correct(due + 30_200)

    told = observed(log, shell)

    assert [one.kind for one in told] == ["cvm-failure", "route-deletion"]
    assert (told[1].before.kind, told[1].after.kind) == ("remote", "local")
    assert "repaired" not in told[1].points


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


def test_a_route_by_another_gateway_just_after_is_not_the_fault_itself() -> None:
    log, due = healthy_then()
    shell = HostLog("shell.log", "shell", "host", 999_999_999)
    shell.types(40_000, "add", PEER)
    shell.types(41_000, "add", REMOTE)
    log.illegal(due, REMOTE)
    log.repairs(due + 1_000, "delete", REMOTE)

    fault = known(only(log, shell))["fault"]

    assert [one for one in fault.origins if one.source == "shell.log"] == [Origin("shell.log", 1)]


@pytest.mark.parametrize(
    ("served", "kinds"),
    [
        pytest.param(False, ["cvm-failure", "route-deletion"], id="no-check-saw-it-serve"),
        pytest.param(True, ["cvm-failure", "cvm-recovery", "cvm-failure"], id="a-check-saw-it-serve"),
    ],
)
def test_a_route_that_is_deleted_while_the_own_cvm_boots_is_missed_where_that_fails_again(
    served: bool, kinds: list[str]
) -> None:
    log, due = healthy_then()
    due = failed(log, due)
    log.alive(due)
    shell = HostLog("shell.log", "shell", "host", 999_999_999)
    shell.types(due + 6_000, "delete", REMOTE)
    if served:
        log.all_up(due + 30_000)
    failed(log, due + (60_000 if served else 30_000))

    told = observed(log, shell)

    assert [one.kind for one in told] == kinds
    assert ("return-unlogged" in {doubt.name for doubt in told[-1].doubts}) != served


def test_a_route_to_nobody_after_which_a_check_finds_the_own_cvm_back_is_of_its_return() -> None:
    """It may have served before the route was typed, and the one that this took the place of was one too many then."""
    log, due = healthy_then()
    due = failed(log, due)
    shell = HostLog("shell.log", "shell", "host", 999_999_999)
    shell.types(due - 10_000, "add", NOBODY)
    log.illegal(due, NOBODY)
    log.repairs(due + 1_000, "delete", NOBODY)

    told = observed(log, shell)

    assert [one.kind for one in told] == ["cvm-failure", "cvm-recovery"]
    assert "typed-by-hand" in {claim.statement.name for claim in told[-1].claims}
    assert not told[-1].doubts


@pytest.mark.parametrize(
    ("action", "by", "expected"),
    [
        ("add", REMOTE, True),
        ("add", PEER, False),
        ("add", None, False),
        ("delete", REMOTE, False),
    ],
    ids=["the same", "another gateway", "no gateway", "the contrary"],
)
def test_a_command_came_to_nothing_where_the_kernel_logs_that_very_one_only_later(
    action: RouteAction, by: str | None, *, expected: bool
) -> None:
    """The kernel logs each change: it has none for the first command."""
    typed = replace(entry(40_000, RouteCommand("add", "person", HOST, REMOTE)), host=MEMBER, on_host=True)
    later = replace(entry(90_000, RouteChanged(action, HOST, by, by_kernel=True), number=2), host=MEMBER)

    assert _came_to_nothing(typed, context(typed, later)) is expected
    assert not _came_to_nothing(typed, context(typed))


def test_a_line_typed_after_the_kernels_is_not_what_changed_the_route() -> None:
    """Two people add the same route: the kernel logs it between their commands."""
    typed, kernel = HostLog("shell.log", "shell", "host"), HostLog()
    typed.types(39_700, "add", REMOTE)
    kernel.kernel(40_000, "add", REMOTE)
    typed.tell(40_100, RouteCommand("add", "person", HOST, REMOTE, STORAGE, "alice"))

    episode = only(typed, kernel)

    named = {claim.statement.by: claim.statement.name for claim in episode.claims}
    assert named == {"root": "typed-by-hand", "alice": "typed-for-nothing"}


def test_a_route_that_the_kernel_logged_by_another_gateway_is_not_that_which_was_typed() -> None:
    typed, kernel = HostLog("shell.log", "shell", "host"), HostLog()
    typed.types(39_700, "add", NOBODY)
    kernel.kernel(40_000, "add", REMOTE)

    episode = only(typed, kernel)

    assert (episode.note, episode.gateway) == ("no-author", REMOTE)


@pytest.mark.parametrize("login", [REMOTE, "10.20.30.40"], ids=["from the gateway", "from an address of nobody known"])
def test_a_session_and_what_was_typed_at_one_time_name_nobody(login: str) -> None:
    typed, auth, kernel = HostLog("shell.log", "shell", "host"), HostLog("auth.log", "auth", "host"), HostLog()
    typed.types(39_700, "add", REMOTE)
    auth.tell(39_900, RouteCommand("add", "unknown", HOST, REMOTE, STORAGE, "root", (login,), login=login))
    kernel.kernel(40_000, "add", REMOTE)

    episode = only(typed, auth, kernel)

    assert episode.kind == "unexplained"
    assert {claim.statement.name for claim in episode.claims} == {"typed-by-either", "session-by-either"}
    assert not episode.by_hand


def test_a_route_that_was_deleted_and_added_again_leaves_the_host_on_it() -> None:
    """Whether it was the right one is in no log; which way the host goes is known."""
    shell = HostLog("shell.log", "shell")
    shell.types(10_000, "delete", REMOTE)
    shell.types(14_000, "add", PEER)

    (told,) = episodes(shell)

    assert told.kind == "unexplained"
    assert (told.before.kind, told.before.via) == ("remote", REMOTE)
    assert told.during.kind == "unknown"
    assert (told.after.kind, told.after.via) == ("remote", PEER)
