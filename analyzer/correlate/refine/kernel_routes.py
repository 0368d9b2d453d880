"""A host's kernel lines of route changes against what the wire shows of them: they align the host's clock, and make the
instants of an episode exact to the millisecond.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from analyzer.correlate.clocks.clocks import Clocks
from analyzer.correlate.clocks.intersection import Pairing, agree, pairing, reach
from analyzer.correlate.observation import Draft
from analyzer.correlate.topology.topology import Member, Topology
from analyzer.model.clock import ClockOffset
from analyzer.model.episode import EpisodeKind
from analyzer.model.event import Event, RouteAction, RouteChanged
from analyzer.model.instant import SECOND, Instant, Span
from analyzer.model.measurement import InstantName

WITHIN = Span(-600 * SECOND, 600 * SECOND)
CHANGES: dict[EpisodeKind, tuple[tuple[InstantName, RouteAction], ...]] = {
    "cvm-failure": (("repaired", "add"),),
    "route-injection": (("fault", "add"), ("repaired", "delete")),
    "route-deletion": (("fault", "delete"), ("repaired", "add")),
    "cvm-recovery": (("repaired", "delete"),),
}


@dataclass(frozen=True, slots=True)
class _Mark:
    """A route change that the wire bounds."""

    observation: Draft
    name: InstantName
    action: RouteAction
    at: Instant


def with_kernel_routes(clocks: Clocks, events: Sequence[Event], seen: Sequence[Draft], topology: Topology) -> Clocks:
    """With the clocks of kernels narrowed by the captures' bounds on the same route changes of the same host."""
    every = _marks(seen)
    by_clock: dict[str, list[Event]] = {}
    for event in _lines(events):
        by_clock.setdefault(event.at.clock, []).append(event)
    for clock, lines in sorted(by_clock.items()):
        old = clocks.offsets[clock]
        if old.basis in ("given", "reference"):
            continue
        marks = [mark for mark in every if _may_be_of(mark, topology.host_of_clock(clock))]
        pairs = _pairings(lines, marks, WITHIN if old.basis == "assumed" else old.offset)
        estimate = agree(pairs, reach(line.at for line in lines))
        met = estimate.offset.meet(old.offset) if estimate is not None and old.basis == "measured" else None
        if estimate is None or len(estimate.alternatives) > 1:
            continue
        new = ClockOffset(
            clock=clock,
            reference=clocks.reference,
            offset=met or estimate.offset,
            basis="measured",
            pairs=old.pairs + estimate.lines,
            note="bounded by the route changes that the captures show",
        )
        clocks = clocks.at(clock, new)
    return clocks


def refine(events: Sequence[Event], observations: Sequence[Draft], clocks: Clocks, topology: Topology) -> None:
    """Give every instant that a kernel line falls into the line's own instant."""
    marks = _marks(observations)
    for event in _lines(events):
        if clocks.in_doubt(event.at.clock) is not None:
            continue
        at = clocks.place(event.at)
        host = topology.host_of_clock(event.at.clock)
        mine = [mark for mark in marks if _action(event) == mark.action and _may_be_of(mark, host)]
        fitting = [mark for mark in mine if mark.at.meet(at) is not None]
        if len(fitting) != 1:
            continue
        mark = fitting[0]
        point = mark.observation.points[mark.name]
        met = point.at.meet(at)
        if met is None or event.origin in point.origins:
            continue
        how = "the host's kernel logged the route change" if at.doubt <= point.at.doubt else point.how
        mark.observation.points[mark.name] = replace(point, at=met, origins=(*point.origins, event.origin), how=how)
        mark.observation.claim("The host's kernel logged the route change", [event.origin])


def _may_be_of(mark: _Mark, host: Member | None) -> bool:
    """Whether a route change may be that of `host`, as far as both are known."""
    seen = mark.observation.host
    return host is None or seen is None or seen is host or not (seen.address and host.address)


def _lines(events: Sequence[Event]) -> list[Event]:
    return [event for event in events if isinstance(event.detail, RouteChanged) and event.detail.by_kernel]


def _action(event: Event) -> RouteAction | None:
    return event.detail.action if isinstance(event.detail, RouteChanged) else None


def _marks(observations: Sequence[Draft]) -> list[_Mark]:
    return [
        _Mark(observation, name, action, observation.points[name].at)
        for observation in observations
        for name, action in CHANGES.get(observation.kind, ())
        if name in observation.points
    ]


def _pairings(lines: Sequence[Event], marks: Sequence[_Mark], within: Span) -> list[Pairing]:
    found: list[Pairing] = []
    for i, event in enumerate(lines):
        for j, mark in enumerate(marks):
            if _action(event) == mark.action:
                found += pairing((i, event.at.least, event.at.most), (j, mark.at.least, mark.at.most), within)
    return found
