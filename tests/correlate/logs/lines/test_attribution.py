"""Who changed a route: what the host's sshd logged, its kernel, Genesis and the shell."""

from __future__ import annotations

import pytest
from msgspec.structs import replace

from analyzer.correlate.logs.lines.attribution import attribute
from analyzer.correlate.logs.lines.entry import Entry
from analyzer.model.event import Actor, RouteAction, RouteChanged, RouteCommand, StargateStates
from analyzer.model.instant import MILLISECOND, SECOND, Instant
from tests.correlate.builder import (
    CVM,
    HOST,
    NOBODY,
    REMOTE,
    STORAGE,
    Genesis,
    HostLog,
    episodes,
    holds,
    known,
    ns,
    only,
)
from tests.correlate.logs.made import entry

WORKSTATION = "192.168.1.200"


def sshd(ms: int, action: RouteAction, *logins: str, actor: Actor = "unknown") -> HostLog:
    """A line of auth.log, with whole seconds, and the address that the login came from where it is known."""
    log = HostLog("auth.log", "auth", "host", SECOND - 1)
    addresses = tuple(dict.fromkeys((*logins, REMOTE)))
    log.tell(ms, RouteCommand(action, actor, None, REMOTE, STORAGE, "root", addresses))
    return log


def kernel(**lines: int) -> HostLog:
    log = HostLog()
    for action, ms in lines.items():
        log.kernel(ms, "add" if action == "add" else "delete", REMOTE)
    return log


def failure(*others: str) -> tuple[Genesis, int]:
    """The route is added at 65 s, as are those of `others`, and checks go on; the instant of its kernel line, ms."""
    log = Genesis()
    for ms in (0, 30_000):
        log.all_up(ms)
    log.cvm_down(62_000)
    log.absent(62_000)
    log.task(62_000, "add", REMOTE)
    log.orders(64_000, "add", REMOTE)
    log.result(64_000, "add", REMOTE)
    for other in others:
        log.orders(64_000, "add", REMOTE, other)
        log.result(64_000, "add", REMOTE, host=other)
    for ms in (92_000, 122_000):
        log.cvm_down(ms)
        log.correct(ms, REMOTE)
    return log, 64_400


@pytest.mark.parametrize("late", [0, 1_000], ids=["the same second", "the next second"])
@pytest.mark.parametrize("login", [(CVM,), (REMOTE,), ()], ids=["another CVM", "the gateway itself", "not known"])
def test_what_sshd_logs_of_a_command_of_genesis_is_no_second_change(login: tuple[str, ...], late: int) -> None:
    log, changed = failure()

    episode = only(log, kernel(add=changed), sshd(64_000 + late, "add", *login))

    assert (episode.kind, episode.confidence) == ("cvm-failure", "high")
    assert "auth.log" in {origin.source for origin in known(episode)["repaired"].origins}


def test_without_the_kernels_word_sshd_proves_the_command_too() -> None:
    log, _ = failure()

    episode = only(log, sshd(64_000, "add", REMOTE))

    assert episode.kind == "cvm-failure"


def test_a_command_over_ssh_from_no_cvm_is_by_hand() -> None:
    log, changed = failure()

    failed, deleted = episodes(log, kernel(add=changed, delete=100_300), sshd(100_000, "delete", WORKSTATION))

    assert (failed.kind, deleted.kind) == ("cvm-failure", "route-deletion")
    assert "auth.log" in {origin.source for origin in known(deleted)["fault"].origins}


def test_a_command_that_genesis_log_covers_and_does_not_have_is_by_hand() -> None:
    log, _ = failure()

    failed, deleted = episodes(log, sshd(100_000, "delete", REMOTE))

    assert (failed.kind, deleted.kind) == ("cvm-failure", "route-deletion")


@pytest.mark.parametrize("login", [(REMOTE,), (WORKSTATION,), ()], ids=["the gateway", "no known CVM", "not known"])
def test_without_genesis_log_nobody_is_said_to_have_ordered_it(login: tuple[str, ...]) -> None:
    episode = only(kernel(add=64_400), sshd(64_000, "add", *login))

    assert (episode.kind, episode.confidence) == ("unexplained", "low")


def test_two_hosts_routes_that_change_together_are_not_mixed() -> None:
    other = "192.168.1.25"
    log, changed = failure(other)
    beside = HostLog("other.log", clock="other", host=other)
    beside.kernel(changed + 100, "add", REMOTE)

    found = {episode.host: episode for episode in episodes(log, kernel(add=changed), beside)}

    assert "vmkernel.log" in {origin.source for origin in known(found[HOST])["repaired"].origins}
    assert "other.log" in {origin.source for origin in known(found[other])["repaired"].origins}


