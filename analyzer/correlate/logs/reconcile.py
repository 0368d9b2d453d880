"""What each check saw, told by what it led to: the words of one line are weaker than the actions that follow it.

Genesis acts in the check in which it finds something wrong. A route that it adds was absent, one that it deletes was
illegal, whatever the line that says so was taken for; a `found` that leads to nothing is in doubt; a decision that
nothing precedes and nothing follows is none. The syntax of a route command is the surest word on what was done.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from typing import Literal

import msgspec

from analyzer.correlate.logs.attribution import Entry
from analyzer.correlate.timing import ONE_CHECK
from analyzer.correlate.topology.topology import Member
from analyzer.model.event import (
    Forwarding,
    NfsTerminate,
    RouteAction,
    RouteChanged,
    RouteCommand,
    StargateStates,
    TaskCreated,
)
from analyzer.model.instant import SECOND
from analyzer.model.source import Origin

ONE_REPAIR = 25 * SECOND  # a decision and its route change are nearer than this: less than the shortest check period
GOES_ON = 20 * SECOND  # a log that goes on for this long after a line would show what the line led to
_NUMBERS = re.compile(r"\d+")
_STAMP = len("2015-07-19 14:03:22")
SEEN: dict[RouteAction, Literal["illegal", "absent"]] = {"add": "absent", "delete": "illegal"}

HostOf = Callable[[object], Member | None]


@dataclass(slots=True)
class Repair:
    """The lines of one route change by Genesis on one host, by index, and what a check said before them."""

    host: Member
    actions: list[int] = field(default_factory=list)
    found: list[int] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Checked:
    """The entries in agreement with each other; the lines whose finding led to a repair, and those whose finding led
    to nothing though the log goes on, or though lines of the same words never led to anything.
    """

    entries: tuple[Entry, ...]
    led: frozenset[Origin]
    in_vain: frozenset[Origin]


def reconciled(entries: Sequence[Entry], host_of: HostOf) -> Checked:
    """The entries with each check's finding in agreement with its repair, and each repair with its command."""
    result: list[Entry | None] = list(entries)
    repairs = _repairs(entries, host_of)
    for repair in repairs:
        _agree(repair, entries, result)
        if _idle(repair, entries):
            for index in repair.actions:
                result[index] = None
    led = {index for repair in repairs for index in repair.found}
    vain = {i for i, entry in enumerate(entries) if i not in led and _found_nothing(entry, entries, i)}
    words = {_words(entries[i]) for i in vain} - {_words(entries[i]) for i in led}
    vain |= {i for i, entry in enumerate(entries) if _finds(entry) and _words(entry) in words}
    return Checked(
        tuple(entry for entry in result if entry is not None),
        frozenset(entries[i].event.origin for i in led),
        frozenset(entries[i].event.origin for i in vain),
    )


def _words(entry: Entry) -> str:
    """A line's text without what differs from check to check: its stamp and its numbers."""
    return _NUMBERS.sub("0", (entry.event.text or "")[_STAMP:])


def _finds(entry: Entry) -> bool:
    """Whether a line was read as finding something wrong."""
    detail = entry.event.detail
    return isinstance(detail, Forwarding) and detail.state in ("illegal", "absent")


def apart(earlier: Entry, later: Entry) -> int:
    """How far apart two lines are at least, ns: by their own stamps where one clock made both."""
    one, other = (
        (earlier.event.at, later.event.at) if earlier.event.at.clock == later.event.at.clock else (earlier.at, later.at)
    )
    return other.least - one.most


def quiet_hosts(checked: Checked, index: int, hosts: Sequence[Member], host_of: HostOf) -> list[Member]:
    """The hosts on which the check at `index` did nothing and said nothing, so that it found nothing wrong there.

    Empty where the log ends too soon to tell, or what is said or done may be about any host.
    """
    entries = checked.entries
    if not _goes_on(entries, index):
        return []
    busy: list[Member] = []
    edge, waits = entries[index], False
    for later in (entries[i] for i in range(index + 1, len(entries))):
        detail = later.event.detail
        if apart(edge, later) > ONE_CHECK and (not waits or isinstance(detail, StargateStates)):
            break
        if isinstance(detail, Forwarding) or _acts(detail):
            host = host_of(detail)
            if host is None:
                return []
            busy.append(host)
        if _acts(detail):  # the check speaks of the next host when what it ordered for one is done
            edge, waits = later, isinstance(detail, TaskCreated)
    return [host for host in hosts if all(host != other for other in busy)]


def _repairs(entries: Sequence[Entry], host_of: HostOf) -> list[Repair]:
    """Lines of route changes by Genesis, grouped by host and time, each with the findings just before it."""
    repairs: list[Repair] = []
    for index, entry in enumerate(entries):
        host = host_of(entry.event.detail) if _acts(entry.event.detail) else None
        if host is None:
            continue
        last = next((r for r in reversed(repairs) if r.host == host), None)
        if last is None or not _continues(entries, last.actions, index):
            last = Repair(host)
            repairs.append(last)
            last.found = _findings(entries, index, host, host_of)
        last.actions.append(index)
    return repairs


