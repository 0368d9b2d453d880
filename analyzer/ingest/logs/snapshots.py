"""Snapshots: what `esxcfg-route -l`, `esxcli network ip route|neighbor`, `netstat -a` and `cluster status` print.

    VMkernel Routes:
    Network          Netmask          Gateway          Interface
    192.168.5.2      255.255.255.255  192.168.1.28     vmk0
    192.168.1.0      255.255.255.0    Local Subnet     vmk0

    Neighbor      Mac Address        Vmknic  Expiry   State  Type
    192.168.1.28  00:0c:29:c0:01:28  vmk0    1098 sec        Unknown

    Proto Recv-Q Send-Q Local Address       Foreign Address      State
    tcp   0      0      192.168.5.2:nfs     192.168.1.24:899     ESTABLISHED

    CVM: 192.168.88.29 Up, ZeusLeader
        Stargate   UP   [26974, 27094]

None of them says when it was taken. The time is that of a stamp before it in the text (the output of `date`, a prompt,
a comment) or in the file's name; a stamp serves one snapshot of each kind. Without one there is no instant, and never a
file's date.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from typing import BinaryIO

import msgspec

from analyzer.ingest.logs.text.lines import LONGEST_RECORD, text_of
from analyzer.ingest.logs.text.stamp import STAMP, Zone, read_stamp
from analyzer.model.event import ClusterStatus, Detail, NeighborList, Netstat, Route, RouteTable
from analyzer.model.instant import SECOND, Instant

_COLUMNS = re.compile(r"\s{2,}|\t+")  # two blanks or more: a gateway can read `Local Subnet`
_IP = re.compile(r"\d{1,3}(?:\.\d{1,3}){3}")
_ROUTES = re.compile(r"\s*(?:VMkernel Routes:|Network\s+Netmask\s+Gateway\s+Interface\b)", re.IGNORECASE)
_NEIGHBORS = re.compile(r"\s*Neighbor\s+Mac Address\s+Vmknic\b", re.IGNORECASE)
_TCP = re.compile(r"\s*tcp[46]?\s+\d+\s+\d+\s+(?P<local>\S+)\s+(?P<remote>\S+)\s+(?P<state>[A-Z][A-Z_0-9]+)\b")
_NETSTAT = re.compile(r"\s*(?:Active Internet connections|Proto\s+Recv-?Q)", re.IGNORECASE)
_CVM = re.compile(r"\s*CVM:\s+(?P<address>\S+)\s+(?P<state>Up|Down)\b", re.IGNORECASE)
_STARGATE = re.compile(r"\s*Stargate\s+(?P<state>UP|DOWN)\b", re.IGNORECASE)
_CLUSTER = re.compile(r"\s*The state of the cluster:", re.IGNORECASE)
_RULE = re.compile(r"[\s-]*")

_ISO = re.compile(STAMP)
_DATE = re.compile(  # `date` in the C locale: Sun Nov 22 07:53:28 UTC 2026
    r"\b(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun)\s+(?P<month>[A-Z][a-z]{2})\s+(?P<day>\d{1,2})\s+"
    r"(?P<clock>\d\d:\d\d:\d\d)\s+(?:(?P<zone>[A-Z]{1,5}|[+-]\d\d)\s+)?(?P<year>\d{4})\b"
)
_IN_NAME = re.compile(r"(?<!\d)(\d{4})-?(\d\d)-?(\d\d)[T_-]{1,2}(\d\d)[-:.]?(\d\d)[-:.]?(\d\d)(Z?)(?!\d)")
_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
_RUNS_FOR = {"cluster-status": 15 * SECOND}  # it asks every CVM before it prints
_RUNS_FOR_DEFAULT = 1 * SECOND


class Taken(msgspec.Struct, frozen=True):
    """One snapshot: its first line, what it is called, its content and, where the text tells, its instant. `zoned`
    tells whether the stamp had a zone.
    """

    number: int
    text: str
    format: str
    detail: Detail
    at: Instant | None
    zoned: bool = True


class _Stamped(msgspec.Struct):
    """The latest stamp in the text, and the kinds of snapshots that it has served."""

    at: Instant
    zoned: bool
    served: set[str]


class _Table(msgspec.Struct):
    """The lines of a snapshot as they are gathered."""

    kind: str
    number: int
    text: str
    lines: list[str]


def snapshots(stream: BinaryIO, name: str, clock: str, zone: Zone) -> Iterator[Taken]:
    """Every snapshot in the text of `stream` (at most 8 MiB of it are read), in order."""
    stamped = _in_name(name, clock, zone)
    table: _Table | None = None
    for number, text in enumerate(_texts(stream), 1):
        kind = _begins(text, table)
        if table is not None and (kind is not None or not _belongs(text, table)):
            yield _taken(table, stamped)
            table = None
        if kind is not None:
            table = _Table(kind, number, text.strip()[:200], [text])
        elif table is not None:
            table.lines.append(text)
        else:
            stamped = _stamp_in(text, clock, zone) or stamped
    if table is not None:
        yield _taken(table, stamped)


def _texts(stream: BinaryIO) -> Iterator[str]:
    data = b""
    while len(data) < LONGEST_RECORD and (more := stream.read(LONGEST_RECORD - len(data))):
        data += more
    return (text_of(raw) for raw in data.split(b"\n"))


def _begins(text: str, table: _Table | None) -> str | None:
    """The kind of the snapshot that begins at a line; None when none does, or the line belongs to `table`."""
    kind = table.kind if table else None
    if _ROUTES.match(text):
        titled = table is not None and kind == "route-table" and len(table.lines) == 1
        return None if titled and text.strip().startswith("Network") else "route-table"
    if _NEIGHBORS.match(text):
        return "neighbor-list"
    if _CLUSTER.match(text) or _CVM.match(text):
        return None if kind == "cluster-status" and not _CLUSTER.match(text) else "cluster-status"
    if _NETSTAT.match(text):
        titled = table is not None and kind == "netstat" and len(table.lines) == 1
        return None if titled and text.lstrip().startswith("Proto") else "netstat"
    if _TCP.match(text):
        return None if kind == "netstat" else "netstat"
    return None


def _belongs(text: str, table: _Table) -> bool:
    """Whether a line continues the table: a row, a rule of dashes or an empty line; a stamp or a prompt doesn't."""
    if not text.strip() or _RULE.fullmatch(text):
        return True
    match table.kind:
        case "route-table":
            return len(_COLUMNS.split(text.strip())) >= 4 or _begins_title(text)
        case "neighbor-list":
            return _IP.match(text.strip()) is not None
        case "netstat":
            return re.match(r"\s*(?:tcp|udp|raw|unix|Proto|Active)", text) is not None
        case _:
            return _date_in(text) is None and re.match(r"\s*(?:\S+\$|\S+#|\[|#)", text) is None


