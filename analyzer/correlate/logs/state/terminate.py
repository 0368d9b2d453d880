"""NfsTerminateConnection in a log: which lines are one request and its answer, and what they end."""

from __future__ import annotations

from msgspec.structs import replace

from analyzer.correlate.logs.lines.entry import Entry
from analyzer.correlate.logs.state.context import SAME_REPAIR, Context, of_another_host
from analyzer.correlate.logs.state.host_state import HostState
from analyzer.model.episode import Statement
from analyzer.model.event import NfsTerminate, RouteChanged, RouteCommand
from analyzer.model.instant import SECOND, Instant
from analyzer.model.measurement import How

TIMEOUT = 2 * SECOND  # a request that the log has no answer of did not take longer


def terminated(state: HostState, entry: Entry, detail: NfsTerminate, context: Context) -> HostState:
    """Request and answer enclose the end of the connections; of one line alone, its neighbours do."""
    observation = state.open
    if observation is None:
        return state
    if "terminated" in observation.points:
        return state.with_open(observation, entry)
    end = _answer(state, entry, context)
    origins = [entry.event.origin, *([end.event.origin] if end is not entry else [])]
    observation = observation.marked(
        "terminated", _between(entry, end, detail, context), origins, How("terminate-answered")
    )
    gateway = detail.cvm or observation.gateway
    answer = end.event.detail
    nothing = isinstance(answer, NfsTerminate) and answer.nothing
    claim = Statement("none-to-end" if nothing else "connections-ended", of=gateway)
    observation = observation.claimed(claim, origins)
    if observation.kind == "route-injection":
        observation = replace(observation, gateway_valid=True, note="not-served" if nothing else None)
    return state.with_open(observation, entry)


def _between(entry: Entry, end: Entry, detail: NfsTerminate, context: Context) -> Instant:
    """When the connections ended, by the line and the one that ends the request (which may be the same)."""
    alone, sent = end is entry, detail.phase == "sent"
    least = entry.at.least if sent or not alone else context.preceding().at.least
    return Instant(entry.at.clock, least, max(entry.at.most, end.at.most) + (TIMEOUT if alone and sent else 0))


def _answer(state: HostState, entry: Entry, context: Context) -> Entry:
    """The line that ends a NfsTerminateConnection: the last on it before the route changes, else what follows."""
    last = entry
    for later in context.following(SAME_REPAIR):
        detail = later.event.detail
        if of_another_host(detail, state.host):
            continue
        if isinstance(detail, NfsTerminate):
            last = later
        elif isinstance(detail, RouteCommand | RouteChanged):
            answered = last is not entry or _is_reply(entry)
            return last if answered else later
    return last


def _is_reply(entry: Entry) -> bool:
    return isinstance(entry.event.detail, NfsTerminate) and entry.event.detail.phase == "reply"
