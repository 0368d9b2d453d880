"""Who changed a host's route: the kernel logs that it changed, Genesis and the shell log who ordered it.

A kernel line is joined to the command that it carries out, and makes that command's instant exact; a command that sshd
logged on the host is joined to the one that Genesis told of before it ran there. A line that nobody is known to have
ordered is a change by hand while Genesis' log covers the time; otherwise it stays without an author.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import msgspec

from analyzer.correlate.topology.topology import Member
from analyzer.model.event import (
    Detail,
    Event,
    Forwarding,
    RouteAction,
    RouteChanged,
    RouteCommand,
    StargateStates,
    TaskCreated,
)
from analyzer.model.instant import SECOND, Instant
from analyzer.model.source import Origin

OBEYS_WITHIN = 5 * SECOND  # a kernel's line and the command that it carries out are nearer than this


@dataclass(frozen=True, slots=True)
class Entry:
    """A log event on the reference clock; `proof` are further lines that tell the same.

    `exact`: the host's kernel tells the instant; `stamp` is then what its line said, on its own clock. `host` is the
    host that it is about, as far as that is known; `on_host`: it is a line of that host's own logs.
    """

    at: Instant
    event: Event
    proof: tuple[Origin, ...] = ()
    exact: bool = False
    stamp: Instant | None = None
    host: Member | None = None
    on_host: bool = False

    @property
    def origins(self) -> tuple[Origin, ...]:
        """The line, and those that tell the same."""
        return (self.event.origin, *self.proof)


@dataclass(frozen=True, slots=True)
class _Order:
    """A command to change the route: which entry (its result's, where there is one) and when it was carried out."""

    index: int
    action: RouteAction
    least: int
    most: int


def attribute(entries: Sequence[Entry]) -> list[Entry]:
    """The entries in order: every kernel line and every command that sshd logged joined to its order, turned to a
    change by hand, or left as it is.
    """
    known = _of_the_kernel(_of_sshd(entries))
    return [_authored(entry, covered) for covered in [_covered(known)] for entry in known]


def _of_sshd(entries: Sequence[Entry]) -> list[Entry]:
    """The host's word of a command that Genesis told of, or that somebody typed, is further proof of that command."""
    lines = [i for i, entry in enumerate(entries) if _is_of_sshd(entry)]
    pairs = _pairs(entries, lines, _orders([None if i in lines else entry for i, entry in enumerate(entries)]))
    result = list(entries)
    for line, order in pairs.items():
        result[order] = replace(result[order], proof=(*result[order].proof, entries[line].event.origin))
    return [entry for index, entry in enumerate(result) if index not in pairs]


def _is_of_sshd(entry: Entry) -> bool:
    detail = entry.event.detail
    return entry.on_host and isinstance(detail, RouteCommand) and detail.actor != "person"


def _of_the_kernel(entries: Sequence[Entry]) -> list[Entry]:
    kernel = [i for i, e in enumerate(entries) if isinstance(e.event.detail, RouteChanged) and e.event.detail.by_kernel]
    if not kernel:
        return list(entries)
    pairs = _pairs(entries, kernel, _orders(entries))
    result = list(entries)
    for line, order in pairs.items():
        result[order] = _exact(entries[order], entries[line])
    return [entry for index, entry in enumerate(result) if index not in pairs]


def _authored(entry: Entry, covered: Sequence[tuple[int, int]]) -> Entry:
    """A host's own line of a change that nobody is known to have ordered: by hand, or without an author."""
    detail = entry.event.detail
    by_sshd = isinstance(detail, RouteCommand) and entry.on_host and detail.actor == "unknown"
    if not by_sshd and not (isinstance(detail, RouteChanged) and detail.by_kernel):
        return entry
    if any(first <= entry.at.least and entry.at.most <= last for first, last in covered):
        return replace(_by_hand(entry), exact=True)
    return replace(entry, event=msgspec.structs.replace(entry.event, detail=_of_the_host(detail)))


def _of_the_host(detail: Detail) -> Detail:
    """What the host itself says of a change."""
    if not isinstance(detail, RouteCommand):
        return detail
    return RouteChanged(detail.action, detail.host, detail.gateway, by_kernel=True, addresses=detail.addresses)


def _orders(entries: Sequence[Entry | None]) -> list[_Order]:
    """Every route command, from its line to its result's, where the log has one."""
    orders: list[_Order] = []
    for index, entry in enumerate(entries):
        detail = entry.event.detail if entry is not None else None
        if entry is None:
            continue
        if isinstance(detail, RouteCommand):
            orders.append(_Order(index, detail.action, entry.at.least, entry.at.most + SECOND))
        elif isinstance(detail, RouteChanged) and not detail.by_kernel and detail.done:
            same = [o for o in orders[-3:] if o.action == detail.action and entry.at.least - o.most <= OBEYS_WITHIN]
            command = entries[same[-1].index] if same else None
            if command is not None and _by_genesis(command) and not _other_host(command, entry):
                orders[orders.index(same[-1])] = replace(same[-1], index=index, most=entry.at.most)
            else:
                orders.append(_Order(index, detail.action, entry.at.least - SECOND, entry.at.most))
    return orders


def _by_genesis(entry: Entry) -> bool:
    return isinstance(entry.event.detail, RouteCommand) and entry.event.detail.actor != "person"


def _other_host(one: Entry, other: Entry) -> bool:
    """Whether two lines are about hosts that are known to be two."""
    if one.host is None or other.host is None or one.host == other.host:
        return False
    return bool(one.host.address and other.host.address)


def _one_gateway(one: Entry, other: Entry) -> bool:
    """Whether two lines may be of a route by the same gateway."""
    gateways = {getattr(entry.event.detail, "gateway", None) for entry in (one, other)}
    return None in gateways or len(gateways) == 1


def _pairs(entries: Sequence[Entry], lines: Sequence[int], orders: Sequence[_Order]) -> dict[int, int]:
    """A host's own line → the order that it carries out; the nearest first, each used once."""
    candidates = []
    for line in lines:
        at, detail = entries[line].at, entries[line].event.detail
        for order in orders:
            here = entries[order.index].event.at.clock == entries[line].event.at.clock  # typed on this host
            apart = max(0, at.least - order.most, order.least - at.most)
            if here:  # one clock made both
                typed, logged = entries[order.index].event.at, entries[line].event.at
                apart = max(0, logged.least - typed.most - SECOND, typed.least - logged.most)
            same = isinstance(detail, RouteChanged | RouteCommand) and detail.action == order.action
            same = same and _one_gateway(entries[line], entries[order.index])
            if same and apart <= OBEYS_WITHIN and not _other_host(entries[line], entries[order.index]):
                off = abs(at.middle - (order.least + order.most) // 2)
                candidates.append((apart, not here, off, line, order.index))
    found: dict[int, int] = {}
    used: set[int] = set()
    for _, _, _, line, index in sorted(candidates):
        if line not in found and index not in used:
            found[line] = index
            used.add(index)
    return found


def _exact(order: Entry, kernel: Entry) -> Entry:
    """The order's entry at the instant that the kernel logged."""
    proof = (*order.proof, kernel.event.origin)
    return replace(order, at=kernel.at, proof=proof, exact=True, stamp=kernel.event.at)


def _by_hand(line: Entry) -> Entry:
    """A change that Genesis' log covers and does not have: somebody else's."""
    detail = line.event.detail
    if not isinstance(detail, RouteChanged | RouteCommand):
        return line
    command = RouteCommand(
        action=detail.action,
        actor="person",
        host=detail.host,
        gateway=detail.gateway,
        addresses=detail.addresses,
    )
    return replace(line, event=msgspec.structs.replace(line.event, detail=command))


def _covered(entries: Sequence[Entry]) -> list[tuple[int, int]]:
    """What each log of Genesis covers for certain, ns: it may end, or begin, just where its lines do."""
    found: dict[str, tuple[int, int]] = {}
    for entry in entries:
        ordered = _by_genesis(entry) and not entry.on_host
        if isinstance(entry.event.detail, StargateStates | Forwarding | TaskCreated) or ordered:
            first, last = found.get(entry.event.at.clock, (entry.at.most, entry.at.least))
            found[entry.event.at.clock] = min(first, entry.at.most), max(last, entry.at.least)
    return list(found.values())
