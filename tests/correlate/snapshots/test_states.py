"""What tables show of hosts and CVMs: one or many, with a time or without one."""

from __future__ import annotations

from pathlib import Path

import pytest

from analyzer.correlate.snapshots.states import _between, _is_nfs, _Seen
from analyzer.model.instant import SECOND, Instant
from analyzer.model.path import Snapshot
from analyzer.model.source import Origin
from tests.correlate.tables import HEAD, date, found, routes

BEGIN = 1701927000 * SECOND
CVM_PROMPT = "nutanix@NTNX-B-CVM:10.1.1.22:~$ "


def shown(snapshots: tuple[Snapshot, ...]) -> list[tuple[str, str | None, str | None]]:
    return [(one.state, one.of, one.via) for one in snapshots]


def second(at: Instant | None) -> int | None:
    return None if at is None else (at.least - BEGIN) // SECOND


def test_a_host_that_is_forwarded_at_a_time(tmp_path: Path) -> None:
    (one,) = found(
        tmp_path, {"x.txt": f"[root@esx-b:~] date; esxcfg-route -l\n{date(11)}{routes('10.1.1.21')}"}
    ).snapshots

    assert (one.state, one.of, one.via) == ("forwarded", "esx-b", "10.1.1.21")
    assert (second(one.since), second(one.until)) == (11, 11)
    assert [origin.number for origin in one.origins] == [3]


def test_a_table_without_a_time_is_not_skipped(tmp_path: Path) -> None:
    correlation = found(tmp_path, {"10.1.1.11/routes.txt": routes("10.1.1.21")})

    (one,) = correlation.snapshots
    assert (one.state, one.of, one.via) == ("forwarded", "10.1.1.11", "10.1.1.21")
    assert (one.since, one.until) == (None, None)
    assert not correlation.evidence.skipped
    assert not correlation.episodes


def test_all_hosts_at_once(tmp_path: Path) -> None:
    tables = "".join(
        f"============= 10.1.1.{host} ============\n{routes('10.1.1.21' if host == 12 else None)}"
        for host in (11, 12, 13)
    )
    correlation = found(tmp_path, {"x.txt": f"{CVM_PROMPT}date; hostssh 'esxcfg-route -l'\n{date(5)}{tables}"})

    assert shown(correlation.snapshots) == [
        ("not-forwarded", "10.1.1.11", None),
        ("forwarded", "10.1.1.12", "10.1.1.21"),
        ("not-forwarded", "10.1.1.13", None),
    ]
    assert {second(one.since) for one in correlation.snapshots} == {5}


def test_since_when_at_least(tmp_path: Path) -> None:
    loop = "".join(date(at) + routes("10.1.1.21") for at in range(0, 60, 10))
    (one,) = found(tmp_path, {"x.txt": "[root@esx-b:~] while true; do date; esxcfg-route -l; done\n" + loop}).snapshots

    assert (second(one.since), second(one.until)) == (0, 50)


@pytest.mark.parametrize("gateway", ["10.1.1.1", "0.0.0.0"])  # noqa: S104 - a route, no bind
def test_another_route_is_no_forwarding(gateway: str, tmp_path: Path) -> None:
    """A route of the whole network, and one of another server."""
    row = f"192.168.33.2     255.255.255.255  {gateway}       vmk0\n192.168.5.2      255.255.255.0  {gateway}  vmk0\n"
    text = routes(None) + row

    assert shown(found(tmp_path, {"10.1.1.11/x.txt": text}).snapshots) == [("not-forwarded", "10.1.1.11", None)]


