"""Record headers: line → fields, every shape of both families."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from analyzer.ingest.logs.families import FAMILIES
from analyzer.ingest.logs.header import NUTANIX, KnownHeaders, read_header

SHAPES = {family.name: family.shape for family in FAMILIES}
CASES: list[tuple[str, str, str, tuple[str, str, str, str]]] = [
    (
        "aos6-greenlet",
        "genesis",
        "2025-09-21 03:26:39,784Z INFO 80801248 ha_service.py:412 some message",
        ("2025-09-21 03:26:39,784Z", "ha_service.py", "80801248", "some message"),
    ),
    (
        "aos5-thread-name",
        "genesis",
        "2023-08-25 23:15:36,701Z INFO MainThread genesis_utils.py:77 x",
        ("2023-08-25 23:15:36,701Z", "genesis_utils.py", "MainThread", "x"),
    ),
    (
        "no-thread",
        "genesis",
        "2023-08-26 00:16:22,136Z WARNING command.py:175 Timeout executing x:1 y",
        ("2023-08-26 00:16:22,136Z", "command.py", "", "Timeout executing x:1 y"),
    ),
    (
        "aos4-seconds",
        "genesis",
        "2015-07-19 14:03:22 INFO ha_service.py:877 m",
        ("2015-07-19 14:03:22", "ha_service.py", "", "m"),
    ),
    (
        "no-severity",
        "genesis",
        "2026-11-22 07:16:35,000Z ha_service.py:1112 ha: go, 30 s",
        ("2026-11-22 07:16:35,000Z", "ha_service.py", "", "ha: go, 30 s"),
    ),
    (
        "module-without-py",
        "genesis",
        "2023-08-26 00:16:22,136Z INFO MainThread cluster:2930 m",
        ("2023-08-26 00:16:22,136Z", "cluster", "MainThread", "m"),
    ),
    (
        "empty-message",
        "genesis",
        "2015-07-19 14:03:22 ERROR ha_service.py:1",
        ("2015-07-19 14:03:22", "ha_service.py", "", ""),
    ),
    (
        "esxi5-vmkernel",
        "vmkernel",
        "2015-08-17T18:56:30.651Z cpu0:34627 opID=614b2877)NFS: 347: text",
        ("2015-08-17T18:56:30.651Z", "", "", "cpu0:34627 opID=614b2877)NFS: 347: text"),
    ),
    (
        "esxi8-vmkernel",
        "vmkernel",
        "2023-12-07T05:06:51.213Z In(182) vmkernel: cpu0:2238622)Tcpip: 1414: add",
        ("2023-12-07T05:06:51.213Z", "vmkernel", "", "cpu0:2238622)Tcpip: 1414: add"),
    ),
    (
        "syslog-server",
        "vmkernel",
        "2023-12-07T05:06:51.213Z esx01.lab vmkernel: cpu0:2238622)Tcpip: 1414: add",
        ("2023-12-07T05:06:51.213Z", "vmkernel", "", "cpu0:2238622)Tcpip: 1414: add"),
    ),
    (
        "esxi9-vmkernel",
        "vmkernel",
        "2026-10-06T14:10:31.069Z esx-a.lab.local vmkernel - - [esx@4413] cpu0:2238618)Tcpip: 1414: add",
        ("2026-10-06T14:10:31.069Z", "vmkernel", "", "cpu0:2238618)Tcpip: 1414: add"),
    ),
    (
        "rfc5424-nothing-structured",
        "vmkernel",
        "2026-10-06T14:10:31.069Z esx-a vmkernel - - - cpu0:2238618)Tcpip: 1414: add",
        ("2026-10-06T14:10:31.069Z", "vmkernel", "", "cpu0:2238618)Tcpip: 1414: add"),
    ),
    (
        "esxi9-shell",
        "shell",
        '2026-10-06T14:10:30.900Z 192.168.1.24 shell 2101044 - [esx@4413 user="root"] [root]: ls',
        ("2026-10-06T14:10:30.900Z", "shell", "2101044", "[root]: ls"),
    ),
    (
        "esxi9-hostd",
        "hostd",
        r'2026-10-06T14:10:33.200Z esx-a Hostd 2098516 - [esx@4413 sub="a\]b" opID="c"] Event 3026 : text',
        ("2026-10-06T14:10:33.200Z", "Hostd", "2098516", "Event 3026 : text"),
    ),
    (
        "esxi9-vobd-two-elements",
        "vobd",
        '2026-10-06T14:10:33.120Z esx-a vobd 2097451 APD [a@1 b="c"][d@2] \ufeff4786243989us: [x] t',
        ("2026-10-06T14:10:33.120Z", "vobd", "2097451", "4786243989us: [x] t"),
    ),
    (
        "esxi8-goes-on",
        "hostd",
        "2022-06-02T05:34:23.666Z In(14)[+] hostd[2099]: goes on",
        ("2022-06-02T05:34:23.666Z", "hostd", "2099", "goes on"),
    ),
    (
        "vobd",
        "vobd",
        "2015-04-01T14:35:08.075Z: [APDCorrelator] 9414268686us: [esx.problem.storage.apd.start] t",
        ("2015-04-01T14:35:08.075Z", "", "", "[APDCorrelator] 9414268686us: [esx.problem.storage.apd.start] t"),
    ),
    (
        "shell-whole-seconds",
        "shell",
        "2015-07-19T04:10:01Z shell[35521]: [root]: esxcfg-route -l",
        ("2015-07-19T04:10:01Z", "shell", "35521", "[root]: esxcfg-route -l"),
    ),
    (
        "esxi8-shell",
        "shell",
        "2023-12-07T05:06:51.213Z In(14) shell[1053659]: [root]: ls",
        ("2023-12-07T05:06:51.213Z", "shell", "1053659", "[root]: ls"),
    ),
    (
        "auth",
        "auth",
        "2019-01-01T00:00:00Z sshd[77731]: User 'root' running command 'ls'",
        ("2019-01-01T00:00:00Z", "sshd", "77731", "User 'root' running command 'ls'"),
    ),
    (
        "hostd",
        "hostd",
        "2019-01-01T00:00:00.1Z info hostd[2099] [Originator@6876 sub=Vimsvc] Event 1",
        ("2019-01-01T00:00:00.1Z", "hostd", "2099", "[Originator@6876 sub=Vimsvc] Event 1"),
    ),
]


@pytest.mark.parametrize(("family", "line", "fields"), [pytest.param(*c[1:], id=c[0]) for c in CASES])
def test_header(family: str, line: str, fields: tuple[str, str, str, str]) -> None:
    header = read_header(line, SHAPES[family])
    assert header is not None
    assert (header.stamp, header.module, header.pid, header.message) == fields


@pytest.mark.parametrize(
    "line",
    [
        "",
        "Traceback (most recent call last):",
        "    indented",
        "2015-07-19",
        "2015-07-19 14:03:22 no severity",
        "<Greenlet at 0x7 failed>",
    ],
)
def test_no_header(line: str) -> None:
    assert read_header(line, NUTANIX) is None


@given(
    stamp=st.datetimes().map(lambda t: t.strftime("%Y-%m-%d %H:%M:%S").rjust(19, "0")),
    fraction=st.sampled_from(["", ",000", ",784", ".5"]),
    zone=st.sampled_from(["", "Z"]),
    thread=st.sampled_from(["", "80801248 ", "MainThread ", "Dummy-12 "]),
    message=st.text(st.characters(blacklist_categories=("Cs", "Cc", "Zl", "Zp")), max_size=60).map(str.strip),
)
def test_round_trip(stamp: str, fraction: str, zone: str, thread: str, message: str) -> None:
    line = f"{stamp}{fraction}{zone} INFO {thread}ha_service.py:412 {message}"
    header = read_header(line, NUTANIX)
    assert header is not None
    assert header.stamp == stamp + fraction + zone
    assert (header.module, header.pid, header.message) == ("ha_service.py", thread.strip(), message)


@pytest.mark.parametrize(
    ("line", "is_known"),
    [
        pytest.param("2026-11-22 07:53:28,431Z INFO ha_service.py:412 All well", True, id="the same, later"),
        pytest.param("2026-11-22 07:53:28,431Z INFO ha_service.py:412 All ill", False, id="another message"),
        pytest.param("2026-11-22 07:53:28 INFO ha_service.py:412 All well", False, id="a shorter stamp"),
        pytest.param("x", False, id="a short line"),
    ],
)
def test_what_stands_behind_the_usual_stamp_is_known(line: str, *, is_known: bool) -> None:
    first = "2015-07-19 14:03:22,123Z INFO ha_service.py:412 All well"
    headers, header = KnownHeaders(), read_header(first, NUTANIX)
    assert header is not None

    headers.learn(first, header)

    assert headers.of(line) == (header if is_known else None)


@pytest.mark.parametrize(
    "first", ["2015-07-19 14:03:22 INFO a.py:1 x", f"2015-07-19 14:03:22,123Z INFO a.py:1 {'x' * 400}"]
)
def test_other_stamps_and_long_lines_are_not_remembered(first: str) -> None:
    headers, header = KnownHeaders(), read_header(first, NUTANIX)
    assert header is not None

    headers.learn(first, header)

    assert headers.of(first) is None
