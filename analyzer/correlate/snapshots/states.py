"""What tables show: how hosts reached the storage address, and which CVMs were down, when somebody looked."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from itertools import groupby, pairwise

import msgspec

from analyzer.correlate.snapshots.longest_prefix import HOST_ROUTE, gateway_to
from analyzer.correlate.topology.in_logs import folder_name
from analyzer.correlate.topology.topology import Topology, in_order
from analyzer.model.event import (
    ClusterStatus,
    Event,
    NeighborList,
    Netstat,
    NfsList,
    RouteAction,
    RouteTable,
    VmkernelPorts,
)
from analyzer.model.evidence import Evidence
from analyzer.model.instant import NO_TIME, Instant
from analyzer.model.path import Snapshot, SnapshotState
from analyzer.model.source import Origin

ROUTE = "route"


class _Seen(msgspec.Struct, frozen=True):
    """One state in one table. `subject` tells apart whom it is about, also where nothing names that one."""

    subject: str
    of: str | None
    what: str
    state: SnapshotState
    via: str | None
    at: Instant | None
    origin: Origin


class RouteBetween(msgspec.Struct, frozen=True):
    """A change of a host's route between two tables: after the first of `origins`, and before the second."""

    host: str | None
    action: RouteAction
    gateway: str | None
    at: Instant
    origins: tuple[Origin, Origin]


def snapshots_in(evidence: Evidence, topology: Topology) -> tuple[Snapshot, ...]:
    """Every state that tables show, of each host and CVM in order of time; those without a time come last."""
    found = [(row[0].of, _snapshot(row)) for row in _rows(evidence, topology)]
    ordered = sorted(found, key=lambda one: (one[0] is None, in_order(one[0])))
    return tuple(snapshot for _, snapshot in ordered)


def routes_between(evidence: Evidence, topology: Topology) -> tuple[RouteBetween, ...]:
    """The changes of hosts' routes that two tables, one after the other on one clock, enclose."""
    rows = [row for row in _rows(evidence, topology) if row[0].what == ROUTE]
    return tuple(change for before, after in pairwise(rows) if (change := _between(before[-1], after[0])) is not None)


def _between(before: _Seen, after: _Seen) -> RouteBetween | None:
    first, last = before.at, after.at
    if before.subject != after.subject or first is None or last is None or first.clock != last.clock:
        return None
    action: RouteAction = "add" if after.state == "forwarded" else "delete"
    gateway = after.via if action == "add" else before.via
    at = Instant(first.clock, min(first.least, last.most), last.most)
    return RouteBetween(after.of, action, gateway, at, (before.origin, after.origin))


def _rows(evidence: Evidence, topology: Topology) -> list[list[_Seen]]:
    """What tables show, with those of one subject that show the same one after the other as one row."""
    every = sorted(_seen(evidence, topology), key=_in_time)
    return [list(row) for _, row in groupby(every, key=_what)]


def _in_time(one: _Seen) -> tuple[str, str, bool, str, int, Origin]:
    at = one.at or NO_TIME
    return one.subject, one.what, one.at is None, at.clock, at.least, one.origin


def _what(one: _Seen) -> tuple[str, str, bool, str, str | None]:
    return one.subject, one.what, one.at is None, one.state, one.via


def _snapshot(row: list[_Seen]) -> Snapshot:
    first, last = row[0], row[-1]
    return Snapshot(
        state=first.state,
        of=first.of,
        via=first.via,
        since=first.at,
        until=last.at,
        origins=tuple(dict.fromkeys((first.origin, last.origin))),
    )


def _seen(evidence: Evidence, topology: Topology) -> Iterator[_Seen]:
    beside, of_cvm = _hosts_by_folder(evidence, topology), {one.name: one.of_cvm for one in evidence.sources}
    ports = _outside(evidence, topology)
    for event in evidence.of(RouteTable | NeighborList | Netstat | NfsList | ClusterStatus):
        match event.detail:
            case NeighborList() as neighbors:
                host = _printed_by(event, neighbors.on, topology, beside, of_cvm)
                yield from _of_neighbors(event, neighbors, host, topology, ports.get(neighbors.on or "", {}))
            case RouteTable() as table:
                yield from _of_routes(event, table, _printed_by(event, table.on, topology, beside, of_cvm), topology)
            case Netstat() as connections:
                yield from _of_connections(event, connections, topology)
            case NfsList() as mounts:
                yield from _of_mounts(event, mounts, _printed_by(event, mounts.on, topology, beside, of_cvm), topology)
            case ClusterStatus() as status:
                for address, up, stargate in status.cvms:
                    yield _one(event, address, "cvm", _state_of_cvm(up=up, stargate=stargate))
            case _:
                pass


def _state_of_cvm(*, up: bool, stargate: bool | None) -> SnapshotState:
    if not up:
        return "cvm-down"
    return "stargate-down" if stargate is False else "cvm-up"


def _one(event: Event, of: str | None, what: str, state: SnapshotState, via: str | None = None) -> _Seen:
    at = None if event.at == NO_TIME else event.at
    return _Seen(of or f"{event.origin.source}:", of, what, state, via, at, event.origin)


