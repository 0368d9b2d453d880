"""A route that Genesis deletes only to add another: by a CVM that failed, or to nobody."""

from __future__ import annotations

import pytest
from msgspec.structs import replace

from analyzer.correlate.logs.checks.find_checks import find_checks
from analyzer.correlate.logs.state.context import Context
from analyzer.correlate.logs.state.leaving import _is_foreign, _is_untold, _next_gateway, left
from analyzer.correlate.logs.state.stargates import Stargates
from analyzer.model.episode import EpisodeKind
from analyzer.model.event import RouteChanged, RouteCommand, StargateStates
from analyzer.model.instant import Instant
from analyzer.model.path import PathKind
from tests.correlate.builder import CVM, HOST, NOBODY, PEER, REMOTE, Genesis, HostLog, episodes, ms_of, ns
from tests.correlate.logs.check_logs import failed, healthy_then
from tests.correlate.logs.made import context, entry, local, observed, read
from tests.correlate.made import observation


def test_the_route_of_a_gateway_that_failed_is_replaced() -> None:
    """Genesis deletes it first: that is the remote CVM's failure, and no recovery of the local one."""
    log = Genesis()
    log.all_up(0)
    log.cvm_down(30_000)
    log.absent(30_200)
    log.repairs(31_000, "add", REMOTE)
    log.cvm_down(60_000)
    log.correct(60_200, REMOTE)
    log.tell(90_000, StargateStates(up=(PEER,), down=(CVM, REMOTE)))
    log.repairs(91_000, "delete", REMOTE)
    log.absent(93_000)
    log.repairs(94_000, "add", PEER)
    log.tell(120_000, StargateStates(up=(PEER,), down=(CVM, REMOTE)))
    log.correct(120_200, PEER)

    first, second = episodes(log)

    assert (first.kind, first.cvm, first.gateway) == ("cvm-failure", CVM, REMOTE)
    assert (second.kind, second.cvm, second.gateway) == ("cvm-failure", REMOTE, PEER)
    assert (second.before.kind, second.before.via, second.after.via) == ("remote", REMOTE, PEER)
    least, most = ms_of(second, "fault")
    assert least >= 55_000
    assert most <= 91_000
    assert ms_of(second, "detected")[1] <= 92_000
    assert ms_of(second, "repaired")[0] >= 93_000


def test_a_gateway_that_failed_has_no_part_in_the_return_of_the_own_cvm() -> None:
    """The check lists only who is down: that the own CVM is not among these is that it is up."""
    log = Genesis()
    log.all_up(0)
    log.cvm_down(30_000)
    log.absent(30_200)
    log.repairs(31_000, "add", REMOTE)
    log.tell(90_000, StargateStates(down=(REMOTE,)))
    log.illegal(90_200, REMOTE)
    log.repairs(91_000, "delete", REMOTE)

    failed, back = episodes(log)

    assert (failed.kind, failed.cvm) == ("cvm-failure", CVM)
    assert (back.kind, back.after.kind) == ("cvm-recovery", "local")


def _forwarded() -> Genesis:
    """A host whose own CVM failed is on the route that Genesis added, which the next check finds right."""
    log = Genesis()
    log.all_up(0)
    log.cvm_down(30_000)
    log.absent(30_200)
    log.repairs(31_000, "add", REMOTE)
    log.cvm_down(60_000)
    log.correct(60_200, REMOTE)
    return log


def test_nor_has_a_return_that_came_to_nothing_part_in_the_failure_of_a_gateway() -> None:
    """The own CVM is down again when the gateway fails; its host's line says so, after the order to delete."""
    log = _forwarded()
    log.alive(90_000)
    log.tell(120_000, StargateStates(down=(REMOTE,)))
    log.repairs(121_000, "delete", REMOTE)
    log.absent(122_000)
    log.repairs(123_000, "add", PEER)

    kinds = [(one.kind, one.before.kind, one.after.via) for one in episodes(log)]

    assert ("cvm-failure", "remote", PEER) in kinds
    assert not [kind for kind, _, _ in kinds if kind == "cvm-recovery"]


