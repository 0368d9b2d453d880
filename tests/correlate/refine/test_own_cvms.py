"""Which CVM is a host's own, where no line says so: by who is down when it needs a route, and who is back after."""

from __future__ import annotations

from analyzer.correlate.refine.own_cvms import shown_by_logs
from analyzer.model.event import Forwarding, StargateStates
from tests.correlate.builder import CVM, HOST, PEER, REMOTE, Genesis, HostLog
from tests.correlate.viewed import observed


def own(*logs: Genesis) -> str | None:
    """The host's own CVM, as the logs show it."""
    view = shown_by_logs(*observed(*logs))
    host = view.topology.host(HOST)
    assert host is not None
    return host.cvm


def checked(*, down: tuple[str, ...] = (), back: tuple[str, ...] = ()) -> Genesis:
    """A check of all CVMs, without a word of which is whose."""
    log = Genesis()
    up = tuple(cvm for cvm in (CVM, PEER, REMOTE) if cvm not in (*down, *back))
    log.tell(0, StargateStates(up=up, initializing=back, down=down))
    return log


def test_it_is_the_one_that_is_down_when_a_route_is_needed() -> None:
    log = checked(down=(CVM,))
    log.tell(1_000, Forwarding("absent", HOST))

    assert own(log) == CVM


def test_it_is_the_one_that_is_down_when_a_route_is_added() -> None:
    log = checked(down=(CVM,))
    log.orders(1_000, "add", REMOTE)

    assert own(log) == CVM


def test_it_is_the_one_that_is_back_when_the_route_is_kept() -> None:
    log = checked(back=(CVM,))
    log.tell(1_000, Forwarding("kept", HOST, REMOTE))

    assert own(log) == CVM


def test_of_two_that_are_down_neither_is() -> None:
    log = checked(down=(CVM, PEER))
    log.tell(1_000, Forwarding("absent", HOST))

    assert own(log) is None


def test_of_two_that_are_down_it_is_the_one_that_the_check_names() -> None:
    log = checked(down=(CVM, PEER))
    log.tell(1_000, Forwarding("absent", HOST, addresses=(PEER,)))

    assert own(log) == PEER


def test_the_gateway_is_not() -> None:
    log = checked(down=(CVM,))
    log.orders(1_000, "add", CVM)

    assert own(log) is None


def test_another_hosts_own_is_not() -> None:
    log = checked(down=(CVM,))
    log.correct(0, host="192.168.1.25", cvm=CVM)
    log.tell(1_000, Forwarding("absent", HOST))

    assert own(log) is None


def test_where_nothing_is_learnt_the_view_stays_the_same() -> None:
    log = Genesis()
    log.all_up(0)
    view, seen, timeline = observed(log)

    assert shown_by_logs(view, seen, timeline) is view


def test_it_is_not_the_one_that_is_down_when_a_person_adds_a_route() -> None:
    log, shell = checked(down=(CVM,)), HostLog("shell.log", "shell", "host", 999_999_999)
    shell.types(1_000, "add", REMOTE)

    view = shown_by_logs(*observed(log, shell))

    assert {host.cvm for host in view.topology.hosts} == {None}
