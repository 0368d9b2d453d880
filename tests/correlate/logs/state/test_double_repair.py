"""A route that a person and Genesis both put right within a second is one repair, by whoever was first."""

from __future__ import annotations

import pytest
from msgspec.structs import replace

from analyzer.correlate.logs.state.double_repair import exchanges, repeated, repeats
from analyzer.correlate.observation import BY_HAND
from analyzer.model.event import Actor, RouteAction, RouteCommand, TaskCreated
from analyzer.model.instant import SECOND, Instant
from analyzer.model.measurement import How
from tests.correlate.builder import CVM, HOST, NOBODY, PEER, REMOTE, Genesis, HostLog, episodes, holds
from tests.correlate.logs.made import context, entry, local
from tests.correlate.made import observation


def deleted_at_40s() -> tuple[Genesis, HostLog, HostLog]:
    """In a failure the route is deleted by hand; the check at 62 s finds it, and Genesis adds it at 64 s."""
    log = Genesis(doubt=999_999)
    log.all_up(-60_000)
    log.cvm_down(-30_000)
    log.correct(-30_000, REMOTE)
    for ms in (0, 32_000):
        log.cvm_down(ms)
        log.correct(ms, REMOTE)
    log.cvm_down(62_000)
    log.absent(62_000)
    log.task(62_100, "add", REMOTE)
    log.orders(64_000, "add", REMOTE)
    log.result(64_300, "add", REMOTE)
    for ms in (92_000, 122_000):
        log.cvm_down(ms)
        log.correct(ms, REMOTE)
    shell, kernel = HostLog("shell.log", "shell"), HostLog()
    shell.types(40_000, "delete", REMOTE)
    kernel.kernel(40_100, "delete", REMOTE)
    return log, shell, kernel


@pytest.mark.parametrize(
    ("action", "actor", "gateway", "expected"),
    [
        pytest.param("add", "genesis", PEER, True, id="another gateway"),
        pytest.param("add", "genesis", REMOTE, False, id="the same gateway"),
        pytest.param("add", "genesis", None, False, id="no gateway told"),
        pytest.param("add", "person", PEER, False, id="by hand"),
        pytest.param("delete", "genesis", PEER, False, id="deleted"),
    ],
)
def test_a_route_of_genesis_takes_the_place_of_the_one_that_repaired_a_failure(
    action: RouteAction, actor: Actor, gateway: str | None, expected: bool
) -> None:
    state = local(done=(replace(observation("cvm-failure", "logs"), gateway=REMOTE),))

    assert exchanges(state, RouteCommand(action, actor, HOST, gateway)) is expected
    assert not exchanges(local(), RouteCommand(action, actor, HOST, gateway))


def test_two_tasks_that_genesis_created_before_the_route_was_there_are_one_repair() -> None:
    """Maintenance of a CVM that a check misses a second later: the route is added twice, and was never lost."""
    log = Genesis(doubt=999_999)
    log.all_up(-5_000)
    log.correct(-4_900)
    log.cvm_down(0)
    log.task(100, "add", REMOTE)
    log.absent(900)
    log.task(1_000, "add", REMOTE)
    for ms in (3_000, 3_600):
        log.orders(ms, "add", REMOTE)
        log.result(ms + 300, "add", REMOTE)
    for ms in (10_000, 15_000):
        log.cvm_down(ms)
        log.correct(ms + 900, REMOTE)

    (told,) = episodes(log)

    assert told.kind == "cvm-failure"
    assert not told.by_hand


