"""Snapshots of commands: their content, and the time that the text gives them."""

from __future__ import annotations

import io
import re

import pytest

from analyzer.config import Settings
from analyzer.ingest import logs
from analyzer.ingest.logs.snapshots import SHAPES, reading
from analyzer.model.event import (
    ClusterStatus,
    Detail,
    NeighborList,
    Netstat,
    NfsList,
    NfsMount,
    Route,
    RouteTable,
    VmkernelPorts,
)
from analyzer.model.instant import NO_TIME
from analyzer.model.source import SourceKind

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


def test_without_a_stamp_the_time_is_not_known() -> None:
    (event,) = _read(ESXCFG, "route-table", "esxcfg-route_-l.txt").events
    assert event.at == NO_TIME
    assert event.detail == RouteTable((STORAGE, LOCAL, DEFAULT))


def test_a_watch_loop() -> None:
    text = DATE + ESXCFG + NEIGHBORS + DATE.replace("28", "29", 1) + ESXCFG + ESXCFG
    reading = _read(text, "route-table")
    assert [type(event.detail) for event in reading.events] == [RouteTable, NeighborList, RouteTable, RouteTable]
    assert reading.events[2].at.least == AT + 10**9
    assert reading.events[3].at == NO_TIME, "a stamp serves one table of a kind"


def test_a_stamp_serves_the_tables_of_several_machines() -> None:
    """`date; hostssh …` prints the stamp once, and a table for each host."""
    text = DATE + "".join(f"========== 192.168.1.{host} ==========\n{ESXCFG}" for host in (23, 24, 25))
    events = _read(text, "route-table").events
    assert [event.at.least for event in events] == [AT] * 3
    assert [_on(event.detail) for event in events] == ["192.168.1.23", "192.168.1.24", "192.168.1.25"]


def _on(detail: Detail) -> str | None:
    assert isinstance(detail, RouteTable | Netstat)
    return detail.on


@pytest.mark.parametrize(
    ("before", "on"),
    [
        pytest.param("[root@esx-a:~] esxcfg-route -l\n", "esx-a", id="prompt-of-a-host"),
        pytest.param("[root@esx-b.lab.local:/vmfs/volumes] esxcfg-route -l\n", "esx-b.lab.local", id="whole-name"),
        pytest.param("root@esx-a# esxcfg-route -l\n", "esx-a", id="prompt-without-brackets"),
        pytest.param(
            "nutanix@NTNX-A-CVM:192.168.1.26:~$ ssh root@192.168.1.24 esxcfg-route -l\n", "192.168.1.24", id="over-ssh"
        ),
        pytest.param("nutanix@NTNX-A-CVM:192.168.1.26:~$ hostssh 'esxcfg-route -l'\n", None, id="of-all-before-any"),
        pytest.param("[root@esx-b:~] exit\n[root@esx-a:~] esxcfg-route -l\n", "esx-a", id="the-last-prompt"),
        pytest.param("nutanix@NTNX-B-CVM:192.168.1.27:~$ cat routes.txt\n", None, id="a-cvm-prints-none-of-its-own"),
        pytest.param("Every 2.0s: esxcfg-route -l       esx-a: Thu Dec  7 05:30:11 2023\n\n", "esx-a", id="watch"),
        pytest.param("# routes, as they were\n", None, id="nothing-that-tells"),
    ],
)
def test_whose_it_is(before: str, on: str | None) -> None:
    (event,) = _read(before + ESXCFG, "route-table").events
    assert _on(event.detail) == on


def test_the_path_tells_whose_it_is_where_the_text_does_not() -> None:
    (event,) = _read(ESXCFG, "route-table", "192.168.1.24/routes.txt").events
    assert _on(event.detail) == "192.168.1.24"


def test_blanks_that_a_chat_collapsed() -> None:
    (event,) = _read(re.sub(" +", " ", ESXCFG), "route-table").events
    assert event.detail == RouteTable((STORAGE, LOCAL, DEFAULT))


def test_one_row_alone() -> None:
    """`esxcfg-route -l | grep 192.168.5.2`."""
    row = next(line for line in ESXCFG.splitlines(keepends=True) if line.startswith("192.168.5.2"))
    assert logs.recognise(row.encode(), "x") == "route-table"
    (event,) = _read(DATE + row, "route-table").events
    assert event.detail == RouteTable((STORAGE,))