def test_a_host_is_given_back_as_the_cvm_that_served_it_fails_where_only_another_leader_saw_its_own_down() -> None:
    """A leader that has only the gateway down says by the deletion that the host's own CVM serves."""
    log = _forwarded()
    log.tell(100_000, StargateStates(down=(REMOTE,)))
    log.illegal(100_200, REMOTE)
    log.repairs(101_000, "delete", REMOTE)

    _, back = episodes(log)

    assert (back.kind, back.cvm, back.before.via, back.after.kind) == ("cvm-recovery", CVM, REMOTE, "local")


def _takes_back(log: Genesis, ms: int) -> None:
    """A check takes the route to nobody away, and adds the one by the living CVM."""
    log.cvm_down(ms)
    log.illegal(ms + 200, NOBODY)
    log.repairs(ms + 1_000, "delete", NOBODY)
    log.absent(ms + 3_000)
    log.repairs(ms + 4_000, "add", REMOTE)
    log.cvm_down(ms + 30_000)
    log.correct(ms + 30_200, REMOTE)


@pytest.mark.parametrize("typed", [True, False])
def test_a_valid_route_that_is_exchanged_for_one_to_nobody_is_gone(typed: bool) -> None:
    log, shell = _forwarded(), HostLog("shell.log", "shell", "host", 999_999_999)
    _takes_back(log, 90_000)
    if typed:
        shell.types(75_000, "add", NOBODY)

    failure, deletion = observed(log, shell)

    assert (failure.kind, deletion.kind, deletion.by_hand) == ("cvm-failure", "route-deletion", False)
    assert (deletion.before.via, deletion.gateway) == (REMOTE, REMOTE)
    assert deletion.points["fault"].at.least >= ns(74_000 if typed else 55_000)
    assert deletion.points["fault"].at.most < ns(91_500)
    assert deletion.points["detected"].at.most < ns(91_500)
    assert deletion.points["repaired"].at.least >= ns(93_000)


def test_an_own_cvm_that_only_the_line_of_its_own_host_has_down_is_not_up() -> None:
    """A log that names but one Stargate that is down has the gateway, and then the host's own, beside the hosts."""
    log = Genesis()
    log.all_up(0)
    log.tell(30_000, StargateStates(down=(PEER,)))
    log.absent(30_200)
    log.repairs(31_000, "add", REMOTE)
    log.tell(60_000, StargateStates(down=(PEER,)))
    log.correct(60_200, REMOTE)
    log.tell(90_000, StargateStates(down=(PEER,)))
    log.repairs(91_000, "delete", REMOTE)
    log.absent(93_000)
    log.repairs(94_000, "add", "192.168.1.104")

    first, second = episodes(log)

    assert (first.kind, first.cvm) == ("cvm-failure", CVM)
    assert (second.kind, second.cvm, second.after.via) == ("cvm-failure", REMOTE, "192.168.1.104")


@pytest.mark.parametrize(
    ("gone", "kind", "failed"),
    [(PEER, "cvm-failure", PEER), (NOBODY, "route-deletion", None), (CVM, "route-deletion", None)],
    ids=["another host's CVM", "nobody", "the own CVM"],
)
def test_a_route_of_which_only_the_commands_tell_is_replaced(gone: str, kind: str, failed: str | None) -> None:
    """Another host's CVM may have failed since somebody chose it; nobody, and the own CVM, serve no host beside it."""
    lines = [
        entry(0, RouteCommand("delete", "genesis", HOST, gone)),
        entry(3_000, RouteCommand("add", "genesis", HOST, REMOTE), number=2),
    ]

    found = left(local(path="remote", gateway=REMOTE, failed=True), "delete", context(*lines))

    assert found is not None
    assert (found.kind, found.gateway) == (kind, failed)


