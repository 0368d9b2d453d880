"""Which CVM is a host's own, when no line says so: the one that is down when forwarding is needed, that is back when
it is taken away, and that the host's checks name beside the gateway.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import replace

from analyzer.correlate.captures.timeline import Timeline
from analyzer.correlate.logs.lines.entry import RouteDetail
from analyzer.correlate.logs.lines.hosts import host_of
from analyzer.correlate.topology.topology import Member, Topology
from analyzer.correlate.view import Observations, View
from analyzer.model.event import (
    Forwarding,
    HealthyChecks,
    RouteChanged,
    RouteCommand,
    StargateStates,
    TaskCreated,
)

NAMED, BACK, DOWN = 1, 2, 3  # how much each sign weighs
MOST_DOWN = 16  # that so many CVMs are down says of no host which of them is its own


def shown_by_logs(view: View, observed: Observations, timeline: Timeline) -> View:
    """With the own CVM of every host that has none and to which one CVM fits better than all others."""
    topology = view.topology
    votes: dict[str, Counter[str]] = {host.key: Counter() for host in topology.hosts}
    gateways: dict[str, set[str]] = {host.key: set() for host in topology.hosts}
    states: dict[str, str] = {}
    for entry in observed.lines.entries:
        detail = entry.event.detail
        if isinstance(detail, StargateStates):
            states |= dict.fromkeys(detail.up, "up")
            states |= dict.fromkeys(detail.initializing, "initializing") | dict.fromkeys(detail.down, "down")
            continue
        host = host_of(detail, topology)
        if host is None or not isinstance(detail, Forwarding | RouteDetail):
            continue
        if detail.gateway and not isinstance(detail, Forwarding):
            gateways[host.key].add(detail.gateway)
        for address, weight in _signs(detail, states):
            votes[host.key][address] += weight
    for host, address, times in _named_when_well(timeline, topology):
        votes[host.key][address] += NAMED * times
    topology = topology.with_own_cvms(_fitting(topology, votes, gateways))
    return view if topology is view.topology else replace(view, topology=topology)


def _fitting(topology: Topology, votes: Mapping[str, Counter[str]], gateways: Mapping[str, set[str]]) -> dict[str, str]:
    """By the key of each host of which it is not known yet: the CVM that most lines suggest, of those that are neither
    another host's nor where its route led.
    """
    cvms = {host.key: host.cvm for host in reversed(topology.hosts)}
    taken = Counter(cvm for cvm in cvms.values() if cvm is not None)
    found: dict[str, str] = {}
    for host in topology.hosts:
        of_others = gateways[host.key] | {host.address}
        own = cvms[host.key]
        fitting = [
            (n, a)
            for a, n in votes[host.key].most_common()
            if a not in of_others and taken[a] <= (a == own) and a in topology.cvms
        ]
        if own is None and fitting and (len(fitting) == 1 or fitting[0][0] > fitting[1][0]):
            cvms[host.key] = found[host.key] = fitting[0][1]
            taken[fitting[0][1]] += 1
    return found


def _named_when_well(timeline: Timeline, topology: Topology) -> Iterator[tuple[Member, str, int]]:
    """(Host, an address beside it, how often) for the checks that are told as one."""
    for event in timeline.ha_events:
        if isinstance(event.detail, HealthyChecks):
            for line in event.detail.lines:
                host = host_of(line, topology)
                if host is not None and isinstance(line, Forwarding):
                    yield from ((host, address, event.detail.count) for address in line.addresses)


def _signs(detail: Forwarding | RouteDetail, states: dict[str, str]) -> list[tuple[str, int]]:
    """(CVM, weight) for what one line about a host suggests of its own CVM."""
    signs: list[tuple[str, int]] = []
    if isinstance(detail, Forwarding):
        signs += [(address, NAMED) for address in detail.addresses]
        adds, deletes = detail.state == "absent", detail.state == "kept"
    else:
        adds, deletes = detail.action == "add" and not _is_of_others(detail), False
    if adds or deletes:
        away = "down" if adds else "initializing"
        alike = [address for address, state in states.items() if state == away]
        signs += [(address, DOWN if adds else BACK) for address in alike] if len(alike) <= MOST_DOWN else []
    return signs


def _is_of_others(detail: RouteDetail) -> bool:
    """Whether a change of a route is somebody else's than Genesis', or a host's own word that names nobody."""
    match detail:
        case RouteCommand(actor=actor):
            return actor == "person"
        case RouteChanged(by_kernel=by_kernel):
            return by_kernel
        case TaskCreated():
            return False
