"""Long stretches of HA checks that found all well are packed while a log is read, so that memory never holds them all.

A stretch is checks of one log that say the same, line by line, and come one period after the other. Whatever is odd
ends it: another line of an HA module, a check that is late or says something else, a stamp that goes back or is in
doubt. Its first and last checks stay events of their own, as these bound faults, and short stretches stay as they are.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator, Sequence
from itertools import chain, pairwise

import msgspec

from analyzer.ingest.logs.checks.stretch import Packer, Said, Stretch
from analyzer.model.event import Detail, Event, Forwarding, StargateStates
from analyzer.model.instant import SECOND

SAME_CHECK = 5 * SECOND  # the lines of one check are within this
APART = 2 * SAME_CHECK  # and those of two checks further from each other than this
SLACK = 2 * SECOND  # a check that is early or late by more than this ends the stretch


class Limits(msgspec.Struct, frozen=True):
    """How many checks at either end of a stretch stay events of their own at least, and for how long (ns); and how many
    are left between these at least to be packed.
    """

    kept: int = 40
    within: int = 1800 * SECOND  # clocks that nothing bounds are off by 600 s, either way: what may be near is kept
    fewest: int = 21


LIMITS = Limits()


def found_well(detail: Detail) -> bool:
    """Whether a line is a check's that found all Stargates up, or a host's forwarding correct and by its own CVM."""
    match detail:
        case StargateStates(up=up, initializing=(), down=(), all_of=all_of):
            return all_of == "up" or (all_of is None and bool(up))
        case Forwarding(state="correct", gateway=gateway, cvm=cvm):
            return gateway is None or gateway == cvm
        case _:
            return False


class Folder:
    """Takes the events of one log in order of their lines; gives those that are told singly, and the stretches."""

    def __init__(self) -> None:
        self._limits = LIMITS
        self.events: list[Event] = []
        self.stretches: list[Stretch] = []
        self._check: list[Event] = []
        self._open: _Open | None = None

    def take(self, event: Event, *, odd: bool) -> None:
        """The log's next event; `odd`: its stamp is in doubt."""
        if odd or not found_well(event.detail):
            self.end()
            self.events.append(event)
            return
        check = self._check
        if check:
            since = event.at.least - check[-1].at.least
            if since > APART:
                self._finish()
                check = self._check
            elif since < 0 or event.at.least - check[0].at.least > SAME_CHECK:
                self.end()
                check = self._check
        check.append(event)

    def end(self) -> None:
        """The stretch ends, if there is one; so does the log, after its last event."""
        if self._open is not None:
            self._close(self._open)
        self.events += self._check
        self._check = []

    def _finish(self) -> None:
        """The check that was read is whole: it goes on with the stretch, or begins one."""
        check, self._check = self._check, []
        if self._open is not None and self._open.goes_on(check):
            self._open.add(check)
            return
        if self._open is not None:
            self._close(self._open)
        if _in_order(check):
            self._open = _Open(check, self._limits)
        else:
            self.events += check

    def _close(self, stretch: _Open) -> None:
        self._open = None
        packed = stretch.packed()
        if packed is not None:
            self.stretches.append(packed)
        else:
            self.events += stretch.unpacked()


def _in_order(check: Sequence[Event]) -> bool:
    """Whether a check speaks of the Stargates first, then of the hosts."""
    states = [isinstance(event.detail, StargateStates) for event in check]
    return all(before or not behind for before, behind in pairwise(states))


class _Open:
    """A stretch on its way: its first checks, and its last ones so far; those between are packed with the first."""

    def __init__(self, check: list[Event], limits: Limits) -> None:
        self._limits = limits
        self._head = [check]
        self._tail: deque[list[Event]] = deque()
        self._between = 0
        self._packer: Packer | None = None
        self._step: int | None = None
        self._last = check

    def goes_on(self, check: Sequence[Event]) -> bool:
        """Whether a check says what those before it said, one period after the last."""
        last = self._last
        step = check[0].at.least - last[0].at.least
        return (
            len(check) == len(last)
            and (self._step is None or abs(step - self._step) <= SLACK)
            and all(_alike(event, before) for event, before in zip(check, last, strict=True))
        )

    def add(self, check: list[Event]) -> None:
        """A check that goes on with the stretch."""
        if self._step is None:
            self._step = check[0].at.least - self._last[0].at.least
        self._last = check
        limits, head, tail, now = self._limits, self._head, self._tail, check[0].at.least
        if not tail and (len(head) < limits.kept or now - head[0][0].at.least < limits.within):
            head.append(check)
            return
        tail.append(check)
        while len(tail) > limits.kept and now - tail[1][0].at.least >= limits.within:
            self._pack(tail.popleft())

    def _pack(self, check: Sequence[Event]) -> None:
        self._between += 1
        if self._packer is None:
            self._packer = Packer(check, _said(check))
            for first in self._head:
                self._packer.add(first)
        self._packer.add(check)

    def packed(self) -> Stretch | None:
        """All of it, packed; None where it is too short for that."""
        if self._packer is None or self._between < self._limits.fewest:
            return None
        for check in self._tail:
            self._packer.add(check)
        return self._packer.packed((len(self._head), len(self._tail)))

    def unpacked(self) -> Iterator[Event]:
        """The lines of a short one."""
        yield from chain.from_iterable(self._head)
        if self._packer is not None:
            first = len(self._head)
            yield from self._packer.packed((0, 0)).events(first, first + self._between)
        yield from chain.from_iterable(self._tail)


def _alike(event: Event, before: Event) -> bool:
    """Whether two lines differ in nothing but when and where they were written."""
    same = event.detail is before.detail or event.detail == before.detail
    return same and event.rule == before.rule and event.at.most - event.at.least == before.at.most - before.at.least


def _said(check: Sequence[Event]) -> tuple[Said, ...]:
    return tuple(
        Said(event.detail, event.rule) for event in check if isinstance(event.detail, StargateStates | Forwarding)
    )
