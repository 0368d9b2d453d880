"""What a host logged of its storage before its route changed: that it was away by then bounds the fault.

    vmkernel: NFS: 6339: Status:No connection. Retrying synchronous write I/O 1 of 25 times   away since before that
    vmkernel: Tcpip: 1414: add dstAddr=0x205a8c0, …                                           the route, 1.8 s later

A route that is added to a host whose storage is away is none that was injected into a healthy one, whoever added it.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Mapping, Sequence

import msgspec
from msgspec.structs import replace

from analyzer.correlate.clocks.clocks import Clocks
from analyzer.correlate.observation import UNKNOWN, Observation, Point
from analyzer.correlate.topology.topology import Topology
from analyzer.model.episode import Statement
from analyzer.model.event import Event, HostStorage, RouteChanged
from analyzer.model.evidence import Evidence
from analyzer.model.instant import SECOND, Instant
from analyzer.model.measurement import How
from analyzer.model.source import Origin
from analyzer.model.told import Doubt

LATELY = 60 * SECOND  # what was away longer ago than this and is not told of again may have been back since
AWAY = frozenset({"io-retry", "lock-lost", "apd-start", "apd-timeout", "server-lost"})
HOW, STALLED_BEFORE = How("storage-lines"), Doubt("stalled-before")
BY_GENESIS = frozenset({"detected", "decided", "terminated"})


class _Line(msgspec.Struct, frozen=True):
    """A line on the storage: whether it has it away, and when, on the reference clock."""

    away: bool
    at: Instant
    origin: Origin


class _Stall(msgspec.Struct, frozen=True):
    """The first line that has the storage away, and the last before it that had it there, as far as there is one."""

    first: _Line
    before: _Line | None


def with_storage_lines(
    observations: Sequence[Observation], evidence: Evidence, topology: Topology, clocks: Clocks
) -> list[Observation]:
    """Each, with what the host's own lines say of its storage before the route changed."""
    lines = _by_host(evidence, topology, clocks)
    changes = {event.origin: event for event in evidence.of(RouteChanged)}
    return [_bounded(one, lines, changes, clocks) if _may_be(one) else one for one in observations]


def _may_be(observation: Observation) -> bool:
    """Whether nothing but the host's logs tells of it, and so nothing tells which path was right."""
    untold = not BY_GENESIS & observation.points.keys()
    return observation.basis == "logs" and untold and observation.kind in ("route-injection", "unexplained")


def _by_host(evidence: Evidence, topology: Topology, clocks: Clocks) -> Mapping[str, tuple[_Line, ...]]:
    """The lines of each host, by its key, in order of time; of another server's datastore there are none."""
    storage = topology.settings.storage_address
    found: dict[str, list[_Line]] = {}
    for event in evidence.of(HostStorage):
        told = event.detail
        host = topology.host_of_clock(event.at.clock)
        placed = event.at.clock in clocks.offsets
        if not isinstance(told, HostStorage) or host is None or not placed or told.server not in (None, storage):
            continue
        if told.server is None and told.state.startswith("apd"):
            continue  # All Paths Down of what nothing ties to the storage address
        line = _Line(told.state in AWAY, clocks.place(event.at), event.origin)
        found.setdefault(host.key, []).append(line)
    return {key: tuple(sorted(some, key=lambda line: (line.at.least, line.origin))) for key, some in found.items()}


def _bounded(
    observation: Observation, lines: Mapping[str, tuple[_Line, ...]], changes: Mapping[Origin, Event], clocks: Clocks
) -> Observation:
    added = _added(observation, changes, clocks)
    mine = lines.get(observation.host.key, ()) if observation.host is not None else ()
    stall = _stall(mine, added.at) if added is not None else None
    if added is None or stall is None:
        return observation
    told = replace(observation, start=min(observation.start, stall.first.at.least), kind="unexplained")
    told = told.claimed(Statement("storage-away"), (stall.first.origin,))
    if observation.kind == "route-injection":  # what was taken for its repair may be none
        told = replace(told.without("fault", "repaired"), gateway_valid=None, before=UNKNOWN)
        told = told.doubted(STALLED_BEFORE, "low")
    if stall.before is not None:
        at = Instant(stall.first.at.clock, stall.before.at.least, stall.first.at.most)
        told = told.at("fault", Point(at, (stall.before.origin, stall.first.origin), HOW))
    return told.marked("repaired", added.at, added.origins, added.how, added.stamp)


def _added(observation: Observation, changes: Mapping[Origin, Event], clocks: Clocks) -> Point | None:
    """When the route was added: as it was typed, or as the kernel has it."""
    if observation.kind == "route-injection":
        return observation.points.get("fault")
    for claim in observation.claims:
        if (claim.statement.name, claim.statement.action) == ("changed-unasked", "add"):
            events = [changes[origin] for origin in claim.origins if origin in changes]
            return _point(events[0], clocks) if events else None
    return None


def _point(event: Event, clocks: Clocks) -> Point:
    return Point(clocks.place(event.at), (event.origin,), How("kernel-logged-route"), event.at)


def _stall(lines: Sequence[_Line], added: Instant) -> _Stall | None:
    """The stall in which a route was added; None where the lines have none, or its end before."""
    place, first, edge = bisect_left(lines, added.least, key=lambda line: line.at.least), None, added
    while place:
        place -= 1
        line = lines[place]
        if not line.away:
            return _Stall(first, line) if first is not None else None
        if edge.least - line.at.most > LATELY:
            break
        first, edge = line, line.at
    return _Stall(first, None) if first is not None else None
