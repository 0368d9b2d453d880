"""What a change of the leader says of two CVMs' clocks: one leads only when the one before it does so no more.

A CVM that starts its HA service and finds another one down has taken over from it, where that one's log ends with
checks of its own: they came before, and not by more than an election takes. Of several that it finds down, that is the
one that had found the others down itself; who has been down for long was nobody's direct predecessor. Of one that led
once, and that two CVMs found down as they began, nothing shows which of the two came next: a line may name one CVM of
several. One that led more than once, or whose service started again, may have been taken over from at the end of any of
these times, but for those that it took back itself: a restart may be one, or hide that another led meanwhile.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

from msgspec import structs

from analyzer.correlate.captures.timeline import Timeline
from analyzer.correlate.clocks.clocks import Clocks
from analyzer.correlate.timing import PRIOR
from analyzer.correlate.view import Observations, View
from analyzer.model.clock import ClockOffset, OffsetNote
from analyzer.model.event import Event, HaStarted, StargateStates
from analyzer.model.instant import SECOND, Span

ELECTION = 180 * SECOND  # a leader that is dead is replaced within this
AS_IT_STANDS = Span(-PRIOR, PRIOR)
RESTART = 45 * SECOND  # Genesis is back sooner than another CVM is elected and loses the lead again

_Reigns = Mapping[str, Sequence[Sequence[Event]]]
"""Each clock's times as a leader, in order: its starts and checks."""


@dataclass(frozen=True, slots=True)
class Succession:
    """`later` took over from `earlier`, both clocks; `ahead`: how far that of `earlier` is ahead of it, ns."""

    earlier: str
    later: str
    ahead: Span


def in_order_of_leaders(view: View, observed: Observations, timeline: Timeline) -> View:
    """With clocks that fit who led after whom."""
    clocks = with_leaders_in_order(view.clocks, timeline.ha_events)
    return view if clocks is view.clocks else replace(view, clocks=clocks)


def with_leaders_in_order(clocks: Clocks, events: Sequence[Event]) -> Clocks:
    """With clocks chosen among the offsets that fit them by who led after whom, or bounded where one can't be right."""
    for one in _successions(clocks.cvms, events):
        mine, theirs = _fitting(clocks, one.earlier), _fitting(clocks, one.later)
        pairs = [
            (a, b) for a in mine for b in theirs if one.ahead.meet(Span(a.least - b.most, a.most - b.least)) is not None
        ]
        if not pairs:
            clocks = _set_apart(clocks, one)
        clocks = _settled(clocks, one.earlier, [a for a, _ in pairs], one)
        clocks = _settled(clocks, one.later, [b for _, b in pairs], one)
    return clocks


def _fitting(clocks: Clocks, clock: str) -> tuple[Span, ...]:
    """The offsets that a clock may have, as far as is known."""
    offset = clocks.offsets[clock]
    return clocks.alternatives.get(clock, (offset.offset,)) if offset.basis == "assumed" else (offset.offset,)


def _set_apart(clocks: Clocks, one: Succession) -> Clocks:
    """Where no clock that is off by as much as is taken for possible fits: the one of the two that nothing else places
    was set, and is as far off as the order asks for.
    """
    loose = [clock for clock in (one.earlier, one.later) if not clocks.known(clock)]
    if len(loose) != 1 or len(_fitting(clocks, loose[0])) != 1:
        return clocks
    (clock,) = loose
    other, ahead = (one.later, one.ahead) if clock == one.earlier else (one.earlier, _reversed(one.ahead))
    return clocks.at(clock, _led_after(clocks, clock, clocks.offsets[other].offset + ahead, one))


def _reversed(span: Span) -> Span:
    return Span(-span.most, -span.least)


def _led_after(clocks: Clocks, clock: str, offset: Span, one: Succession) -> ClockOffset:
    """A clock's offset that the order of two leaders shows."""
    old, note = clocks.offsets[clock], OffsetNote("led-after", clock=one.later, other=one.earlier)
    return structs.replace(old, offset=offset, basis="measured", pairs=old.pairs + 1, note=note)


def _settled(clocks: Clocks, clock: str, left: Sequence[Span], one: Succession) -> Clocks:
    """With the one offset that is left of several, beside a clock that is known; bound the only one, where nothing else
    does.
    """
    old, fitting = clocks.offsets[clock], _fitting(clocks, clock)
    kept = sorted(set(left), key=lambda span: (span.least, span.most))
    other = one.later if clock == one.earlier else one.earlier
    if old.basis != "assumed" or len(kept) != 1 or (len(fitting) > 1 and not clocks.known(other)):
        return clocks
    offset = kept[0]
    if len(fitting) > 1 and offset == AS_IT_STANDS:
        return clocks  # that no other offset fits measures none: what is left is what was assumed
    if len(fitting) == 1:
        beside = clocks.offsets[other].offset
        bound = beside + (one.ahead if clock == one.earlier else _reversed(one.ahead))
        met = offset.meet(bound)
        if met is None or bound.meet(AS_IT_STANDS) is not None:
            return clocks  # as it stands, the order is right
        if not clocks.known(other):
            return _read_in_order(clocks, clock, one)
        offset = met
    return clocks.at(clock, _led_after(clocks, clock, offset, one))


