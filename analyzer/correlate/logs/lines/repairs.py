"""The lines of one route change by Genesis, what its check said before them, and how they are made to agree.

Genesis acts in the check in which it finds something wrong. A route that it adds was absent, one that it deletes was
illegal, whatever the line that says so was taken for. The syntax of a route command shows most surely what was done.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Literal

import msgspec
from msgspec.structs import replace

from analyzer.correlate.logs.lines.entry import Entry, RouteDetail, apart, of_one_log
from analyzer.correlate.logs.lines.hosts import host_of
from analyzer.correlate.timing import ONE_CHECK
from analyzer.correlate.topology.topology import Member, Topology
from analyzer.model.event import (
    Detail,
    Forwarding,
    RouteAction,
    RouteChanged,
    RouteCommand,
    StargateStates,
    TaskCreated,
)
from analyzer.model.instant import SECOND

ONE_REPAIR = 25 * SECOND  # a decision and its route change are nearer than this
SEEN: Mapping[RouteAction, Literal["illegal", "absent"]] = {"add": "absent", "delete": "illegal"}


class Repair(msgspec.Struct, frozen=True):
    """The lines of one route change by Genesis on one host, and what a check said before them (the last first), all by
    index.
    """

    actions: tuple[int, ...]
    found: tuple[int, ...]


def repairs(entries: Sequence[Entry], topology: Topology) -> tuple[Repair, ...]:
    """Lines of route changes by Genesis, grouped by host and time, each with the findings just before it."""
    found: list[Repair] = []
    latest: dict[str, int] = {}  # by host's key
    looked: dict[str, int] = {}  # by host's key, the last line of what a check found
    for index, entry in enumerate(entries):
        detail = entry.event.detail
        host = host_of(detail, topology) if acts(detail) or isinstance(detail, Forwarding) else None
        if host is None or entry.denied:
            continue
        if isinstance(detail, Forwarding):
            looked[host.key] = index
            continue
        place = latest.get(host.key)
        anew = place is not None and _is_of_next_check(entries, found[place].actions, looked.get(host.key, -1), index)
        if place is not None and not anew and _continues(entries, found[place].actions, index):
            found[place] = replace(found[place], actions=(*found[place].actions, index))
        else:
            latest[host.key] = len(found)
            found.append(Repair((index,), _findings(entries, index, host, topology)))
    return tuple(found)


def acts(detail: Detail) -> bool:
    """Whether a line is of a route change by Genesis."""
    match detail:
        case RouteCommand():
            return detail.actor != "person"
        case RouteChanged():
            return not detail.by_kernel
        case _:
            return isinstance(detail, TaskCreated)


def _continues(entries: Sequence[Entry], actions: Sequence[int], index: int) -> bool:
    """Whether a line belongs to the repair of `actions`: soon after, and neither a new task after the route changed nor
    the other command of a route that is exchanged.
    """
    first, detail = entries[actions[0]], entries[index].event.detail
    if apart(first, entries[index]) > ONE_REPAIR or not of_one_log(first, entries[index]):
        return False
    before = [entries[i].event.detail for i in actions]
    if first.event.at.clock != entries[index].event.at.clock and not _agrees(detail, before):
        return False
    if isinstance(detail, TaskCreated):
        return not any(isinstance(one, RouteChanged) for one in before)
    ordered = [one for one in before if isinstance(one, RouteCommand)]
    return not (isinstance(detail, RouteCommand) and ordered and all(_is_other(detail, one) for one in ordered))


def _is_of_next_check(entries: Sequence[Entry], actions: Sequence[int], looked: int, index: int) -> bool:
    """Whether Genesis decides or orders at `index` what a check led to that looked at the host after the command of
    the repair of `actions`: checks may follow one another sooner than within the time of a repair.
    """
    ordered = any(isinstance(entries[i].event.detail, RouteCommand) and i < looked for i in actions)
    decides = isinstance(entries[index].event.detail, TaskCreated | RouteCommand)
    return ordered and decides and of_one_log(entries[looked], entries[index])


def _agrees(detail: Detail, before: Sequence[Detail]) -> bool:
    """Whether a line does to the route what one before it does: of those before and after a clock was set, nothing else
    tells how far apart they are.
    """
    return isinstance(detail, RouteDetail) and any(
        isinstance(one, RouteDetail) and one.action == detail.action for one in before
    )


def _is_other(command: RouteCommand, ordered: RouteCommand) -> bool:
    """Whether two commands are the parts of an exchange: what is done is sure by their syntax, or by their gateways."""
    told = command.destination and ordered.destination
    apart = command.gateway and ordered.gateway and command.gateway != ordered.gateway
    return command.action != ordered.action and bool(told or apart)


def _findings(entries: Sequence[Entry], index: int, host: Member, topology: Topology) -> tuple[int, ...]:
    """The check's lines on the host's forwarding just before a repair, back to the check's Stargates."""
    found: list[int] = []
    for i in range(index - 1, -1, -1):
        detail = entries[i].event.detail
        if apart(entries[i], entries[found[-1] if found else index]) > ONE_CHECK:
            break
        if isinstance(detail, StargateStates) and found:
            right = [j for j in found if _is_right(entries[j].event.detail, detail, host)]
            return () if right and _adds(entries[index].event.detail) else tuple(found)
        if apart(entries[i], entries[index]) > ONE_CHECK:
            continue
        about = host_of(detail, topology)
        if about != host or not of_one_log(entries[i], entries[index]):
            continue
        if acts(detail):
            break
        if isinstance(detail, Forwarding) and detail.state != "unreadable":
            found.append(i)
    return tuple(found)


