"""What a check found of a host's forwarding, applied to the host's state; a silent check found it right."""

from __future__ import annotations

from typing import Literal

from msgspec.structs import replace

from analyzer.correlate.logs.lines.entry import Entry
from analyzer.correlate.logs.lines.hosts import gateway_in, host_of
from analyzer.correlate.logs.lines.repairs import ONE_REPAIR, acts
from analyzer.correlate.logs.state.bounds import since_right
from analyzer.correlate.logs.state.by_hand import (
    deleted_or_returned,
    failed_or_injected,
    returned_before,
    taken_back,
)
from analyzer.correlate.logs.state.context import Context
from analyzer.correlate.logs.state.double_repair import mended_since
from analyzer.correlate.logs.state.faults import closed, opened
from analyzer.correlate.logs.state.host_state import HostState, mended, undetected, was_back
from analyzer.correlate.logs.state.retry import proved
from analyzer.correlate.logs.state.unlogged import moved_unlogged
from analyzer.correlate.observation import UNKNOWN, Observation, Point
from analyzer.correlate.timing import CHECK_PERIOD, ONE_CHECK, SSH_LAG
from analyzer.model.episode import Statement
from analyzer.model.event import Forwarding, RouteAction, RouteChanged, RouteCommand
from analyzer.model.instant import SECOND, Instant
from analyzer.model.measurement import How
from analyzer.model.path import Path
from analyzer.model.told import Doubt

Meant = Literal["correct", "illegal", "absent", "kept", "unreadable", "unsure"]


def silent(state: HostState, entry: Entry, context: Context) -> HostState:
    """After a check that said and did nothing about the host: what it found was right."""
    cvm = context.stargates.state_of(state.host.cvm)
    if state.open is not None and _was_right(state.open, state, entry, context):
        return replace(_as_typed(state, state.open), good=entry)
    if state.open is not None or cvm not in ("up", "down"):
        return state
    if state.path == "unknown":
        state = replace(state, path="local" if cvm == "up" else "remote", failed=cvm == "down")
    return _right(state, entry) if (state.path == "local") == (cvm == "up") else state


def away_again(state: HostState, context: Context) -> HostState:
    """After a check that found the own CVM down: one that had booted, and served nobody before, brought no recovery."""
    current = state.open
    if current is None or current.kind != "cvm-recovery" or {"detected", "decided"} & current.points.keys():
        return state
    down = current.cvm is not None and context.stargates.state_of(current.cvm) == "down"
    return replace(state, open=None) if down else state


def _is_away_again(state: HostState, context: Context) -> bool:
    """Whether a remote path is right where the own CVM had booted, by a check of which no line has how that is."""
    current, own = state.open, state.host.cvm or ""
    if current is None or current.kind != "cvm-recovery" or {"detected", "decided"} & current.points.keys():
        return False
    alive = [seen for name in ("up", "initializing") if (seen := context.stargates.seen.get((own, name))) is not None]
    return all(seen.at.least < current.end for seen in alive)


def _was_right(typed: Observation, state: HostState, entry: Entry, context: Context) -> bool:
    """Whether a check that saw a CVM down, which may be the host's own, has no word of the route that was typed."""
    states, own = context.stargates.state, state.host.cvm
    down = states.get(own) == "down" if own is not None else "down" in states.values()
    fault = typed.points.get("fault")
    after = fault is not None and entry.at.least > fault.at.most
    lives = states.get(typed.gateway or "") != "down"
    return down and after and lives and undetected(typed, typed.gateway)


def _as_typed(state: HostState, typed: Observation) -> HostState:
    """With a route that was typed as one that a check found right: the host is on a remote path."""
    told = (*state.done, failed_or_injected(typed))
    return replace(state, done=told, open=None, typed=None, path="remote", failed=True, gateway=typed.gateway)


def checked(state: HostState, entry: Entry, detail: Forwarding, context: Context) -> HostState:
    """After a line on the host's forwarding."""
    gateway = gateway_in(detail, state.host)
    match _meant(state, entry, detail, context):
        case "correct":
            elsewhere = gateway not in (None, state.host.cvm)
            state = replace(state, open=None) if elsewhere and _is_away_again(state, context) else state
            return _good(state, entry, detail, gateway, context)
        case "illegal" | "absent" as found:
            return _wrong(state, entry, found, gateway, context)
        case "kept":
            return _kept(state, entry, gateway, context)
        case "unreadable":
            return replace(state, unread=entry)
        case "unsure":
            return state