def _read_in_order(clocks: Clocks, clock: str, one: Succession) -> Clocks:
    """Where nothing places either of two clocks, read the earlier one's log so far back that it ends in time; it is
    told with all that it may be.
    """
    if clock != one.earlier:
        return clocks
    least = clocks.offsets[one.later].offset.least + one.ahead.least
    return clocks.at(clock, structs.replace(clocks.offsets[clock], offset=Span(least, least + 2 * PRIOR)))


def _successions(cvms: Mapping[str, str], events: Sequence[Event]) -> list[Succession]:
    """Each change of the leader that two logs tell of."""
    reigns = _reigns(cvms, events)
    claims = [(later, earlier) for later in sorted(reigns) for earlier in _taken_over(later, reigns, cvms)]
    heirs = Counter(earlier for _, earlier in claims)
    changes = [(later, earlier) for later, earlier in claims if heirs[earlier] <= len(reigns[earlier])]
    found = []
    for later, earlier in changes:
        started = reigns[later][0][0]
        ends = _runs(reigns[earlier])
        if (earlier, later) in _taken_back(reigns, cvms):
            ends = ends[:-1]  # the last one began as `later` was down again
        if ends:
            found.append(Succession(earlier, later, _ahead(started, [reign[-1] for reign in ends])))
    return found


def _reigns(cvms: Mapping[str, str], events: Sequence[Event]) -> dict[str, list[list[Event]]]:
    """The starts and checks of each CVM's log, those of each time that it led together: another one led in between
    only where its log pauses for longer than Genesis takes to start.
    """
    reigns: dict[str, list[list[Event]]] = {}
    for event in sorted(events, key=lambda event: (event.at.least, event.origin)):
        if event.at.clock not in cvms or not isinstance(event.detail, HaStarted | StargateStates):
            continue
        mine = reigns.setdefault(event.at.clock, [])
        again = isinstance(event.detail, HaStarted) and mine and event.at.least - mine[-1][-1].at.most > RESTART
        if again or not mine:
            mine.append([])
        mine[-1].append(event)
    return reigns


def _runs(reigns: Sequence[Sequence[Event]]) -> list[Sequence[Event]]:
    """The times that a CVM led, each in as many as its service was started."""
    found: list[Sequence[Event]] = []
    for reign in reigns:
        starts = [place for place, event in enumerate(reign) if place and isinstance(event.detail, HaStarted)]
        found += [reign[begin:end] for begin, end in pairwise((0, *starts, len(reign)))]
    return found


def _ahead(started: Event, ends: Sequence[Event]) -> Span:
    """How far the clock of the one before is ahead, where it had led until one of `ends`."""
    least = min(last.at.least for last in ends) - started.at.most
    return Span(least, max(last.at.most for last in ends) - started.at.least + ELECTION)


def _taken_over(later: str, reigns: _Reigns, cvms: Mapping[str, str]) -> Iterator[str]:
    """Of whom a CVM took over as it first led."""
    mine = reigns[later][0]
    if not isinstance(mine[0].detail, HaStarted):
        return
    down = _found_down(mine, later, reigns, cvms)
    for earlier in down:
        if len(reigns[earlier]) == 1 and _was_down_last(later, earlier, reigns, cvms):
            continue  # it may have led again, sooner than a pause in its log shows
        if all(_led_before(other, earlier, reigns, cvms) for other in down if other != earlier):
            yield earlier


def _taken_back(reigns: _Reigns, cvms: Mapping[str, str]) -> set[tuple[str, str]]:
    """Of each CVM that led again, and found the one down that took over from it: the two."""
    return {
        (clock, other)
        for clock, mine in ((clock, _runs(some)) for clock, some in reigns.items())
        for other in _found_down(mine[-1], clock, reigns, cvms)
        if len(mine) > 1 and len(reigns[other]) == 1 and clock in _taken_over(other, reigns, cvms)
    }


def _found_down(reign: Sequence[Event], of: str, reigns: _Reigns, cvms: Mapping[str, str]) -> list[str]:
    """The CVMs that the first check of a reign found down."""
    seen = next((event.detail for event in reign if isinstance(event.detail, StargateStates)), None)
    return [clock for clock in sorted(reigns) if seen is not None and clock != of and cvms[clock] in seen.down]


def _led_before(other: str, earlier: str, reigns: _Reigns, cvms: Mapping[str, str]) -> bool:
    """Whether `earlier` is shown to have led after `other`, of two CVMs that a new leader finds down: it found that one
    down itself. Which of two it was that took no part any more, no clock tells.
    """
    return _was_down_last(other, earlier, reigns, cvms)


def _was_down_last(other: str, leader: str, reigns: _Reigns, cvms: Mapping[str, str]) -> bool:
    """Whether the last check of a leader found another CVM down."""
    states = [event.detail for event in reigns[leader][-1] if isinstance(event.detail, StargateStates)]
    return bool(states) and cvms[other] in states[-1].down
