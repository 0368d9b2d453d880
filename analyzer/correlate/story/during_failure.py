"""A route that came when the host's own CVM had failed already: the failure has it, as the check found both at once.

16:08:00  the own CVM hangs; until then it served the host       a failure
16:08:14  somebody adds a route by a CVM that is off             the host had no path before, and has none now
16:08:19  Genesis finds that route, deletes it, and adds its own  one repair, of the failure
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from msgspec.structs import replace

from analyzer.correlate.observation import Observation
from analyzer.correlate.story.in_time import by_instants, near
from analyzer.correlate.topology.topology import Member
from analyzer.correlate.wire.service import Service
from analyzer.model.measurement import HowName, InstantName

SILENT: tuple[HowName, ...] = ("last-frame-to-unanswered", "last-frame-to-end")  # how captures tell when a CVM stopped
ENDS: tuple[InstantName, ...] = ("fault", "repaired")
OF_THE_CHECK: tuple[InstantName, ...] = ("check", "detected", "decided")


def without_routes_during(mine: Sequence[Observation], services: Mapping[Member, Service]) -> list[Observation]:
    """A host's faults, in their order, those that came during a failure as part of it."""
    in_time, told = by_instants(mine, ENDS), dict(enumerate(mine))
    for place, route in enumerate(mine):
        if route.kind == "route-injection":
            others = sorted(near(route, in_time, ENDS))
            failure = next((other for other in others if _came_during(route, told[other], services)), None)
            if failure is not None:
                told[failure] = _found_with(told[failure], route)
                del told[place]
    return list(told.values())


def _came_during(route: Observation, failure: Observation, services: Mapping[Member, Service]) -> bool:
    """Whether an injected route that leads nowhere came after the own CVM fell silent, or only the checks tell when it
    came, and replies on the local path show that it was not there before that.
    """
    kinds = (route.kind, failure.kind) == ("route-injection", "cvm-failure")
    if not kinds or route.during.kind != "dead" or route.host is None or route.host != failure.host:
        return False
    if not {"fault", "repaired"} <= route.points.keys() & failure.points.keys():
        return False
    if route.adrift and _logs(route).isdisjoint(_logs(failure)):
        return False  # by clocks that nothing places beside each other, any route may have come during it
    came, silent = route.points["fault"], failure.points["fault"]
    dated = came.how.name != "right-to-wrong"
    if silent.how.name not in SILENT or (dated and came.at.least <= silent.at.most):
        return False
    if came.at.most <= silent.at.most or route.points["repaired"].at.most > failure.points["repaired"].at.most:
        return False
    service = services.get(route.host)
    if service is None:
        return False
    before = service.last_before(silent.at.most)
    return before is not None and before.path.kind == "local" and before.end >= silent.at.least - service.pause


def _logs(one: Observation) -> set[str]:
    """The files that tell what a check found of a fault."""
    return {origin.source for name in OF_THE_CHECK if name in one.points for origin in one.points[name].origins}


def _found_with(failure: Observation, route: Observation) -> Observation:
    """The failure, found by the check that found the route."""
    found = replace(failure, claims=(*failure.claims, *route.claims))
    for name in OF_THE_CHECK:
        point = route.points.get(name)
        if point is not None:
            found = found.at(name, point)
    return found
