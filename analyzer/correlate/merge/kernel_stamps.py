"""A host's kernel logs a route change to the millisecond: it makes the instants of an episode as exact."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from analyzer.correlate.observation import Observation
from analyzer.correlate.refine.kernel_routes import CHANGES, action_of, kernel_lines
from analyzer.correlate.topology.topology import Member
from analyzer.correlate.view import View
from analyzer.model.event import Event
from analyzer.model.instant import Instant
from analyzer.model.measurement import InstantName

HOW = "the host's kernel logged the route change"


def with_kernel_stamps(observations: Sequence[Observation], events: Sequence[Event], view: View) -> list[Observation]:
    """The observations with every instant that a kernel line falls into at the line's own instant."""
    exact = list(observations)
    bounds = {
        (place, name): one.points[name].at
        for place, one in enumerate(observations)
        for name, _ in CHANGES.get(one.kind, ())
        if name in one.points
    }
    for event in kernel_lines(events):
        if view.clocks.in_doubt(event.at.clock) is not None:
            continue
        at, host = view.clocks.place(event.at), view.topology.host_of_clock(event.at.clock)
        mine = [
            (place, name)
            for (place, name), bound in bounds.items()
            if bound.meet(at) is not None
            and (name, action_of(event)) in CHANGES[observations[place].kind]
            and _may_be_of(observations[place].host, host)
        ]
        if len(mine) == 1:
            place, name = mine[0]
            exact[place] = _stamped(exact[place], name, event, at)
    return exact


def _stamped(observation: Observation, name: InstantName, event: Event, at: Instant) -> Observation:
    point = observation.points[name]
    met = point.at.meet(at)
    if met is None or event.origin in point.origins:
        return observation
    how = HOW if at.doubt <= point.at.doubt else point.how
    exact = replace(point, at=met, origins=(*point.origins, event.origin), how=how)
    return observation.at(name, exact).claimed("The host's kernel logged the route change", [event.origin])


def _may_be_of(seen: Member | None, host: Member | None) -> bool:
    """Whether a route change may be that of `host`, as far as both are known."""
    return host is None or seen is None or seen == host or not (seen.address and host.address)