def _meant(state: HostState, entry: Entry, detail: Forwarding, context: Context) -> Meant:
    """What a line means: as it was read, unless that can't be at this check and led to nothing."""
    cvm, found = context.stargates.state_of(state.host.cvm), detail.state
    if found == "kept" and cvm == "down":
        return "correct" if state.path == "remote" else "unsure"
    if found == "kept" and cvm == "up" and state.path == "local":
        return "correct"
    if entry.event.origin in context.lines.acted_on or found not in ("illegal", "absent"):
        return found
    if (found == "illegal" and cvm == "down") or (found == "absent" and cvm == "up"):
        return "correct"
    idle = entry.event.origin in context.lines.not_acted_on
    if idle and found == "illegal" and cvm == "initializing":
        return "kept"
    return "correct" if idle and found == "absent" and state.path == "remote" else found


def _wrong(
    state: HostState, entry: Entry, found: Literal["illegal", "absent"], gateway: str | None, context: Context
) -> HostState:
    """A check found forwarding that should not be there, or none where it is needed."""
    action: RouteAction = "delete" if found == "illegal" else "add"
    if mended(state, entry, action):
        point = Point(entry.at, (entry.event.origin,), How("found-wrong"), entry.stamp)
        return state.correcting_last(state.done[-1].at("detected", point))
    if found == "absent" and mended_since(state, context):
        return state
    if found == "illegal":
        state, observation = opened(state, entry, "delete", gateway, context)
        how = How("found-illegal")
        claim = Statement("found-illegal", of=gateway)
    else:
        state, observation = opened(state, entry, "add", None, context)
        how = How("found-absent")
        claim = Statement("found-absent")
    proof = (entry.event.origin,)
    return state.with_open(observation.marked("detected", entry.at, proof, how).claimed(claim, proof), entry)


def _kept(state: HostState, entry: Entry, gateway: str | None, context: Context) -> HostState:
    """The local CVM is back but not initialised: the first sign of a recovery."""
    typed = state.open
    if typed is not None and undetected(typed, gateway) and typed.points["fault"].at.most + SSH_LAG < entry.at.least:
        state = _as_typed(state, typed)  # it was added before the own CVM failed, or after
    state = moved_unlogged(state, entry, gateway, context)
    state = replace(state, path="remote", failed=True, gateway=gateway or state.gateway)
    again = state.open is not None and state.open.kind == "cvm-recovery"
    state, observation = opened(state, entry, "delete", state.gateway, context)
    proof = (entry.event.origin,)
    observation = _perhaps_anew(observation, entry) if again else observation
    check = context.acting_check()  # a line on the host comes some time after the begin, and after others' repairs
    begin = check.begin if check is not None else entry.at
    observation = observation.marked("check", begin, proof, How("check-that-found-alive"))
    observation = observation.claimed(Statement("found-alive"), proof)
    return state.with_open(observation, entry)


def _perhaps_anew(back: Observation, entry: Entry) -> Observation:
    """The return of a CVM that a second check finds not initialised: it may have been away between the two."""
    fault = back.points.get("fault")
    if fault is None or entry.at.least - fault.at.most <= ONE_CHECK:
        return back
    at = Instant(fault.at.clock, fault.at.least, entry.at.most)
    return back.at("fault", Point(at, (*fault.origins, *entry.origins), fault.how, fault.stamp))


def _good(state: HostState, entry: Entry, detail: Forwarding, gateway: str | None, context: Context) -> HostState:
    """A check found the forwarding right: by the local CVM, or by a remote one while the local CVM is down."""
    cvm = context.stargates.state_of(state.host.cvm)
    elsewhere = gateway is not None and gateway != state.host.cvm
    if elsewhere and cvm == "up" and _is_of_before(state, entry, context):
        cvm = "down"  # or that path was not right
    if state.open is not None and elsewhere and cvm == "down" and undetected(state.open, gateway):
        state = _as_typed(state, state.open)
    fault = state.open.points.get("fault") if state.open is not None else None
    back = state.open is not None and was_back(state.open) and not elsewhere and cvm == "up"
    if state.open is not None and fault is not None and entry.at.least <= fault.at.most + SSH_LAG and not back:
        # the check may have read the routes before the fault; with the route it had not been right
        return replace(state, open=since_right(state.open, entry))
    if state.open is not None and not elsewhere and cvm == "up" and state.open.is_ahead:
        return state  # the route is still to be added
    if _is_under_way(state, context):
        return state
    if not elsewhere and state.open is not None and was_back(state.open):
        state = _with_own(state, state.open, entry, detail, context)
    state = _over(state, entry, context, served=not elsewhere and cvm != "down")
    still = state.failed and None not in (state.gateway, detail.gateway)  # by the same CVM, or by another since
    if elsewhere and (still or cvm in ("down", "initializing") or (cvm is None and detail.gateway is not None)):
        state = moved_unlogged(state, entry, gateway, context)
        state = replace(state, path="remote", failed=True, gateway=gateway)
    elif cvm == "up" or (state.path == "unknown" and cvm is None) or _is_with_own(state, detail, cvm):
        state = replace(state, path="local", failed=False, gateway=None)
    return _right(state, entry)


