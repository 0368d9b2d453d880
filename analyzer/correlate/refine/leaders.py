"""What a change of the leader says of two CVMs' clocks: one leads only when the one before it does so no more.

A CVM that starts its HA service and finds another one down has taken over from it, where that one's log ends with
checks of its own: they came before, and not by more than an election takes. Of several that it finds down, that is the
one that had found the others down itself; who has been down for long was nobody's direct predecessor.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from msgspec import structs

from analyzer.correlate.captures.timeline import Timeline
from analyzer.correlate.clocks.clocks import Clocks
from analyzer.correlate.timing import PRIOR
from analyzer.correlate.view import Observations, View
from analyzer.model.clock import ClockOffset, OffsetNote
from analyzer.model.event import Event, HaStarted, StargateStates
from analyzer.model.instant import SECOND, Span

ELECTION = 180 * SECOND  # a leader that is dead is replaced within this


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
        clocks = _settled(clocks, one.earlier, [a for a, _ in pairs], one)
        clocks = _settled(clocks, one.later, [b for _, b in pairs], one)
    return clocks


def _fitting(clocks: Clocks, clock: str) -> tuple[Span, ...]:
    """The offsets that a clock may have, as far as is known."""
    offset = clocks.offsets[clock]
    return clocks.alternatives.get(clock, (offset.offset,)) if offset.basis == "assumed" else (offset.offset,)


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
    if len(fitting) == 1:
        beside = clocks.offsets[other].offset
        bound = beside + (one.ahead if clock == one.earlier else Span(-one.ahead.most, -one.ahead.least))
        met = offset.meet(bound)
        if met is None or bound.meet(Span(-PRIOR, PRIOR)) is not None:
            return clocks  # as it stands, the order is right
        if not clocks.known(other):
            return _read_in_order(clocks, clock, one)
        offset = met
    new = ClockOffset(
        clock=clock,
        reference=old.reference,
        offset=offset,
        basis="measured",
        pairs=old.pairs + 1,
        note=OffsetNote("led-after", clock=one.later, other=one.earlier),
    )
    return clocks.at(clock, new)


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
    mine: dict[str, list[Event]] = {}
    for event in sorted(events, key=lambda event: (event.at.least, event.origin)):
        if event.at.clock in cvms and isinstance(event.detail, HaStarted | StargateStates):
            mine.setdefault(event.at.clock, []).append(event)
    found = []
    for later, lines in sorted(mine.items()):
        started = next((event for event in lines if isinstance(event.detail, HaStarted)), None)
        seen = [event.detail for event in lines if isinstance(event.detail, StargateStates)]
        if started is None or not seen:
            continue
        down = [clock for clock in sorted(mine) if clock != later and cvms[clock] in seen[0].down]
        for earlier in down:
            if all(_led_before(other, earlier, mine, cvms) for other in down if other != earlier):
                last = mine[earlier][-1].at
                ahead = Span(last.least - started.at.most, last.most - started.at.least + ELECTION)
                found.append(Succession(earlier, later, ahead))
    return found


def _led_before(other: str, earlier: str, mine: Mapping[str, Sequence[Event]], cvms: Mapping[str, str]) -> bool:
    """Whether `earlier` is shown to have led after `other`, of two CVMs that a new leader finds down: it found that one
    down itself. Which of two it was that took no part any more, no clock tells.
    """
    states = [event.detail for event in mine[earlier] if isinstance(event.detail, StargateStates)]
    return bool(states) and cvms[other] in states[-1].down
