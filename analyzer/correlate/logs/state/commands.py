"""What Genesis decided and did to a host's route, and what the host logged of it, applied to the host's state."""

from __future__ import annotations

from collections.abc import Iterator

from msgspec.structs import replace

from analyzer.correlate.logs.lines.entry import Entry, RouteDetail
from analyzer.correlate.logs.lines.hosts import gateway_in
from analyzer.correlate.logs.state.by_hand import changed_by_hand
from analyzer.correlate.logs.state.context import SAME_REPAIR, Context, of_another_host
from analyzer.correlate.logs.state.faults import closed, detected, is_started, opened
from analyzer.correlate.logs.state.host_state import HostState, mended, undetected
from analyzer.correlate.logs.state.no_author import added_by_nobody, taken_back, without_author
from analyzer.correlate.logs.state.retry import NO_RESULT, since_first_try, with_result
from analyzer.correlate.observation import AUTHOR_UNLOGGED, Observation, Point
from analyzer.model.episode import Statement
from analyzer.model.event import RouteAction, RouteChanged, RouteCommand, TaskCreated
from analyzer.model.instant import SECOND, Instant
from analyzer.model.measurement import How
from analyzer.model.told import Doubt

TASK = How("task-created")


def decided(state: HostState, entry: Entry, detail: TaskCreated, context: Context) -> HostState:
    """After a task to change the route was created."""
    if mended(state, entry, detail.action):
        point = Point(entry.at, (entry.event.origin,), TASK, entry.stamp)
        return state.correcting_last(state.done[-1].at("decided", point))
    state, observation = opened(state, entry, detail.action, gateway_in(detail, state.host), context)
    observation = detected(observation, state, entry, context).marked("decided", entry.at, [entry.event.origin], TASK)
    return state.with_open(observation, entry)


def left_route(state: HostState, entry: Entry, detail: RouteDetail, context: Context) -> HostState:
    """After Genesis deleted a route that it exchanges; the one that is added next is the repair."""
    state, observation = opened(state, entry, "delete", None, context)
    observation = detected(observation, state, entry, context)
    proof = (entry.event.origin,)
    if isinstance(detail, TaskCreated):
        observation = observation.marked("decided", entry.at, proof, TASK)
    if observation.kind == "cvm-failure" and state.path == "remote":
        observation = observation.claimed(Statement("left-gateway", of=state.gateway), proof)
    return state.with_open(observation, entry)


def commanded(state: HostState, entry: Entry, detail: RouteCommand, context: Context) -> HostState:
    """After a route command."""
    gateway = gateway_in(detail, state.host)
    if detail.actor == "person":
        return changed_by_hand(state, entry, detail, gateway, context)
    if entry.denied:
        return state
    if entry.on_host and detail.action == "delete" and added_by_nobody(state, gateway) is not None:
        return taken_back(state, entry, detail, gateway, context)
    state, observation = opened(state, entry, detail.action, gateway, context)
    observation = detected(observation, state, entry, context)
    end = _result(state, detail.action, context)
    if end is None and _fails(state, detail.action, context):
        return state.with_open(observation, entry)
    if end is None and not entry.exact:
        observation = observation.doubted(NO_RESULT)
    state = state.with_open(_repaired(observation, state, entry, end), entry)
    if end is not None:
        return state
    state = closed(state, entry, gateway, context)
    return replace(state, unproved=None if entry.exact else len(state.done) - 1, ordered=entry)


def _repaired(observation: Observation, state: HostState, entry: Entry, end: Entry | None) -> Observation:
    """The route changed when the kernel logged it, else between the command and its result."""
    exact = next((order for order in (end, entry) if order is not None and order.exact), None)
    if exact is not None:
        origins = (entry.event.origin, *exact.origins)
        how = How("kernel-logged-session" if entry.on_host else "kernel-logged-order")
        return observation.marked("repaired", exact.at, origins, how, exact.stamp)
    most = max(entry.at.most, end.at.most) if end is not None else entry.at.most + SECOND
    origins = (entry.event.origin, *(end.origins if end is not None else ()))
    at = since_first_try(Instant(entry.at.clock, entry.at.least, most), observation, state)
    return observation.marked("repaired", at, origins, How("command-to-result"))


