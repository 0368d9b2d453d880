"""What the logs tell: the lines of all logs in order, made consistent, and read host by host into observations."""

from __future__ import annotations

from collections.abc import Sequence

import msgspec

from analyzer.correlate.clocks.clocks import Clocks
from analyzer.correlate.logs.attribution import Entry, attribute
from analyzer.correlate.logs.ha_checks import Ticks
from analyzer.correlate.logs.host_state import HostStory, Stargates
from analyzer.correlate.logs.reconcile import quiet_hosts, reconciled
from analyzer.correlate.logs.transitions import Reader
from analyzer.correlate.observation import Draft
from analyzer.correlate.refine.own_cvms import with_own_cvms
from analyzer.correlate.topology.topology import Member, Topology
from analyzer.model.event import (
    Actor,
    Event,
    Forwarding,
    NfsTerminate,
    RouteChanged,
    RouteCommand,
    StargateStates,
    TaskCreated,
)
from analyzer.model.path import Path

NOT_REPAIRED = "the log ends before the repair"


def observations_from_logs(
    events: Sequence[Event], topology: Topology, clocks: Clocks, ticks: Ticks
) -> tuple[list[Draft], Topology]:
    """Every fault that the logs tell of, each on the reference clock of `clocks`."""

    def host_of(detail: object) -> Member | None:
        return _host_of(detail, topology)

    everybody = _all_cvms_are_known(events, topology)
    placed = sorted(
        (
            Entry(
                clocks.place(event.at),
                _with_actor(event, topology, everybody=everybody),
                host=topology.host_of_clock(event.at.clock) or host_of(event.detail),
                on_host=event.at.clock in topology.logs,
            )
            for event in events
        ),
        key=lambda entry: (entry.at.middle, entry.event.origin),
    )
    checked = reconciled(attribute(placed), host_of)
    topology = with_own_cvms(checked.entries, topology, host_of)
    stargates = Stargates()
    stories = {host.key: HostStory(host) for host in topology.hosts}
    for index, entry in enumerate(checked.entries):
        detail = entry.event.detail
        if isinstance(detail, StargateStates):
            stargates.take(entry, detail, topology.cvms)
            for quiet in quiet_hosts(checked, index, topology.hosts, host_of):
                Reader(stories[quiet.key], topology, stargates, ticks, checked, index).rest(entry)
            continue
        host = entry.host or host_of(detail)
        if host is not None:
            Reader(stories[host.key], topology, stargates, ticks, checked, index).read(entry)
    found: list[Draft] = []
    for story in stories.values():
        if story.open is not None:
            story.open.doubt(NOT_REPAIRED, "medium")
            story.open.after = Path("unknown", note=NOT_REPAIRED)
            story.done.append(story.open)
        found += story.done
    return sorted(found, key=lambda observation: observation.start), topology


def _all_cvms_are_known(events: Sequence[Event], topology: Topology) -> bool:
    """Whether the inventory or a check lists the cluster's CVMs."""
    named = (event.detail for event in events if isinstance(event.detail, StargateStates))
    return bool(topology.settings.inventory.cvms) or any(one.up or one.initializing or one.down for one in named)


def _with_actor(event: Event, topology: Topology, *, everybody: bool) -> Event:
    """A scripted command's actor by where its login came from: the first address that is not the route's gateway.

    A login from the gateway itself can't be told from none, and one that is no CVM's only when all CVMs (`everybody`)
    are known: the actor stays unknown then.
    """
    detail = event.detail
    if not isinstance(detail, RouteCommand) or detail.actor != "unknown":
        return event
    login = next((address for address in detail.addresses if address != detail.gateway), None)
    if login is None or (login not in topology.cvms and not everybody):
        return event
    actor: Actor = "genesis" if login in topology.cvms else "person"
    return msgspec.structs.replace(event, detail=msgspec.structs.replace(detail, actor=actor))


def _host_of(detail: object, topology: Topology) -> Member | None:
    """The host that a line is about: as it says, else the one host among its addresses, else the only host."""
    if not isinstance(detail, Forwarding | TaskCreated | RouteCommand | RouteChanged | NfsTerminate):
        return None
    host = topology.host_of_address(detail.host)
    if host is not None:
        return host
    named = [topology.host_of_address(address) for address in detail.addresses]
    known = [member for member in named if member is not None]
    if known:
        return known[0]
    if isinstance(detail, Forwarding) and set(detail.addresses) - topology.cvms.keys() - {detail.gateway, detail.cvm}:
        return None  # it names a machine that is not known to be a host
    with_address = [member for member in topology.hosts if member.address]
    return with_address[0] if len(with_address) == 1 else None
