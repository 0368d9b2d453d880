"""A host's faults as the logs show them: when one begins, of which kind it is, and when it is over.

Where the log begins in the middle, or the Stargates do not fit, the doubt is said.
"""

from __future__ import annotations

from typing import Literal

from msgspec.structs import replace

from analyzer.correlate.logs.lines.entry import Entry, apart
from analyzer.correlate.logs.state.bounds import bounded, found_late
from analyzer.correlate.logs.state.context import Context
from analyzer.correlate.logs.state.host_state import HostState, undetected, was_back
from analyzer.correlate.logs.state.leaving import Left, left
from analyzer.correlate.logs.state.no_author import begun_with, found_illegal
from analyzer.correlate.logs.state.retry import is_retry, reopened
from analyzer.correlate.observation import LOG_BEGINS_LATE, RETURN_UNLOGGED, UNKNOWN, Observation
from analyzer.correlate.timing import CHECK_PERIOD, ONE_CHECK
from analyzer.correlate.topology.topology import Member
from analyzer.model.episode import Claim, EpisodeKind
from analyzer.model.event import Forwarding, RouteAction, RouteCommand, TaskCreated
from analyzer.model.instant import SECOND, Instant
from analyzer.model.measurement import How
from analyzer.model.path import Path
from analyzer.model.told import Doubt

GIVEN_BACK = 1800 * SECOND  # a CVM that is started has its host back before that, if it serves at all
UNSEEN = 10 * SECOND  # what a check finds and does without a line of its own takes less than this
OVERTAKEN = Doubt("overtaken")
FAILURE_OR_ROUTE = Doubt("failure-or-route")
WHICH_FIRST = Doubt("failure-unlogged")  # whether the own CVM had failed before somebody added a route
AWAY: tuple[Literal["down", "initializing"], ...] = ("down", "initializing")
Kind = Literal["cvm-failure", "route-injection", "route-deletion", "cvm-recovery"]


def opened(
    state: HostState, entry: Entry, action: RouteAction, gateway: str | None, context: Context
) -> tuple[HostState, Observation]:
    """With the open observation of a repair by `action`, or a new one of the kind that the state suggests."""
    leaves = left(state, action, context)
    if leaves is not None:
        return _leaving(state, leaves, entry, context)
    current = state.open
    if current is not None and state.wanted == action:
        found = found_late(current, context)
        found = replace(found, gateway=found.gateway if found.gateway is not None else gateway or None)
        return replace(state, open=found), found
    if is_retry(state, entry, action, gateway):
        return reopened(state, entry)
    state = _as_ordered(state, action, gateway)
    kind = _kind(state, action, context)
    if kind == "cvm-recovery" and (going_on := _interrupted(state)) is not None:
        return going_on
    one_fault = found_illegal(state, entry, gateway, context) if kind == "route-injection" else None
    if one_fault is not None:
        before, added = one_fault
        state, observation = started(before, kind, entry, added.gateway, context)
        observation = begun_with(observation, added)
        return replace(state, open=observation), observation
    state, claims = _without_exchange(state) if kind == "cvm-recovery" else (state, ())
    state, observation = started(state, kind, entry, gateway, context)
    observation = replace(observation, claims=(*claims, *observation.claims))
    if kind == "route-deletion" and state.unread is not None:  # a host that was not reached may have booted
        observation = observation.doubted(FAILURE_OR_ROUTE, "low")
    state = replace(state, open=observation)
    if state.path != "unknown":
        return state, observation
    seen = context.stargates.state_of(state.host.cvm) == ("down" if action == "add" else "initializing")
    observation = observation.doubted(LOG_BEGINS_LATE, "medium" if seen else "low")
    if kind == "cvm-recovery" and not (is_started(state, entry) or _was_away_lately(state.host, context)):
        observation = observation.doubted(RETURN_UNLOGGED)
    return replace(state, open=observation), observation