@pytest.mark.parametrize(("actor", "by_hand"), [("genesis", True), ("person", False)])
def test_a_log_of_genesis_covers_what_is_between_its_orders(actor: Actor, by_hand: bool) -> None:
    """What others ordered says nothing of what Genesis did not."""
    told = [entry(ms, RouteCommand("delete", actor, HOST, REMOTE)) for ms in (0, 100_000)]
    change = entry(50_000, RouteChanged("add", HOST, REMOTE, by_kernel=True), source="vmkernel.log")

    *_, last = sorted(attribute([told[0], change, told[1]]), key=lambda one: one.event.origin.source)

    assert isinstance(last.event.detail, RouteCommand) is by_hand


@pytest.mark.parametrize(
    ("doubt", "deleted"), [(MILLISECOND - 1, 89_700), (SECOND - 1, 90_600)], ids=["milliseconds", "whole seconds"]
)
def test_a_check_soon_after_finds_what_was_typed_in_that_second(doubt: int, deleted: int) -> None:
    """The shell's stamp has whole seconds, so its middle is behind the check; the kernel says that it came before."""
    log = Genesis(doubt=doubt)
    log.all_up(0)
    log.illegal(10_000, NOBODY)
    log.task(10_000, "delete", NOBODY)
    log.orders(12_000, "delete", NOBODY)
    log.result(12_200, "delete", NOBODY)
    log.all_up(20_000)
    for ms in (30_000, 90_000):
        log.cvm_down(ms)
        log.absent(ms)
        log.task(ms, "add", REMOTE)
        log.orders(ms + 2_000, "add", REMOTE)
        log.result(ms + 2_200, "add", REMOTE)
        log.cvm_down(ms + 30_000)
        log.correct(ms + 30_000, REMOTE)
    typed = HostLog("shell.log", "shell", "host", SECOND - 1)
    typed.types(5_000, "add", NOBODY)
    typed.types(deleted // 1_000 * 1_000, "delete", REMOTE)
    changes = HostLog()
    changes.kernel(5_100, "add", NOBODY)
    changes.kernel(12_100, "delete", NOBODY)
    changes.kernel(32_100, "add", REMOTE)
    changes.kernel(deleted, "delete", REMOTE)
    changes.kernel(92_100, "add", REMOTE)

    *others, found = episodes(log, typed, changes)

    assert [one.kind for one in (*others, found)] == ["route-injection", "cvm-failure", "route-deletion"]
    assert holds(found, "fault", deleted)
    assert known(found)["detected"].at.most >= known(found)["fault"].at.least


@pytest.mark.parametrize(("unread", "actor"), [(None, "person"), (64_000, None), (100_000, "person")])
def test_a_change_beside_a_line_of_genesis_that_no_rule_takes_is_nobody_s(
    unread: int | None, actor: Actor | None
) -> None:
    told = [entry(ms, StargateStates(up=(CVM, REMOTE)), number=n) for n, ms in enumerate((0, 122_000))]
    change = entry(64_400, RouteChanged("add", HOST, REMOTE, by_kernel=True), source="vmkernel.log")

    dark = () if unread is None else (Instant("capture", ns(unread), ns(unread)),)
    found = {one.event.origin: one.event.detail for one in attribute([told[0], change, told[1]], dark)}

    assert getattr(found[change.event.origin], "actor", None) == actor


@pytest.mark.parametrize(("ms", "by_hand"), [(59_000, True), (60_500, False)], ids=["within", "as it ends"])
def test_a_log_may_end_just_where_its_last_line_does(ms: int, *, by_hand: bool) -> None:
    """Of what came after that line, it says nothing."""
    lines = [entry(at, StargateStates(up=(CVM,)), number=at, doubt=SECOND - 1) for at in (0, 60_000)]
    change = entry(ms, RouteChanged("add", HOST, REMOTE, by_kernel=True), source="vmkernel.log")

    told = next(one.event.detail for one in attribute([*lines, change]) if one.event.origin.source == "vmkernel.log")

    assert isinstance(told, RouteCommand) is by_hand


def typed_on_host(ms: int, gateway: str = REMOTE) -> Entry:
    command = RouteCommand("add", "person", HOST, gateway, user="root")
    return replace(entry(ms, command, source="shell.log"), on_host=True)


@pytest.mark.parametrize(
    ("covered", "denied"),
    [((0, 60_000), True), ((20_001, 60_000), False), ((0, 20_999), False)],
    ids=["its log has that time", "begins later", "ends too soon"],
)
def test_what_the_kernel_did_not_log_changed_nothing(covered: tuple[int, int], *, denied: bool) -> None:
    first, last = covered
    (one,) = attribute([typed_on_host(20_000)], kernels={"capture": [(ns(first), ns(last))]})

    assert one.denied is denied


def test_what_was_typed_is_denied_by_another_change_within_its_second() -> None:
    kernel_line = entry(20_200, RouteChanged("add", None, NOBODY, by_kernel=True), source="vmkernel.log")

    one, _ = attribute([typed_on_host(20_000), kernel_line])

    assert one.denied
