"""Who changed a host's route: the kernel logs that it changed, Genesis and the shell log who ordered it.

A kernel line is joined to the command that it carries out, and makes that command's instant exact. One that nobody is
known to have ordered is a change by hand while Genesis' log covers the time; otherwise it stays without an author.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import msgspec

from analyzer.model.event import (
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

    `exact`: the host's kernel tells the instant; `stamp` is then what its line said, on its own clock.
    """

    at: Instant
    event: Event
    proof: tuple[Origin, ...] = ()
    exact: bool = False
    stamp: Instant | None = None

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
    """The entries in order, every kernel line joined to its order, turned to a change by hand, or left as it is."""
    kernel = [i for i, e in enumerate(entries) if isinstance(e.event.detail, RouteChanged) and e.event.detail.by_kernel]
    if not kernel:
        return list(entries)
    pairs = _pairs(entries, kernel, _orders(entries))
    result = list(entries)
    for line, order in pairs.items():
        result[order] = _exact(entries[order], entries[line])
    covered = _covered(entries)
    for line in kernel:
        at = entries[line].at
        if line not in pairs and any(first <= at.least and at.most <= last for first, last in covered):
            result[line] = _by_hand(entries[line])
    return [entry for index, entry in enumerate(result) if index not in pairs]


def _orders(entries: Sequence[Entry]) -> list[_Order]:
    """Every route command, from its line to its result's, where the log has one."""
    orders: list[_Order] = []
    for index, entry in enumerate(entries):
        detail = entry.event.detail
        if isinstance(detail, RouteCommand):
            orders.append(_Order(index, detail.action, entry.at.least, entry.at.most + SECOND))
        elif isinstance(detail, RouteChanged) and not detail.by_kernel and detail.done:
            same = [o for o in orders[-3:] if o.action == detail.action and entry.at.least - o.most <= OBEYS_WITHIN]
            command = same[-1] if same and isinstance(entries[same[-1].index].event.detail, RouteCommand) else None
            if command is not None and _by_genesis(entries[command.index]):
                orders[orders.index(command)] = replace(command, index=index, most=entry.at.most)
            else:
                orders.append(_Order(index, detail.action, entry.at.least - SECOND, entry.at.most))
    return orders


def _by_genesis(entry: Entry) -> bool:
    return isinstance(entry.event.detail, RouteCommand) and entry.event.detail.actor != "person"


def _pairs(entries: Sequence[Entry], kernel: Sequence[int], orders: Sequence[_Order]) -> dict[int, int]:
    """Kernel line → the order that it carries out; the nearest first, each used once."""
    candidates = []
    for line in kernel:
        at, detail = entries[line].at, entries[line].event.detail
        for order in orders:
            apart = max(0, at.least - order.most, order.least - at.most)
            if isinstance(detail, RouteChanged) and detail.action == order.action and apart <= OBEYS_WITHIN:
                candidates.append((apart, abs(at.middle - (order.least + order.most) // 2), line, order.index))
    found: dict[int, int] = {}
    for _, _, line, index in sorted(candidates):
        if line not in found and index not in found.values():
            found[line] = index
    return found


def _exact(order: Entry, kernel: Entry) -> Entry:
    """The order's entry at the instant that the kernel logged."""
    return Entry(kernel.at, order.event, (*order.proof, kernel.event.origin), exact=True, stamp=kernel.event.at)


def _by_hand(kernel: Entry) -> Entry:
    """A change that Genesis' log covers and does not have: somebody else's."""
    detail = kernel.event.detail
    if not isinstance(detail, RouteChanged):
        return kernel
    command = RouteCommand(
        action=detail.action,
        actor="person",
        host=detail.host,
        gateway=detail.gateway,
        addresses=detail.addresses,
    )
    return replace(kernel, event=msgspec.structs.replace(kernel.event, detail=command), exact=True)


def _covered(entries: Sequence[Entry]) -> list[tuple[int, int]]:
    """What each log of Genesis covers for certain, ns: it may end, or begin, just where its lines do."""
    found: dict[str, tuple[int, int]] = {}
    for entry in entries:
        if isinstance(entry.event.detail, StargateStates | Forwarding | TaskCreated) or _by_genesis(entry):
            first, last = found.get(entry.event.at.clock, (entry.at.most, entry.at.least))
            found[entry.event.at.clock] = min(first, entry.at.most), max(last, entry.at.least)
    return list(found.values())
