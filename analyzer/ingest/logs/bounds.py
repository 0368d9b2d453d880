"""How many events of logs are told, whatever they hold: a log with more is told up to that line, as if it ended there.

What begins or ends an episode is bounded more narrowly, as each episode is measured, judged and written.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import NamedTuple

from analyzer.ingest.logs.checks.folding import found_well
from analyzer.model.event import (
    Detail,
    Event,
    Forwarding,
    HaStarted,
    NfsTerminate,
    RouteChanged,
    RouteCommand,
    StargateStates,
    TaskCreated,
    VmPower,
)
from analyzer.model.instant import Instant
from analyzer.model.source import Reason, Skipped

CHANGES_AT_MOST = 6_000
"""Of one log: tasks, commands, changes of routes, ended connections, CVMs switched off or on, starts of Genesis."""
CHANGES_IN_ALL = 12_000
OTHERS_AT_MOST = 120_000
"""Of one log, but for checks that found all well, which are told as one."""
MACHINES_AT_MOST = 1_000
"""Hosts, CVMs and gateways that one log names: what a line means is asked for each of them."""

_CHANGES = TaskCreated | RouteCommand | RouteChanged | NfsTerminate | VmPower | HaStarted


def is_change(event: Event) -> bool:
    """Whether an event may begin or end an episode."""
    return isinstance(event.detail, _CHANGES)


class Bound:
    """Counts the events of one log: `left` are the records behind the last one that is told, from line `line` on."""

    def __init__(self) -> None:
        self._changes = self._others = 0
        self._machines: set[str | None] = {None}
        self._last: Instant | None = None
        self.line = 0
        self.left = 0

    def takes(self, event: Event) -> bool:
        """Whether the next event is told; from the first one on that is not, none is."""
        if self.left:
            self.left += 1
            return False
        self._last, before = event.at, self._last
        self._machines.update(_named(event.detail))
        if len(self._machines) > MACHINES_AT_MOST + 1:
            return self._ends_before(event, before)
        if found_well(event.detail):
            return True
        if is_change(event):
            self._changes += 1
        else:
            self._others += 1
        if self._changes > CHANGES_AT_MOST or self._others > OTHERS_AT_MOST:
            return self._ends_before(event, before)
        return True

    def _ends_before(self, event: Event, before: Instant | None) -> bool:
        self.line, self.left, self._last = event.origin.number, 1, before
        return False

    def pass_over(self, records: int) -> None:
        """So many records more are not told."""
        self.left += records

    def ends(self, ends: Iterable[Instant]) -> list[Instant]:
        """The stamps of a log that are told, of `ends`."""
        if not self.left or self._last is None:
            return list(ends)
        return [*(at for at in ends if at.least <= self._last.least), self._last]

    def skipped(self, name: str) -> tuple[Skipped, ...]:
        """What is not told of the log `name`."""
        if self.left and len(self._machines) > MACHINES_AT_MOST + 1:
            reason = Reason("too-many-machines", expected=MACHINES_AT_MOST)
            return (Skipped(name, f"line {self.line}", reason, self.left),)
        return (left_out(name, self.line, self.left),) if self.left else ()


def _named(detail: Detail) -> tuple[str | None, ...]:
    """The machines that a line of HA names."""
    match detail:
        case StargateStates():
            return (*detail.up, *detail.initializing, *detail.down)
        case Forwarding():
            return (detail.host, detail.gateway, detail.cvm, *detail.addresses)
        case TaskCreated() | RouteChanged() | RouteCommand():
            return (detail.host, detail.gateway, *detail.addresses)
        case NfsTerminate():
            return (detail.host, detail.cvm)
        case _:
            return ()


def left_out(name: str, line: int, records: int) -> Skipped:
    """That the log `name` is told up to before a line."""
    return Skipped(name, f"line {line}", Reason("too-many-events"), records)


class Share(NamedTuple):
    """The line from which on a log is not told, so that all logs together have no more changes than are told."""

    line: int
    last: Instant | None
    events: int


def shares(logs: Sequence[Sequence[Event]]) -> list[Share | None]:
    """Of each log's events, what is not told; None where all is. Those with the most changes are cut."""
    counts = [sum(map(is_change, events)) for events in logs]
    if sum(counts) <= CHANGES_IN_ALL:
        return [None] * len(logs)
    most = _level(counts, CHANGES_IN_ALL)
    return [_share(events, most) if count > most else None for events, count in zip(logs, counts, strict=True)]


def _level(counts: Sequence[int], room: int) -> int:
    """The most of each count that together fit."""
    for place, count in enumerate(ordered := sorted(counts)):
        if count * (len(ordered) - place) > room:
            return room // (len(ordered) - place)
        room -= count
    return max(ordered)


def _share(events: Sequence[Event], most: int) -> Share:
    lines = sorted(event.origin.number for event in events if is_change(event))
    kept = [event for event in events if event.origin.number < lines[most]]
    return Share(lines[most], max((event.at for event in kept), key=_least, default=None), len(events) - len(kept))


def _least(at: Instant) -> int:
    return at.least
