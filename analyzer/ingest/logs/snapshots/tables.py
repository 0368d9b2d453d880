"""The tables that commands print: which lines are one's, and what they say.

VMkernel Routes:
Network          Netmask          Gateway          Interface
192.168.5.2      255.255.255.255  192.168.1.28     vmk0
192.168.1.0      255.255.255.0    Local Subnet     vmk0

Neighbor      Mac Address        Vmknic  Expiry   State  Type
192.168.1.28  00:0c:29:c0:01:28  vmk0    1098 sec        Unknown

Proto Recv-Q Send-Q Local Address       Foreign Address      State
tcp   0      0      192.168.5.2:nfs     192.168.1.24:899     ESTABLISHED

Volume Name     Host         Share       Accessible  Mounted  Read-Only  isPE   Hardware Acceleration
NTNX-container  192.168.5.2  /container  true        true     false      false  Supported

NTNX-container is /container from 192.168.5.2 mounted available

Interface  Port Group/DVPort    IP Family  IP Address    Netmask        Broadcast      MAC Address        MTU   …
vmk0       Management Network   IPv4       192.168.1.24  255.255.255.0  192.168.1.255  0c:c4:7a:11:22:33  1500  …

CVM: 192.168.88.29 Up, ZeusLeader
Stargate   UP   [26974, 27094]
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Literal

from analyzer.ingest.logs.families import lines
from analyzer.ingest.logs.snapshots.columns import Columns, columns_of, headings
from analyzer.model.event import (
    ClusterStatus,
    NeighborList,
    Netstat,
    NfsList,
    NfsMount,
    Route,
    RouteTable,
    VmkernelPorts,
)

TableKind = Literal["route-table", "neighbor-list", "netstat", "nfs-list", "vmkernel-ports", "cluster-status"]
Table = RouteTable | NeighborList | Netstat | NfsList | VmkernelPorts | ClusterStatus

HEADINGS: Mapping[TableKind, bytes] = {
    "route-table": headings(rb"Network", rb"Netmask", rb"Gateway", rb"Interface"),
    "neighbor-list": headings(rb"Neighbor", rb"Mac Address", rb"Vmknic"),
    "netstat": headings(rb"Proto", rb"Local Address", rb"Foreign Address", rb"State"),
    "nfs-list": headings(rb"Volume Name", rb"Host", rb"Share", rb"Accessible"),
    "vmkernel-ports": headings(rb"Name", rb"IPv4 Address", rb"IPv4 Netmask"),
}
"""The headings of tables of which the columns may stand in any order, with others between them."""
HEADED = (b"Netmask", b"Mac Address", b"Foreign Address", b"Volume Name")
"""One of these is in each of them."""

SHAPES: Mapping[TableKind, re.Pattern[bytes]] = {
    "route-table": lines(
        rb"^VMkernel Routes:|^[ \t]*Network\s+Netmask\s+Gateway\s+Interface"
        rb"|^[ \t]*\d{1,3}(?:\.\d{1,3}){3}\s+255\.255\.255\.255\s+\d{1,3}(?:\.\d{1,3}){3}\s+vmk\d|"
        + HEADINGS["route-table"]
    ),
    "neighbor-list": lines(rb"^[ \t]*Neighbor\s+Mac Address\s+Vmknic|" + HEADINGS["neighbor-list"]),
    "netstat": lines(
        rb"^Proto\s+Recv[- ]?Q\s+Send[- ]?Q|^Active Internet connections"
        rb"|^(?:tcp|tcp4|tcp6)\s+\d+\s+\d+\s+\S[^\s:.]*[:.]\S+\s+\S[^\s:.]*[:.]\S|" + HEADINGS["netstat"]
    ),
    "nfs-list": lines(
        rb"^[ \t]*Volume Name\s+Host\s+Share\s+Accessible\b"
        rb"|^[ \t]*\S[^\n]{0,80}? is /\S* from \S+ (?:un)?mounted (?:un)?available\b|" + HEADINGS["nfs-list"]
    ),
    "vmkernel-ports": lines(
        rb"^[ \t]*Interface\s+Port Group\S*\s.*\bIP Address\b|^[ \t]*Name\s+IPv4 Address\s+IPv4 Netmask\b|"
        + HEADINGS["vmkernel-ports"]
    ),
    "cluster-status": lines(rb"^[ \t]*CVM:\s+\S+\s+(?:Up|Down)\b"),
}
"""What a file with such a table has in its lines."""

_IP = re.compile(r"\d{1,3}(?:\.\d{1,3}){3}")
_ROUTES = re.compile(r"\s*(?:VMkernel Routes:|Network\s+Netmask\s+Gateway\s+Interface\b)", re.IGNORECASE)
_ROUTE = re.compile(
    rf"\s*(?P<network>{_IP.pattern}|default)\s+(?P<netmask>{_IP.pattern})"
    rf"\s+(?P<gateway>{_IP.pattern}|Local Subnet)\s+(?P<interface>\S+)",
    re.IGNORECASE,
)
_NEIGHBORS = re.compile(r"\s*Neighbor\s+Mac Address\s+Vmknic\b", re.IGNORECASE)
_TCP = re.compile(r"\s*tcp[46]?\s+\d+\s+\d+\s+(?P<local>\S+)\s+(?P<remote>\S+)\s+(?P<state>[A-Z][A-Z_0-9]+)\b")
_NETSTAT = re.compile(r"\s*(?:Active Internet connections|Proto\s+Recv[- ]?Q)", re.IGNORECASE)
_MOUNTS = re.compile(r"\s*Volume Name\s+Host\s+Share\s+Accessible\b", re.IGNORECASE)
_MOUNT = re.compile(
    r"\s*(?P<volume>\S.*?)\s+(?P<server>[\w.:-]+)\s+(?P<share>/\S*)\s+(?P<accessible>true|false)\b", re.IGNORECASE
)
_NAS = re.compile(
    r"\s*(?P<volume>\S.{0,80}?) is (?P<share>/\S*) from (?P<server>\S+) (?P<state>(?:un)?mounted (?:un)?available)\b"
)
_PORTS_OF_HOST = re.compile(
    r"\s*(?:Interface\s+Port Group\S*\s.*\bIP Address\b|Name\s+IPv4 Address\s+IPv4 Netmask\b)", re.IGNORECASE
)
_PORT_OF_HOST = re.compile(
    rf"\s*(?P<port>vmk\d+)\s+(?:\S.*?\s)??(?:IPv4\s+)?(?P<address>{_IP.pattern})\s+{_IP.pattern}\b"
)
_CVM = re.compile(r"\s*CVM:\s+(?P<address>\S+)\s+(?P<state>Up|Down)\b", re.IGNORECASE)
_STARGATE = re.compile(r"\s*Stargate\s+(?P<state>UP|DOWN)\b", re.IGNORECASE)
_CLUSTER = re.compile(r"\s*The state of the cluster:", re.IGNORECASE)
_RULE = re.compile(r"[\s-]*")
_HEADINGS = {kind: re.compile(one.decode(), re.IGNORECASE) for kind, one in HEADINGS.items()}
_HEADED = re.compile("|".join(one.decode() for one in HEADED), re.IGNORECASE)
_MAC = re.compile(r"[\da-f]{1,2}(?::[\da-f]{1,2}){5}", re.IGNORECASE)
_USUAL: Mapping[TableKind, re.Pattern[str]] = {
    "route-table": _ROUTES,
    "neighbor-list": _NEIGHBORS,
    "netstat": _NETSTAT,
    "nfs-list": _MOUNTS,
    "vmkernel-ports": _PORTS_OF_HOST,
}
"""The headings whose rows are known by themselves."""
_PORTS = ("2049", "nfs", "22", "ssh")


def begins(text: str, table: TableKind | None, gathered: int) -> TableKind | None:
    """The kind of the table that begins at a line; None when none does, or the line belongs to the one of the kind
    `table`, of which `gathered` lines were read.
    """
    titled = gathered == 1
    if _ROUTES.match(text):
        return None if table == "route-table" and titled and _is_heading(text) else "route-table"
    if _NEIGHBORS.match(text):
        return "neighbor-list"
    if _MOUNTS.match(text):
        return "nfs-list"
    if _PORTS_OF_HOST.match(text):
        return "vmkernel-ports"
    if _CLUSTER.match(text):
        return "cluster-status"
    if _NETSTAT.match(text):
        return None if table == "netstat" and titled and text.lstrip().startswith("Proto") else "netstat"
    headed = _headed(text)
    if headed is not None:
        return None if table == headed and titled else headed
    kind = _of_row(text)
    return None if kind == table else kind


def _of_row(text: str) -> TableKind | None:
    """The kind of the table that a row is of, where its heading can be missing (`… | grep 192.168.5.2`)."""
    if _CVM.match(text):
        return "cluster-status"
    if _TCP.match(text):
        return "netstat"
    if _NAS.match(text):
        return "nfs-list"
    route = _ROUTE.match(text)
    return "route-table" if route and route["netmask"] == "255.255.255.255" else None


def _headed(text: str) -> TableKind | None:
    """The kind of the table of which a line has the headings, in whatever order."""
    if _HEADED.search(text) is None:
        return None
    return next((kind for kind, heading in _HEADINGS.items() if heading.match(text)), None)


def columns_after(columns: Columns | None, text: str, kind: TableKind) -> Columns | None:
    """The columns by which rows are read after a line of a table; None where they are known by themselves."""
    if columns is not None:
        return columns.ruled(text)
    return columns_of(text, _READ[kind]) if _headed(text) == kind and not _USUAL[kind].match(text) else None


def belongs(text: str, kind: TableKind, columns: Columns | None = None) -> bool:
    """Whether a line continues a table: a row, a rule of dashes or an empty line."""
    if not text.strip() or _RULE.fullmatch(text):
        return True
    if columns is not None and columns.cells(text, _CELLS[kind]) is not None:
        return True
    match kind:
        case "route-table":
            return _ROUTE.match(text) is not None or _is_heading(text)
        case "neighbor-list":
            return _IP.match(text.strip()) is not None
        case "netstat":
            return re.match(r"\s*(?:tcp|udp|raw|unix|Proto|Active)", text) is not None
        case "nfs-list":
            return _MOUNT.match(text) is not None or _NAS.match(text) is not None
        case "vmkernel-ports":
            return re.match(r"\s*vmk\d+\s", text) is not None
        case "cluster-status":
            return re.match(r"\s*(?:\S+\$|\S+#|\[|#|=)", text) is None


def _is_heading(text: str) -> bool:
    return text.strip().startswith("Network")


def content(kind: TableKind, rows: Sequence[str], on: str | None) -> Table:
    """What a table says; `on` is the machine that printed it, where that is known."""
    return _CONTENTS[kind](tuple(_in_usual_order(rows, kind)), on)


def _in_usual_order(rows: Sequence[str], kind: TableKind) -> Iterator[str]:
    """The rows as they are known by themselves, those of other columns with these alone."""
    columns: Columns | None = None
    for row in rows:
        cells = columns.cells(row, _CELLS[kind]) if columns is not None else None
        columns = columns_after(columns, row, kind)
        yield row if cells is None else "  ".join(_cell(cells, name) for name in _ORDER[kind])


def _cell(cells: Mapping[str, str], name: str) -> str:
    return cells.get(name, "") or "0"


_ORDER: dict[TableKind, tuple[str, ...]] = {
    "route-table": ("network", "netmask", "gateway", "interface"),
    "neighbor-list": ("neighbor", "mac address", "vmknic"),
    "netstat": ("proto", "recv-q", "send-q", "local address", "foreign address", "state"),
    "nfs-list": ("volume name", "host", "share", "accessible"),
    "vmkernel-ports": ("name", "ipv4 address", "ipv4 netmask"),
}
"""The columns that are read, in the order of rows that are known by themselves."""
_READ = _ORDER | {"netstat": ("proto", "local address", "foreign address", "state")}
"""Those that must be there."""
_CELLS: Mapping[TableKind, Callable[[Mapping[str, str]], bool]] = {
    "route-table": lambda cells: _ROUTE.fullmatch("  ".join(map(cells.__getitem__, _ORDER["route-table"]))) is not None,
    "neighbor-list": lambda cells: bool(_IP.fullmatch(cells["neighbor"]) and _MAC.fullmatch(cells["mac address"])),
    "netstat": lambda cells: cells["proto"].startswith("tcp") and cells["state"].isupper(),
    "nfs-list": lambda cells: cells["share"].startswith("/") and cells["accessible"].lower() in ("true", "false"),
    "vmkernel-ports": lambda cells: cells["name"].startswith("vmk") and bool(_IP.fullmatch(cells["ipv4 address"])),
}
"""Whether a row's cells, cut in some way, are what they should be."""


