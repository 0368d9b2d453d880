"""A route that somebody added, and that no check found right until Genesis deleted it: one injected route.

16:08:00  a check finds the own CVM up, or down; it serves the host now, as captures show
16:08:20  root typed: esxcfg-route -a … 192.168.1.28           the local path was right: an injected route
16:08:30  a check finds the own CVM alive, not initialised yet  it keeps the route, and has not found it right
16:09:00  the next finds it illegal, and Genesis deletes it     the end of the injected route

Logs alone leave open whether the own CVM had failed before the route came: they tell the route, and a return.
"""

from __future__ import annotations

from collections.abc import Sequence

from msgspec.structs import replace

from analyzer.correlate.matching import same_host
from analyzer.correlate.observation import Observation
from analyzer.correlate.one_change.near import FAILURE_OR_ROUTE, close
from analyzer.model.measurement import InstantName
from analyzer.model.path import Path

OF_THE_END: tuple[InstantName, ...] = ("detected", "decided", "terminated", "repaired")


def never_right(logs: Sequence[Observation], wire: Sequence[Observation]) -> list[Observation]:
    """What logs show, with each route that captures show to have come while the own CVM served, and the return at its
    end, as one injected route where no check had that CVM down meanwhile.
    """
    told = list(logs)
    for route in logs:
        back = _return_after(route, told)
        if back is not None and _was_injected(route, back, wire):
            told[told.index(route)] = _whole(route, back)
            told = [one for one in told if one is not back]
    return sorted(told, key=lambda one: one.start)


def _return_after(route: Observation, told: Sequence[Observation]) -> Observation | None:
    """The return of the own CVM that follows a route which may have been right, where nothing is told between them, and
    the last check that had that CVM down came before the route.
    """
    added = route.points.get("fault")
    if route.kind != "unexplained" or FAILURE_OR_ROUTE not in route.doubts or added is None or route.adrift:
        return None
    mine = [one for one in told if one is not route and one.host == route.host]
    later = [one for one in mine if one.end > added.at.most]
    back = min(later, key=lambda one: one.end, default=None)
    if back is None or back.kind != "cvm-recovery" or back.adrift or not {"fault", "repaired"} <= back.points.keys():
        return None
    down = back.points["fault"]
    since = down.how.name == "right-to-wrong" and down.at.least < added.at.least
    return back if since and back.gateway in (route.gateway, None) else None


def _was_injected(route: Observation, back: Observation, wire: Sequence[Observation]) -> bool:
    """Whether captures of the host's internal switch show it to leave its own CVM by the route, until that ended."""
    return any(
        seen.kind == "route-injection"
        and seen.before.kind == "local"
        and seen.before.note != "unseen"
        and same_host(seen, route)
        and close(seen, "fault", route.points["fault"], route)
        and close(seen, "repaired", back.points["repaired"], back)
        for seen in wire
    )


def _whole(route: Observation, back: Observation) -> Observation:
    """The route from when it was added until it was deleted."""
    doubts = tuple(doubt for doubt in route.doubts if doubt != FAILURE_OR_ROUTE)
    whole = replace(
        route,
        kind="route-injection",
        gateway_valid=True,
        during=Path("remote", via=route.gateway),
        after=Path("local"),
        end=back.end,
        claims=(*route.claims, *back.claims),
        doubts=doubts,
        confidence="medium" if doubts else "high",
    )
    for name in OF_THE_END:
        point = back.points.get(name)
        whole = whole if point is None else whole.at(name, point)
    return whole
