"""A route that is changed by hand: the fault itself, its repair by the same person, or a change that is none of both.

Which of them follows from the path that was right when it was typed: by the own CVM while that serves, else by another.
"""

from __future__ import annotations

from msgspec.structs import replace

from analyzer.correlate.logs.lines.entry import Entry, apart
from analyzer.correlate.logs.lines.hosts import gateway_in
from analyzer.correlate.logs.lines.orders import OBEYS_WITHIN
from analyzer.correlate.logs.state.bounds import since_right
from analyzer.correlate.logs.state.context import Context
from analyzer.correlate.logs.state.faults import FAILURE_OR_ROUTE, Kind, closed, started
from analyzer.correlate.logs.state.host_state import ORDERED, HostState, undetected, was_back
from analyzer.correlate.logs.state.no_author import added_by_nobody
from analyzer.correlate.observation import RETURN_UNLOGGED, UNKNOWN, Observation, Point, by_somebody, whose
from analyzer.correlate.timing import SSH_LAG
from analyzer.model.episode import Statement
from analyzer.model.event import RouteChanged, RouteCommand
from analyzer.model.instant import SECOND
from analyzer.model.measurement import How
from analyzer.model.path import Path

EXCHANGED_WITHIN = 2 * SECOND  # a route is deleted and added in one go


def changed_by_hand(
    state: HostState, entry: Entry, detail: RouteCommand, gateway: str | None, context: Context
) -> HostState:
    """The route was changed and not by Genesis."""
    how = How("typed", user=detail.user, of=detail.login or "") if detail.user else How("kernel-without-genesis")
    claim = _claim(state, entry, detail, gateway, context)
    current = state.open
    if entry.denied or _came_to_nothing(entry, context) or _is_there(state, entry, detail, gateway):
        return _noted(state, entry, claim, None)
    if current is not None and _is_again(state, current, detail, gateway):
        return _noted(state, entry, claim, None)
    in_vain = current is not None and _repairs_nothing(state, detail, gateway, context)
    if current is not None and _is_exchange(state, entry, detail, gateway, context):
        return _noted(_exchanged(state, current, gateway), entry, claim, None)
    if current is not None and state.wanted == detail.action and not in_vain:
        unknown = state.path == "unknown" and was_back(current)
        if entry.exact:  # what Genesis ordered meanwhile changed nothing
            current = current.without("repaired")
        current = current.marked("repaired", entry.at, entry.origins, by_somebody(how), entry.stamp)
        current = _put_right(current.claimed(claim, entry.origins))
        after = closed(replace(state, open=current), entry, gateway, context)
        return _either(after, current, gateway) if unknown else after
    fault = current.points.get("fault") if current is not None else None
    lost = current is not None and current.kind != "cvm-failure"
    if current is not None and fault is not None and (lost or not in_vain) and _is_it(state, entry, fault, gateway):
        return replace(state, open=current.at("fault", _nearer(fault, entry, how)).claimed(claim, entry.origins))
    if in_vain:
        return _noted(state, entry, claim, None)
    if _changes_nothing_right(state, entry, detail, gateway, context):
        return _noted(state, entry, claim, gateway if detail.action == "add" else None)
    kind = _kind(state, detail, context)
    right = state.gateway if kind == "route-deletion" and detail.action == "add" else gateway
    state, observation = started(state, kind, entry, right, context)
    # it is not this line's check that found it
    observation = observation.at("fault", Point(entry.at, entry.origins, how)).without("check")
    observation = replace(observation, start=entry.at.least).claimed(claim, entry.origins)
    return replace(state, open=since_right(observation, state.good), typed=entry)


def _either(state: HostState, deleted: Observation, gateway: str | None) -> HostState:
    """With the deletion of a route that somebody added again as what it may have been: that it was the right one is in
    no log. The host is on the way that it had before.
    """
    before = Path("remote", via=deleted.gateway)
    told = replace(deleted_or_returned(state.done[-1]), before=before, during=UNKNOWN)
    return replace(state.correcting_last(told), path="unknown", gateway=gateway, failed=False)