def _without_exchange(state: HostState) -> tuple[HostState, tuple[Claim, ...]]:
    """Without the exchange by hand of the remote path for one to nobody, and what is told of it, where the next check
    finds the own CVM back: that one may have served before, and the remote path was no longer right then.
    """
    current, typed = state.open, state.typed.event.detail if state.typed is not None else None
    added = isinstance(typed, RouteCommand) and typed.action == "add"
    if current is None or current.kind != "route-deletion" or not added or not was_back(current):
        return state, ()
    return replace(state, open=None, typed=None), current.claims


def _interrupted(state: HostState) -> tuple[HostState, Observation] | None:
    """With the return of the own CVM open again that a route typed by hand interrupted: Genesis' deletion ends both."""
    current, *before = state.open, *state.done
    if current is None or current.kind != "route-deletion" or state.typed is None or not before:
        return None
    back = before[-1]
    if back.kind != "cvm-recovery" or OVERTAKEN not in back.doubts or "repaired" in back.points:
        return None
    doubts = tuple(doubt for doubt in back.doubts if doubt != OVERTAKEN)
    back = replace(back, doubts=doubts, confidence=back.confidence if doubts else "high")
    return replace(state, done=(*before[:-1], _overtaken(current, back.kind)), open=back), back


def _overtaken(current: Observation, by: EpisodeKind) -> Observation:
    """A fault that was not repaired when another began: a host without its remote path is local after its own CVM's
    return.
    """
    given_back = current.kind == "route-deletion" and by == "cvm-recovery"
    return replace(current.doubted(OVERTAKEN), after=Path("local") if given_back else current.after)


def _leaving(state: HostState, leaves: Left, entry: Entry, context: Context) -> tuple[HostState, Observation]:
    """With the fault open of which the deletion of a route is the first part of the repair."""
    current = state.open
    if current is not None and current.kind == leaves.kind:
        return state, current
    if leaves.gateway is not None:
        state = replace(state, path="remote", gateway=leaves.gateway, failed=True)
    if current is None or not undetected(current, current.gateway):
        state, found = started(state, leaves.kind, entry, None, context, failed=leaves.gateway)
        found = found.doubted(FAILURE_OR_ROUTE, "low") if leaves.open else found
        if current is None and leaves.kind == "cvm-failure" and leaves.gateway is None and not leaves.open:
            found = found.doubted(WHICH_FIRST)
        return replace(state, open=found), found
    state, found = started(replace(state, open=None), leaves.kind, entry, None, context)
    found = replace(found, claims=(*found.claims, *current.claims)).doubted(WHICH_FIRST)
    found = found.doubted(FAILURE_OR_ROUTE, "low") if leaves.open else found
    return replace(state, open=found, typed=None), found


def _as_ordered(state: HostState, action: RouteAction, gateway: str | None) -> HostState:
    """With the route by `gateway` that Genesis had ordered for a failure, or found missing, when it takes it back: that
    it was added was not told, or not in words that are understood.
    """
    current = state.open
    if action == "add" or current is None or state.wanted != "add":
        return state
    if not {"decided", "detected"} & current.points.keys():
        return state
    return replace(state, path="remote", failed=True, gateway=current.gateway or gateway)


def _kind(state: HostState, action: RouteAction, context: Context) -> Kind:
    """What a change of the route by Genesis is the repair of. It deletes that of a host whose own CVM was down when the
    log spoke of it last, as that has returned, though it was not told that the host was moved.
    """
    if action == "add":
        return "route-deletion" if state.path == "remote" else "cvm-failure"
    started = is_started(state, context.entry)
    back = state.path == "unknown" and (started or _is_away(state.host, context))
    return "cvm-recovery" if back or (state.path == "remote" and state.failed) else "route-injection"


def _is_away(host: Member, context: Context) -> bool:
    """Whether a host's own CVM was not up when the log spoke of it last."""
    return any(context.stargates.state.get(cvm) in AWAY for cvm in _own(host, context))


def _was_away_lately(host: Member, context: Context) -> bool:
    """Whether that was not long before: a check that finds a CVM away says so, and one that finds it back may not."""
    spoke = (context.stargates.seen.get((cvm, state)) for cvm in _own(host, context) for state in AWAY)
    return any(seen is not None and apart(seen, context.entry) <= 2 * CHECK_PERIOD + ONE_CHECK for seen in spoke)


