"""Who changed a host's route: the kernel logs that it changed, Genesis and the shell log who ordered it.

A kernel line is joined to the command that it carries out, and makes that command's instant exact; a command that sshd
logged on the host is joined to the one that Genesis logged before it ran there. A line that nobody is known to have
ordered is a change by hand while Genesis' log covers the time, and no line of it is unread near there; otherwise it
stays without an author. A command that the kernel did not log changed nothing, where its log would have that.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from types import MappingProxyType

from msgspec.structs import replace

from analyzer.correlate.logs.lines.entry import Entry
from analyzer.correlate.logs.lines.orders import (
    CARRIED_OUT_WITHIN,
    NEARBY,
    by_genesis,
    carried_out,
    follows,
    orders,
)
from analyzer.model.event import Forwarding, RouteAction, RouteChanged, RouteCommand, StargateStates, TaskCreated
from analyzer.model.instant import Instant
from analyzer.model.over_time.intervals import Intervals, intervals
from analyzer.model.over_time.stretches import Stretch

Kernels = Mapping[str, Sequence[Stretch]]
"""From when to when the kernel's log has each route change of a host, ns, by the clock of its logs."""
NONE: Kernels = MappingProxyType({})


def attribute(entries: Sequence[Entry], unread: Sequence[Instant] = (), kernels: Kernels = NONE) -> tuple[Entry, ...]:
    """The entries in order: every kernel line and every command that sshd logged joined to its order, turned to a
    change by hand, or left as it is; and no command that may not have run. `unread` is when Genesis logged what no rule
    takes, on the reference clock: it may have been the order.
    """
    known = _denied([entry for entry in _of_the_kernel(_of_sshd(entries)) if _has_run(entry)], kernels)
    covered = _covered(known)
    dark = intervals(unread, lambda at: (at.least - NEARBY, at.most + NEARBY))
    return _as_the_kernel_has_them([_authored(entry, covered, dark) for entry in known])


def _as_the_kernel_has_them(entries: Sequence[Entry]) -> tuple[Entry, ...]:
    """Those that a host's kernel logged in the order of its stamps, which are finer than a shell's: whoever asked."""
    places: dict[str, list[int]] = {}
    for place, entry in enumerate(entries):
        if entry.exact:
            places.setdefault(_by_kernel(entry).clock, []).append(place)
    found = list(entries)
    for mine in places.values():
        ordered = sorted((entries[place] for place in mine), key=lambda entry: _by_kernel(entry).middle)
        for place, entry in zip(mine, ordered, strict=True):
            found[place] = entry
    return tuple(found)


def _by_kernel(entry: Entry) -> Instant:
    """What the kernel stamped."""
    return entry.stamp or entry.event.at


def _of_sshd(entries: Sequence[Entry]) -> list[Entry]:
    """What the host logged of a command that Genesis logged, or that somebody typed elsewhere, is further proof of it:
    what is typed in the host's own shell is handed to no sshd.
    """
    lines = [i for i, entry in enumerate(entries) if _is_of_sshd(entry)]
    typed = [i for i, entry in enumerate(entries) if _is_typed_here(entry)]
    pairs = carried_out(entries, lines, orders(entries, frozenset((*lines, *typed))))
    joined = {order: _proved(entries[order], entries[line]) for line, order in pairs.items()}
    return [joined.get(index, entry) for index, entry in enumerate(entries) if index not in pairs]


def _is_of_sshd(entry: Entry) -> bool:
    detail = entry.event.detail
    return entry.on_host and isinstance(detail, RouteCommand) and detail.actor != "person"


def _is_typed_here(entry: Entry) -> bool:
    detail = entry.event.detail
    return entry.on_host and isinstance(detail, RouteCommand) and detail.actor == "person"


def _proved(order: Entry, line: Entry) -> Entry:
    return replace(order, proof=(*order.proof, line.event.origin))


def _of_the_kernel(entries: Sequence[Entry]) -> list[Entry]:
    """What the kernel logged of a command is that command's instant."""
    lines = [i for i, e in enumerate(entries) if isinstance(e.event.detail, RouteChanged) and e.event.detail.by_kernel]
    pairs = carried_out(entries, lines, orders(entries)) if lines else {}
    joined = {order: _exact(entries[order], entries[line]) for line, order in pairs.items()}
    return [joined.get(index, entry) for index, entry in enumerate(entries) if index not in pairs]


