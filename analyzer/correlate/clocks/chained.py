"""Clocks that are placed beside others: by what two logs tell of the same, by a zone or an offset that all share."""

from __future__ import annotations

from collections.abc import Sequence

from msgspec import structs

from analyzer.correlate.clocks.ambiguity import QUARTER
from analyzer.correlate.clocks.clocks import NO_ZONE, UNBOUNDED, Clocks
from analyzer.correlate.clocks.intersection import Estimate
from analyzer.correlate.clocks.route_changes import Told, by_route_changes
from analyzer.correlate.timing import PRIOR, UNPLACED
from analyzer.model.clock import ClockOffset, OffsetNote
from analyzer.model.event import Event, RouteChanged, RouteCommand
from analyzer.model.evidence import Evidence
from analyzer.model.instant import SECOND, Span


def by_way_of_another(clocks: Clocks, evidence: Evidence) -> Clocks:
    """With a clock that only another log bounds, or decides among its alternatives, placed by its offset from that
    log's clock, and that one's from the reference. Where several offsets fit the other, as many fit this one; where
    nothing bounds that one, which is Genesis', a host's log keeps its place beside it all the same.
    """
    if all(offset.basis != "assumed" for offset in clocks.offsets.values()):
        return clocks
    by_clock = by_clock_of(evidence.of(RouteCommand | RouteChanged))
    for can_place in (_is_placed, _is_one_of_several, _is_of_genesis_alone):
        others = [name for name in clocks.offsets if can_place(clocks, name)]
        for name, offset in sorted(clocks.offsets.items()):
            apart = offset.pairs and (name not in clocks.alternatives or can_place is _is_of_genesis_alone)
            if offset.basis != "assumed" or name in others or apart:
                continue
            if can_place is not _is_placed and offset.note is not None and offset.note.name == "beside":
                continue  # it is placed beside the rest of its log, and better than by one that fits at several places
            for other in others:
                mine, theirs = (Told(by_clock.get(one, ()), clocks.hosts.get(one)) for one in (name, other))
                most, far = clocks.offsets[other].offset, NO_ZONE if name in clocks.free else UNPLACED
                estimate = by_route_changes(mine, theirs, Span(-far - most.most, far - most.least))
                if estimate is not None and len(estimate.alternatives) == 1:
                    clocks = _placed_by(other, name, clocks, estimate)
                    break
    return _in_a_shared_zone(clocks)


def _is_placed(clocks: Clocks, name: str) -> bool:
    """Whether it is known where a clock is."""
    return clocks.offsets[name].basis in ("measured", "given")


def _is_one_of_several(clocks: Clocks, name: str) -> bool:
    """Whether it is known where a clock may be."""
    return clocks.offsets[name].basis == "assumed" and len(clocks.alternatives.get(name, ())) > 1


def _is_of_genesis_alone(clocks: Clocks, name: str) -> bool:
    """Whether nothing bounds a clock, and it is no host's."""
    return clocks.offsets[name].note == UNBOUNDED and name in clocks.alternatives and name not in clocks.hosts


def _placed_by(other: str, name: str, clocks: Clocks, estimate: Estimate) -> Clocks:
    """With a clock placed by another one, by what both logs show of the same."""
    placed = clocks.offsets[other]
    if placed.basis == "assumed":
        fitting = [estimate.offset + alternative for alternative in clocks.alternatives[other]]
        clocks = clocks.with_alternatives(name, fitting)
    offset = estimate.offset + placed.offset
    narrower = [
        met for alternative in clocks.alternatives.get(name, ()) if (met := alternative.meet(offset)) is not None
    ]
    new = ClockOffset(
        clock=name,
        reference=clocks.reference,
        offset=narrower[0] if len(narrower) == 1 else offset,
        basis="assumed" if placed.basis == "assumed" else "measured",
        pairs=estimate.lines,
        note=OffsetNote("by-way-of", other=other),
    )
    return clocks.at(name, new)


def _in_a_shared_zone(clocks: Clocks) -> Clocks:
    """With a clock that nothing bounds in the zone of those that are placed, if all of them may be in one."""
    zones = {zone_of(o.offset) for name, o in clocks.offsets.items() if name in clocks.free and clocks.known(name)}
    if len(zones) != 1:
        return clocks
    (zone,) = zones
    for name, offset in clocks.offsets.items():
        if name in clocks.free and offset.basis == "assumed" and not offset.pairs:
            near = Span(zone - PRIOR, zone + PRIOR)
            new = structs.replace(offset, offset=near, note=OffsetNote("unbounded-in-zone"))
            fitting = (Span(zone - UNPLACED, zone + UNPLACED),)
            clocks = clocks.with_alternatives(name, fitting).at(name, new)
    return clocks


def with_shared_offset(clocks: Clocks) -> Clocks:
    """Where several offsets fit each of several logs, and none is right, one that all share is the captures' error."""
    several = {name: alternatives for name, alternatives in clocks.alternatives.items() if len(alternatives) > 1}
    if len(several) < 2 or any(
        span.width > SECOND or span.holds(0) for alternatives in several.values() for span in alternatives
    ):
        return clocks
    first, *others = several.values()
    shared = [one for one in first if all(any(one.meet(span) for span in alternatives) for alternatives in others)]
    if len(shared) != 1:
        return clocks
    for name, alternatives in several.items():
        offset = next(span for span in alternatives if span.meet(shared[0]) is not None)
        new = structs.replace(clocks.offsets[name], offset=offset, basis="measured", note=OffsetNote("shared"))
        clocks = clocks.at(name, new)
    return clocks


def zone_of(offset: Span) -> int:
    """The nearest difference of two time zones, ns."""
    return round((offset.least + offset.most) // 2 / QUARTER) * QUARTER


def by_clock_of(events: Sequence[Event]) -> dict[str, list[Event]]:
    """Events by the clock that stamped them, in their order."""
    found: dict[str, list[Event]] = {}
    for event in events:
        found.setdefault(event.at.clock, []).append(event)
    return found