def _own(host: Member, context: Context) -> tuple[str, ...]:
    """A host's own CVM; where it is not known which that is, those that the line names beside the host and the
    gateway.
    """
    detail = context.entry.event.detail
    if host.cvm is not None:
        return (host.cvm,)
    if not isinstance(detail, TaskCreated | RouteCommand):
        return ()
    return tuple(one for one in detail.addresses if one not in (host.address, detail.gateway))


def is_started(state: HostState, entry: Entry) -> bool:
    """Whether the host's own CVM was off, and was started not long before a line."""
    return state.started is not None and 0 <= entry.at.most - state.started.least <= GIVEN_BACK


def started(
    state: HostState, kind: Kind, entry: Entry, gateway: str | None, context: Context, failed: str | None = None
) -> tuple[HostState, Observation]:
    """With a new observation open; `failed` is the CVM that failed where it is not the host's own."""
    if state.open is not None:
        state = replace(state, done=(*state.done, _overtaken(state.open, kind)))
    cvm = (failed or state.host.cvm) if kind != "route-injection" else None
    at = entry.at
    observation = Observation(kind, "logs", state.host, at.clock, at.least, at.most, cvm=cvm, gateway=gateway)
    observation = _against_stargates(observation, state, entry, context)
    observation = _with_paths(bounded(observation, state, entry, context), state, context)
    return replace(state, open=observation, unproved=None), observation


def _against_stargates(observation: Observation, state: HostState, entry: Entry, context: Context) -> Observation:
    """A kind that contradicts what the same check saw of the host's own Stargate is not stated as sure."""
    stargates, cvm = context.stargates, state.host.cvm
    denied: Literal["up", "down"] = "up" if observation.kind in ("cvm-failure", "route-deletion") else "down"
    seen = stargates.seen.get((cvm or "", denied))
    if stargates.state_of(cvm) == denied and seen is not None and apart(seen, entry) <= ONE_CHECK:
        return observation.doubted(Doubt("stargate-denies", state=denied), "low")
    if observation.kind == "cvm-recovery" and not _was_away(state, context):
        return observation.doubted(Doubt("stargate-never-away"), "low")
    return observation


def _was_away(state: HostState, context: Context) -> bool:
    """Whether the log has the local CVM (or, while it is not known which that is, some CVM) not up, or repaired what
    follows from that.
    """
    stargates, cvm = context.stargates, state.host.cvm
    seen = any(state != "up" and cvm in (None, address) for address, state in stargates.seen)
    return seen or stargates.state_of(cvm) is None or any(one.kind == "cvm-failure" for one in state.done)


def _with_paths(observation: Observation, state: HostState, context: Context) -> Observation:
    """With the host's path before, during and after the fault."""
    gateway = observation.gateway
    held, new = Path("remote", via=state.gateway), Path("remote", via=gateway)
    match observation.kind:
        case "cvm-failure":
            own = observation.cvm is None or observation.cvm == state.host.cvm or state.gateway is None
            during = UNKNOWN if observation.is_ahead or _is_inferred(observation, context) else Path("dead")
            return replace(observation, before=Path("local") if own else held, during=during, after=new)
        case "route-deletion":
            return replace(observation, before=held, during=Path("dead"), after=new)
        case "cvm-recovery":
            nobody = gateway not in context.topology.cvms and held.via in context.topology.cvms
            remote = new if gateway and not nobody else held
            return replace(observation, before=remote, during=remote, after=Path("local"))
        case "route-injection" | "unexplained":
            valid, during = _by_gateway(gateway, context)
            return replace(observation, gateway_valid=valid, before=Path("local"), after=Path("local"), during=during)


def _is_inferred(failure: Observation, context: Context) -> bool:
    """Whether no line has a CVM down, or its host without a route: that one follows from what Genesis did."""
    found = failure.points.get("detected")
    down = context.stargates.seen.get((failure.cvm or "", "down"))
    if found is None or found.how.name != "check-to-action":
        return False
    return down is None or down.at.most < min(failure.start, found.at.least - ONE_CHECK)