def _is_right(found: Detail, stargates: StargateStates, host: Member) -> bool:
    """Whether a check found a host right, whose own CVM it saw up: it names that, or those alone that are down, or not
    initialised, and that one as who serves the host.
    """
    if not isinstance(found, Forwarding) or found.state != "correct":
        return False
    named = found.cvm is not None and found.cvm == host.cvm and host.cvm not in stargates.down
    lives = not stargates.up or host.cvm in stargates.initializing
    return stargates.all_of == "up" or host.cvm in stargates.up or (named and lives)


def _adds(detail: Detail) -> bool:
    """Whether a line is of a route that is added: by a check that found all well, it is ahead of an orderly stop."""
    return isinstance(detail, RouteDetail) and detail.action == "add"


def agreed(repair: Repair, entries: Sequence[Entry]) -> dict[int, Entry | None]:
    """By index: the lines of a repair with the action and the gateway of its command, and its finding with the state
    that fits; None for a line that says nothing new.
    """
    details = [entries[i].event.detail for i in repair.actions]
    action = _action(details)
    gateway = next((d.gateway for d in details if isinstance(d, RouteCommand) and d.destination and d.gateway), None)
    result = _in_order({i: _done(entries[i], action, gateway) for i in repair.actions})
    findings = [entries[i].event.detail for i in repair.found]
    if any(isinstance(d, Forwarding) and d.state == SEEN[action] for d in findings):
        return result
    return result | {i: _seen(entries[i], action, gateway) for i in repair.found[:1]}


def _done(entry: Entry, action: RouteAction, gateway: str | None) -> Entry:
    """A line of a repair with what was done; a command that failed keeps its own action."""
    detail = entry.event.detail
    if not isinstance(detail, RouteDetail):
        return entry
    own = detail.action if isinstance(detail, RouteChanged) and not detail.done else action
    return _saying(entry, replace(detail, action=own, gateway=gateway or detail.gateway))


def _seen(entry: Entry, action: RouteAction, gateway: str | None) -> Entry:
    """The finding that led to a repair."""
    detail = entry.event.detail
    if not isinstance(detail, Forwarding):
        return entry
    illegal = gateway if action == "delete" else None
    return _saying(entry, replace(detail, state=SEEN[action], gateway=illegal or detail.gateway))


def _saying(entry: Entry, detail: Detail) -> Entry:
    return replace(entry, event=replace(entry.event, detail=detail))


def _in_order(lines: Mapping[int, Entry]) -> dict[int, Entry | None]:
    """A task, then a command, then its result: what stands before the command is no result, what says after it that it
    is done is one, and one result counts.
    """
    commands = [place for place, entry in enumerate(lines.values()) if isinstance(entry.event.detail, RouteCommand)]
    first, last = (commands[0], commands[-1]) if commands else (-1, len(lines))
    result: dict[int, Entry | None] = {}
    answered = False
    for place, (index, entry) in enumerate(lines.items()):
        read = _as_result(entry) if place > last else entry
        result[index] = read
        detail = read.event.detail
        if not isinstance(detail, RouteChanged) or not detail.done:
            continue
        if place < first:
            result[index] = _saying(read, TaskCreated(detail.action, detail.host, detail.gateway, detail.addresses))
        elif answered:
            result[index] = None
        answered = answered or place > first
    return result


def _as_result(entry: Entry) -> Entry:
    """A line after the command: nobody decides on what was ordered already, so it says that it is done."""
    detail = entry.event.detail
    if not isinstance(detail, TaskCreated):
        return entry
    return _saying(entry, RouteChanged(detail.action, detail.host, detail.gateway, addresses=detail.addresses))


def _action(details: Sequence[Detail]) -> RouteAction:
    """What a repair did: by the syntax of a command, else by what most of its lines say, the later the surer."""
    votes: dict[RouteAction, int] = {"add": 0, "delete": 0}
    for detail in details:
        if isinstance(detail, RouteCommand):
            votes[detail.action] += 10 if detail.destination else 3
        elif isinstance(detail, RouteChanged):
            votes[detail.action] += 3
        elif isinstance(detail, TaskCreated):
            votes[detail.action] += 2
    return "add" if votes["add"] > votes["delete"] else "delete"