def _is_there(state: HostState, entry: Entry, detail: RouteCommand, gateway: str | None) -> bool:
    """Whether the very route is there already that somebody adds, by the kernel, which logs nothing for the command."""
    return detail.action == "add" and not entry.exact and added_by_nobody(state, gateway) is not None


def _claim(state: HostState, entry: Entry, detail: RouteCommand, gateway: str | None, context: Context) -> Statement:
    """What is told of a command: who gave it, and whether it changed anything."""
    if not detail.user:
        return Statement("changed-by-others", action=detail.action)
    if _changed_nothing(state, entry, detail, gateway, context):
        return Statement("typed-for-nothing", by=detail.user, action=detail.action)
    return Statement("typed-by-hand", of=detail.login, by=detail.user, action=detail.action)


def _changed_nothing(
    state: HostState, entry: Entry, detail: RouteCommand, gateway: str | None, context: Context
) -> bool:
    """Whether no route was changed by a command: the host's kernel logged none, or the host has that route already."""
    if entry.exact:
        return False
    there = state.open is None and state.path != "local" and gateway is not None and gateway == state.gateway
    if state.open is not None:
        there = state.open.kind == "route-injection" and gateway == state.open.gateway
    there = there and detail.action == "add" and entry.at.doubt <= ORDERED
    return entry.denied or there or _came_to_nothing(entry, context) or _kernel_denies(entry, context)


def _kind(state: HostState, detail: RouteCommand, context: Context) -> Kind:
    """A route to nobody instead of the remote path that is right takes that one away, as its deletion does."""
    if detail.action == "delete":
        return "route-deletion"
    return "route-deletion" if _is_forwarded(state, context) else "route-injection"


def _is_again(state: HostState, current: Observation, detail: RouteCommand, gateway: str | None) -> bool:
    """Whether the route that took the right one's place is added once more: by the same gateway, it repairs nothing."""
    typed = state.typed.event.detail if state.typed is not None else None
    if not isinstance(typed, RouteCommand) or not typed.action == detail.action == "add":
        return False
    return current.kind == "route-deletion" and gateway is not None and gateway == gateway_in(typed, state.host)


def _repairs_nothing(state: HostState, detail: RouteCommand, gateway: str | None, context: Context) -> bool:
    """Whether a host whose CVM failed, or that lost its remote path, is given a route to nobody: it is as dead as
    before.
    """
    known = gateway is not None and bool(context.topology.cvms)
    return state.wanted == detail.action == "add" and known and gateway not in context.topology.cvms


def _is_exchange(state: HostState, entry: Entry, detail: RouteCommand, gateway: str | None, context: Context) -> bool:
    """Whether a route that was right is only exchanged for one by another living CVM, in one go."""
    if state.open is None or not was_back(state.open) or state.path != "remote" or detail.action != "add":
        return False
    soon = entry.at.least - state.open.points["fault"].at.most <= EXCHANGED_WITHIN
    return soon and gateway is not None and gateway != state.gateway and _lives(gateway, context)


def _exchanged(state: HostState, deleted: Observation, gateway: str | None) -> HostState:
    """Without the fault that the deletion of the route seemed to be; what is told of that is of the fault before."""
    state = replace(state, open=None, gateway=gateway)
    if not state.done:
        return state
    last = state.done[-1]
    return state.correcting_last(replace(last, claims=(*last.claims, *deleted.claims)))


