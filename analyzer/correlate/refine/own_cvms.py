"""Which CVM is a host's own, when no line says so: the one that is down when forwarding is needed, that is back when
it is taken away, and that the host's checks name beside the gateway.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence

from analyzer.correlate.logs.attribution import Entry
from analyzer.correlate.topology.topology import Member, Roles
from analyzer.model.event import Forwarding, RouteChanged, RouteCommand, StargateStates, TaskCreated

NAMED, BACK, DOWN = 1, 2, 3  # how much each sign weighs


def learn_local_cvms(entries: Sequence[Entry], roles: Roles, host_of: Callable[[object], Member | None]) -> None:
    """Set `cvm` of every host that has none and to which one CVM fits better than all others."""
    votes: dict[int, Counter[str]] = {id(host): Counter() for host in roles.hosts}
    gateways: dict[int, set[str]] = {id(host): set() for host in roles.hosts}
    states: dict[str, str] = {}
    for entry in entries:
        detail = entry.event.detail
        if isinstance(detail, StargateStates):
            states |= dict.fromkeys(detail.up, "up")
            states |= dict.fromkeys(detail.initializing, "initializing") | dict.fromkeys(detail.down, "down")
            continue
        host = host_of(detail)
        if host is None or not isinstance(detail, Forwarding | TaskCreated | RouteCommand | RouteChanged):
            continue
        if detail.gateway and not isinstance(detail, Forwarding):
            gateways[id(host)].add(detail.gateway)
        for address, weight in _signs(detail, states):
            votes[id(host)][address] += weight
    for host in roles.hosts:
        taken = {other.cvm for other in roles.hosts if other is not host}
        others = gateways[id(host)] | taken | {host.address}
        fitting = [(n, a) for a, n in votes[id(host)].most_common() if a not in others and a in roles.cvms]
        if host.cvm is None and fitting and (len(fitting) == 1 or fitting[0][0] > fitting[1][0]):
            host.cvm = fitting[0][1]


def _signs(
    detail: Forwarding | TaskCreated | RouteCommand | RouteChanged, states: dict[str, str]
) -> list[tuple[str, int]]:
    """(CVM, weight) for what one line about a host suggests of its own CVM."""
    signs: list[tuple[str, int]] = []
    if isinstance(detail, Forwarding):
        signs += [(address, NAMED) for address in detail.addresses]
        adds, deletes = detail.state == "absent", detail.state == "kept"
    else:
        adds, deletes = detail.action == "add", False
    if adds:
        signs += [(address, DOWN) for address, state in states.items() if state == "down"]
    if deletes:
        signs += [(address, BACK) for address, state in states.items() if state == "initializing"]
    return signs