@pytest.mark.parametrize(("later", "expected"), [(1, True), (60, False)])
@pytest.mark.parametrize("doubt", [0, 600 * SECOND], ids=["placed", "adrift"])
def test_what_genesis_does_again_at_once_is_told_by_its_log_whatever_its_clock(
    later: int, doubt: int, *, expected: bool
) -> None:
    line = entry(1_000 * later, RouteCommand("add", "genesis", HOST, REMOTE))
    at = Instant(line.at.clock, line.at.least - doubt, line.at.most + doubt)
    done = Instant(at.clock, at.least - later * SECOND, at.most - later * SECOND)
    last = observation("cvm-failure", "logs", decided=(0, 0)).marked("repaired", done, (), How("command-to-result"))
    state = local(done=(replace(last, gateway=REMOTE),))

    placed = replace(line, at=at)
    assert repeats(state, placed, RouteCommand("add", "genesis", HOST, REMOTE), context(placed)) is expected


def test_a_route_that_genesis_decided_to_add_again_was_lost() -> None:
    """The same, and the next check finds the route missing: somebody deleted it."""
    log = Genesis(doubt=999_999)
    log.all_up(-5_000)
    log.correct(-4_900)
    for ms in (0, 5_000):
        log.cvm_down(ms)
        log.absent(ms + 900)
        log.task(ms + 1_000, "add", REMOTE)
        log.orders(ms + 3_000, "add", REMOTE)
        log.result(ms + 3_300, "add", REMOTE)
    for ms in (10_000, 15_000):
        log.cvm_down(ms)
        log.correct(ms + 900, REMOTE)

    assert [one.kind for one in episodes(log)] == ["cvm-failure", "route-deletion"]


def test_a_repair_that_is_repeated_lasts_to_the_line_that_repeats_it() -> None:
    earlier = observation(span=(0, 900), repaired=(900, 900))
    line = entry(0, RouteCommand("add", "genesis", HOST, REMOTE))
    last = replace(observation(repaired=(8, 9)), end=line.at.most - SECOND)

    after = repeated(local(done=(replace(earlier, end=line.at.most + SECOND), last)), line)

    assert after.done[-1].end == line.at.most


@pytest.mark.parametrize(
    ("typed", "changed"), [(63_500, 63_600), (64_800, 64_200)], ids=["before Genesis", "after Genesis"]
)
def test_who_is_second_changes_nothing(typed: int, changed: int) -> None:
    log, shell, kernel = deleted_at_40s()
    shell.types(typed, "add", REMOTE)
    kernel.kernel(changed, "add", REMOTE)

    (deletion,) = [one for one in episodes(log, shell, kernel) if one.kind.startswith("route")]

    assert deletion.kind == "route-deletion"
    assert holds(deletion, "repaired", changed)


def mended_and_taken_away(*, ordered: bool = True) -> tuple[Genesis, HostLog, HostLog]:
    """A check finds the own CVM down at 32 s; a person adds the route before Genesis does, and one to nobody then: what
    Genesis runs just after it had `ordered` for the first.
    """
    log = Genesis()
    log.all_up(-30_000)
    log.correct(-30_000, CVM)
    log.cvm_down(32_000)
    log.absent(32_000)
    log.task(32_100, "add", REMOTE)
    if ordered:
        log.orders(34_000, "add", REMOTE)
        log.result(34_300, "add", REMOTE)
    log.cvm_down(62_000)
    log.task(62_100, "delete", NOBODY)
    log.orders(63_000, "delete", NOBODY)
    log.result(63_300, "delete", NOBODY)
    log.task(63_400, "add", REMOTE)
    log.orders(65_000, "add", REMOTE)
    log.result(65_300, "add", REMOTE)
    shell, kernel = HostLog("shell.log", "shell"), HostLog()
    shell.types(33_000, "add", REMOTE)
    kernel.kernel(33_006, "add", REMOTE)
    shell.types(33_500, "add", NOBODY)
    kernel.kernel(33_506, "add", NOBODY)
    kernel.kernel(63_200, "delete", NOBODY)
    kernel.kernel(65_200, "add", REMOTE)
    return log, shell, kernel


@pytest.mark.parametrize("ordered", [True, False])
def test_what_genesis_had_ordered_mends_nothing_that_somebody_did_meanwhile(*, ordered: bool) -> None:
    told = episodes(*mended_and_taken_away(ordered=ordered))

    assert [one.kind for one in told] == ["cvm-failure", "route-deletion"]
    assert told[0].by_hand
    assert holds(told[1], "fault", 33_500)
    assert holds(told[1], "repaired", 65_200)


