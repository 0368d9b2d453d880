"""What captures and logs may have of one change: as near as their clocks allow."""

from __future__ import annotations

from collections.abc import Sequence

from analyzer.correlate.cause_and_effect import apart
from analyzer.correlate.observation import Observation, Point
from analyzer.correlate.timing import SAME_TIME, UNPLACED
from analyzer.model.measurement import InstantName
from analyzer.model.over_time.intervals import Intervals, intervals
from analyzer.model.told import Doubt

FAILURE_OR_ROUTE = Doubt("failure-or-route")
OLD_UNSEEN = Doubt("old-connection-unseen")
CVM_UNSEEN = Doubt("public-side-unseen")


def by_time(some: Sequence[Observation]) -> Intervals[int]:
    """The places of observations, by when their instants are."""
    dated = sorted((place for place, one in enumerate(some) if one.points), key=lambda place: _reach(some[place])[0])
    return intervals(dated, lambda place: _reach(some[place]))


def _reach(one: Observation) -> tuple[int, int]:
    """From when until when the instants of an observation may be, ns."""
    return min(point.at.least for point in one.points.values()), max(point.at.most for point in one.points.values())


def beside(one: Observation, others: Sequence[Observation], in_time: Intervals[int]) -> list[Observation]:
    """Those of `others` that may have an instant of the same change, in their order."""
    if not one.points:
        return []
    first, last = _reach(one)
    return [others[place] for place in sorted(in_time.overlapping(first - UNPLACED, last + UNPLACED))]


def moved_meanwhile(seen: Observation, told: Observation, wire: Sequence[Observation]) -> bool:
    """Whether the host appeared elsewhere, and why is open, as the route that a check found illegal came, and before
    its own CVM was heard again, which was gone then: no check has to have met that.
    """
    back, fault = seen.points.get("fault"), told.points.get("fault")
    came = [one for one in wire if one.host == seen.host and _is_open(one) and one.start <= seen.start]
    first = came[-1].points.get("restored") if came else None
    if back is None or first is None or fault is None:
        return False
    return first.at.most < back.at.least and apart(first.at, fault.at) <= SAME_TIME


def _is_open(one: Observation) -> bool:
    """Whether captures show a host to appear elsewhere, and neither its local path nor whether its CVM had failed."""
    appeared = one.kind == "unexplained" and FAILURE_OR_ROUTE in one.doubts
    return appeared and one.before.kind == "unknown" and one.after.kind == "remote"


def came_alone(told: Observation, wire: Sequence[Observation]) -> bool:
    """Whether the host appeared elsewhere about when a route was added, without its old connection."""
    fault = told.points.get("fault")
    came = [one.points.get("restored") for one in wire if _is_open(one) and OLD_UNSEEN in one.doubts]
    return fault is not None and any(first is not None and apart(first.at, fault.at) <= SAME_TIME for first in came)


def one_gateway(one: Observation, other: Observation) -> bool:
    """Whether two may be of a route by the same gateway."""
    return None in (one.gateway, other.gateway) or one.gateway == other.gateway


def ends_with(seen: Observation, told: Observation) -> bool:
    """Whether the route's end, or that of the connections before it, is the same; of which one may have but either."""
    names: tuple[InstantName, ...] = ("repaired", "terminated")
    ends = [(name, told.points[name]) for name in names if name in told.points]
    if any(close(seen, name, point, told) for name, point in ends):
        return True
    shown = [name for name in names if name in seen.points]
    return len(ends) == len(shown) == 1 and close(seen, shown[0], ends[0][1], told)


def close(seen: Observation, name: InstantName, typed: Point, told: Observation) -> bool:
    """Whether what captures have at `name` may be what was typed."""
    point = seen.points.get(name)
    return point is not None and apart(point.at, typed.at) <= beside_by(told, name)


def beside_by(told: Observation, name: InstantName) -> int:
    """How far what a log has at `name` may be from what captures show of it, ns."""
    return UNPLACED if name in told.unplaced else SAME_TIME
