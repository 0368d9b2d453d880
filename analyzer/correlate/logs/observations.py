"""What the logs tell: the lines of all logs in order, made consistent, and read host by host into observations."""

from __future__ import annotations

from collections.abc import Sequence

import msgspec

from analyzer.correlate.clocks.clocks import Clocks
from analyzer.correlate.logs.attribution import Entry, attribute
from analyzer.correlate.logs.ha_checks import HaChecks
from analyzer.correlate.logs.host_state import HostStory, Stargates
from analyzer.correlate.logs.reconcile import Checked, quiet_hosts, reconciled
from analyzer.correlate.logs.transitions import Reader
from analyzer.correlate.observation import Draft
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


def read_lines(events: Sequence[Event], topology: Topology, clocks: Clocks) -> Checked:
    """The lines of all logs on the reference clock, in order, each route change with who ordered it."""
    everybody = _all_cvms_are_known(events, topology)
    placed = sorted(
        (
            Entry(
                clocks.place(event.at),
                _with_actor(event, topology, everybody=everybody),
                host=topology.host_of_clock(event.at.clock) or host_of(event.detail, topology),
                on_host=event.at.clock in topology.logs,
            )
            for event in events
        ),
        key=lambda entry: (entry.at.middle, entry.event.origin),
    )
    return reconciled(attribute(placed), lambda detail: host_of(detail, topology))


def observations_from_logs(checked: Checked, topology: Topology, ticks: HaChecks) -> list[Draft]:
    """Every fault that the logs show, in time order, on the reference clock."""

    def about(detail: object) -> Member | None:
        return host_of(detail, topology)

    stargates = Stargates()
    stories = {host.key: HostStory(host) for host in topology.hosts}
    for index, entry in enumerate(checked.entries):
        detail = entry.event.detail
        if isinstance(detail, StargateStates):
            stargates.take(entry, detail, topology.cvms)
            for quiet in quiet_hosts(checked, index, topology.hosts, about):
                Reader(stories[quiet.key], topology, stargates, ticks, checked, index).rest(entry)
            continue
        host = entry.host or about(detail)
        if host is not None:
            Reader(stories[host.key], topology, stargates, ticks, checked, index).read(entry)
    found: list[Draft] = []
    for story in stories.values():
        if story.open is not None:
            story.open.doubt(NOT_REPAIRED, "medium")
            story.open.after = Path("unknown", note=NOT_REPAIRED)
            story.done.append(story.open)
        found += story.done
    return sorted(found, key=lambda observation: observation.start)


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


def host_of(detail: object, topology: Topology) -> Member | None:
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