def _is_of_before(state: HostState, entry: Entry, context: Context) -> bool:
    """Whether the last that had a host's own CVM up is a check before the one that a line is of."""
    up, check = context.stargates.seen.get((state.host.cvm or "", "up")), context.checks.containing(entry.at)
    return up is not None and check is not None and up.at.most < check.first.least


def _is_with_own(state: HostState, detail: Forwarding, own: str | None) -> bool:
    """Whether a check finds it right that a host that was elsewhere has no route, as its own CVM is back: somebody has
    deleted that since.
    """
    away = state.path == "remote" and state.open is None
    return away and own == "initializing" and detail.gateway is None and _names_own(state, detail)


def _names_own(state: HostState, detail: Forwarding) -> bool:
    return state.host.cvm is not None and state.host.cvm in (detail.cvm, *detail.addresses)


def _with_own(state: HostState, deleted: Observation, entry: Entry, detail: Forwarding, context: Context) -> HostState:
    """After a check that finds it right that a host has no route since a person deleted that: its own CVM serves it,
    be it initialised or not.
    """
    own = context.stargates.state_of(state.host.cvm)
    if state.path == "remote" and own == "up" and _was_seen_back(deleted, state, context):
        return closed(replace(state, open=returned_before(deleted)), entry, None, context)
    if state.path == "remote" and own == "up":
        state = closed(replace(state, open=deleted_or_returned(deleted)), entry, None, context)
        either = replace(state.done[-1], before=deleted.before, during=UNKNOWN, after=Path("local"))
        return state.correcting_last(either)
    return taken_back(state, entry, context) if _names_own(state, detail) and own == "initializing" else state


def _was_seen_back(deleted: Observation, state: HostState, context: Context) -> bool:
    """Whether a line before a deletion, or so soon after it that no Stargate starts within that time, had the own CVM
    back, be it initialised or not; one that is not known to be later does not deny it.
    """
    own = state.host.cvm or ""
    seen = [context.stargates.since.get(own), context.stargates.seen.get((own, "initializing"))]
    return any(one is not None and one.at.least <= deleted.points["fault"].at.most + SECOND for one in seen)


def _is_under_way(state: HostState, context: Context) -> bool:
    """Whether the route that Genesis has ordered is yet to be added: a check that came between found none."""
    if state.open is None or state.wanted != "add" or "decided" not in state.open.points or state.open.by_hand:
        return False
    if "repaired" in state.open.points:
        return False
    for later in context.following(ONE_REPAIR):
        detail = later.event.detail
        if host_of(detail, context.topology) != state.host:
            continue
        if isinstance(detail, RouteCommand | RouteChanged):
            return detail.action == "add" and acts(detail)
    return False


def _over(state: HostState, entry: Entry, context: Context, *, served: bool) -> HostState:
    """After a check that found the path right: what was open is over; `served`: by the own CVM, which lives."""
    current = state.open
    if current is None:
        return state
    if served and _was_no_failover(current, entry, context):
        state = closed(replace(state, open=replace(current, kind="unexplained", doubts=())), entry, None, context)
        return state.correcting_last(replace(state.done[-1], during=Path("dead"), confidence="high"))
    if "repaired" not in current.points and current.kind != "cvm-recovery":
        return closed(replace(state, open=_repaired_unseen(current, entry)), entry, None, context)
    return closed(state, entry, None, context) if current.by_hand else state  # a person mended it before Genesis could


def _was_no_failover(failed: Observation, entry: Entry, context: Context) -> bool:
    """Whether a CVM of which its host's log has the stop serves again, and Genesis found nothing meanwhile; or found
    its host without a route, and did nothing before the next check has the CVM up, and the host right without a route.
    """
    if failed.kind != "cvm-failure" or {"decided", "repaired"} & failed.points.keys():
        return False
    found = failed.points.get("detected")
    if found is None:
        return True
    next_check = entry.at.least - found.at.most <= CHECK_PERIOD + ONE_CHECK
    return next_check and context.stargates.state_of(failed.cvm) == "up"


def _right(state: HostState, entry: Entry) -> HostState:
    """A check found the path right."""
    return replace(proved(state), good=entry, unread=None)


def _repaired_unseen(observation: Observation, entry: Entry) -> Observation:
    """The route changed between what is known of the repair and the check that found the path right."""
    observation = observation.doubted(Doubt("repair-unlogged"))
    ordered = observation.points.get("decided") or observation.points.get("detected")
    if ordered is None or ordered.at.least > entry.at.most:
        return observation
    at = Instant(entry.at.clock, ordered.at.least, entry.at.most)
    origins = (*ordered.origins, entry.event.origin)
    return observation.marked("repaired", at, origins, How("decision-to-right"))
