"""What each check saw, by what it led to: the words of one line are weaker than the actions that follow it.

A `found` that leads to nothing is in doubt; a decision that nothing precedes and nothing follows is none.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping, Sequence
from types import MappingProxyType

import msgspec

from analyzer.correlate.logs.lines.entry import Entry, apart
from analyzer.correlate.logs.lines.hosts import host_of
from analyzer.correlate.logs.lines.repairs import Repair, acts, agreed, repairs
from analyzer.correlate.logs.lines.routes import RouteLines, route_lines
from analyzer.correlate.timing import ONE_CHECK
from analyzer.correlate.topology.topology import Member, Topology
from analyzer.model.event import Forwarding, RouteChanged, StargateStates, TaskCreated
from analyzer.model.instant import SECOND
from analyzer.model.source import Origin

LOG_GOES_ON = 20 * SECOND  # a log that goes on for this long after a line would show what the line led to
LINES_OF_A_CHECK = 500  # without a route change between them: more are no check's
_NUMBERS = re.compile(r"\d+")
_STAMP = len("2015-07-19 14:03:22")


class Checked(msgspec.Struct, frozen=True):
    """The entries in agreement with each other; the lines on whose finding Genesis acted, and those on whose finding it
    did not though the log goes on, or though it never did on lines of the same words.

    `last_check` is the last line that only a check writes, or None, and `last_checks` that of each log, by its clock.
    `after_acts` has for each line of a route change by Genesis, by its index, the hosts (by key) that the same check
    speaks of after it; None where that can't be told. `naming` are the logs, by their clock, whose checks also have a
    word of hosts that they find right. `routes` is where the lines of route changes are in `entries`.
    """

    entries: tuple[Entry, ...]
    acted_on: frozenset[Origin]
    not_acted_on: frozenset[Origin]
    last_check: Entry | None
    last_checks: Mapping[str, Entry] = MappingProxyType({})
    after_acts: Mapping[int, frozenset[str] | None] = MappingProxyType({})
    naming: frozenset[str] = frozenset()
    routes: RouteLines = RouteLines()


def reconciled(entries: Sequence[Entry], topology: Topology) -> Checked:
    """The entries with each check's finding in agreement with its repair, and each repair with its command."""
    found = repairs(entries, topology)
    last = _last_check(entries)
    changed: dict[int, Entry | None] = {}
    for repair in found:
        changed |= dict.fromkeys(repair.actions) if _idle(repair, entries, last) else agreed(repair, entries)
    led = {index for repair in found for index in repair.found}
    idle = _not_acted_on(entries, led, last)
    kept = tuple(entry for i, old in enumerate(entries) if (entry := changed.get(i, old)) is not None)
    return Checked(
        kept,
        frozenset(entries[i].event.origin for i in led),
        frozenset(entries[i].event.origin for i in idle),
        _last_check(kept),
        MappingProxyType({one.event.at.clock: one for one in kept if _is_of_check(one)}),
        _after_acts(kept, topology),
        frozenset(one.event.at.clock for one in kept if _finds_right(one)),
        route_lines(kept),
    )


def _last_check(entries: Sequence[Entry]) -> Entry | None:
    """The last line that only a check writes."""
    return next((one for one in reversed(entries) if _is_of_check(one)), None)


def _is_of_check(entry: Entry) -> bool:
    return isinstance(entry.event.detail, StargateStates | Forwarding)


def _idle(repair: Repair, entries: Sequence[Entry], last: Entry | None) -> bool:
    """Whether a repair is only a decision, or a result that names no host, that no finding precedes and nothing
    follows, though the log goes on.
    """
    if repair.found:
        return False
    details = [entries[i].event.detail for i in repair.actions]
    lone = all(isinstance(d, TaskCreated) for d in details)
    nameless = all(isinstance(d, RouteChanged) and not d.addresses for d in details)
    return nameless or (lone and _goes_on(entries[repair.actions[-1]], last))


def _goes_on(entry: Entry, last: Entry | None) -> bool:
    """Whether a later check's lines, of which `last` is the last, are in the log."""
    return last is not None and apart(entry, last) > LOG_GOES_ON