@pytest.mark.parametrize(("down", "kind"), [(30_000, "route-deletion"), (90_000, "cvm-failure")])
def test_a_cvm_that_was_down_when_the_host_was_moved_elsewhere_served_it_not(down: int, kind: str) -> None:
    """Somebody exchanged the route for one by it; where it failed only after that, it may have served."""
    log = Genesis()
    log.all_up(0)
    log.tell(30_000, StargateStates(up=(REMOTE,), down=(CVM, PEER) if down == 30_000 else (CVM,)))
    log.absent(30_200)
    log.repairs(31_000, "add", REMOTE)
    for ms in (60_000, 90_000):
        log.tell(ms, StargateStates(up=(REMOTE,), down=(CVM, PEER) if down <= ms else (CVM,)))
        if ms == 60_000:
            log.correct(60_200, REMOTE)
    log.repairs(91_000, "delete", PEER)
    log.absent(93_000)
    log.repairs(94_000, "add", REMOTE)

    failure, second = episodes(log)

    assert (failure.kind, second.kind) == ("cvm-failure", kind)


@pytest.mark.parametrize("typed", [True, False])
def test_a_route_to_nobody_beside_a_failure_is_a_part_of_it(typed: bool) -> None:
    """Whether it was typed before the CVM failed or after that is in no log."""
    log, shell = Genesis(), HostLog("shell.log", "shell", "host", 999_999_999)
    log.all_up(0)
    log.correct(200)
    _takes_back(log, 30_000)
    if typed:
        shell.types(15_000, "add", NOBODY)

    (failure,) = observed(log, shell)

    assert (failure.kind, failure.cvm, failure.gateway) == ("cvm-failure", CVM, REMOTE)
    assert failure.points["detected"].at.most < ns(31_500)
    assert failure.points["repaired"].at.least >= ns(33_000)
    assert ("typed-by-hand" in {claim.statement.name for claim in failure.claims}) is typed
    assert "failure-unlogged" in {doubt.name for doubt in failure.doubts}


def test_a_route_that_a_person_adds_after_genesis_deleted_one_is_no_exchange() -> None:
    """The own CVM is back, and Genesis gives the host back to it; nobody's gateway failed."""
    log, shell = _forwarded(), HostLog("shell.log", "shell", "host", 999_999_999)
    log.tell(90_000, StargateStates(up=(CVM, PEER, REMOTE)))
    log.illegal(90_200, REMOTE)
    log.repairs(91_000, "delete", REMOTE)
    shell.types(95_000, "add", PEER)
    log.tell(120_000, StargateStates(up=(CVM, PEER, REMOTE)))
    log.illegal(120_200, PEER)
    log.repairs(121_000, "delete", PEER)

    assert [one.kind for one in observed(log, shell)] == ["cvm-failure", "cvm-recovery", "route-injection"]


def test_of_commands_alone_the_same_route_put_back_shows_the_exchange() -> None:
    log = Genesis()
    log.orders(30_000, "add", REMOTE)
    log.result(30_200, "add", REMOTE)
    log.orders(90_000, "delete", NOBODY)
    log.result(90_200, "delete", NOBODY)
    log.orders(93_000, "add", REMOTE)
    log.result(93_200, "add", REMOTE)

    assert sorted(one.kind for one in observed(log)) == ["cvm-failure", "route-deletion"]


def test_a_person_who_adds_the_route_to_nobody_again_repairs_nothing() -> None:
    log, shell = _forwarded(), HostLog("shell.log", "shell", "host", 999_999_999)
    _takes_back(log, 90_000)
    shell.types(70_000, "add", NOBODY)
    shell.types(80_000, "add", NOBODY)

    failure, deletion = observed(log, shell)

    assert (failure.kind, deletion.kind, deletion.by_hand) == ("cvm-failure", "route-deletion", False)
    assert deletion.points["fault"].at.most < ns(80_000)
    assert deletion.points["repaired"].at.least >= ns(90_000)


