"""Tables of which the columns stand in another order, or have others between them, say the same as the usual ones."""

from __future__ import annotations

import random
import re
from collections.abc import Callable, Sequence

import pytest

from analyzer.ingest.logs import recognise
from analyzer.model.event import Detail, NeighborList, Netstat, NfsList, NfsMount, Route, RouteTable, VmkernelPorts
from analyzer.model.source import SourceKind
from tests.ingest.logs.test_snapshots import DATE, _read

MOUNTS = (
    ("Volume Name", "Host", "Share", "Accessible", "Mounted", "Read-Only"),
    ("vm store 1", "192.168.5.2", "/ctr-1", "true", "true", "false"),
    ("isos", "172.16.3.9", "/export/iso", "false", "true", "true"),
)
ROUTES = (
    ("Network", "Netmask", "Gateway", "Interface", "Source"),
    ("192.168.5.2", "255.255.255.255", "192.168.1.28", "vmk0", "MANUAL"),
    ("192.168.1.0", "255.255.255.0", "Local Subnet", "vmk0", ""),
)
NEIGHBORS = (
    ("Neighbor", "Mac Address", "Vmknic", "Expiry", "State", "Type"),
    ("192.168.5.2", "00:0c:29:c0:01:28", "vmk0", "1098 sec", "", "Unknown"),
)
CONNECTIONS = (
    ("Proto", "Recv-Q", "Send-Q", "Local Address", "Foreign Address", "State"),
    ("tcp", "0", "0", "192.168.1.24:899", "192.168.5.2:2049", "ESTABLISHED"),
)
PORTS = (
    ("Name", "IPv4 Address", "IPv4 Netmask", "IPv4 Broadcast", "Address Type"),
    ("vmk0", "192.168.1.24", "255.255.255.0", "192.168.1.255", "STATIC"),
)
EVERY: list[tuple[SourceKind, Sequence[Sequence[str]], Detail]] = [
    (
        "nfs-list",
        MOUNTS,
        NfsList(
            (
                NfsMount("vm store 1", "192.168.5.2", "/ctr-1", accessible=True),
                NfsMount("isos", "172.16.3.9", "/export/iso", accessible=False),
            )
        ),
    ),
    (
        "route-table",
        ROUTES,
        RouteTable(
            (
                Route("192.168.5.2", "255.255.255.255", "192.168.1.28", "vmk0"),
                Route("192.168.1.0", "255.255.255.0", None, "vmk0"),
            )
        ),
    ),
    ("neighbor-list", NEIGHBORS, NeighborList((("192.168.5.2", "00:0c:29:c0:01:28", "vmk0"),))),
    ("netstat", CONNECTIONS, Netstat((("192.168.1.24:899", "192.168.5.2:2049", "ESTABLISHED"),))),
    ("vmkernel-ports", PORTS, VmkernelPorts((("vmk0", "192.168.1.24"),))),
]


def printed(rows: Sequence[Sequence[str]], *, right: Callable[[int], bool] = lambda _: False) -> str:
    """As esxcli prints it: headings, a rule of dashes, rows; `right` says which columns stand at their right end."""
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    rule = ["-" * width for width in widths]
    told = [
        "  ".join(
            cell.rjust(width) if right(place) and row is not rows[0] else cell.ljust(width)
            for place, (cell, width) in enumerate(zip(row, widths, strict=True))
        )
        for row in (rows[0], rule, *rows[1:])
    ]
    return "".join(f"{line.rstrip()}\n" for line in told)


def shuffled(rows: Sequence[Sequence[str]], seed: int) -> list[list[str]]:
    """The columns in another order, with two that nobody knows."""
    lot = random.Random(seed)  # noqa: S311 - an order, no secret
    columns = [
        *zip(*rows, strict=True),
        ("Vmknics", *("None" for _ in rows[1:])),
        ("Kept Since", *(f"{place} d" for place, _ in enumerate(rows[1:]))),
    ]
    lot.shuffle(columns)
    return [list(row) for row in zip(*columns, strict=True)]


@pytest.mark.parametrize(("kind", "rows", "detail"), EVERY, ids=[kind for kind, *_ in EVERY])
@pytest.mark.parametrize("seed", range(8))
def test_by_their_headings(kind: SourceKind, rows: Sequence[Sequence[str]], detail: Detail, seed: int) -> None:
    text = printed(shuffled(rows, seed), right=lambda place: place % 3 == 2)

    assert recognise(text.encode(), "out.txt") == kind
    assert [event.detail for event in _read(DATE + text, kind).events] == [detail]


def test_a_column_between_where_a_chat_left_one_blank_of_each() -> None:
    rows = [[*row[:3], extra, *row[3:]] for row, extra in zip(MOUNTS, ("Vmknic", "None", "vmk2"), strict=True)]
    text = re.sub(" +", " ", printed([rows[0], rows[2]]))

    (event,) = _read(text, "nfs-list").events

    assert event.detail == NfsList((NfsMount("isos", "172.16.3.9", "/export/iso", accessible=False),))


def test_far_down_a_console_behind_a_prompt() -> None:
    line = "2025-11-02T08:00:00.000Z In(182) vmkernel: cpu3:2097803)DVFilter: 6027: Checking disconnected filters\n"
    text = line * 2000 + "[root@esx-a:~] esxcli storage nfs list\n" + printed(shuffled(MOUNTS, 3)) + line

    told = [one.detail for one in _read(text, "vmkernel").events]

    assert [[mount.server for mount in one.mounts] for one in told if isinstance(one, NfsList)] == [
        ["192.168.5.2", "172.16.3.9"]
    ]


@pytest.mark.parametrize(
    "text",
    [
        "The Network has a Netmask, and a Gateway by its Interface.\n",
        "Host Share Accessible\n",
        "2025-11-02 Volume Name, Host, Share, Accessible: see the manual\n",
    ],
)
def test_a_sentence_with_such_words_is_no_heading(text: str) -> None:
    assert recognise(text.encode(), "out.txt") is None
