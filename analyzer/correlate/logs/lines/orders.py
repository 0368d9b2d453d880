"""The orders to change a route, and which of them a host's own line carries out."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Collection, Iterator, Sequence
from itertools import accumulate

import msgspec
from msgspec.structs import replace

from analyzer.correlate.logs.lines.entry import Entry
from analyzer.model.event import RouteAction, RouteChanged, RouteCommand
from analyzer.model.instant import SECOND, Instant

OBEYS_WITHIN = 5 * SECOND  # a line and the command that it carries out are nearer than this, on two clocks
CARRIED_OUT_WITHIN = SECOND  # a kernel's line follows the command that it carries out by no more, on one clock
ROUNDED = SECOND // 2  # a stamp of whole seconds may be rounded up by so much
NEARBY = 4 * OBEYS_WITHIN  # an order further away, as both are placed, is nearer than that on no clock
RECENT = 3  # a result is of one of the last so many orders


class Order(msgspec.Struct, frozen=True):
    """A command to change the route: which entry (its result's, where there is one), and when it ran, ns."""

    index: int
    action: RouteAction
    least: int
    most: int


def orders(entries: Sequence[Entry], but: Collection[int] = ()) -> tuple[Order, ...]:
    """Every route command, from its line to its result's, where the log has one; the entries `but` are none."""
    found: list[Order] = []
    for index, entry in enumerate(entries):
        detail = entry.event.detail
        if index in but:
            continue
        if isinstance(detail, RouteCommand):
            found.append(Order(index, detail.action, entry.at.least, entry.at.most + SECOND))
        elif isinstance(detail, RouteChanged) and not detail.by_kernel and detail.done:
            place = _answered(entry, detail.action, found, entries)
            if place is not None:
                found[place] = replace(found[place], index=index, most=entry.at.most)
            else:
                found.append(Order(index, detail.action, entry.at.least - SECOND, entry.at.most))
    return tuple(found)


def _answered(entry: Entry, action: RouteAction, found: Sequence[Order], entries: Sequence[Entry]) -> int | None:
    """Which order a result is of: the last by Genesis that it can be of, whatever was typed meanwhile."""
    recent = range(max(0, len(found) - RECENT), len(found))
    same = [i for i in recent if found[i].action == action and entry.at.least - found[i].most <= OBEYS_WITHIN]
    commands = ((i, entries[found[i].index]) for i in reversed(same))
    return next((i for i, one in commands if by_genesis(one) and _may_end(one, entry)), None)


def _may_end(command: Entry, result: Entry) -> bool:
    """Whether a result may be that of a command."""
    return not _other_host(command, result) and _one_gateway(command, result)


def by_genesis(entry: Entry) -> bool:
    """Whether a line is a route command that nobody typed."""
    return isinstance(entry.event.detail, RouteCommand) and entry.event.detail.actor != "person"


def carried_out(entries: Sequence[Entry], lines: Sequence[int], given: Sequence[Order]) -> dict[int, int]:
    """A host's own line → the order that it carries out, both by index; the nearest first, each used once."""
    candidates = [
        (*nearness, line, order.index)
        for line, order in _nearby(entries, lines, given)
        if (nearness := _nearness(entries[line], entries[order.index], order)) is not None
    ]
    found: dict[int, int] = {}
    used: set[int] = set()
    for *_, line, index in sorted(candidates):
        if line not in found and index not in used:
            found[line] = index
            used.add(index)
    return found


def _nearby(entries: Sequence[Entry], lines: Sequence[int], given: Sequence[Order]) -> Iterator[tuple[int, Order]]:
    """Each line with the orders that may be near it: those of a whole log are too many to look at for each line."""
    ordered = sorted(given, key=lambda order: order.least)
    leasts = [order.least for order in ordered]
    latest = list(accumulate((order.most for order in ordered), max))
    for line in lines:
        at = entries[line].at
        begin, end = bisect_left(latest, at.least - NEARBY), bisect_right(leasts, at.most + NEARBY)
        for order in ordered[begin:end]:
            yield line, order


def _nearness(line: Entry, ordered: Entry, order: Order) -> tuple[int, bool, int] | None:
    """How near a line is to an order that it may carry out, in order of preference; None where it can't be that."""
    detail = line.event.detail
    if not isinstance(detail, RouteChanged | RouteCommand) or detail.action != order.action:
        return None
    if not _one_gateway(line, ordered) or _other_host(line, ordered):
        return None
    here = ordered.event.at.clock == line.event.at.clock  # typed on this host: one clock made both
    gap = 0 if here else max(0, line.at.least - order.most, order.least - line.at.most)
    if gap > OBEYS_WITHIN or (here and not follows(line.event.at, ordered.event.at)):
        return None
    return gap, not here, abs(line.at.middle - (order.least + order.most) // 2)


def follows(logged: Instant, given: Instant) -> bool:
    """Whether what a host's kernel logged may be what a command of the same clock did: it comes after that, and within
    a second.
    """
    rounded = ROUNDED if given.most - given.least >= ROUNDED else 0
    return given.least - rounded <= logged.most and logged.least <= given.most + CARRIED_OUT_WITHIN


def _other_host(one: Entry, other: Entry) -> bool:
    """Whether two lines are about hosts that are known to be two, as what was typed for another machine is not of the
    one on which it was typed.
    """
    if one.event.at.clock == other.event.at.clock and _is_elsewhere(one) != _is_elsewhere(other):
        return True
    if one.host is None or other.host is None or one.host == other.host:
        return False
    return bool(one.host.address and other.host.address)


def _is_elsewhere(entry: Entry) -> bool:
    return isinstance(entry.event.detail, RouteCommand) and entry.event.detail.elsewhere


def _one_gateway(one: Entry, other: Entry) -> bool:
    """Whether two lines may be of a route by the same gateway."""
    gateways = {getattr(entry.event.detail, "gateway", None) for entry in (one, other)}
    return None in gateways or len(gateways) == 1