def _host(on: str | None, topology: Topology) -> str | None:
    """The host that printed a table, where that is known; its own CVM may have asked it."""
    if on is None:
        return None
    named = topology.host_of_address(on)
    if named is not None:
        return named.address or on
    if on in topology.cvms or topology.is_private(on):
        return next((host.address for host in topology.hosts if host.cvm == on), None)
    return on


def _hosts_by_folder(evidence: Evidence, topology: Topology) -> dict[str, set[str | None]]:
    """The hosts of which each folder has logs."""
    found: dict[str, set[str | None]] = {}
    members = {host.key: host for host in topology.hosts}
    for source in evidence.sources:
        host = members.get(topology.logs.get(source.clock, ""))
        if source.log is not None and source.log.machine == "esxi" and host is not None:
            found.setdefault(source.name.rpartition("/")[0], set()).add(host.address or host.name)
    return found


def _printed_by(
    event: Event,
    on: str | None,
    topology: Topology,
    beside: Mapping[str, set[str | None]],
    of_cvm: Mapping[str, str | None],
) -> str | None:
    """The host that printed a table; where no text tells, that of the CVM in whose folder it lies, or whose logs alone
    lie beside it, else as its folder is called.
    """
    if on is not None:
        return _host(on, topology)
    source = event.origin.source
    own = next((host for host in topology.hosts if host.cvm is not None and host.cvm == of_cvm.get(source)), None)
    if own is not None:
        return own.address or own.name
    logs = beside.get(source.rpartition("/")[0], set())
    return next(iter(logs)) if len(logs) == 1 else folder_name(source, topology) if not logs else None


def _of_routes(event: Event, table: RouteTable, host: str | None, topology: Topology) -> Iterator[_Seen]:
    gateway = gateway_to(topology.settings.storage_address, table.routes)
    if gateway is not None:
        yield _one(event, host, ROUTE, "forwarded", gateway)
    elif any(one.netmask != HOST_ROUTE for one in table.routes):  # it is whole, and no `grep` of one
        yield _one(event, host, ROUTE, "not-forwarded")


def _outside(evidence: Evidence, topology: Topology) -> dict[str, dict[str, bool]]:
    """Of each host, by what it is called in a table, which of its VMkernel ports are on the public network, and not
    inside.
    """
    found: dict[str, dict[str, bool]] = {}
    for event in evidence.of(VmkernelPorts):
        if isinstance(event.detail, VmkernelPorts) and event.detail.on is not None:
            told = found.setdefault(event.detail.on, {})
            told.update((port, not topology.is_private(address)) for port, address in event.detail.ports)
    return found


def _of_neighbors(
    event: Event, table: NeighborList, host: str | None, topology: Topology, ports: Mapping[str, bool]
) -> Iterator[_Seen]:
    """On which side a host has asked for the storage address: by its ports where these are told, else by the other
    neighbours on the same port. It is kept for 20 minutes, so that it says nothing of the moment.
    """
    storage = topology.settings.storage_address
    public = {vmk for address, _, vmk in table.entries if not topology.is_private(address)}
    for address, mac, vmk in table.entries:
        if address != storage or not (vmk in ports or public):
            continue
        if ports.get(vmk, vmk in public):
            via = next(
                (other for other, its, _ in table.entries if its == mac and not topology.is_private(other)), None
            )
            yield _one(event, host, "neighbor", "neighbor-outside", via)
        else:
            yield _one(event, host, "neighbor", "neighbor-inside")


def _of_connections(event: Event, table: Netstat, topology: Topology) -> Iterator[_Seen]:
    """Hosts that are connected with the storage address by their public address, as they see it or a CVM does."""
    storage, port = topology.settings.storage_address, topology.settings.nfs_port
    found = set()
    for local, remote, state in table.connections:
        if state != "ESTABLISHED":
            continue
        for served, client, cvm in ((remote, local, None), (local, remote, table.on)):
            address = _address(client)
            if _is_nfs(served, storage, port) and not topology.is_private(address) and address not in topology.cvms:
                found.add((_host(address, topology), cvm))
    for host, cvm in sorted(found, key=lambda one: (one[0] or "", one[1] or "")):
        yield _one(event, host, f"connection {cvm}", "connected", cvm)


def _is_nfs(end: str, storage: str, port: int) -> bool:
    return _address(end) == storage and end[len(storage) + 1 :] in (str(port), "nfs")


def _address(end: str) -> str:
    """The address of `192.168.1.24:899`, or of `192.168.1.24.899`."""
    address, colon, _ = end.rpartition(":")
    return address if colon else end.rpartition(".")[0]


def _of_mounts(event: Event, table: NfsList, host: str | None, topology: Topology) -> Iterator[_Seen]:
    storage = topology.settings.storage_address
    lost = [one for one in table.mounts if one.server == storage and not one.accessible]
    if lost:
        yield _one(event, host, "datastore", "datastore-inaccessible")
