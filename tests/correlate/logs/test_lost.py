"""A datastore that a host's own log has lost, when nothing else tells of that time."""

from __future__ import annotations

import pytest

from analyzer.model.event import HostStorage
from tests.correlate.builder import HOST, PEER, REMOTE, STORAGE, HostLog, episodes, holds, known, only
from tests.correlate.logs.check_logs import healthy_then

OTHER = "10.9.9.9"


def told(*lines: tuple[int, str], log: HostLog | None = None, server: str | None = STORAGE) -> HostLog:
    """A host's log with such lines: at ms, which state."""
    log = log or HostLog()
    for ms, state in lines:
        log.tell(ms, HostStorage(state, server, "ctr1"))  # type: ignore[arg-type]
    return log


def test_a_server_that_was_lost_and_came_back_is_a_stall_that_nothing_explains() -> None:
    episode = only(told((0, "server-back"), (300_000, "server-lost"), (360_000, "server-back")))

    assert (episode.kind, episode.host) == ("unexplained", HOST)
    assert holds(episode, "fault", 0)
    assert known(episode)["fault"].at.most == HostLog().at(300_000).most
    assert holds(episode, "restored", 300_000)
    assert holds(episode, "restored", 360_000)
    assert [claim.statement.name for claim in episode.claims] == ["datastore-lost", "datastore-back"]


def test_without_a_line_before_it_the_loss_has_no_begin() -> None:
    episode = only(told((300_000, "server-lost"), (305_000, "server-lost"), (360_000, "server-back")))

    assert "fault" not in known(episode)
    assert not holds(episode, "restored", 304_000), "the second line has it lost still"


def test_each_loss_is_a_stall() -> None:
    log = told((0, "server-lost"), (60_000, "server-back"), (900_000, "server-lost"))

    assert ["restored" in known(each) for each in episodes(log)] == [True, False]


@pytest.mark.parametrize(
    "log",
    [
        told((0, "server-back")),
        told((0, "server-lost"), (60_000, "server-back"), server=OTHER),
        told((0, "server-lost"), (60_000, "server-back"), server=None),
        told((0, "apd-start"), (60_000, "apd-exit"), server=None),
        told((0, "server-lost")),
    ],
    ids=[
        "a mount alone",
        "another server",
        "a server that is not named",
        "all paths down of nothing that is tied",
        "at no known time",
    ],
)
def test_other_lines_are_no_stall(log: HostLog) -> None:
    assert episodes(log) == ()


def test_all_paths_down_is_one_where_a_mount_ties_it_to_the_datastore() -> None:
    log = told((0, "server-back"))
    told((300_000, "apd-start"), (440_000, "apd-timeout"), (600_000, "apd-exit"), log=log, server=None)

    episode = only(log)
    assert holds(episode, "fault", 1_000)
    assert not holds(episode, "fault", 301_000)
    assert holds(episode, "restored", 500_000)


@pytest.mark.parametrize("ms", [-200_000, 150_000, 300_000])
def test_a_loss_near_a_change_of_the_route_is_part_of_that(ms: int) -> None:
    log = told((0, "server-lost"), (125_000, "server-back"))
    log.types(ms, "add", REMOTE)
    log.kernel(ms, "add", REMOTE)

    assert len(episodes(log)) == 1


def test_a_loss_long_after_a_change_is_a_stall_of_its_own() -> None:
    log = HostLog()
    log.types(0, "add", REMOTE)
    log.kernel(10, "add", REMOTE)
    log.types(60_000, "delete", REMOTE)
    log.kernel(60_010, "delete", REMOTE)
    told((900_000, "server-lost"), (960_000, "server-back"), log=log)

    assert "unexplained" in [each.kind for each in episodes(log)[1:]]


def test_a_change_on_another_host_explains_nothing() -> None:
    other = HostLog(source="b/vmkernel.log", clock="host-b", host="192.168.1.25")
    other.types(0, "add", PEER)
    other.kernel(10, "add", PEER)
    log = told((0, "server-lost"), (60_000, "server-back"))

    hosts = [each.host for each in episodes(log, other)]
    assert HOST in hosts
    assert "192.168.1.25" in hosts


@pytest.mark.parametrize(
    ("ahead", "kinds"),
    [(0, ["route-injection", "unexplained"]), (2_500_000, ["route-injection"])],
    ids=["right", "set"],
)
def test_a_loss_by_a_clock_that_was_set_meanwhile_may_be_of_anything_of_that_host(ahead: int, kinds: list[str]) -> None:
    log, due = healthy_then()
    log.illegal(due, REMOTE)
    log.repairs(due + 1_000, "delete", REMOTE)
    kernel = HostLog()
    kernel.kernel(due - 20_000 + ahead, "add", REMOTE)
    kernel.kernel(due + 1_300, "delete", REMOTE)

    found = episodes(log, told((3_000_000, "server-lost"), (3_060_000, "server-back"), log=kernel))

    assert [one.kind for one in found] == kinds
