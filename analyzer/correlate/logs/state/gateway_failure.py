"""The failure of the remote CVM that serves a host: Genesis deletes the route by it, then adds one by another."""

from __future__ import annotations

from analyzer.correlate.logs.lines.entry import HostDetail, RouteDetail, apart
from analyzer.correlate.logs.lines.repairs import ONE_REPAIR
from analyzer.correlate.logs.state.context import Context
from analyzer.correlate.logs.state.host_state import HostState
from analyzer.correlate.timing import ONE_CHECK
from analyzer.model.event import NfsTerminate, RouteAction


def failed_gateway(state: HostState, action: RouteAction, context: Context) -> str | None:
    """The gateway that failed, where Genesis deletes the route to it: the first part of adding another."""
    opened = state.open
    if action != "delete":
        return None
    if opened is None:
        return _failed(state, context)
    return state.gateway if opened.kind == "cvm-failure" and opened.cvm == state.gateway else None


def _failed(state: HostState, context: Context) -> str | None:
    """The remote CVM that served the host and that the check which acts saw down, as well as the host's own.

    Where the log names but one Stargate that is down, which need not be either, or another leader's log has how the
    host came by its route, the route by another CVM that follows at once shows it.
    """
    entry, stargates = context.entry, context.stargates
    gateway = state.gateway if state.path == "remote" else _named(entry.event.detail)
    if gateway is None:
        return None
    own = stargates.state_of(state.host.cvm)
    seen = stargates.seen.get((gateway, "down"))
    down = own == "down" and stargates.state.get(gateway) == "down" and state.path == "remote"
    if down and seen is not None and apart(seen, entry) <= ONE_CHECK:
        return gateway
    return gateway if _goes_elsewhere(state, gateway, context) else None


def _named(detail: object) -> str | None:
    """The gateway that a line names."""
    return detail.gateway if isinstance(detail, HostDetail) and not isinstance(detail, NfsTerminate) else None


def _goes_elsewhere(state: HostState, gateway: str, context: Context) -> bool:
    """Whether the host's next route, in the same check, is by another CVM than `gateway`."""
    for later in context.following(ONE_REPAIR):
        detail = later.event.detail
        if not isinstance(detail, RouteDetail) or detail.action != "add":
            continue
        if detail.host == state.host.address and detail.gateway:
            return detail.gateway != gateway
    return False
