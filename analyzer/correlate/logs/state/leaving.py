"""A route that Genesis deletes only to add another in the same check: its gateway failed, or somebody put it there
while the host's own CVM does not serve.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from analyzer.correlate.logs.lines.entry import Entry, HostDetail, RouteDetail, apart
from analyzer.correlate.logs.lines.repairs import ONE_REPAIR
from analyzer.correlate.logs.state.context import Context
from analyzer.correlate.logs.state.host_state import HostState, undetected
from analyzer.correlate.timing import ONE_CHECK
from analyzer.model.event import Forwarding, NfsTerminate, RouteAction, RouteCommand


@dataclass(frozen=True, slots=True)
class Left:
    """The fault of which such a deletion is the first part of the repair; `gateway` is the remote CVM that failed, or
    None where it is not that. `open`: no line has how the own CVM was before it.
    """

    kind: Literal["cvm-failure", "route-deletion"]
    gateway: str | None = None
    open: bool = False


def left(state: HostState, action: RouteAction, context: Context) -> Left | None:
    """What Genesis repairs by deleting a route and adding another; None where it is no such deletion."""
    if action != "delete":
        return None
    if _is_exchanged(state, context):
        return Left("route-deletion")
    if _own_failed_beside(state, context):
        return Left("cvm-failure")
    gateway = _failed_gateway(state, context)
    if gateway is not None:
        return Left("cvm-failure", gateway)
    return Left("cvm-failure", open=True) if _is_untold(state, context) else None


def _is_exchanged(state: HostState, context: Context) -> bool:
    """Whether the route that served a host without its own CVM was exchanged for another, which Genesis takes back."""
    if state.path != "remote" or (following := _next_gateway(state, context)) is None:
        return False
    if not _own_is_away(state, context) and not _is_put_back(state, following, context):
        return False
    if state.open is not None:
        return state.open.kind == "route-deletion"
    named = _named(context.entry.event.detail)
    may_have_failed = named in context.topology.cvms and (
        _is_seen_down(named, context) or _may_fail(named, state, context)
    )
    if may_have_failed and not _was_down_already(named, state, context):
        return False  # it may have served until then
    return named not in (None, state.gateway) and state.gateway is not None


def _may_fail(cvm: str | None, state: HostState, context: Context) -> bool:
    """Whether another host's CVM may have failed of which no line tells how it is."""
    return cvm != state.host.cvm and context.stargates.state_of(cvm) is None


def _was_down_already(cvm: str | None, state: HostState, context: Context) -> bool:
    """Whether a CVM is down since before a host's path by another one was found right, or made so: it has not served
    the host since.
    """
    down, good = context.stargates.first_down(cvm or ""), state.good
    if down is None or good is None or cvm == state.gateway or context.stargates.state_of(cvm) != "down":
        return False
    return apart(down, good) >= 0


def _is_put_back(state: HostState, following: str, context: Context) -> bool:
    """Whether Genesis adds the same route as for a failure before, where no line tells how the own CVM is."""
    untold = context.stargates.state_of(state.host.cvm) is None
    return untold and state.failed and following == state.gateway


def _own_failed_beside(state: HostState, context: Context) -> bool:
    """Whether the own CVM is down where a host has a route that Genesis did not add, and gets another by Genesis."""
    own = state.host.cvm
    down = context.stargates.state_of(own) == "down" or _is_missed(own, context)
    return _is_foreign(state, context) and down and _next_gateway(state, context) is not None


def _is_foreign(state: HostState, context: Context) -> bool:
    """Whether the route that is deleted may be one that Genesis did not add."""
    if state.open is not None:
        return state.open.kind == "cvm-failure" or undetected(state.open, state.open.gateway)
    named = _named(context.entry.event.detail)
    return state.path != "remote" and named is not None and named not in context.topology.cvms


def _is_untold(state: HostState, context: Context) -> bool:
    """Whether a host's route to somewhere else is exchanged for one to a CVM, and no line has how its own CVM is."""
    untold = not context.stargates.seen and not context.stargates.all_up and state.path != "remote"
    untold = untold and not context.entry.on_host
    named = _named(context.entry.event.detail)
    following = _next_gateway(state, context) if untold and _is_foreign(state, context) else None
    return following is not None and following != named


def _own_is_away(state: HostState, context: Context) -> bool:
    return context.stargates.state_of(state.host.cvm) in ("down", "initializing")


def _failed_gateway(state: HostState, context: Context) -> str | None:
    """The gateway that failed, where Genesis deletes the route to it: the first part of adding another."""
    opened = state.open
    if opened is None or (opened.kind == "cvm-recovery" and _is_missed(state.host.cvm, context)):
        return _failed(state, context)  # a return that has come to nothing since
    return state.gateway if opened.kind == "cvm-failure" and opened.cvm == state.gateway else None


def _failed(state: HostState, context: Context) -> str | None:
    """The remote CVM that served the host and that the check which acts saw down, as well as the host's own.

    Where the log names but one Stargate that is down, which need not be either, or another leader's log has how the
    host came by its route, the route by another CVM that follows at once shows it; but not where the check that acts
    has the own CVM up: then that route is of another order, as before an orderly stop.
    """
    known, named = context.topology.cvms, _named(context.entry.event.detail)
    gateway = state.gateway if state.path == "remote" and named not in known else named
    if gateway is None or (known and gateway not in known):  # nobody's address fails not
        return None
    both = all(_is_seen_down(cvm, context) for cvm in (gateway, state.host.cvm))
    if both and state.path == "remote":
        return gateway
    if context.stargates.state_of(state.host.cvm) == "up" and not _is_seen_down(state.host.cvm, context):
        return None
    return gateway if _next_gateway(state, context) not in (None, gateway) else None


def _is_seen_down(cvm: str | None, context: Context) -> bool:
    """Whether the check that acts has a CVM down: what one of another leader saw before may be long over. It may say so
    of the CVM's own host alone, whose turn comes later.
    """
    seen = context.stargates.seen.get((cvm or "", "down"))
    down = context.stargates.state_of(cvm) == "down"
    return (down and seen is not None and apart(seen, context.entry) <= ONE_CHECK) or _is_missed(cvm, context)


def _is_missed(cvm: str | None, context: Context) -> bool:
    """Whether a later line of the check has another host without a route, as its CVM is down."""
    found = (later.event.detail for later in context.following(ONE_REPAIR))
    return cvm is not None and any(
        isinstance(one, Forwarding) and one.state == "absent" and one.cvm == cvm for one in found
    )


def _named(detail: object) -> str | None:
    """The gateway that a line names."""
    return detail.gateway if isinstance(detail, HostDetail) and not isinstance(detail, NfsTerminate) else None


def _next_gateway(state: HostState, context: Context) -> str | None:
    """By which gateway the host's next route is, which no person adds, in the same check."""
    check = context.checks.latest(context.entry.at.middle)
    for later in context.following(ONE_REPAIR):
        if context.checks.latest(_place(later, context.entry)) is not check:
            return None
        detail = later.event.detail
        by_hand = isinstance(detail, RouteCommand) and detail.actor == "person"
        if not isinstance(detail, RouteDetail) or detail.action != "add" or by_hand:
            continue
        if detail.host == state.host.address and detail.gateway:
            return detail.gateway
    return None


def _place(later: Entry, entry: Entry) -> int:
    """Where a line is beside another one, ns: by their own stamps where one clock made both, as a host's kernel, which
    logged the change of the one, may have a clock that is known but to some seconds.
    """
    one, other = entry.event.at, later.event.at
    return entry.at.middle + other.middle - one.middle if one.clock == other.clock else later.at.middle
