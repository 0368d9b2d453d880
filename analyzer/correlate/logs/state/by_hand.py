"""A route that is changed by hand: the fault itself, or its repair by the same person."""

from __future__ import annotations

from dataclasses import replace

from msgspec import structs

from analyzer.correlate.logs.lines.entry import Entry, apart
from analyzer.correlate.logs.lines.orders import OBEYS_WITHIN
from analyzer.correlate.logs.state.bounds import bounded
from analyzer.correlate.logs.state.context import Context
from analyzer.correlate.logs.state.faults import Kind, closed, started
from analyzer.correlate.logs.state.host_state import HostState
from analyzer.correlate.observation import Observation, Point
from analyzer.model.episode import Statement
from analyzer.model.event import RouteCommand
from analyzer.model.measurement import How
from analyzer.model.told import Doubt

BY_HAND = Doubt("by-hand")


def changed_by_hand(
    state: HostState, entry: Entry, detail: RouteCommand, gateway: str | None, context: Context
) -> HostState:
    """The route was changed and not by Genesis."""
    how = How("typed", user=detail.user) if detail.user else How("kernel-without-genesis")
    by = detail.user or ""
    claim = Statement("typed-by-hand" if by else "changed-by-hand", by=by, action=detail.action)
    current = state.open
    if current is not None and state.wanted == detail.action:
        if entry.exact:  # what Genesis ordered meanwhile changed nothing
            current = current.without("repaired")
        current = current.marked("repaired", entry.at, entry.origins, structs.replace(how, by_hand=True), entry.stamp)
        return closed(replace(state, open=_put_right(current.claimed(claim, entry.origins))), entry, gateway, context)
    fault = current.points.get("fault") if current is not None else None
    if current is not None and fault is not None and _is_it(state, entry, fault):
        return replace(state, open=current.at("fault", _nearer(fault, entry, how)).claimed(claim, entry.origins))
    kind: Kind = "route-injection" if detail.action == "add" else "route-deletion"
    state, observation = started(state, kind, entry, gateway, context)
    # it is not this line's check that found it
    observation = observation.at("fault", Point(entry.at, entry.origins, how)).without("check")
    observation = replace(observation, start=entry.at.least).claimed(claim, entry.origins)
    return replace(state, open=observation, typed=entry)


def _put_right(observation: Observation) -> Observation:
    return replace(observation, doubts=(*observation.doubts, BY_HAND), by_hand=True)


def _is_it(state: HostState, entry: Entry, fault: Point) -> bool:
    """Whether a line may be of the fault that is open, and is not of another time that the same clock has."""
    if fault.at.meet(entry.at) is None:
        return False
    typed = state.typed
    if typed is None or not set(typed.origins) & set(fault.origins):
        return True
    return typed.event.at.clock != entry.event.at.clock or apart(typed, entry) <= OBEYS_WITHIN


def _nearer(point: Point, entry: Entry, how: How) -> Point:
    """The more exact of two lines on the same fault."""
    met = point.at.meet(entry.at)
    best = met or (entry.at if entry.at.doubt < point.at.doubt else point.at)
    return Point(best, (*point.origins, *entry.origins), how)


def undetected(observation: Observation, gateway: str | None) -> bool:
    """Whether this route was added by hand, and nothing says that Genesis found it wrong."""
    found = {"detected", "decided"} & observation.points.keys()
    typed = observation.kind == "route-injection" and "fault" in observation.points
    return typed and not found and gateway == observation.gateway


def failed_before(observation: Observation, state: HostState, entry: Entry, context: Context) -> Observation:
    """The check that finds a route that was added by hand right has the host's own CVM down: it had failed first, as
    far as can be told, and the person did what Genesis would have done.
    """
    added = observation.points["fault"]
    observation = replace(observation.without("fault"), kind="cvm-failure", cvm=state.host.cvm, gateway_valid=None)
    observation = _put_right(observation.at("repaired", added))
    observation = observation.doubted(Doubt("failure-unlogged"))
    return bounded(observation, state, entry, context).without("check")  # that one came after the repair
