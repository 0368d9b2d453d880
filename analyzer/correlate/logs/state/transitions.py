"""One line of a log applied to a host's state: what a check found, what Genesis decided and did, what the host logged.

What was done to the route is trusted over what a line is taken to say of it.
"""

from __future__ import annotations

from analyzer.correlate.logs.lines.entry import Entry, HostDetail, RouteDetail
from analyzer.correlate.logs.state.by_hand import deleted_too_early, mended_meanwhile, typed_meanwhile
from analyzer.correlate.logs.state.commands import changed, commanded, decided, left_route
from analyzer.correlate.logs.state.context import Context
from analyzer.correlate.logs.state.double_repair import exchanged, exchanges, mended_since, repeated, repeats
from analyzer.correlate.logs.state.forwarding import checked
from analyzer.correlate.logs.state.host_state import HostState
from analyzer.correlate.logs.state.leaving import left
from analyzer.correlate.logs.state.terminate import terminated
from analyzer.model.event import Forwarding, NfsTerminate, RouteChanged, RouteCommand, TaskCreated


def apply(state: HostState, entry: Entry, detail: HostDetail, context: Context) -> HostState:
    """The host's state after a line about it; `detail` is what `entry` says, and `context` stands at it."""
    if entry.denied and isinstance(detail, RouteCommand):
        return commanded(state, entry, detail, context)
    if isinstance(detail, RouteDetail) and (after := _beside_another(state, entry, detail, context)) is not None:
        return after
    if _finds_none(detail, state, context):
        meanwhile = typed_meanwhile(state, entry)
        state = mended_meanwhile(state, entry, context) if meanwhile else deleted_too_early(state, entry, context)
    match detail:
        case Forwarding():
            return checked(state, entry, detail, context)
        case TaskCreated():
            return decided(state, entry, detail, context)
        case NfsTerminate():
            return terminated(state, entry, detail, context)
        case RouteCommand():
            return commanded(state, entry, detail, context)
        case RouteChanged():
            return changed(state, entry, detail, context)


def _beside_another(state: HostState, entry: Entry, detail: RouteDetail, context: Context) -> HostState | None:
    """The state after a change of the route that is part of another's repair, or changes nothing; None for others."""
    if repeats(state, entry, detail, context):
        return exchanged(state, entry, detail, context) if exchanges(state, detail) else repeated(state, entry)
    if mended_since(state, context) and _deletes_another(detail, state):
        return state
    return left_route(state, entry, detail, context) if _leaves(state, detail, context) else None


def _finds_none(detail: HostDetail, state: HostState, context: Context) -> bool:
    """Whether Genesis found no route of the host, or does about it what one without a route needs."""
    match detail:
        case Forwarding():
            return detail.state == "absent" and context.stargates.state_of(state.host.cvm) != "up"
        case TaskCreated() | RouteCommand():
            by_hand = isinstance(detail, RouteCommand) and detail.actor == "person"
            return detail.action == "add" and not by_hand
        case NfsTerminate() | RouteChanged():
            return False


def _deletes_another(detail: RouteDetail, state: HostState) -> bool:
    """Whether Genesis deletes, or fails to, a route that a person has exchanged for the host's own meanwhile."""
    by_hand = isinstance(detail, RouteCommand) and detail.actor == "person"
    return detail.action == "delete" and not by_hand and detail.gateway not in (None, state.gateway)


def _leaves(state: HostState, detail: RouteDetail, context: Context) -> bool:
    """Whether a line is of Genesis' deletion of a route that it exchanges for another, and not what a person typed, nor
    what the host's kernel logged of nobody's order while no line has Genesis act.
    """
    by_hand = isinstance(detail, RouteCommand) and detail.actor == "person"
    unasked = isinstance(detail, RouteChanged) and detail.by_kernel and state.open is None
    return not by_hand and not unasked and left(state, detail.action, context) is not None
