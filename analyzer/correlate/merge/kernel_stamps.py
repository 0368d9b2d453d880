"""A host's kernel logs a route change to the millisecond: it makes the instants of an episode as exact."""

from __future__ import annotations

from collections.abc import Sequence

import msgspec
from msgspec.structs import replace

from analyzer.correlate.merge.settled import Settled
from analyzer.correlate.observation import Observation
from analyzer.correlate.refine.kernel_routes import CHANGES, action_of, kernel_lines, may_be_by
from analyzer.correlate.topology.topology import Member
from analyzer.model.episode import Statement
from analyzer.model.event import Event, RouteAction
from analyzer.model.instant import Instant
from analyzer.model.measurement import How, InstantName
from analyzer.model.over_time.intervals import Intervals, intervals

HOW = How("kernel-logged-route")


def with_kernel_stamps(observations: Sequence[Observation], settled: Settled) -> list[Observation]:
    """The observations with every instant that a kernel line falls into at the line's own instant; where several lines
    do that can't be one, it is not known which.
    """
    view, bounds = settled.view, _bounds(observations)
    fitting: dict[tuple[int, InstantName], list[tuple[Event, Instant]]] = {}
    for event in kernel_lines(settled.timeline.evidence):
        action = action_of(event)
        if action is None or view.clocks.in_doubt(event.at.clock) is not None:
            continue
        at, host = view.clocks.place(event.at), view.topology.host_of_clock(event.at.clock)
        found = bounds[action].overlapping(at.least, at.most) if action in bounds else ()
        mine = [bound for bound in found if _may_be_of(observations[bound.place], host, event)]
        if len(mine) == 1:
            fitting.setdefault((mine[0].place, mine[0].name), []).append((event, at))
    exact = list(observations)
    for (place, name), lines in fitting.items():
        for event, at in lines if _is_one(lines) else ():
            exact[place] = _stamped(exact[place], name, event, at)
    return exact


def _is_one(lines: Sequence[tuple[Event, Instant]]) -> bool:
    """Whether all lines may say the same."""
    return all(one.meet(other) is not None for _, one in lines for _, other in lines)


class _Bound(msgspec.Struct, frozen=True):
    """Within `at` the route changed, by the observation at `place`."""

    place: int
    name: InstantName
    at: Instant


def _bounds(observations: Sequence[Observation]) -> dict[RouteAction, Intervals[_Bound]]:
    """What observations bound of route changes, in order of time."""
    found: dict[RouteAction, list[_Bound]] = {}
    for place, one in enumerate(observations):
        for name, action in CHANGES.get(one.kind, ()):
            if name in one.points:
                found.setdefault(action, []).append(_Bound(place, name, one.points[name].at))
    return {
        action: intervals(sorted(mine, key=lambda bound: bound.at.least), lambda bound: (bound.at.least, bound.at.most))
        for action, mine in found.items()
    }


def _stamped(observation: Observation, name: InstantName, event: Event, at: Instant) -> Observation:
    point = observation.points[name]
    met = point.at.meet(at)
    if met is None or event.origin in point.origins:
        return observation
    how = HOW if at.doubt <= point.at.doubt else point.how
    exact = replace(point, at=met, origins=(*point.origins, event.origin), how=how)
    return observation.at(name, exact).claimed(Statement("kernel-logged"), [event.origin])


def _may_be_of(one: Observation, host: Member | None, event: Event) -> bool:
    """Whether a line of `host` may be of a route that an observation is about, as far as both are known: the one that
    is added is its gateway's, and what is deleted may have taken that one's place.
    """
    seen = one.host
    mine = {one.gateway}
    if action_of(event) == "delete":
        mine |= {one.before.via, one.during.via, one.after.via}
    if one.gateway is not None and not any(may_be_by(event, gateway) for gateway in mine - {None}):
        return False
    return host is None or seen is None or seen == host or not (seen.address and host.address)