def _not_acted_on(entries: Sequence[Entry], led: set[int], last: Entry | None) -> set[int]:
    """The lines that find something wrong of which a later check shows that Genesis did nothing about it, or that say
    it in words that never led to anything.
    """
    finds = [i for i, entry in enumerate(entries) if _finds(entry)]
    idle = {i for i in finds if i not in led and _goes_on(entries[i], last)}
    words = {_words(entries[i]) for i in idle} - {_words(entries[i]) for i in led}
    return idle | {i for i in finds if _words(entries[i]) in words}


def _finds(entry: Entry) -> bool:
    """Whether a line was read as finding something wrong."""
    detail = entry.event.detail
    return isinstance(detail, Forwarding) and detail.state in ("illegal", "absent")


def _finds_right(entry: Entry) -> bool:
    detail = entry.event.detail
    return isinstance(detail, Forwarding) and detail.state == "correct"


def _words(entry: Entry) -> str:
    """A line's text without what differs from check to check: its stamp and its numbers."""
    return _NUMBERS.sub("0", (entry.event.text or "")[_STAMP:])


def quiet_hosts(checked: Checked, index: int, topology: Topology) -> tuple[Member, ...]:
    """The hosts on which the check at `index` did nothing and said nothing, so that it found nothing wrong there.

    Empty where its own log ends too soon to tell, or what is said or done may be about any host; without those to whom
    it did not come, as it ended before.
    """
    entry = checked.entries[index]
    if not _goes_on(entry, checked.last_checks.get(entry.event.at.clock)):
        return ()
    busy = _busy(checked.entries, index, checked.after_acts, topology)
    if busy is None:
        return ()
    names = entry.event.at.clock in checked.naming
    unasked = _not_come_to(busy, _named_before(checked.entries, index, topology) if names else ())
    return tuple(host for host in topology.hosts if host.key not in busy and host.key not in unasked)


def _not_come_to(busy: Collection[str], named: Sequence[str]) -> Sequence[str]:
    """Of the hosts that the check before has a word of, in order, those after the last that this one has a word of."""
    last = max((place for place, key in enumerate(named) if key in busy), default=-1)
    return named[last + 1 :]


def _named_before(entries: Sequence[Entry], index: int, topology: Topology) -> tuple[str, ...]:
    """The hosts of which the check before it in the same log has a word, in order."""
    named: list[str] = []
    clock = entries[index].event.at.clock
    for entry in reversed(entries[max(0, index - LINES_OF_A_CHECK) : index]):
        detail = entry.event.detail
        if entry.event.at.clock != clock:
            continue
        if isinstance(detail, StargateStates) and apart(entry, entries[index]) > ONE_CHECK:
            break
        host = host_of(detail, topology) if isinstance(detail, Forwarding) else None
        if host is not None:
            named.append(host.key)
    return tuple(dict.fromkeys(reversed(named)))


def _after_acts(entries: Sequence[Entry], topology: Topology) -> Mapping[int, frozenset[str] | None]:
    """From the last one back, as each goes on where the next one does."""
    found: dict[int, frozenset[str] | None] = {}
    for index in reversed(range(len(entries))):
        if acts(entries[index].event.detail):
            found[index] = _busy(entries, index, found, topology)
    return MappingProxyType(found)


def _busy(
    entries: Sequence[Entry], index: int, after_acts: Mapping[int, frozenset[str] | None], topology: Topology
) -> frozenset[str] | None:
    """The hosts that a check speaks of after its line at `index`; None where a line may be about any host, or so many
    lines follow that the check's end can't be told.
    """
    busy: set[str] = set()
    edge = entries[index]
    waits = isinstance(edge.event.detail, TaskCreated)
    for i in range(index + 1, min(index + 1 + LINES_OF_A_CHECK, len(entries))):
        detail = entries[i].event.detail
        if apart(edge, entries[i]) > ONE_CHECK and (not waits or isinstance(detail, StargateStates)):
            return frozenset(busy)
        acting = acts(detail)
        if isinstance(detail, Forwarding) or acting:
            host = host_of(detail, topology)
            if host is None:
                return None
            busy.add(host.key)
        if acting:  # the check speaks of the next host when what it ordered for one is done
            rest = after_acts[i]
            return None if rest is None else rest | busy
    return frozenset(busy) if index + 1 + LINES_OF_A_CHECK >= len(entries) else None
