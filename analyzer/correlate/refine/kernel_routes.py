"""A host's kernel lines of route changes against what the captures show of them: they align the host's clock."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from analyzer.correlate.captures.doubts import for_clocks
from analyzer.correlate.captures.timeline import Timeline
from analyzer.correlate.clocks.intersection import Pairing, agree, pairing, reach
from analyzer.correlate.clocks.route_changes import ACTIONS
from analyzer.correlate.observation import Observation
from analyzer.correlate.timing import UNPLACED
from analyzer.correlate.topology.topology import Member, is_address
from analyzer.correlate.view import Observations, View
from analyzer.model.clock import ClockOffset, OffsetNote
from analyzer.model.episode import EpisodeKind
from analyzer.model.event import Event, RouteAction, RouteChanged
from analyzer.model.evidence import Evidence
from analyzer.model.instant import Instant, Span
from analyzer.model.measurement import InstantName
from analyzer.model.over_time.intervals import intervals

BY_ROUTE_CHANGES = OffsetNote("by-route-changes")
WITHIN = Span(-UNPLACED, UNPLACED)
CHANGES: Mapping[EpisodeKind, tuple[tuple[InstantName, RouteAction], ...]] = {
    "cvm-failure": (("repaired", "add"),),
    "route-injection": (("fault", "add"), ("repaired", "delete")),
    "route-deletion": (("fault", "delete"), ("repaired", "add")),
    "cvm-recovery": (("repaired", "delete"),),
}


@dataclass(frozen=True, slots=True)
class _Mark:
    """A route change that the wire bounds; `gateway` is by which it is for certain."""

    observation: Observation
    name: InstantName
    action: RouteAction
    at: Instant
    gateway: str | None


def bounded_by_kernel_routes(view: View, observed: Observations, timeline: Timeline) -> View:
    """With the clocks of kernels narrowed by the captures' bounds on the same route changes of the same host."""
    clocks, every = view.clocks, _marks(for_clocks(observed.from_captures, timeline))
    by_clock: dict[str, list[Event]] = {}
    for event in kernel_lines(timeline.evidence):
        by_clock.setdefault(event.at.clock, []).append(event)
    for clock, lines in sorted(by_clock.items()):
        old = clocks.offsets[clock]
        if old.basis in ("given", "reference") or (old.basis == "assumed" and timeline.clock_set):
            continue
        marks = [mark for mark in every if _may_be_of(mark, view.topology.host_of_clock(clock))]
        pairs = _pairings(lines, marks, WITHIN if old.basis == "assumed" else old.offset)
        estimate = agree(pairs, reach(line.at for line in lines))
        met = estimate.offset.meet(old.offset) if estimate is not None and old.basis == "measured" else None
        if estimate is None or len(estimate.alternatives) > 1:
            continue
        offset = met or estimate.offset
        if (old.note, old.offset) == (BY_ROUTE_CHANGES, offset):
            continue  # the same pairs, asked again
        new = ClockOffset(
            clock=clock,
            reference=clocks.reference,
            offset=offset,
            basis="measured",
            pairs=old.pairs + estimate.lines,
            note=BY_ROUTE_CHANGES,
        )
        clocks = clocks.at(clock, new)
    return view if clocks is view.clocks else replace(view, clocks=clocks)


def _may_be_of(mark: _Mark, host: Member | None) -> bool:
    """Whether a route change may be that of `host`, as far as both are known."""
    seen = mark.observation.host
    return host is None or seen is None or seen == host or not (seen.address and host.address)


def kernel_lines(evidence: Evidence) -> list[Event]:
    """The route changes that kernels logged."""
    changes = evidence.of(RouteChanged)
    return [event for event in changes if isinstance(event.detail, RouteChanged) and event.detail.by_kernel]


def action_of(event: Event) -> RouteAction | None:
    """What a kernel's line says was done to the route."""
    return event.detail.action if isinstance(event.detail, RouteChanged) else None


def may_be_by(event: Event, gateway: str | None) -> bool:
    """Whether a kernel's line may be of a route by this gateway."""
    logged = event.detail.gateway if isinstance(event.detail, RouteChanged) else None
    return None in (logged, gateway) or logged == gateway


def _gateway(observation: Observation, action: RouteAction) -> str | None:
    """By which gateway captures show a route to be added, if by its address; what is deleted may be by another."""
    known = observation.gateway is not None and is_address(observation.gateway)
    return observation.gateway if known and action == "add" else None


def _marks(observations: Sequence[Observation]) -> list[_Mark]:
    return [
        _Mark(observation, name, action, observation.points[name].at, _gateway(observation, action))
        for observation in observations
        for name, action in CHANGES.get(observation.kind, ())
        if name in observation.points
    ]


def _pairings(lines: Sequence[Event], marks: Sequence[_Mark], within: Span) -> list[Pairing]:
    """Each kernel's line with each mark of the same change that it may be of, if its clock is off by `within`."""
    places = sorted(range(len(marks)), key=lambda place: marks[place].at.least)
    alike = {
        action: intervals(
            [place for place in places if marks[place].action == action],
            lambda place: (marks[place].at.least, marks[place].at.most),
        )
        for action in ACTIONS
    }
    found: list[Pairing] = []
    for i, event in enumerate(lines):
        action = action_of(event)
        near = alike[action].overlapping(event.at.least - within.most, event.at.most - within.least) if action else ()
        for j in (one for one in near if may_be_by(event, marks[one].gateway)):
            at = marks[j].at
            found += pairing((i, event.at.least, event.at.most), (j, at.least, at.most), within)
    return found