@pytest.mark.parametrize(("actor", "by_hand"), [("person", True), ("genesis", False)])
def test_of_two_repairs_the_one_that_the_kernel_logged_is_the_repair(actor: Actor, *, by_hand: bool) -> None:
    earlier = observation(basis="logs", repaired=(60, 61))
    line = replace(entry(60_500, RouteCommand("add", actor, HOST, REMOTE)), exact=True)

    told = repeated(local(done=(earlier,)), line).done[-1]

    assert (told.by_hand, told.points["repaired"].at) == (by_hand, line.at)


@pytest.mark.parametrize(
    ("detail", "again"),
    [(RouteCommand("add", "genesis", HOST, REMOTE), True), (TaskCreated("add", HOST, REMOTE), False)],
    ids=["a command", "a task"],
)
def test_a_command_that_genesis_ordered_before_a_person_mended_the_fault_repeats_that(
    detail: TaskCreated | RouteCommand, *, again: bool
) -> None:
    """Somebody took the path away again since; a task is new, and so of that."""
    mended = replace(observation("cvm-failure", "logs", repaired=(0, 0)).doubted(BY_HAND), gateway=REMOTE)
    gone = entry(0, RouteCommand("delete", "person", HOST, REMOTE))
    state = local(done=(mended,), open=observation("route-deletion", "logs"), typed=gone)
    line = replace(entry(0, detail), at=mended.points["repaired"].at)

    assert repeats(state, line, detail, context(line)) is again


def exchanged_while_genesis_decides() -> tuple[Genesis, HostLog, HostLog]:
    """The own CVM fails, a person adds a route to nobody, and one by a CVM just as Genesis is to delete the first: it
    can't, finds no route all the same, and adds another.
    """
    log = Genesis(doubt=999_999)
    log.all_up(0)
    log.correct(0, CVM)
    log.cvm_down(30_000)
    log.task(31_000, "delete", NOBODY)
    log.orders(35_000, "delete", NOBODY)
    log.result(35_900, "delete", NOBODY, done=False)
    log.absent(36_000)
    log.task(36_000, "add", REMOTE)
    log.orders(40_000, "add", REMOTE)
    log.result(40_300, "add", REMOTE)
    log.cvm_down(60_000)
    log.correct(60_000, REMOTE)
    shell, kernel = HostLog("shell.log", "shell"), HostLog()
    for ms, gateway in ((10_000, NOBODY), (33_500, PEER)):
        shell.types(ms, "add", gateway)
        kernel.kernel(ms + 6, "add", gateway)
    kernel.kernel(40_200, "add", REMOTE)
    return log, shell, kernel


def test_what_genesis_finds_in_a_check_that_began_before_a_person_mended_the_fault_is_of_that() -> None:
    (told,) = episodes(*exchanged_while_genesis_decides())

    assert told.kind == "cvm-failure"
    assert told.by_hand
    assert holds(told, "repaired", 33_506)


@pytest.mark.parametrize(("checked", "kinds"), [(False, ["cvm-failure"]), (True, ["cvm-failure", "route-deletion"])])
def test_two_orders_without_a_check_between_them_are_one_repair(*, checked: bool, kinds: list[str]) -> None:
    """A log that has only what Genesis does: a person puts a CVM into maintenance, and does it again."""
    log = Genesis(doubt=999_999)
    log.orders(1_000, "add", REMOTE)
    log.result(1_300, "add", REMOTE)
    if checked:
        log.cvm_down(4_000)
    log.orders(5_000, "add", REMOTE)
    log.result(5_300, "add", REMOTE)
    for ms in (34_000, 64_000, 94_000):
        log.cvm_down(ms)

    assert [one.kind for one in episodes(log)] == kinds