def _acts(detail: object) -> bool:
    if isinstance(detail, RouteCommand):
        return detail.actor != "person"
    return isinstance(detail, TaskCreated) or (isinstance(detail, RouteChanged) and not detail.by_kernel)


def _continues(entries: Sequence[Entry], actions: Sequence[int], index: int) -> bool:
    """Whether a line belongs to the repair of `actions`: soon after, and not a new task after the route changed."""
    first, detail = entries[actions[0]], entries[index].event.detail
    if apart(first, entries[index]) > ONE_REPAIR:
        return False
    changed = any(isinstance(entries[i].event.detail, RouteChanged) for i in actions)
    return not (changed and isinstance(detail, TaskCreated))


def _findings(entries: Sequence[Entry], index: int, host: Member, host_of: HostOf) -> list[int]:
    """The check's lines on the host's forwarding just before a repair, back to the check's Stargates."""
    found: list[int] = []
    for i in range(index - 1, -1, -1):
        detail = entries[i].event.detail
        if apart(entries[i], entries[index]) > ONE_CHECK:
            break
        if _acts(detail) and host_of(detail) == host:
            break
        if isinstance(detail, StargateStates) and found:
            break
        if isinstance(detail, Forwarding) and detail.state != "unreadable" and host_of(detail) == host:
            found.append(i)
    return found


def _agree(repair: Repair, entries: Sequence[Entry], result: list[Entry | None]) -> None:
    """Give every line of a repair the action and the gateway of its command, and its finding the state that fits."""
    details = [entries[i].event.detail for i in repair.actions]
    action = _action(details)
    gateway = next((d.gateway for d in details if isinstance(d, RouteCommand) and d.destination and d.gateway), None)
    for index in repair.actions:
        result[index] = _changed(entries[index], action=action, gateway=gateway)
    _in_order(repair.actions, result)
    findings = [entries[i].event.detail for i in repair.found]
    if any(isinstance(d, Forwarding) and d.state == SEEN[action] for d in findings):
        return
    for index in repair.found[:1]:
        result[index] = _changed(entries[index], state=SEEN[action], gateway=gateway if action == "delete" else None)


def _in_order(actions: Sequence[int], result: list[Entry | None]) -> None:
    """A task, then a command, then its result: what is told before the command is no result, and one result counts."""
    kinds = [type(entry.event.detail) if (entry := result[i]) is not None else None for i in actions]
    command = kinds.index(RouteCommand) if RouteCommand in kinds else -1
    told = False
    for place, index in enumerate(actions):
        entry = result[index]
        if entry is None or not isinstance(detail := entry.event.detail, RouteChanged) or not detail.done:
            continue
        if place < command:
            task = TaskCreated(detail.action, detail.host, detail.gateway, detail.addresses)
            result[index] = replace(entry, event=msgspec.structs.replace(entry.event, detail=task))
        elif told:
            result[index] = None
        told = told or place > command


def _action(details: Sequence[object]) -> RouteAction:
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


def _changed(entry: Entry, **fields: str | None) -> Entry:
    wanted = {name: value for name, value in fields.items() if value is not None}
    detail = entry.event.detail
    if isinstance(detail, NfsTerminate) or not wanted:
        return entry
    if isinstance(detail, RouteChanged) and not detail.done:
        wanted.pop("action", None)
    same = msgspec.structs.replace(entry.event, detail=msgspec.structs.replace(detail, **wanted))
    return replace(entry, event=same)


def _idle(repair: Repair, entries: Sequence[Entry]) -> bool:
    """Whether a repair is only a decision, or a result that names no host, that no finding precedes and nothing
    follows, though the log goes on.
    """
    if repair.found:
        return False
    details = [entries[i].event.detail for i in repair.actions]
    lone = all(isinstance(d, TaskCreated) for d in details)
    nameless = all(isinstance(d, RouteChanged) and not d.addresses for d in details)
    return nameless or (lone and _goes_on(entries, repair.actions[-1]))


def _goes_on(entries: Sequence[Entry], index: int) -> bool:
    """Whether a later check's lines are in the log."""
    later = (entries[i] for i in range(len(entries) - 1, index, -1))
    last = next((entry for entry in later if isinstance(entry.event.detail, StargateStates | Forwarding)), None)
    return last is not None and apart(entries[index], last) > GOES_ON


def _found_nothing(entry: Entry, entries: Sequence[Entry], index: int) -> bool:
    """Whether a line finds something wrong, and a later check shows that Genesis did nothing about it."""
    return _finds(entry) and _goes_on(entries, index)