@pytest.mark.parametrize(
    ("rows", "state"),
    [
        pytest.param("192.168.5.0  255.255.255.0  10.1.1.21  vmk0\n", ("forwarded", "10.1.1.21"), id="its network"),
        pytest.param("192.168.0.0  255.255.0.0  10.1.1.21  vmk0\n", ("forwarded", "10.1.1.21"), id="a wider one"),
        pytest.param(
            "192.168.0.0  255.255.0.0  10.1.1.21  vmk0\n192.168.5.0  255.255.255.0  Local Subnet  vmk1\n",
            ("not-forwarded", None),
            id="a narrower one inside",
        ),
        pytest.param(
            "192.168.5.0  255.255.255.128  10.1.1.21  vmk0\n192.168.5.0  255.255.255.0  Local Subnet  vmk1\n",
            ("forwarded", "10.1.1.21"),
            id="narrower than the one inside",
        ),
        pytest.param("192.168.5.128  255.255.255.128  10.1.1.21  vmk0\n", ("not-forwarded", None), id="beside it"),
        pytest.param("default  0.0.0.0  10.1.1.1  vmk0\n", ("not-forwarded", None), id="the default route"),
        pytest.param("192.168.5.0  255.0.255.0  10.1.1.21  vmk0\n", ("not-forwarded", None), id="no netmask"),
    ],
)
def test_the_narrowest_route_that_holds_the_address_counts(
    rows: str, state: tuple[str, str | None], tmp_path: Path
) -> None:
    text = HEAD + "10.1.1.0         255.255.255.0    Local Subnet     vmk0\n" + rows

    assert shown(found(tmp_path, {"10.1.1.11/x.txt": text}).snapshots) == [(state[0], "10.1.1.11", state[1])]


NEIGHBORS = "Neighbor      Mac Address        Vmknic  Expiry    State  Type\n"
OF_CVM = "10.1.1.21     00:0c:29:c0:01:28  vmk0    1098 sec         Unknown\n"
PORTS = "Name  IPv4 Address  IPv4 Netmask\nvmk2  10.1.1.11  255.255.255.0\nvmk3  192.168.5.1  255.255.255.0\n"


@pytest.mark.parametrize(
    ("rows", "state"),
    [
        pytest.param(
            OF_CVM + "192.168.5.2   00:0C:29:c0:01:28  vmk0    1 sec         Unknown\n",
            [("neighbor-outside", "10.1.1.11", "10.1.1.21")],
            id="a CVM answers for it",
        ),
        pytest.param(
            OF_CVM + "192.168.5.2   00:0c:29:a0:05:26  vmk0    1 sec         Unknown\n",
            [("neighbor-outside", "10.1.1.11", None)],
            id="somebody outside answers for it",
        ),
        pytest.param(
            OF_CVM + "192.168.5.2   00:0c:29:a0:05:26  vmk1    1 sec         Unknown\n",
            [("neighbor-inside", "10.1.1.11", None)],
            id="inside",
        ),
        pytest.param(
            "192.168.5.2   00:0c:29:a0:05:26  vmk2    1 sec         Unknown\n", [], id="on a port of no network"
        ),
        pytest.param(OF_CVM, [], id="not asked for"),
    ],
)
def test_where_a_host_found_the_storage_address(
    rows: str, state: list[tuple[str, str | None, str | None]], tmp_path: Path
) -> None:
    assert shown(found(tmp_path, {"10.1.1.11/x.txt": NEIGHBORS + rows}).snapshots) == state


@pytest.mark.parametrize(("port", "state"), [("vmk2", "neighbor-outside"), ("vmk3", "neighbor-inside")])
def test_where_by_what_is_told_of_its_ports(port: str, state: str, tmp_path: Path) -> None:
    text = "[root@esx-b:~] esxcli network ip neighbor list\n" + NEIGHBORS
    text += f"192.168.5.2   00:0c:29:a0:05:26  {port}    1 sec         Unknown\n[root@esx-b:~] …\n" + PORTS

    assert [one[0] for one in shown(found(tmp_path, {"x.txt": text}).snapshots)] == [state]


def test_a_row_of_another_address_alone_says_nothing(tmp_path: Path) -> None:
    """A `grep` leaves out what it was not asked for."""
    text = HEAD + "192.168.33.2     255.255.255.255  10.1.1.9       vmk0\n"

    assert found(tmp_path, {"10.1.1.11/x.txt": text}).snapshots == ()


