"""A route to nobody that somebody added before the host's own CVM failed: two faults, of which one check finds both.

    16:08:00  root typed: esxcfg-route -a … 192.168.1.99     the local path was right: an injected route
    16:08:04  the CVM is powered off                         a failure: now a remote path is right
    16:08:11  Genesis deletes the route by 192.168.1.99      the end of the first
    16:08:14  Genesis adds the route by 192.168.1.28         the repair of the second

The logs tell it as one until captures, in which the CVM is heard after the first, or serves the host until then, or
the host's own log show that it failed later.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import msgspec
from msgspec.structs import replace

from analyzer.correlate.clocks.clocks import Clocks
from analyzer.correlate.observation import AUTHOR_UNLOGGED, Observation, Point
from analyzer.correlate.timing import PAUSE
from analyzer.correlate.topology.topology import Member, Topology
from analyzer.correlate.wire.legs import replies_to
from analyzer.correlate.wire.returns import silences
from analyzer.correlate.wire.traffic import Traffic
from analyzer.model.episode import Claim, Statement
from analyzer.model.event import Event, RouteChanged, RouteCommand
from analyzer.model.evidence import Evidence
from analyzer.model.instant import SECOND, Instant
from analyzer.model.measurement import How, InstantName
from analyzer.model.path import Path
from analyzer.model.told import Doubt

UNASKED = frozenset({"typed-by-hand", "changed-by-others", "changed-unasked"})
NOT_SURE = Doubt("failure-unlogged")  # whether the CVM had failed before the route was added
OF_ITS_CHECK: tuple[InstantName, ...] = ("check", "detected", "decided")
RUNS = 2 * SECOND  # a command has changed the route by then


class Shown(msgspec.Struct, frozen=True):
    """What the faults are held against: the lines, who is who, the clocks as they are settled, and the captures."""

    evidence: Evidence
    topology: Topology
    clocks: Clocks
    traffic: Traffic | None


def with_injected_first(observations: Sequence[Observation], shown: Shown) -> list[Observation]:
    """Each, with the injected route before a failure as a fault of its own."""
    return [part for one in observations for part in _parts(one, shown)]


def _parts(one: Observation, shown: Shown) -> Iterator[Observation]:
    fault = one.points.get("fault")
    for claim in one.claims if one.kind == "cvm-failure" and fault is not None else ():
        added = _added(claim, one, shown)
        deleted = _deleted(one, added[0], added[1], shown) if added is not None else None
        if added is not None and deleted is not None:
            yield _injected(one, claim, *added, deleted, shown)
            yield _without(one, claim)
            return
    yield one


def _without(failure: Observation, claim: Claim) -> Observation:
    """The failure without what is of the route before it."""
    doubts = tuple(doubt for doubt in failure.doubts if doubt != NOT_SURE)
    claims = tuple(other for other in failure.claims if other is not claim)
    return replace(failure, claims=claims, doubts=doubts, confidence=failure.confidence if doubts else "high")


def _added(claim: Claim, failure: Observation, shown: Shown) -> tuple[str, Point] | None:
    """The gateway that nobody is, and when its route was added, where the CVM failed after that for sure."""
    if claim.statement.name not in UNASKED or claim.statement.action != "add":
        return None
    lines = [event for event in _changes(shown) if event.origin in claim.origins]
    gateways = {event.detail.gateway for event in lines if isinstance(event.detail, RouteCommand | RouteChanged)}
    gateway = min((one for one in gateways if one is not None), default=None)
    cvms = shown.topology.cvms
    if gateway is None or len(gateways) != 1 or not cvms or gateway in cvms:
        return None
    at = min((shown.clocks.place(one.at) for one in lines), key=lambda at: at.doubt)
    later = at.most < failure.points["fault"].at.least or _is_heard(failure, at, shown)
    if not later and not _is_served(failure, at, shown):
        return None
    return gateway, Point(at, claim.origins, _shown_by(claim))


def _is_heard(failure: Observation, added: Instant, shown: Shown) -> bool:
    """Whether captures have the host's own CVM fall silent later, before the fault was found."""
    traffic, fault = shown.traffic, failure.points["fault"].at
    if traffic is None or added.clock != fault.clock:
        return False
    silent = silences(traffic, shown.topology)
    return any(host == failure.host and added.most < at.least <= fault.most for host, at in silent)