def _by_gateway(gateway: str | None, context: Context) -> tuple[bool | None, Path]:
    """Whether the gateway of a route too many is a CVM that lives, and where the route leads: of one of which no check
    tells whether it serves, that is not known.
    """
    stargates = context.stargates
    valid = gateway in context.topology.cvms if gateway and context.topology.cvms else None
    if valid and stargates.state.get(gateway or "") == "down":
        return None, Path("dead", via=gateway)
    if valid and not stargates.state and not stargates.all_up:
        return valid, Path("unknown", via=gateway)
    return valid, Path("remote" if valid else "dead" if valid is False else "unknown", via=gateway)


def closed(state: HostState, entry: Entry, gateway: str | None, context: Context) -> HostState:
    """The path is right again: the observation is complete."""
    if state.open is None:
        return state
    last = gateway or state.open.gateway
    first = _typed_gateway(state) or last
    observation = _with_paths(replace(state.open, gateway=first), state, context)
    if observation.kind == "route-injection" and "terminated" in observation.points:
        during = Path("dead" if observation.note == "not-served" else "remote", via=last)
        valid = True if first == last else observation.gateway_valid
        observation = replace(observation, gateway_valid=valid, during=during)
    observation = replace(observation, end=max(observation.end, entry.at.most))
    remote = observation.kind in ("cvm-failure", "route-deletion")
    return replace(
        state,
        done=(*state.done, observation),
        open=None,
        path="remote" if remote else "local",
        failed=remote,
        gateway=observation.gateway if remote else None,
        good=entry,
    )


def _typed_gateway(state: HostState) -> str | None:
    """By which gateway the route is that a person added first; another may have taken its place since."""
    fault = state.open.points.get("fault") if state.open is not None and state.open.kind == "route-injection" else None
    typed = fault is not None and state.typed is not None and set(state.typed.origins) & set(fault.origins)
    return state.open.gateway if typed and state.open is not None else None


def _is_ahead(observation: Observation, state: HostState, entry: Entry, context: Context) -> bool:
    """Whether Genesis forwards a host of which the last check saw that its own CVM serves: as before an orderly stop,
    when nothing was found.
    """
    own = observation.host.cvm if observation.host is not None else None
    if observation.kind != "cvm-failure" or own is None or own != observation.cvm:
        return False
    check, up = context.checks.containing(entry.at), context.stargates.seen.get((own, "up"))
    if context.stargates.state_of(own) is None and state.good is not None:  # of the Stargates no line was understood
        return check is None and _found(state.good, context)
    if _was_given_back(own, state, context):
        return True
    if context.stargates.state_of(own) == "initializing":  # it lives, and its host was found on it all the same
        good = state.good if state.path == "local" else None
        return good is not None and _found(good, context) and (check is None or good.at.least >= check.first.least)
    seen = check is None or (up is not None and up.at.most >= check.first.least)
    return seen and context.stargates.state_of(own) == "up"


def _was_given_back(own: str, state: HostState, context: Context) -> bool:
    """Whether a log that says when a CVM is down has that no more since its host was on it again."""
    down, good = context.stargates.seen.get((own, "down")), state.good
    since = down is not None and good is not None and down.at.most < good.at.least
    return since and state.path == "local" and context.stargates.state_of(own) == "down"


def _found(good: Entry, context: Context) -> bool:
    """Whether the host's path was found right by a check."""
    return isinstance(good.event.detail, Forwarding) and context.checks.containing(good.at) is not None


def detected(observation: Observation, state: HostState, entry: Entry, context: Context) -> Observation:
    """With no line on what the check found, it found it between its beginning and what it decided."""
    if "detected" in observation.points or "detected" in observation.absent:
        return observation
    if _is_ahead(observation, state, entry, context):
        return replace(observation.lacking("detected", "genesis-silent").without("check"), during=UNKNOWN)
    check = context.acting_check()
    if check is None and entry.on_host:  # of what Genesis did before, a host logs nothing
        return observation
    least = check.begin.least if check is not None else entry.at.least - UNSEEN
    at = Instant(entry.at.clock, min(least, entry.at.least), entry.at.most)
    origins = (*((check.origin,) if check is not None else ()), entry.event.origin)
    return observation.marked("detected", at, origins, How("check-to-action"))