def _routes(rows: Sequence[str], on: str | None) -> Table:
    matched = [row for row in map(_ROUTE.match, rows) if row]
    return RouteTable(
        tuple(Route(row["network"], row["netmask"], _gateway(row["gateway"]), row["interface"]) for row in matched), on
    )


def _gateway(text: str) -> str | None:
    return text if _IP.fullmatch(text) and text != "0.0.0.0" else None  # noqa: S104 - no bind


def _neighbors(rows: Sequence[str], on: str | None) -> Table:
    cells = (row.split() for row in rows)
    return NeighborList(tuple((c[0], c[1].lower(), c[2]) for c in cells if len(c) >= 3 and _IP.fullmatch(c[0])), on)


def _netstat(rows: Sequence[str], on: str | None) -> Table:
    matched = (_TCP.match(row) for row in rows)
    connections = ((row["local"], row["remote"], row["state"]) for row in matched if row)
    return Netstat(tuple(c for c in connections if any(_is_kept_port(end) for end in c[:2])), on)


def _is_kept_port(end: str) -> bool:
    return end.rpartition(":")[2] in _PORTS or end.endswith((".2049", ".22"))


def _mounts(rows: Sequence[str], on: str | None) -> Table:
    return NfsList(tuple(mount for row in rows if (mount := _mount(row)) is not None), on)