def _is_served(failure: Observation, added: Instant, shown: Shown) -> bool:
    """Whether captures have the host served by its own CVM until the route was added, whoever else reached that; one
    that ends the connections has stopped.
    """
    host = next((one for one in shown.topology.hosts if one == failure.host), None)
    if shown.traffic is None or host is None or added.clock != failure.points["fault"].at.clock:
        return False
    served = replies_to(host, shown.traffic, shown.topology)
    inside = (one.frames for one in served if one.path.kind == "local")
    ends = [run.last for run in inside if run.first <= added.least and added.least - PAUSE <= run.last <= added.most]
    return bool(ends) and not _is_ended(host, max(ends), added.least, shown)


def _is_ended(host: Member, start: int, end: int, shown: Shown) -> bool:
    """Whether the storage address ended a connection of the host between two instants, ns."""
    traffic = shown.traffic
    controls = traffic.controls_of(host.macs, start, end) if traffic is not None and start <= end else ()
    storage = shown.topology.settings.storage_address
    return any(one.segment.flags in ("RST", "FIN") and one.segment.ends.src == storage for one in controls)


def _shown_by(claim: Claim) -> How:
    match claim.statement.name:
        case "typed-by-hand":
            return How("typed", user=claim.statement.by, of=claim.statement.of or "")
        case "changed-by-others":
            return How("kernel-without-genesis")
        case _:
            return How("kernel-logged-route")


def _deleted(failure: Observation, gateway: str, added: Point, shown: Shown) -> Point | None:
    """When Genesis deleted the route by this gateway, as the kernel has it, else between its command and the result."""
    host = failure.host.address if failure.host is not None else None
    found: dict[str, list[Event]] = {"kernel": [], "genesis": []}
    for event in _changes(shown):
        detail = event.detail
        if not isinstance(detail, RouteCommand | RouteChanged) or detail.action != "delete":
            continue
        on = shown.topology.host_of_clock(event.at.clock)
        about = on.address if on is not None else detail.host
        if detail.gateway != gateway or about != host or shown.clocks.place(event.at).most <= added.at.most:
            continue
        if isinstance(detail, RouteCommand) and detail.actor == "person":
            return None
        by_kernel = isinstance(detail, RouteChanged) and detail.by_kernel
        found["kernel" if by_kernel else "genesis"].append(event)
    ordered, logged = (sorted(found[who], key=lambda event: event.at.middle) for who in ("genesis", "kernel"))
    if not ordered:
        return None
    origins = tuple(event.origin for event in (*ordered, *logged[:1]))
    placed = [shown.clocks.place(event.at) for event in ordered]
    if logged:
        return Point(shown.clocks.place(logged[0].at), origins, How("kernel-logged-order"), logged[0].at)
    most = placed[-1].most if len(placed) > 1 else placed[0].most + RUNS
    return Point(Instant(placed[0].clock, placed[0].least, most), origins, How("command-to-result"))


def _injected(
    failure: Observation, claim: Claim, gateway: str, added: Point, deleted: Point, shown: Shown
) -> Observation:
    """The injected route; the check that found it is that which found the failure."""
    dead = Path("dead", via=gateway)
    found = Observation(
        "route-injection",
        "logs",
        failure.host,
        added.at.clock,
        added.at.least,
        deleted.at.most,
        before=Path("local"),
        during=dead,
        after=dead,
        gateway=gateway,
        gateway_valid=False,
        claims=(claim,),
    )
    storage = shown.topology.settings.storage_address
    if claim.statement.name == "changed-unasked":
        found = found.doubted(AUTHOR_UNLOGGED)
    found = found.at("fault", added).at("repaired", deleted).lacking("terminated", "nothing-to-end")
    for name in OF_ITS_CHECK:
        point = failure.points.get(name)
        if point is not None and point.at.least <= deleted.at.most:
            found = found.at(name, point)
    return found.claimed(Statement("route-changed", to=storage, action="delete"), deleted.origins)


def _changes(shown: Shown) -> Iterator[Event]:
    """The lines of route changes that a clock places."""
    clocks = shown.clocks
    for event in shown.evidence.of(RouteCommand | RouteChanged):
        if event.at.clock in clocks.offsets:
            yield event
