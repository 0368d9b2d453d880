"""Snapshots of commands: their content, and the time that the text gives them."""

from __future__ import annotations

import io

import pytest

from analyzer.config import Settings
from analyzer.ingest import logs
from analyzer.model.event import ClusterStatus, Detail, NeighborList, Netstat, Route, RouteTable
from analyzer.model.source import Reason, SourceKind

RULES = logs.load_rules(())
DATE = "Sun Nov 22 07:53:28 UTC 2026\n"
AT = 1795334008 * 10**9
ESXCFG = """VMkernel Routes:
Network          Netmask          Gateway          Interface
192.168.5.2      255.255.255.255  192.168.1.28     vmk0
192.168.1.0      255.255.255.0    Local Subnet     vmk0
default          0.0.0.0          192.168.1.1      vmk0
"""
ESXCLI = """Network      Netmask          Gateway       Interface  Source
-----------  ---------------  ------------  ---------  ------
default      0.0.0.0          192.168.1.1   vmk0       MANUAL
192.168.1.0  255.255.255.0    0.0.0.0       vmk0       MANUAL
192.168.5.2  255.255.255.255  192.168.1.28  vmk0       MANUAL
"""
NEIGHBORS = """Neighbor      Mac Address        Vmknic  Expiry    State  Type
------------  -----------------  ------  --------  -----  -------
192.168.1.28  00:0C:29:c0:01:28  vmk0    1098 sec         Unknown
192.168.5.2   00:0c:29:a0:05:26  vmk1    10 sec           Unknown
"""
NETSTAT = """Active Internet connections (servers and established)
Proto Recv-Q Send-Q Local Address           Foreign Address         State
tcp        0      0 192.168.5.2:nfs         192.168.1.24:899        ESTABLISHED
tcp        0      0 192.168.1.28:54321      192.168.1.24:ssh        ESTABLISHED
tcp        0      0 0.0.0.0:80              0.0.0.0:*               LISTEN
udp        0      0 0.0.0.0:68              0.0.0.0:*
"""
CLUSTER = """The state of the cluster: start
Lockdown mode: Disabled

        CVM: 192.168.88.29 Up, ZeusLeader
                                Zeus   UP       [5362, 5391]
                            Stargate   UP       [26974, 27094]
        CVM: 192.168.88.30 Up
                            Stargate DOWN       []
        CVM: 192.168.88.31 Down
"""
LOCAL = Route("192.168.1.0", "255.255.255.0", None, "vmk0")
STORAGE = Route("192.168.5.2", "255.255.255.255", "192.168.1.28", "vmk0")
DEFAULT = Route("default", "0.0.0.0", "192.168.1.1", "vmk0")  # noqa: S104 - a route, no bind
CASES: list[tuple[str, SourceKind, str, Detail]] = [
    ("esxcfg-route", "route-table", ESXCFG, RouteTable((STORAGE, LOCAL, DEFAULT))),
    ("esxcli-route", "route-table", ESXCLI, RouteTable((DEFAULT, LOCAL, STORAGE))),
    (
        "neighbors",
        "neighbor-list",
        NEIGHBORS,
        NeighborList((("192.168.1.28", "00:0c:29:c0:01:28", "vmk0"), ("192.168.5.2", "00:0c:29:a0:05:26", "vmk1"))),
    ),
    (
        "netstat",
        "netstat",
        NETSTAT,
        Netstat(
            (
                ("192.168.5.2:nfs", "192.168.1.24:899", "ESTABLISHED"),
                ("192.168.1.28:54321", "192.168.1.24:ssh", "ESTABLISHED"),
            )
        ),
    ),
    (
        "cluster-status",
        "cluster-status",
        CLUSTER,
        ClusterStatus((("192.168.88.29", True, True), ("192.168.88.30", True, False), ("192.168.88.31", False, None))),
    ),
]


def _read(text: str, kind: SourceKind, name: str = "out.txt", zone: str | None = None) -> logs.LogReading:
    return logs.read(io.BytesIO(text.encode()), name, kind, Settings(log_timezone=zone), RULES)


@pytest.mark.parametrize(("kind", "text", "detail"), [pytest.param(*case[1:], id=case[0]) for case in CASES])
def test_content_and_time(kind: SourceKind, text: str, detail: Detail) -> None:
    assert logs.recognise(text.encode(), "x") == kind
    reading = _read(DATE + text, kind)
    assert [event.detail for event in reading.events] == [detail]
    (event,) = reading.events
    assert event.at.least == AT
    assert event.origin.number == 2
    assert event.at.doubt >= 10**9


@pytest.mark.parametrize(
    ("before", "name", "zone"),
    [
        pytest.param("# taken at 2026-11-22 07:53:28Z\n", "x", None, id="comment"),
        pytest.param("[2026-11-22T08:53:28+01:00] root@esx $ esxcfg-route -l\n", "x", None, id="prompt"),
        pytest.param("Sun Nov 22 08:53:28 CET 2026\n", "x", "Europe/Berlin", id="nickname-with-zone-given"),
        pytest.param("", "routes_2026-11-22T07-53-28Z.txt", None, id="file-name"),
        pytest.param("", "routes-20261122-075328.txt", None, id="compact-file-name"),
    ],
)
def test_where_the_time_is(before: str, name: str, zone: str | None) -> None:
    (event,) = _read(before + ESXCFG, "route-table", name, zone).events
    assert event.at.least == AT


def test_without_time_it_is_context_only() -> None:
    reading = _read(ESXCFG, "route-table", "esxcfg-route_-l.txt")
    assert reading.events == ()
    assert [(s.where, s.count) for s in reading.skipped] == [("line 1", 1)]
    assert reading.skipped[0].reason == Reason("undated")


def test_a_watch_loop() -> None:
    text = DATE + ESXCFG + NEIGHBORS + DATE.replace("28", "29", 1) + ESXCFG + ESXCFG
    reading = _read(text, "route-table")
    assert [type(event.detail) for event in reading.events] == [RouteTable, NeighborList, RouteTable]
    assert reading.events[2].at.least == AT + 10**9
    assert [s.count for s in reading.skipped] == [1]
