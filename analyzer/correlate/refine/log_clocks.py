"""The clocks of logs, placed and bounded by the faults themselves: those that both a log and the captures show."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from analyzer.correlate.captures.doubts import for_clocks
from analyzer.correlate.captures.timeline import Timeline
from analyzer.correlate.cause_and_effect import correction
from analyzer.correlate.clocks.align import beside_each_other, vote_again
from analyzer.correlate.clocks.chained import by_way_of_another
from analyzer.correlate.clocks.clocks import Clocks, with_unbounded_wide
from analyzer.correlate.clocks.ssh_exchanges import exchanges_of
from analyzer.correlate.logs.checks.find_checks import find_checks
from analyzer.correlate.observation import Observation
from analyzer.correlate.refine.fault_offsets import Look, placed
from analyzer.correlate.timing import UNPLACED
from analyzer.correlate.view import Observations, View, clocks_of
from analyzer.model.clock import ClockOffset, OffsetNote
from analyzer.model.correlation import Contradiction
from analyzer.model.event import Event
from analyzer.model.instant import Span


def bounded_by_faults(view: View, observed: Observations, timeline: Timeline) -> View:
    """With each log's clock where the faults that it shares with the captures leave it, and others placed by those."""
    clocks = view.clocks
    observed = replace(observed, from_captures=for_clocks(observed.from_captures, timeline))
    told = _told(observed, clocks, timeline)
    for name in sorted(told.events.keys() - {clocks.reference}):
        clocks = _bounded(clocks, name, told, timeline)
    clocks = beside_each_other(clocks)
    wide = with_unbounded_wide(clocks)
    if wide.offsets != view.clocks.offsets:
        wide = by_way_of_another(wide, timeline.evidence)
    return view if wide is view.clocks else replace(view, clocks=wide)


@dataclass(frozen=True, slots=True)
class _Told:
    """What the logs tell, by their clock: `events` are its lines, `faults` those that rest on it alone, `both` the ones
    of these that captures show too. `alone` is the clock of each of `observed.from_logs`, None where it has several.
    """

    observed: Observations
    events: Mapping[str, Sequence[Event]]
    alone: Sequence[str | None]
    faults: Mapping[str, Sequence[Observation]]
    both: Mapping[str, Sequence[tuple[Observation, Observation]]]


def _told(observed: Observations, clocks: Clocks, timeline: Timeline) -> _Told:
    """By clock, once for all of them: there may be thousands."""
    events: dict[str, list[Event]] = {}
    for event in timeline.ha_events:
        events.setdefault(event.at.clock, []).append(event)
    each = [clocks_of(one, clocks) for one in observed.from_logs]
    alone = [next(iter(of)) if len(of) == 1 else None for of in each]
    faults: dict[str, list[Observation]] = {}
    for clock, one in zip(alone, observed.from_logs, strict=True):
        faults.setdefault(clock or "", []).append(one)
    both: dict[str, list[tuple[Observation, Observation]]] = {}
    for (_, told), pair in zip(observed.pairs, observed.both(), strict=True):
        both.setdefault(alone[told] or "", []).append(pair)
    return _Told(observed, events, alone, faults, both)


def _bounded(clocks: Clocks, name: str, told: _Told, timeline: Timeline) -> Clocks:
    """With the clock of one log."""
    if not clocks.known(name):
        if timeline.clock_set:  # what captures show by halves fits any offset
            return clocks
        vote = _vote(clocks, name, told)
        return clocks if vote is None else _placed(clocks, name, *vote, told, timeline)
    both = told.both.get(name, ())
    bound, count = correction(both)
    if bound is None and clocks.offsets[name].basis == "measured":
        width = clocks.offsets[name].offset.width
        bound, count = correction(both, Span(-width, width))
    if bound is None:
        return clocks.contradicted(Contradiction(name="cause-and-effect", clock=name))
    return _narrowed(clocks, name, bound, count) if both else clocks


def _vote(clocks: Clocks, name: str, told: _Told) -> tuple[Span, int] | None:
    """Where the faults put a clock that nothing places, and how many say so; a fault that fits what another log tells
    too is not free to be one that this log tells of another time.
    """
    observed, events = told.observed, told.events[name]
    of_others = {place for place, of_log in observed.pairs if told.alone[of_log] != name}
    seen = [one for place, one in enumerate(observed.from_captures) if place not in of_others]
    mine = told.faults.get(name, ())
    times = [event.at for event in events]
    extent = Span(min(at.least for at in times), max(at.most for at in times))
    fitting, offset = clocks.alternatives.get(name, ()), clocks.offsets[name].offset
    checks = find_checks(events, clocks)
    return placed(seen, mine, offset, fitting, Look(observed.served, extent, checks.lacking()), UNPLACED)


def _placed(clocks: Clocks, name: str, allowed: Span, count: int, told: _Told, timeline: Timeline) -> Clocks:
    """With a clock that nothing placed at what the episodes agree on, and the SSH exchanges within that."""
    if allowed.width >= UNPLACED:
        return clocks
    bursts = exchanges_of(timeline.bursts, clocks.cvms.get(name), timeline.settings, clocks.cvms.values())
    return _measured(clocks, name, vote_again(told.events[name], bursts, allowed), count)


def _narrowed(clocks: Clocks, name: str, bound: Span, count: int) -> Clocks:
    """With one clock's offset within what cause and effect allow beyond the offset its log was placed with."""
    old = clocks.offsets[name]
    least, most = old.offset.most + bound.least, old.offset.least + bound.most  # placing took off most, and least
    met = old.offset.meet(Span(least, most)) if least <= most else None
    if old.basis == "given" or met is None or met == old.offset:
        return clocks
    return _measured(clocks, name, met, count)


def _measured(clocks: Clocks, name: str, offset: Span, count: int) -> Clocks:
    old = clocks.offsets[name]
    new = ClockOffset(
        clock=name,
        reference=old.reference,
        offset=offset,
        basis="measured",
        pairs=old.pairs + count,
        note=OffsetNote("by-episodes"),
    )
    return clocks.at(name, new)