def _mount(row: str) -> NfsMount | None:
    """A row of `esxcli storage nfs list`, or a line of `esxcfg-nas -l`."""
    if cells := _MOUNT.match(row):
        return NfsMount(cells["volume"], cells["server"], cells["share"], cells["accessible"].lower() == "true")
    if said := _NAS.match(row):
        return NfsMount(said["volume"], said["server"], said["share"], said["state"] == "mounted available")
    return None


def _ports_of_host(rows: Sequence[str], on: str | None) -> Table:
    matched = (_PORT_OF_HOST.match(row) for row in rows)
    return VmkernelPorts(tuple((row["port"], row["address"]) for row in matched if row), on)


def _cluster_status(rows: Sequence[str], _on: str | None) -> Table:
    cvms: list[tuple[str, bool, bool | None]] = []
    for row in rows:
        cvm, stargate = _CVM.match(row), _STARGATE.match(row)
        if cvm:
            cvms.append((cvm["address"], cvm["state"].lower() == "up", None))
        elif stargate and cvms:
            cvms[-1] = (*cvms[-1][:2], stargate["state"].upper() == "UP")
    return ClusterStatus(tuple(cvms))


_CONTENTS: Mapping[TableKind, Callable[[Sequence[str], str | None], Table]] = {
    "route-table": _routes,
    "neighbor-list": _neighbors,
    "netstat": _netstat,
    "nfs-list": _mounts,
    "vmkernel-ports": _ports_of_host,
    "cluster-status": _cluster_status,
}