def test_the_list_of_connections_of_esxcli() -> None:
    text = """Proto  Recv Q  Send Q  Local Address       Foreign Address    State        World ID  CC Algo  World Name
-----  ------  ------  ------------------  -----------------  -----------  --------  -------  ----------
tcp         0       0  192.168.1.24:899    192.168.5.2:2049   ESTABLISHED   2098000  newreno
tcp         0       0  127.0.0.1:8307      127.0.0.1:57133    ESTABLISHED   2099130  newreno  hostd-worker
"""
    (event,) = _read(DATE + text, "netstat").events
    assert event.detail == Netstat((("192.168.1.24:899", "192.168.5.2:2049", "ESTABLISHED"),))


def test_the_list_of_datastores() -> None:
    text = """Volume Name     Host         Share       Accessible  Mounted  Read-Only   isPE  Hardware Acceleration
--------------  -----------  ----------  ----------  -------  ---------  -----  ---------------------
NTNX-container  192.168.5.2  /container        true     true      false  false  Supported
iso store       nas.lab      /exports/iso     false     true       true  false  Not Supported
"""
    assert logs.recognise(text.encode(), "x") == "nfs-list"
    (event,) = _read(DATE + text, "nfs-list").events
    assert event.detail == NfsList(
        (
            NfsMount("NTNX-container", "192.168.5.2", "/container", accessible=True),
            NfsMount("iso store", "nas.lab", "/exports/iso", accessible=False),
        )
    )


PORTS = """Interface  Port Group/DVPort/Opaque Network        IP Family IP Address                              Netmask         Broadcast       MAC Address       MTU     TSO MSS   Enabled Type                NetStack
vmk0       Management Network                      IPv4      10.20.30.11                             255.255.255.0   10.20.30.255    0c:c4:7a:11:22:33 1500    65535     true    STATIC              defaultTcpipStack
vmk0       Management Network                      IPv6      fe80::ec4:7aff:fe11:2233                64                              0c:c4:7a:11:22:33 1500    65535     true    STATIC, PREFERRED   defaultTcpipStack
vmk1       vmk-svm-iscsi-pg                        IPv4      192.168.5.1                             255.255.255.0   192.168.5.255   00:50:56:61:7a:01 1500    65535     true    STATIC              defaultTcpipStack
"""  # noqa: E501 - as it is printed
ADDRESSES = """Name  IPv4 Address  IPv4 Netmask   IPv4 Broadcast  Address Type  Gateway      DHCP DNS
----  ------------  -------------  --------------  ------------  -----------  --------
vmk0  10.20.30.11   255.255.255.0  10.20.30.255    STATIC        10.20.30.1      false
vmk1  192.168.5.1   255.255.255.0  192.168.5.255   STATIC        0.0.0.0         false
"""


@pytest.mark.parametrize("text", [PORTS, ADDRESSES], ids=["esxcfg-vmknic -l", "esxcli network ip interface ipv4 get"])
def test_the_list_of_vmkernel_ports(text: str) -> None:
    assert logs.recognise(text.encode(), "x") == "vmkernel-ports"
    (event,) = _read(DATE + text, "vmkernel-ports").events
    assert event.detail == VmkernelPorts((("vmk0", "10.20.30.11"), ("vmk1", "192.168.5.1")), None)


def test_tables_between_the_lines_of_a_log() -> None:
    """A console: `cluster status` prints log lines of its own before the table."""
    text = (
        "nutanix@NTNX-A-CVM:192.168.1.27:~$ cluster status | grep -v UP\n"
        "2026-11-22 07:53:28,431Z INFO MainThread cluster:2943 Executing action status on SVMs 192.168.88.29\n"
        f"{CLUSTER}"
        "2026-11-22 07:53:33,112Z INFO MainThread cluster:3104 Success!\n"
    )
    kind = logs.recognise(text.encode(), "x")
    assert kind is not None
    (event,) = _read(text, kind).events
    assert isinstance(event.detail, ClusterStatus)
    assert [up for _, up, _ in event.detail.cvms] == [True, True, False]
    assert event.at.least == AT + 431 * 10**6