def _exact(order: Entry, kernel: Entry) -> Entry:
    """The order's entry at the instant that the kernel logged, and on its host, where that was not known."""
    host = order.host or kernel.host
    return replace(_proved(order, kernel), at=kernel.at, exact=True, stamp=kernel.event.at, host=host)


def _denied(entries: Sequence[Entry], kernels: Kernels) -> list[Entry]:
    """With what was typed on a host, or came in a session, and changed nothing as such: its kernel logged no change by
    it, though its log has that time, or has another change of that kind within the second that a command takes.
    """
    logged = dict[tuple[str, RouteAction], list[Instant]]()
    for action, at in _changes(entries):
        logged.setdefault((at.clock, action), []).append(at)
    return [
        replace(entry, denied=True)
        if (_is_typed_here(entry) or _is_of_sshd(entry)) and not entry.exact and _is_denied(entry, logged, kernels)
        else entry
        for entry in entries
    ]


def _changes(entries: Sequence[Entry]) -> Iterator[tuple[RouteAction, Instant]]:
    """What kernels logged, as they stamped it."""
    for entry in entries:
        detail = entry.event.detail
        if not isinstance(detail, RouteCommand | RouteChanged):
            continue
        if entry.exact or (isinstance(detail, RouteChanged) and detail.by_kernel):
            yield detail.action, _by_kernel(entry)


def _is_denied(entry: Entry, logged: Mapping[tuple[str, RouteAction], Sequence[Instant]], kernels: Kernels) -> bool:
    typed, detail = entry.event.at, entry.event.detail
    if not isinstance(detail, RouteCommand):
        return False
    until = typed.most + CARRIED_OUT_WITHIN
    covered = any(first <= typed.least and until <= last for first, last in kernels.get(typed.clock, ()))
    return covered or any(follows(at, typed) for at in logged.get((typed.clock, detail.action), ()))


def _has_run(entry: Entry) -> bool:
    """Whether a command has run: one that what was typed does not tell for sure, only where the kernel logged it."""
    detail = entry.event.detail
    return not isinstance(detail, RouteCommand) or detail.sure or entry.exact


def _authored(entry: Entry, covered: Sequence[tuple[int, int]], dark: Intervals[Instant]) -> Entry:
    """A host's own line of a change that nobody is known to have ordered: by hand, or without an author."""
    detail = entry.event.detail
    match detail:
        case RouteCommand() if entry.denied:
            return entry
        case RouteCommand(actor="unknown") if entry.on_host:
            pass
        case RouteChanged(by_kernel=True):
            pass
        case _:
            return entry
    known = any(first <= entry.at.least and entry.at.most <= last for first, last in covered)
    if known and not any(True for _ in dark.overlapping(entry.at.least, entry.at.most)):
        return replace(entry, exact=True, event=replace(entry.event, detail=_by_hand(detail)))
    return replace(entry, event=replace(entry.event, detail=_of_the_host(detail)))


def _by_hand(detail: RouteCommand | RouteChanged) -> RouteCommand:
    """A change that Genesis' log covers and does not have: somebody else's."""
    return RouteCommand(
        action=detail.action,
        actor="person",
        host=detail.host,
        gateway=detail.gateway,
        addresses=detail.addresses,
    )


def _of_the_host(detail: RouteCommand | RouteChanged) -> RouteChanged:
    """What the host itself says of a change."""
    if isinstance(detail, RouteChanged):
        return detail
    return RouteChanged(detail.action, detail.host, detail.gateway, by_kernel=True, addresses=detail.addresses)


def _covered(entries: Sequence[Entry]) -> list[tuple[int, int]]:
    """What each log of Genesis covers for certain, ns: it may end, or begin, just where its lines do."""
    found: dict[str, tuple[int, int]] = {}
    for entry in entries:
        ordered = by_genesis(entry) and not entry.on_host
        if isinstance(entry.event.detail, StargateStates | Forwarding | TaskCreated) or ordered:
            first, last = found.get(entry.event.at.clock, (entry.at.most, entry.at.least))
            found[entry.event.at.clock] = min(first, entry.at.most), max(last, entry.at.least)
    return list(found.values())