def _changes_nothing_right(
    state: HostState, entry: Entry, detail: RouteCommand, gateway: str | None, context: Context
) -> bool:
    """Whether the path is as right, or as wrong, after the command as it was before it."""
    if _kernel_denies(entry, context):
        return True
    current = state.open
    if detail.action == "delete":  # of a route that is not there, unless the kernel has it; or of one to nobody
        lost = current is not None and current.kind == "route-deletion" and _is_down(state, context)
        unseen = not entry.exact and (current is not None or not _may_be_there(state, gateway, context))
        return lost or unseen
    if current is not None and current.kind == "route-injection":
        return True  # a host that has a route has another now
    if gateway is not None and state.path != "local" and gateway == state.gateway:
        return current is None or current.kind == "cvm-recovery"
    return _is_forwarded(state, context) and gateway is not None and _lives(gateway, context)


def _is_down(state: HostState, context: Context) -> bool:
    """Whether the last check that has the host's own CVM saw it down."""
    return context.stargates.state_of(state.host.cvm) == "down"


def _may_be_there(state: HostState, gateway: str | None, context: Context) -> bool:
    """Whether a host's right path may be the route by a gateway."""
    if state.path == "unknown":
        return gateway is None or not context.topology.cvms or gateway in context.topology.cvms
    return state.path == "remote" and (None in (gateway, state.gateway) or gateway == state.gateway)


def _kernel_denies(entry: Entry, context: Context) -> bool:
    """Whether the host's kernel, whose log has route changes before a command and after it, logged none of it."""
    if entry.exact or not entry.on_host:
        return False
    first, last = context.lines.routes.logged.get(entry.host, (None, None))
    return first is not None and last is not None and first < entry.at.least <= last


def _came_to_nothing(entry: Entry, context: Context) -> bool:
    """Whether the host's kernel, which logged no change for a command, logs that very one later, and no other before:
    the route was not there to be added again, or still there to be deleted.
    """
    detail = entry.event.detail
    if entry.exact or not entry.on_host or not isinstance(detail, RouteCommand):
        return False
    routes = context.lines.routes
    kernel = routes.kernel_after(context.index, entry.host, entry.event.at.clock)
    if kernel is None:
        return False
    contrary = routes.contrary_after(context.index, entry.host, detail.action)
    said = context.lines.entries[kernel].event.detail
    if (contrary is not None and contrary <= kernel) or not isinstance(said, RouteCommand | RouteChanged):
        return False
    return said.gateway is not None and said.gateway == detail.gateway


def _is_forwarded(state: HostState, context: Context) -> bool:
    """Whether the host is on a remote path as it should be: its own CVM failed, or has not been taken back yet."""
    if state.open is not None and state.open.kind != "cvm-recovery":
        return False
    own = context.stargates.state_of(state.host.cvm)
    return state.path == "remote" and (state.failed or own in ("down", "initializing"))


def _lives(gateway: str, context: Context) -> bool:
    """Whether a route's gateway is a CVM that the last check saw up."""
    return gateway in context.topology.cvms and context.stargates.state.get(gateway) in ("up", None)


def _noted(state: HostState, entry: Entry, claim: Statement, gateway: str | None) -> HostState:
    """With the command told in the story that it belongs to, and the gateway that the host has now."""
    if state.path == "remote" and gateway is not None and state.gateway is not None:
        state = replace(state, gateway=gateway)
    if state.open is not None:
        return state.with_open(state.open.claimed(claim, entry.origins), entry)
    return state.correcting_last(state.done[-1].claimed(claim, entry.origins)) if state.done else state


def _put_right(observation: Observation) -> Observation:
    return replace(observation, doubts=(*observation.doubts, whose(observation.points["repaired"].how)), by_hand=True)


def _is_it(state: HostState, entry: Entry, fault: Point, gateway: str | None) -> bool:
    """Whether a line may be of the fault that is open, and is not of another route, or of another time that the same
    clock has.
    """
    if fault.at.meet(entry.at) is None:
        return False
    typed = state.typed
    if typed is None or not set(typed.origins) & set(fault.origins):
        return True
    first = gateway_in(typed.event.detail, state.host) if isinstance(typed.event.detail, RouteCommand) else None
    if gateway is not None and first not in (None, gateway):
        return False
    return typed.event.at.clock != entry.event.at.clock or apart(typed, entry) <= OBEYS_WITHIN