def test_the_date_of_a_bundle() -> None:
    assert logs.recognise(DATE.encode(), "commands/date.txt") == "date"
    reading = _read(DATE, "date")
    assert reading.first is not None
    assert (reading.first.least, reading.events) == (AT, ())


def left_out(text: str) -> tuple[int, list[tuple[str, str, int]]]:
    """How many tables of a text are told, and what of it is not."""
    told = logs.read(io.BytesIO(text.encode()), "a.txt", "route-table", Settings(log_timezone="UTC"), RULES)
    return len(told.events), [(one.where, one.reason.name, one.count) for one in told.skipped]


def test_rows_beyond_the_most_are_counted_and_their_tables_not_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reading, "ROWS_AT_MOST", 7)

    assert left_out(ESXCFG * 2) == (2, [])
    assert left_out(ESXCFG * 4) == (2, [("line 11", "too-many-rows", 6)])
    assert left_out(ESXCFG * 2 + "VMkernel Routes:\n" * 3) == (3, [("line 12", "too-many-rows", 2)])


def test_a_table_of_which_the_end_is_too_far_is_counted_and_not_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reading, "LONGEST_TABLE", 1_000)
    status = "CVM: 192.168.1.26 Up\n"
    held = 1 + 1_001 - len(status.strip())

    assert left_out(ESXCFG) == (1, [])
    assert left_out(ESXCFG + DATE + status + "x\n" * 2_000) == (1, [("line 7", "too-many-rows", held)])
    assert left_out(status + "x\n" * 2_000 + ESXCFG) == (0, [("line 1", "too-many-rows", held + 3)])


AT_QUIET = AT // 10**9 - 208
UNDATED = 0
PROMPT = "nutanix@NTNX-A-CVM:192.168.1.27:~$ "
QUIET = "2026-11-22 07:50:00,123Z INFO ha_service.py:489 All stargates are up: ['192.168.1.26', '192.168.1.27']\n"