def _result(state: HostState, action: RouteAction, context: Context) -> Entry | None:
    """The line that says that a route command of Genesis did what it should."""
    return next((later for later, detail in _results(state, action, context) if detail.done), None)


def _fails(state: HostState, action: RouteAction, context: Context) -> bool:
    """Whether the command's result is that nothing was changed."""
    return any(detail.host is not None and not detail.done for _, detail in _results(state, action, context))


def _results(state: HostState, action: RouteAction, context: Context) -> Iterator[tuple[Entry, RouteChanged]]:
    """The lines that say how a route command of Genesis ended, until it orders something else."""
    for later in context.following(SAME_REPAIR):
        detail = later.event.detail
        by_hand = isinstance(detail, RouteCommand) and detail.actor == "person"
        if of_another_host(detail, state.host) or by_hand:
            continue
        same = isinstance(detail, RouteCommand) and detail.action == action
        if isinstance(detail, RouteCommand | TaskCreated) and not same:
            return
        if isinstance(detail, RouteChanged) and detail.action == action:
            yield later, detail


def changed(state: HostState, entry: Entry, detail: RouteChanged, context: Context) -> HostState:
    """After the route changed, or a command to change it failed."""
    gateway = gateway_in(detail, state.host)
    if not detail.done:
        return _failed(state, entry)
    given_back = detail.action == "delete" and state.path != "local" and is_started(state, entry)
    if detail.by_kernel and state.wanted != detail.action and not (given_back and state.open is None):
        return without_author(state, entry, detail, gateway, context)
    state, observation = opened(state, entry, detail.action, gateway, context)
    if not detail.by_kernel or context.acting_check() is not None:  # else nothing tells that Genesis did it
        observation = detected(observation, state, entry, context)
    if detail.by_kernel and observation.kind in ("cvm-failure", "cvm-recovery"):
        observation = _by_nobody_known(observation)
    exact = entry.exact or detail.by_kernel
    how = How("kernel-logged" if exact else "genesis-logged")
    least = entry.at.least if exact else context.preceding().at.least
    at = Instant(entry.at.clock, least, entry.at.most)
    claim = Statement("route-changed", to=context.topology.settings.storage_address, action=detail.action)
    observation = observation.marked("repaired", at, entry.origins, how, entry.stamp).claimed(claim, entry.origins)
    return closed(replace(state, open=observation), entry, gateway, context)


def _by_nobody_known(observation: Observation) -> Observation:
    """A failure of which the kernel alone has the repair: Genesis may have made it, or a person before it."""
    if {"detected", "decided"} & observation.points.keys():
        return observation
    return observation.lacking("detected", "no-author").doubted(AUTHOR_UNLOGGED)


def _failed(state: HostState, entry: Entry) -> HostState:
    """Note that a command failed, on the fault that it was to repair."""
    if (kept := _kept(state)) is not None:
        state = kept
    if state.open is not None:
        return replace(state, open=_with_failure(state.open, entry))
    if state.unproved is not None:
        return state.correcting(state.unproved, _with_failure(state.done[state.unproved], entry))
    return state


def _kept(state: HostState) -> HostState | None:
    """With the return of the own CVM open again whose route Genesis could not delete, as somebody had just exchanged it
    for another: the host is elsewhere still.
    """
    typed, back = state.open, state.done[-1] if state.done else None
    if typed is None or back is None or state.typed is None or not undetected(typed, typed.gateway):
        return None
    if back.kind != "cvm-recovery" or NO_RESULT not in back.doubts:
        return None
    back = with_result(back).without("repaired", "terminated")
    back = replace(back, claims=(*back.claims, *typed.claims), gateway=typed.gateway)
    away = replace(state, path="remote", failed=True, gateway=typed.gateway)
    return replace(away, done=state.done[:-1], open=back, typed=None, unproved=None)


def _with_failure(observation: Observation, entry: Entry) -> Observation:
    doubtful = observation.doubted(Doubt("command-failed"))
    return doubtful.claimed(Statement("command-failed"), [entry.event.origin])