def _begins_title(text: str) -> bool:
    return text.strip().startswith("Network")


def _taken(table: _Table, stamped: _Stamped | None) -> Taken:
    detail = _PARSERS[table.kind](table.lines)
    if stamped is None or table.kind in stamped.served:
        return Taken(table.number, table.text, table.kind, detail, None)
    stamped.served.add(table.kind)
    runs = _RUNS_FOR.get(table.kind, _RUNS_FOR_DEFAULT)
    at = Instant(stamped.at.clock, stamped.at.least, stamped.at.most + runs)
    return Taken(table.number, table.text, table.kind, detail, at, stamped.zoned)


def _routes(lines: list[str]) -> Detail:
    routes = []
    for line in lines:
        cells = _COLUMNS.split(line.strip())
        if len(cells) >= 4 and (_IP.fullmatch(cells[0]) or cells[0] == "default"):
            gateway = cells[2] if _IP.fullmatch(cells[2]) and cells[2] != "0.0.0.0" else None  # noqa: S104 - no bind
            routes.append(Route(cells[0], cells[1], gateway, cells[3]))
    return RouteTable(tuple(routes))


def _neighbors(lines: list[str]) -> Detail:
    rows = (line.split() for line in lines)
    return NeighborList(tuple((r[0], r[1].lower(), r[2]) for r in rows if len(r) >= 3 and _IP.fullmatch(r[0])))


def _netstat(lines: list[str]) -> Detail:
    rows = (_TCP.match(line) for line in lines)
    connections = ((row["local"], row["remote"], row["state"]) for row in rows if row)
    return Netstat(tuple(c for c in connections if any(_is_kept_port(end) for end in c[:2])))


def _is_kept_port(end: str) -> bool:
    return end.rpartition(":")[2] in ("2049", "nfs", "22", "ssh") or end.endswith((".2049", ".22"))


def _cluster_status(lines: list[str]) -> Detail:
    cvms: list[tuple[str, bool, bool | None]] = []
    for line in lines:
        cvm, stargate = _CVM.match(line), _STARGATE.match(line)
        if cvm:
            cvms.append((cvm["address"], cvm["state"].lower() == "up", None))
        elif stargate and cvms:
            cvms[-1] = (*cvms[-1][:2], stargate["state"].upper() == "UP")
    return ClusterStatus(tuple(cvms))


_PARSERS: Mapping[str, Callable[[list[str]], Detail]] = {
    "route-table": _routes,
    "neighbor-list": _neighbors,
    "netstat": _netstat,
    "cluster-status": _cluster_status,
}


def _stamp_in(text: str, clock: str, zone: Zone) -> _Stamped | None:
    found = _date_in(text)
    if found is None:
        return None
    try:
        stamp = read_stamp(found, clock, zone)
    except ValueError:
        return None
    return _Stamped(stamp.at, stamp.zoned, set())


def _date_in(text: str) -> str | None:
    """The stamp in a line, in the form of ISO 8601; None when there is none, or its zone has only a nickname."""
    iso = _ISO.search(text)
    if iso is not None:
        return iso[0]
    date = _DATE.search(text)
    if date is None or date["month"] not in _MONTHS:
        return None
    zone = (
        "Z"
        if date["zone"] in ("UTC", "GMT", "Z")
        else f"{date['zone']}00"
        if (date["zone"] or "")[:1] in ("+", "-")
        else ""
    )
    month = _MONTHS.index(date["month"]) + 1
    return f"{date['year']}-{month:02}-{int(date['day']):02} {date['clock']}{zone}"


def _in_name(name: str, clock: str, zone: Zone) -> _Stamped | None:
    """The stamp in the file's own name (`routes_2026-11-22T07-53-28Z.txt`)."""
    found = _IN_NAME.search(re.split(r"[/\\]", name)[-1])
    if found is None:
        return None
    year, month, day, hour, minute, second, utc = found.groups()
    return _stamp_in(f"{year}-{month}-{day} {hour}:{minute}:{second}{utc}", clock, zone)