def test_an_order_that_follows_on_a_check_with_the_own_cvm_up_is_another() -> None:
    """An injected route is deleted, and 8 s later the host is forwarded ahead of an orderly stop."""
    log, due = healthy_then()
    log.tell(due, StargateStates(up=(CVM, PEER, REMOTE), all_of="up"))
    log.illegal(due, PEER)
    log.repairs(due + 1_000, "delete", PEER)
    log.repairs(due + 9_000, "add", REMOTE)
    log.cvm_down(due + 30_000)
    log.correct(due + 30_000, REMOTE)

    assert [one.kind for one in episodes(log)] == ["route-injection", "cvm-failure"]


@pytest.mark.parametrize("failed_too", [True, False])
def test_a_gateway_that_a_person_chose_and_that_failed_is_a_failure(*, failed_too: bool) -> None:
    """Host of a failed CVM; a person exchanges its route for one by the peer, which fails. The check says so of the own
    CVM first, and of the peer where its host's turn comes.
    """
    log, due = healthy_then()
    after = failed(log, due)
    log.tell(after, StargateStates(down=(CVM,)))
    log.correct(after, REMOTE)
    log.tell(after + 30_000, StargateStates(down=(CVM,)))
    log.repairs(after + 30_500, "delete", PEER)
    log.repairs(after + 33_000, "add", REMOTE)
    if failed_too:
        log.absent(after + 34_000, "192.168.1.25", PEER)
        log.repairs(after + 34_500, "add", REMOTE, "192.168.1.25")

    told = [(one.kind, one.cvm) for one in episodes(log) if one.host == HOST]

    assert told == [("cvm-failure", CVM), ("cvm-failure", PEER) if failed_too else ("route-deletion", CVM)]


@pytest.mark.parametrize(
    ("kind", "path", "gateway", "foreign"),
    [
        (None, "local", NOBODY, True),
        (None, "local", REMOTE, False),
        (None, "remote", NOBODY, False),
        ("cvm-failure", "local", REMOTE, True),
        ("cvm-recovery", "local", NOBODY, False),
    ],
    ids=["to nobody", "to a CVM", "on a remote path", "in a failure", "in a return"],
)
def test_a_route_that_genesis_may_not_have_added(
    kind: EpisodeKind | None, path: PathKind, gateway: str, *, foreign: bool
) -> None:
    fault = None if kind is None else observation(kind, "logs", detected=(1, 1))
    line = entry(0, RouteCommand("delete", "genesis", HOST, gateway))

    assert _is_foreign(local(path=path, open=fault), context(line)) is foreign


@pytest.mark.parametrize("told", [False, True])
def test_an_exchange_is_taken_for_a_failures_repair_only_where_no_line_has_how_any_stargate_is(*, told: bool) -> None:
    lines = [
        entry(0, RouteCommand("delete", "genesis", HOST, NOBODY)),
        entry(3_000, RouteCommand("add", "genesis", HOST, REMOTE), number=2),
    ]
    down = StargateStates(down=(PEER,))
    seen = Stargates().after(entry(-1_000, down), down, (CVM, PEER, REMOTE)) if told else Stargates()

    assert _is_untold(local(), context(*lines, stargates=seen)) is not told


def test_the_order_to_add_is_of_the_same_check_however_loosely_the_kernels_clock_places_the_deletion() -> None:
    log = Genesis()
    for ms in (0, 30_000):
        log.cvm_down(ms)
        log.correct(ms + 100, REMOTE)
    log.tell(60_000, StargateStates(down=(CVM, REMOTE)))
    log.repairs(62_000, "delete", REMOTE)
    log.repairs(66_000, "add", PEER)
    lines, topology, clocks = read(log)
    checks = find_checks(log.events, clocks)
    ordered = next(i for i, one in enumerate(lines.entries) if getattr(one.event.detail, "action", "") == "delete")
    early = Instant("capture", ns(20_000), ns(64_000))
    entries = tuple(
        replace(one, at=early, exact=True) if isinstance(one.event.detail, RouteChanged) else one
        for one in lines.entries
    )
    seen = Context(topology, checks, replace(lines, entries=entries), ordered, Stargates())

    assert _next_gateway(local(path="remote", gateway=REMOTE), seen) == PEER