def _nearer(point: Point, entry: Entry, how: How) -> Point:
    """The more exact of two lines on the same fault."""
    met = point.at.meet(entry.at)
    best = met or (entry.at if entry.at.doubt < point.at.doubt else point.at)
    return Point(best, (*point.origins, *entry.origins), how)


def typed_meanwhile(state: HostState, entry: Entry) -> bool:
    """Whether the route that was added by hand came after a check that found none: it was read before that, as no
    clock is so exact.
    """
    current = state.open
    fault = current.points.get("fault") if current is not None else None
    if current is None or fault is None or not undetected(current, current.gateway) or state.typed is None:
        return False
    return fault.at.most + SSH_LAG >= entry.at.least


def mended_meanwhile(state: HostState, entry: Entry, context: Context) -> HostState:
    """With the failure that Genesis found, which a person mended by the route that was taken for the fault."""
    typed = state.open
    if typed is None:
        return state
    state, failure = started(replace(state, open=None), "cvm-failure", entry, typed.gateway, context)
    failure = replace(failure, claims=(*failure.claims, *typed.claims))
    added = typed.points["fault"]
    stamp = state.typed.stamp if state.typed is not None else None
    mended = replace(added, how=by_somebody(added.how), stamp=stamp)
    return replace(state.with_open(_put_right(failure.at("repaired", mended)), entry), typed=None)


def failed_or_injected(observation: Observation) -> Observation:
    """A route that was added by hand since a check that found the own CVM up, and that the next finds right, as that is
    down: whether it failed before that or after is in no log.
    """
    remote = Path("remote", via=observation.gateway)
    either = replace(observation, kind="unexplained", gateway_valid=None, during=UNKNOWN, after=remote)
    return either.doubted(FAILURE_OR_ROUTE, "low")


def deleted_or_returned(observation: Observation) -> Observation:
    """A route that was deleted by hand after the last check: whether the own CVM was back by then is in no log."""
    return replace(observation, kind="unexplained").doubted(RETURN_UNLOGGED, "low")


def returned_before(observation: Observation) -> Observation:
    """The recovery that a person brought about by deleting the route, as Genesis would have."""
    deleted = observation.points["fault"]
    back = replace(observation.without("fault"), kind="cvm-recovery", during=observation.before)
    return _put_right(back.at("repaired", replace(deleted, how=by_somebody(deleted.how))))


def taken_back(state: HostState, entry: Entry, context: Context) -> HostState:
    """After the own CVM took a host whose route a person deleted too early: nobody repairs that, the path is local."""
    state = closed(state, entry, None, context)
    after = replace(state.done[-1], after=Path("local"))
    return replace(state.correcting_last(after), path="local", failed=False, gateway=None)


def deleted_too_early(state: HostState, entry: Entry, context: Context) -> HostState:
    """With the return of the own CVM that a person seemed to bring about as the deletion of a route that was right:
    the next check has that CVM down, and none saw it serve.
    """
    back, own = state.last, state.host.cvm
    if back is None or back.kind != "cvm-recovery" or not back.by_hand or "detected" in back.points:
        return state
    served = context.stargates.seen.get((own or "", "up"))
    if context.stargates.state_of(own) != "down" or (served is not None and served.at.most >= back.start):
        return state
    deleted = back.points["repaired"]
    remote = replace(state, done=state.done[:-1], path="remote", failed=True, gateway=back.gateway)
    state, deletion = started(remote, "route-deletion", entry, back.gateway, context)
    deletion = deletion.at("fault", replace(deleted, how=replace(deleted.how, by_hand=False))).without("check")
    deletion = replace(deletion, start=deleted.at.least, claims=back.claims)
    return replace(state, open=deletion.doubted(RETURN_UNLOGGED))