def test_connections_on_a_cvm(tmp_path: Path) -> None:
    netstat = """Active Internet connections (servers and established)
Proto Recv-Q Send-Q Local Address           Foreign Address         State
tcp        0      0 192.168.5.2:2049        192.168.5.1:700         ESTABLISHED
tcp        0      0 192.168.5.2:nfs         10.1.1.12:899           ESTABLISHED
tcp        0      0 192.168.5.2:2049        10.1.1.13:898           TIME_WAIT
tcp        0      0 10.1.1.22:2049          10.1.1.50:1000          ESTABLISHED
"""
    correlation = found(tmp_path, {"x.txt": f"{CVM_PROMPT}date; netstat -an | grep 2049\n{date(7)}{netstat}"})

    assert shown(correlation.snapshots) == [("connected", "10.1.1.12", "10.1.1.22")]


def test_connections_of_a_host(tmp_path: Path) -> None:
    """vmk1 is the path inside; vmk0 to the storage address is the way to another CVM."""
    rows = "tcp 0 0 192.168.5.1:712 192.168.5.2:2049 ESTABLISHED 1 newreno\n{}"
    forwarded = rows.format("tcp 0 0 10.1.1.12:899 192.168.5.2:2049 ESTABLISHED 1 newreno\n")

    assert found(tmp_path / "a", {"10.1.1.12/c.txt": rows.format("")}).snapshots == ()
    assert shown(found(tmp_path / "b", {"10.1.1.12/c.txt": forwarded}).snapshots) == [("connected", "10.1.1.12", None)]


def test_a_datastore_that_the_host_does_not_reach(tmp_path: Path) -> None:
    rows = "".join(
        f"{volume}  {server}  /{volume}  {reached}  true  false  false  Supported\n"
        for volume, server, reached in (("ctr", "192.168.5.2", "false"), ("iso", "10.9.9.9", "false"))
    )
    text = "Volume Name  Host  Share  Accessible  Mounted  Read-Only  isPE  Hardware Acceleration\n" + rows

    assert shown(found(tmp_path, {"10.1.1.12/nfs.txt": text}).snapshots) == [
        ("datastore-inaccessible", "10.1.1.12", None)
    ]
    assert (
        found(
            tmp_path,
            {"10.1.1.12/nfs.txt": text.replace("ctr  192.168.5.2  /ctr  false", "ctr  192.168.5.2  /ctr  true")},
        ).snapshots
        == ()
    )


def test_cvms_that_are_down(tmp_path: Path) -> None:
    status = """The state of the cluster: start
        CVM: 10.1.1.21 Down
        CVM: 10.1.1.22 Up, ZeusLeader
                            Stargate   UP       [1, 2]
        CVM: 10.1.1.23 Up
                            Stargate DOWN       []
"""
    correlation = found(tmp_path, {"x.txt": f"{CVM_PROMPT}date; cluster status\n{date(0)}{status}"})

    assert shown(correlation.snapshots) == [
        ("cvm-down", "10.1.1.21", None),
        ("cvm-up", "10.1.1.22", None),
        ("stargate-down", "10.1.1.23", None),
    ]
    assert not correlation.episodes


@pytest.mark.parametrize(
    ("end", "is_nfs"),
    [("10.1.1.5:2049", True), ("10.1.1.5:nfs", True), ("10.1.1.5:22", False), ("10.1.1.6:2049", False)],
)
def test_only_the_storage_address_and_the_port_of_nfs_are_a_path(end: str, is_nfs: bool) -> None:
    assert _is_nfs(end, "10.1.1.5", 2049) == is_nfs


def test_tables_of_two_clocks_enclose_nothing() -> None:
    def table(clock: str, second: int, *, forwarded: bool) -> _Seen:
        state, via = ("forwarded", "10.1.1.21") if forwarded else ("not-forwarded", None)
        at = Instant(clock, second * SECOND, second * SECOND)
        return _Seen("esx", "esx", "route", state, via, at, Origin("x.txt", second))  # type: ignore[arg-type]

    one = _between(table("a", 1, forwarded=False), table("a", 9, forwarded=True))

    assert one is not None
    assert (one.action, one.gateway, one.at) == ("add", "10.1.1.21", Instant("a", SECOND, 9 * SECOND))
    assert _between(table("a", 1, forwarded=False), table("b", 9, forwarded=True)) is None
