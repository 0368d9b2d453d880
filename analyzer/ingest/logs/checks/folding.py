"""Long stretches of HA checks that found all well are packed while a log is read, so that memory never holds them all.

A stretch is checks of one log that say the same, line by line, and come one period after the other. Whatever is odd
ends it: another line of an HA module, a check that is late or says something else, a stamp that goes back or is in
doubt. Its first and last checks stay events of their own, as these bound faults, and short stretches stay as they are.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Sequence
from itertools import pairwise

import msgspec

from analyzer.ingest.logs.checks.stretch import Packer, Stretch
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

    @property
    def pending(self) -> Sequence[Event]:
        """The lines so far of the check on its way."""
        return self._check

    def again(self, times: Sequence[int], numbers: Sequence[int], texts: Sequence[str]) -> bool:
        """A whole check that is known to say what the one before it said, which is whole too: the stamps (ns), numbers
        and texts of its lines. False where it does not go on with the stretch: then it was not taken.
        """
        if self._check:
            self._finish()
        return self._open is not None and self._open.again(times, numbers, texts)

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
    """Whether a check speaks of the Stargates first, then of the hosts, with stamps of one form."""
    states = [isinstance(event.detail, StargateStates) for event in check]
    return all(before or not behind for before, behind in pairwise(states)) and len({_width(one) for one in check}) == 1


class _Open:
    """A stretch on its way: what each of its checks says, and all of them, packed."""

    def __init__(self, check: Sequence[Event], limits: Limits) -> None:
        self._limits = limits
        self._first = check
        self._last = check[0].at.least
        self._step: int | None = None
        self._packer = Packer(check)
        self._add(check)

    def goes_on(self, check: Sequence[Event]) -> bool:
        """A check that says what those before it said, one period after the last, is added; whether it does."""
        alike = len(check) == len(self._first) and all(map(_alike, check, self._first))
        if not (alike and self._due(check[0].at.least)):
            return False
        self._add(check)
        return True

    def again(self, times: Sequence[int], numbers: Sequence[int], texts: Sequence[str]) -> bool:
        """The same of a check that is known to say what those before it said."""
        if not self._due(times[0]):
            return False
        self._packer.add(times, numbers, texts)
        return True

    def _due(self, now: int) -> bool:
        """Whether a check at `now` is one period after the last, of which it then takes the place."""
        step = now - self._last
        if self._step is None:
            self._step = step
        elif abs(step - self._step) > SLACK:
            return False
        self._last = now
        return True

    def _add(self, check: Sequence[Event]) -> None:
        times, numbers = [event.at.least for event in check], [event.origin.number for event in check]
        self._packer.add(times, numbers, [event.text or "" for event in check])

    def packed(self) -> Stretch | None:
        """All of it, packed; None where it is too short for that."""
        firsts, limits = self._packer.firsts, self._limits
        count, begin, last = len(firsts), bisect_left(firsts, firsts[0] + limits.within), firsts[-1]
        begin = max(begin, limits.kept, 1)
        end = max(begin, min(bisect_right(firsts, last - limits.within) - 1, count - limits.kept))
        if end - begin < limits.fewest:
            return None
        return self._packer.packed((begin, count - end))

    def unpacked(self) -> Iterator[Event]:
        """The lines of a short one."""
        stretch = self._packer.packed((0, 0))
        return stretch.events(0, len(stretch.firsts))


def _width(event: Event) -> int:
    return event.at.most - event.at.least


def _alike(event: Event, before: Event) -> bool:
    """Whether two lines differ in nothing but when and where they were written."""
    same = event.detail is before.detail or event.detail == before.detail
    return same and event.rule == before.rule and _width(event) == _width(before)
