"""A route that a person changed between two checks, where the own CVM came or went on the public network meanwhile:
whether it served the host when the route was changed, nothing tells.

16:08:00  the own CVM hangs: the public network hears no more of it
16:08:08  somebody adds a route
16:08:24  the own CVM is heard again
16:08:25  a check finds the route illegal    an injected route, or a failure that a person mended

16:12:10  the own CVM is heard since it booted
16:12:14  somebody deletes the route
16:12:16  the own CVM is heard for the last time
16:12:25  a check finds it down              a deleted route, or a failure after the host's return
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from itertools import pairwise

from msgspec.structs import replace

from analyzer.correlate.logs.state.by_hand import deleted_or_returned, failed_or_injected
from analyzer.correlate.observation import Observation
from analyzer.correlate.timing import CVM_SILENT, CVMS_TALK, PAUSE
from analyzer.correlate.topology.topology import Member, Topology
from analyzer.correlate.wire.service import Service
from analyzer.correlate.wire.traffic import NOBODY, Traffic
from analyzer.model.instant import SECOND, Instant
from analyzer.model.over_time.stretches import Stretch


def with_own_silent(
    observations: Iterable[Observation], traffic: Traffic | None, topology: Topology, served: Sequence[Service]
) -> tuple[Observation, ...]:
    """Each; an injected route that logs tell of as what it may have been."""
    if traffic is None:
        return tuple(observations)
    silences: dict[str, list[Stretch]] = {}
    for mac, addresses in topology.owners.items():
        for address in addresses:
            silences.setdefault(address, []).extend(_silences(mac, traffic))
    services = {service.host.macs: service for service in served}
    own = {host.key: _may_be_own(host, topology) for host in topology.hosts}

    def back(cvm: str, deleted: Instant, found: Instant) -> bool:
        macs = [mac for mac, addresses in topology.owners.items() if cvm in addresses]
        return any(_is_heard_until(mac, deleted, found, traffic) for mac in macs)

    def alone(host: Member, gateway: str | None, came: Instant, silence: Stretch) -> bool:
        served = services.get(host.macs)
        there = _served(served, silence) or _was_elsewhere(served, gateway, came, silence)
        return not there and _is_heard(host, silence, traffic, topology)

    return tuple(_deleted(_told(one, own, silences, alone), back) for one in observations)


def _may_be_own(host: Member, topology: Topology) -> frozenset[str]:
    """The CVMs of which one is a host's own: where it is not known which, those that are no other host's."""
    if host.cvm is not None:
        return frozenset({host.cvm})
    return frozenset(topology.cvms) - {other.cvm for other in topology.hosts}


def _told(
    one: Observation,
    own: Mapping[str, Collection[str]],
    silences: Mapping[str, Sequence[Stretch]],
    alone: Callable[[Member, str | None, Instant, Stretch], bool],
) -> Observation:
    if one.kind != "route-injection" or one.basis != "logs" or one.adrift or one.host is None:
        return one
    came, found = one.points.get("fault"), one.points.get("detected") or one.points.get("repaired")
    if came is None or found is None:
        return one
    open_to = any(
        last <= came.at.most
        and came.at.least <= first <= found.at.most
        and alone(one.host, one.gateway, came.at, (last, first))
        for cvm in own.get(one.host.key, ())
        if cvm != one.gateway
        for last, first in silences.get(cvm, ())
    )
    return replace(failed_or_injected(one), after=one.after) if open_to else one


def _deleted(one: Observation, back: Callable[[str, Instant, Instant], bool]) -> Observation:
    """A route that a person deleted while checks found the own CVM down, as what it may have been."""
    if one.kind != "route-deletion" or one.basis != "logs" or one.adrift or one.host is None:
        return one
    deleted, found = one.points.get("fault"), one.points.get("detected")
    if deleted is None or found is None or one.host.cvm is None:
        return one
    return deleted_or_returned(one) if back(one.host.cvm, deleted.at, found.at) else one


def _is_heard_until(mac: str, deleted: Instant, found: Instant, traffic: Traffic) -> bool:
    """Whether a CVM was heard before and after the route was deleted, and then, until it was found down, no more for
    longer than CVMs pause.
    """
    runs, silent = traffic.heard.get(mac, NOBODY), found.least - CVMS_TALK
    return (
        runs.any_overlapping(deleted.least - CVMS_TALK, deleted.least)
        and runs.any_overlapping(deleted.least, silent)
        and not runs.any_overlapping(silent, found.least)
    )


def _silences(mac: str, traffic: Traffic) -> Iterator[Stretch]:
    """From when until when a CVM was not heard that was heard all along before, ns."""
    for run, later in pairwise(traffic.heard.get(mac, NOBODY).items):
        _, end = traffic.covers[run.first_origin.source]
        whole = later.first - run.last >= CVM_SILENT and later.first <= end
        if whole and traffic.steady(mac, run, before=True):
            yield run.last, later.first


def _is_heard(host: Member, silence: Stretch, traffic: Traffic, topology: Topology) -> bool:
    """Whether the public network hears the host meanwhile: one that is silent too was cut off with its CVM, perhaps."""
    last, first = silence
    outside = (traffic.heard.get(mac, NOBODY) for mac in host.macs - topology.inside_senders)
    return any(runs.any_overlapping(last + SECOND, first - SECOND) for runs in outside)


def _served(service: Service | None, silence: Stretch) -> bool:
    """Whether the host was served by its own CVM meanwhile."""
    last, first = silence
    segments = service.segments if service is not None else ()
    return any(one.path.kind == "local" and one.start < first and one.end > last + PAUSE for one in segments)


def _was_elsewhere(service: Service | None, gateway: str | None, came: Instant, silence: Stretch) -> bool:
    """Whether the host was served by the route already as its own CVM was heard still."""
    segments = service.segments if service is not None else ()
    by_it = (one for one in segments if one.path.kind == "remote" and gateway is not None and one.path.via == gateway)
    return any(came.least <= one.start < silence[0] and came.least <= one.start <= came.most for one in by_it)
