"""Roles that one line of genesis.out leaves open and other lines of the same log tell: host, gateway, CVM.

`192.168.1.24: forwarding is fine` does not say what the address is. Elsewhere the log lists the CVMs (their Stargates)
and runs a route command whose syntax tells the gateway; what then remains in the lines about forwarding is a host. An
address that the log shows in both roles, and so nobody's, is left as the line has it.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from typing import TypeVar

import msgspec

from analyzer.ingest.logs.checks.stretch import Said, Stretch
from analyzer.model.event import (
    Detail,
    Event,
    Forwarding,
    NfsTerminate,
    RouteChanged,
    RouteCommand,
    StargateStates,
    TaskCreated,
)

FEWEST = 3  # lines from which a role can be told by counting

_About = Forwarding | TaskCreated | RouteCommand | RouteChanged
_Detail = TypeVar("_Detail", bound=_About)
_OF_A_HOST = (Forwarding, TaskCreated, RouteCommand, RouteChanged, NfsTerminate)


class Cast(msgspec.Struct, frozen=True):
    """The addresses that a log shows to be CVMs, hosts and gateways; a gateway can be nobody at all."""

    cvms: frozenset[str]
    hosts: frozenset[str]
    gateways: frozenset[str]


def completed(
    events: Sequence[Event], stretches: Sequence[Stretch] = ()
) -> tuple[tuple[Event, ...], tuple[Stretch, ...]]:
    """The events and the packed checks of one log with each open role that the log's cast fills."""
    said = Counter(event.detail for event in events)
    for stretch in stretches:
        for line in stretch.lines:
            said[line.detail] += len(stretch.firsts)
    cast = _cast(said)
    known: dict[Detail, Detail] = {}  # a check every 30 s says the same again and again
    packed = tuple(_with_roles_in_checks(stretch, cast) for stretch in stretches)
    return tuple(_with_roles(event, cast, known) for event in events), packed


def _cast(said: Mapping[Detail, int]) -> Cast:
    """The cast by each thing that lines say, and how many say it."""
    listed = {a for d in said if isinstance(d, StargateStates) for a in (*d.up, *d.initializing, *d.down)}
    gateways = {d.gateway for d in said if isinstance(d, RouteCommand) and d.gateway and d.destination}
    clients = {c.partition(":")[0] for d in said if isinstance(d, NfsTerminate) for c in d.connections}
    hosts = (_named(said) | _remaining(said, listed | gateways)) - listed - gateways
    led_to = {d.gateway for d in said if isinstance(d, _About) and d.gateway}  # of a host that lines call by name
    hosts = hosts or _everywhere(said, listed | gateways | led_to)
    cvms = listed | {d.cvm for d in said if isinstance(d, Forwarding | NfsTerminate) and d.cvm} - hosts - clients
    return Cast(frozenset(cvms), frozenset(hosts), frozenset(gateways))


def _named(said: Mapping[Detail, int]) -> set[str]:
    """The addresses that lines call a host, more often than a gateway."""
    votes: Counter[str] = Counter()
    for detail, times in said.items():
        if isinstance(detail, _OF_A_HOST) and detail.host:
            votes[detail.host] += times
        if isinstance(detail, _About) and detail.gateway:
            votes[detail.gateway] -= times
    return {address for address, count in votes.items() if count > 0}


def _everywhere(said: Mapping[Detail, int], known: set[str]) -> set[str]:
    """The one address that nearly all lines on forwarding and routes have: whose forwarding it is. Where no line has
    another one, or all have and not the same, it may be the gateway's, of one host or of several.
    """
    counts: Counter[str] = Counter()
    lines = 0
    if not known and all(len(set(detail.addresses)) < 2 for detail in said if isinstance(detail, _About)):
        return set()
    for detail, times in said.items():
        if isinstance(detail, _About) and detail.addresses:
            lines += times
            counts.update(dict.fromkeys(set(detail.addresses) - known, times))
    nearly_all = [address for address, count in counts.items() if count * 10 >= lines * 8]
    if len(nearly_all) != 1 or lines < FEWEST or _is_shared(nearly_all[0], said, known):
        return set()
    return set(nearly_all)


def _is_shared(address: str, said: Mapping[Detail, int], known: set[str]) -> bool:
    """Whether it stands beside several others of which nothing is known, and never alone."""
    beside = [
        set(detail.addresses) - {address}
        for detail in said
        if isinstance(detail, _About) and address in detail.addresses
    ]
    return all(beside) and len(set().union(*beside) - known) > 1


def _remaining(details: Iterable[object], known: set[str]) -> set[str]:
    """What is left in the lines that run or told a route's change, once CVMs and gateways are taken away."""
    found: set[str] = set()
    for detail in details:
        if isinstance(detail, RouteCommand | NfsTerminate):
            cvm = detail.gateway if isinstance(detail, RouteCommand) else detail.cvm
            rest = [a for a in detail.addresses if a not in known and a != cvm]
            if len(rest) == 1 and (cvm is not None or len(detail.addresses) > 1):
                found.add(rest[0])
    return found


def _with_roles_in_checks(stretch: Stretch, cast: Cast) -> Stretch:
    lines = tuple(
        Said(_route(line.detail, cast), line.rule) if isinstance(line.detail, Forwarding) else line
        for line in stretch.lines
    )
    return msgspec.structs.replace(stretch, lines=lines)


def _with_roles(event: Event, cast: Cast, known: dict[Detail, Detail]) -> Event:
    told = event.detail
    if not isinstance(told, _OF_A_HOST):
        return event
    detail = known.get(told)
    if detail is None:
        detail = known[told] = _termination(told, cast) if isinstance(told, NfsTerminate) else _route(told, cast)
    return msgspec.structs.replace(event, detail=detail)


def _route(detail: _Detail, cast: Cast) -> _Detail:
    host = detail.host if detail.host not in cast.cvms | cast.gateways else None
    host = host or _only(a for a in detail.addresses if a in cast.hosts)
    gateway = detail.gateway if detail.gateway not in cast.hosts else None
    if gateway is None and not isinstance(detail, Forwarding):
        others = [a for a in detail.addresses if a != host]
        gateway = _only(a for a in others if a in cast.gateways or a in cast.cvms)
        gateway = gateway or (_only(others) if host else None)
    return msgspec.structs.replace(detail, host=host, gateway=gateway)


def _termination(detail: NfsTerminate, cast: Cast) -> NfsTerminate:
    clients = {connection.partition(":")[0] for connection in detail.connections}
    cvm = detail.cvm if detail.cvm not in cast.hosts else None
    host = detail.host if detail.host not in cast.cvms else None
    host = host or _only(a for a in detail.addresses if a in cast.hosts) or _only(c for c in clients if c != cvm)
    cvm = cvm or _only(a for a in detail.addresses if a in cast.cvms and a != host)
    cvm = cvm or _only(a for a in detail.addresses if a != host and a not in cast.hosts)
    return msgspec.structs.replace(detail, host=host, cvm=cvm)


def _only(addresses: Iterable[str]) -> str | None:
    """The one address, or None when there are none or several."""
    different = dict.fromkeys(addresses)
    return next(iter(different)) if len(different) == 1 else None
