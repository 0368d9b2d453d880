"""Route tables, one after the other: each change of a route is between two of them."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from msgspec.structs import replace as with_

from analyzer.correlate.snapshots.changes import HOW, _proved, _told
from analyzer.correlate.snapshots.states import RouteBetween
from analyzer.correlate.topology.topology import Member
from analyzer.model.episode import Episode
from analyzer.model.instant import SECOND, Instant
from analyzer.model.measurement import How, KnownInstant
from analyzer.model.path import Path as Way
from analyzer.model.source import Origin
from tests.correlate.builder import HOST, REMOTE
from tests.correlate.logs.made import EVERYBODY, MEMBER
from tests.correlate.made import observation
from tests.correlate.tables import date, found, routes

LOOP = "[root@10.1.1.11:~] while true; do date; esxcfg-route -l; sleep 2; done\n"
BEGIN = 1701927000 * SECOND
KERNEL = "2023-12-07T05:{}Z cpu0:66618)Tcpip: 1414: {} dstAddr=0x205a8c0, netMask=0xffffffff, gwAddr=0x1501010a\n"
SHELL = "2023-12-07T05:{}Z shell[35521]: [root]: esxcfg-route -{} 192.168.5.2 255.255.255.255 10.1.1.21\n"


def loop(*gateways: str | None) -> str:
    return LOOP + "".join(date(2 * number) + routes(gateway) for number, gateway in enumerate(gateways))


def instants(episode: Episode) -> dict[str, tuple[int, int]]:
    """From which to which second after 05:30:00."""
    known = (one for one in episode.instants if isinstance(one, KnownInstant))
    return {one.name: ((one.at.least - BEGIN) // SECOND, (one.at.most - BEGIN) // SECOND) for one in known}


def test_a_route_that_came_and_went(tmp_path: Path) -> None:
    (episode,) = found(tmp_path, {"r.txt": loop(None, None, "10.1.1.21", "10.1.1.21", None)}).episodes

    assert (episode.kind, episode.host, episode.gateway, episode.note) == (
        "unexplained",
        "10.1.1.11",
        "10.1.1.21",
        "no-author",
    )
    assert instants(episode)["fault"] == (2, 5)
    assert (episode.before.kind, episode.during.kind, episode.after.kind) == ("local", "remote", "local")
    assert [(c.statement.action, len(c.origins)) for c in episode.claims] == [("add", 2), ("delete", 2)]


def test_a_route_that_went(tmp_path: Path) -> None:
    (episode,) = found(tmp_path, {"r.txt": loop("10.1.1.21", None)}).episodes

    assert (episode.kind, episode.before.kind, episode.after.kind) == ("unexplained", "remote", "local")
    assert instants(episode)["fault"] == (0, 3)


@pytest.mark.parametrize("tables", [(None, None, None), ("10.1.1.21",) * 3], ids=["never", "all-the-time"])
def test_nothing_changed(tables: tuple[str | None, ...], tmp_path: Path) -> None:
    assert found(tmp_path, {"r.txt": loop(*tables)}).episodes == ()


def test_tables_of_two_hosts_are_no_change(tmp_path: Path) -> None:
    texts = {"10.1.1.11/r.txt": date(0) + routes(None), "10.1.1.12/r.txt": date(2) + routes("10.1.1.21")}

    assert found(tmp_path, texts).episodes == ()


def test_tables_without_a_time_are_no_change(tmp_path: Path) -> None:
    assert (
        found(tmp_path, {"10.1.1.11/r.txt": date(0) + routes(None) + "\n\n# later\n" + routes("10.1.1.21")}).episodes
        == ()
    )


def test_what_somebody_typed_is_told_once(tmp_path: Path) -> None:
    """The host's own logs have the change: the tables prove it, and tell no other one."""
    texts = {
        "10.1.1.11/r.txt": loop(None, None, "10.1.1.21", "10.1.1.21", None),
        "10.1.1.11/shell.log": SHELL.format("30:03", "a") + SHELL.format("30:07", "d"),
        "10.1.1.11/vmkernel.log": KERNEL.format("30:03.500", "add") + KERNEL.format("30:07.500", "delete"),
    }
    (episode,) = found(tmp_path, texts).episodes

    assert (episode.kind, episode.by_hand) == ("route-injection", True)
    assert [c.statement.action for c in episode.claims if c.statement.name == "between-tables"] == ["add", "delete"]
    assert instants(episode)["fault"] == (3, 3)


def between(first: int, last: int) -> Instant:
    return Instant("c", first * SECOND, last * SECOND)


ADDED = RouteBetween(MEMBER.address, "add", REMOTE, between(20, 25), (Origin("x.txt", 1), Origin("x.txt", 2)))


def test_tables_narrow_what_is_known_less_well_and_then_are_how_it_is_known() -> None:
    vague = _proved(observation(host=None, repaired=(10, 30)), MEMBER, ADDED, ADDED.at)
    sharp = _proved(observation(host=MEMBER, repaired=(22, 23)), MEMBER, ADDED, ADDED.at)

    assert vague is not None
    assert sharp is not None
    assert (vague.points["repaired"].at, vague.points["repaired"].how) == (between(20, 25), HOW)
    assert (sharp.points["repaired"].at, sharp.points["repaired"].how) == (between(22, 23), How("note"))
    assert _proved(observation(repaired=(10, 30)), Member("10.9.9.9"), ADDED, ADDED.at) is None


def test_a_route_that_tables_show_gone_ends_what_nobody_did() -> None:
    stood = with_(observation("unexplained", "logs", host=MEMBER), note="no-author", after=Way("remote", via=REMOTE))
    gone = _proved(stood, MEMBER, with_(ADDED, action="delete"), between(20, 25))

    assert gone is not None
    assert (gone.end, gone.after) == (25 * SECOND, Way("local"))


@pytest.mark.parametrize("known", [True, False])
def test_a_change_between_tables_is_of_the_host_that_they_name_whoever_else_knows_it(*, known: bool) -> None:
    change = RouteBetween(HOST, "add", REMOTE, Instant("c", 0, 0), (Origin("r.txt", 1), Origin("r.txt", 9)))

    (told,) = _told([], change, change.at, EVERYBODY if known else replace(EVERYBODY, hosts=()))

    assert told.host == (MEMBER if known else Member(None, name=HOST))
