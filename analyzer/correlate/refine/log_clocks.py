"""The clocks of logs, placed and bounded by the faults themselves: those that both a log and the captures show."""

from __future__ import annotations

from dataclasses import replace

from analyzer.correlate.captures.doubts import for_clocks
from analyzer.correlate.captures.timeline import Timeline
from analyzer.correlate.cause_and_effect import correction
from analyzer.correlate.clocks.align import vote_again
from analyzer.correlate.clocks.chained import by_way_of_another
from analyzer.correlate.clocks.clocks import Clocks, with_unbounded_wide
from analyzer.correlate.clocks.parts import beside_each_other
from analyzer.correlate.clocks.ssh_exchanges import exchanges_of
from analyzer.correlate.logs.checks.find_checks import find_checks
from analyzer.correlate.refine.fault_offsets import Look, placed
from analyzer.correlate.timing import UNPLACED
from analyzer.correlate.view import Observations, View, clocks_of
from analyzer.model.clock import ClockOffset, OffsetNote
from analyzer.model.correlation import Contradiction
from analyzer.model.instant import Span


def bounded_by_faults(view: View, observed: Observations, timeline: Timeline) -> View:
    """With each log's clock where the faults that it shares with the captures leave it, and others placed by those."""
    clocks = view.clocks
    observed = replace(observed, from_captures=for_clocks(observed.from_captures, timeline))
    for name in sorted({event.at.clock for event in timeline.ha_events} - {clocks.reference}):
        clocks = _bounded(clocks, name, observed, timeline)
    clocks = beside_each_other(clocks)
    wide = with_unbounded_wide(clocks)
    if wide.offsets != view.clocks.offsets:
        wide = by_way_of_another(wide, timeline.evidence)
    return view if wide is view.clocks else replace(view, clocks=wide)


def _bounded(clocks: Clocks, name: str, observed: Observations, timeline: Timeline) -> Clocks:
    """With the clock of one log."""
    if not clocks.known(name):
        if timeline.clock_set:  # what captures show by halves fits any offset
            return clocks
        vote = _vote(clocks, name, observed, timeline)
        return clocks if vote is None else _placed(clocks, name, *vote, timeline)
    both = [pair for pair in observed.both() if clocks_of(pair[1], clocks) == {name}]
    bound, count = correction(both)
    if bound is None and clocks.offsets[name].basis == "measured":
        width = clocks.offsets[name].offset.width
        bound, count = correction(both, Span(-width, width))
    if bound is None:
        return clocks.contradicted(Contradiction(name="cause-and-effect", clock=name))
    return _narrowed(clocks, name, bound, count) if both else clocks


def _vote(clocks: Clocks, name: str, observed: Observations, timeline: Timeline) -> tuple[Span, int] | None:
    """Where the faults put a clock that nothing places, and how many say so; a fault that fits what another log tells
    too is not free to be one that this log tells of another time.
    """
    of_others = {place for place, told in observed.pairs if clocks_of(observed.from_logs[told], clocks) != {name}}
    seen = [one for place, one in enumerate(observed.from_captures) if place not in of_others]
    mine = [one for one in observed.from_logs if clocks_of(one, clocks) == {name}]
    times = [event.at for event in timeline.ha_events if event.at.clock == name]
    extent = Span(min(at.least for at in times), max(at.most for at in times))
    fitting, offset = clocks.alternatives.get(name, ()), clocks.offsets[name].offset
    checks = find_checks([event for event in timeline.ha_events if event.at.clock == name], clocks)
    return placed(seen, mine, offset, fitting, Look(observed.served, extent, checks.lacking()), UNPLACED)


def _placed(clocks: Clocks, name: str, allowed: Span, count: int, timeline: Timeline) -> Clocks:
    """With a clock that nothing placed at what the episodes agree on, and the SSH exchanges within that."""
    if allowed.width >= UNPLACED:
        return clocks
    mine = [event for event in timeline.ha_events if event.at.clock == name]
    bursts = exchanges_of(timeline.bursts, clocks.cvms.get(name), timeline.settings, clocks.cvms.values())
    return _measured(clocks, name, vote_again(mine, bursts, allowed), count)


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