def shown(*parts: str, size: int = 1 << 20) -> list[tuple[int, str | None, int]]:
    """The tables among the lines of a log that is read in pieces of `size` bytes: line, kind and instant (s)."""

    class Pieces(io.BytesIO):
        def read(self, most: int | None = -1, /) -> bytes:
            return super().read(min(most or 0, size))

    found = logs.read(Pieces("".join(parts).encode()), "x.log", "genesis", Settings(log_timezone="UTC"), RULES)
    return [(one.origin.number, one.rule, one.at.least // 10**9) for one in found.events if one.rule in SHAPES]


@pytest.mark.parametrize("size", [1 << 20, 1 << 17, 1_000], ids=["blocks of 1 MiB", "of 128 KiB", "of 1,000 bytes"])
@pytest.mark.parametrize("lines", [10, 1_000, 12_000], ids=["1 KB", "100 KB", "1.2 MB"])
def test_a_table_on_a_console_is_told_however_far_it_stands(lines: int, size: int) -> None:
    """A prompt stands before it; what the first table's kind is makes no difference."""
    long = QUIET * lines
    assert shown(
        f"{PROMPT}tail -f genesis.out\n", long, f"{PROMPT}ssh root@192.168.1.24 esxcfg-route -l\n", ESXCFG, DATE
    ) == [(lines + 3, "route-table", AT_QUIET)]
    assert shown(f"{PROMPT}cluster status\n", QUIET, CLUSTER, long, f"{PROMPT}x\n", ESXCFG) == [
        (3, "cluster-status", AT_QUIET),
        (3 + CLUSTER.count("\n") + lines + 1, "route-table", UNDATED),
    ]


def test_what_looks_like_a_table_far_in_a_log_without_a_prompt_is_quoted_by_a_line() -> None:
    assert shown(QUIET * 2_000, ESXCFG, QUIET) == []
    assert shown(QUIET * 2_000, ESXCFG, QUIET, f"{PROMPT}exit\n") == []
    assert shown(QUIET * 2_000, f"{PROMPT}exit\n", QUIET, ESXCFG) == [(2_003, "route-table", UNDATED)]


def test_a_line_longer_than_all_bounds_on_a_console_is_one_line() -> None:
    long = "x" * 3_000_000 + "\n"
    assert shown(f"{PROMPT}tail -f genesis.out\n", QUIET, long, QUIET, f"{PROMPT}x\n", ESXCFG, size=1 << 18) == [
        (6, "route-table", UNDATED)
    ]


def test_between_the_lines_of_a_log_it_is_of_the_time_between_them() -> None:
    later = QUIET.replace("07:50:00", "07:50:40")
    text = f"{PROMPT}cluster start\n" + QUIET + "Waiting on 192.168.88.29 (Up) to start:\n" + CLUSTER + later
    (event,) = (one for one in _read(text, "genesis").events if isinstance(one.detail, ClusterStatus))

    assert (event.at.least // 10**9, event.at.most // 10**9) == (AT_QUIET, AT_QUIET + 40)


def test_behind_the_last_line_of_a_log_it_is_of_some_later_time() -> None:
    """Whoever looks at a log prints a table whenever they like; a stamp of their own tells it."""
    shown_late = f"{PROMPT}cat genesis.out\n" + QUIET + f"{PROMPT}esxcfg-route -l\n" + ESXCFG

    (event,) = (one for one in _read(shown_late, "genesis").events if isinstance(one.detail, RouteTable))
    assert event.at == NO_TIME
    (event,) = (one for one in _read(shown_late + DATE, "genesis").events if isinstance(one.detail, RouteTable))
    assert (event.at.least // 10**9, event.at.most // 10**9) == (AT_QUIET, AT // 10**9)


def test_the_next_stamp_bounds_how_long_a_command_ran() -> None:
    told = _read(DATE + CLUSTER + DATE.replace("28", "31", 1) + CLUSTER, "cluster-status").events

    assert [(one.at.least - AT, one.at.most - AT) for one in told] == [
        (0, 4 * 10**9 - 1),
        (3 * 10**9, 19 * 10**9 - 1),
    ]


def test_explain_tells_the_tables_between_the_lines_of_a_log() -> None:
    text = f"{PROMPT}cluster start\n" + QUIET + CLUSTER + QUIET
    read, explained = (
        [one.detail for one in found if isinstance(one.detail, ClusterStatus)]
        for found in (
            _read(text, "genesis", "x.log").events,
            logs.explain(io.BytesIO(text.encode()), "x.log", "genesis", Settings(), RULES),
        )
    )

    assert read == explained
    assert len(read) == 1


def test_rows_beyond_the_most_of_a_console_are_counted(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reading, "ROWS_AT_MOST", 7)
    text = QUIET + f"{PROMPT}x\n" + (ESXCFG + QUIET) * 4 + QUIET * 1_000
    told = logs.read(io.BytesIO(text.encode()), "x.log", "genesis", Settings(), RULES)
    (skip,) = (one for one in told.skipped if one.reason.name == "too-many-rows")
    assert (skip.where, skip.count) == ("line 15", 6)


def test_tables_are_told_up_to_the_last_change_that_is(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reading, "CHANGES_AT_MOST", 2)
    other = ESXCFG.replace("192.168.1.28", "192.168.1.27")

    assert left_out(ESXCFG * 9 + NETSTAT + other * 9 + ESXCFG) == (20, [])
    assert left_out(ESXCFG + other + ESXCFG + other * 2) == (3, [("line 16", "too-many-rows", 6)])


def test_the_mounts_that_esxcfg_nas_prints() -> None:
    text = (
        f"{DATE}NTNX one is /ctr1 from 192.168.5.2 mounted available\n"
        "iso is /vol/iso from nas.lab mounted unavailable\nold is /vol/old from 10.0.0.5 unmounted unavailable\n"
    )
    found = logs.recognise(text.encode(), "x.txt")
    assert found == "nfs-list"
    (event,) = logs.read(io.BytesIO(text.encode()), "x.txt", found, Settings(), RULES).events
    assert isinstance(event.detail, NfsList)
    assert event.detail.mounts == (
        NfsMount("NTNX one", "192.168.5.2", "/ctr1", accessible=True),
        NfsMount("iso", "nas.lab", "/vol/iso", accessible=False),
        NfsMount("old", "10.0.0.5", "/vol/old", accessible=False),
    )
    assert event.at.least == AT
