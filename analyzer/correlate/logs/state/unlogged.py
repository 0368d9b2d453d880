"""A host that a check finds on a remote path which no line tells of: since the last check that had it at its own CVM,
that has failed, and somebody has added the route. Which of the two came first is in no log. The line of a host that
tells it may be there, by a clock that nothing places: then it is not known which checks came before it.
"""

from __future__ import annotations

from collections.abc import Sequence

from msgspec.structs import replace

from analyzer.correlate.logs.lines.entry import Entry
from analyzer.correlate.logs.state.by_hand import deleted_or_returned, failed_or_injected
from analyzer.correlate.logs.state.context import Context
from analyzer.correlate.logs.state.faults import FAILURE_OR_ROUTE
from analyzer.correlate.logs.state.host_state import ORDERED, HostState, repaired_by, undetected
from analyzer.correlate.logs.state.stargates import Stargates
from analyzer.correlate.observation import LOG_BEGINS_LATE, RETURN_UNLOGGED, UNKNOWN, Observation
from analyzer.correlate.timing import CHECK_PERIOD, ONE_CHECK, SSH_LAG
from analyzer.model.episode import Statement
from analyzer.model.instant import Instant
from analyzer.model.measurement import How
from analyzer.model.path import Path
from analyzer.model.told import Doubt

REPAIR_UNLOGGED = Doubt("repair-unlogged")


def moved_unlogged(state: HostState, entry: Entry, gateway: str | None, context: Context) -> HostState:
    """With what happened to a host that was at its own CVM by the last check, and is not by this one; the same state
    where a line tells how it came by its route, or where none had it at its own CVM, at least after it was moved last.
    """
    good = state.good
    untold = state.open is None and state.path == "local" and gateway is not None
    if not untold or good is None or good.on_host or good.at.least > entry.at.most or _precedes_move(good, state):
        return state
    at = Instant(entry.at.clock, good.at.least - SSH_LAG, entry.at.most)
    moved = Observation("unexplained", "logs", state.host, at.clock, at.least, at.most, gateway=gateway)
    moved = moved.marked("fault", at, (good.event.origin, entry.event.origin), How("right-to-wrong"))
    moved = failed_or_injected(replace(moved, before=Path("local")))
    storage = context.topology.settings.storage_address
    claim = Statement("changed-unasked", of=gateway, to=storage, action="add")
    return replace(state, done=(*state.done, moved.claimed(claim, entry.origins)))


def _precedes_move(good: Entry, state: HostState) -> bool:
    """Whether the check that had a host at its own CVM may be of before the last fault for which it was moved: it is in
    another log, by a clock that leaves open which came first.
    """
    last = state.last
    repaired = last.points.get("repaired") if last is not None else None
    if last is None or repaired is None or repaired_by(last.kind) != "add" or good.at.least > repaired.at.most:
        return False
    return all(origin.source != good.event.origin.source for origin in repaired.origins)


def in_no_order(told: tuple[Observation, ...]) -> tuple[Observation, ...]:
    """A host's faults, with each route that was typed between no two checks that are known, and that no check found
    wrong, as what it may have been: that by which another check finds the host elsewhere, else a failure's repair too.
    """
    found = list(told)
    for typed in (one for one in told if _is_in_no_order(one)):
        moved = next((one for one in found if _is_of(one, typed)), None)
        if moved is None:
            found[found.index(typed)] = failed_or_injected(typed.without("repaired"))
            continue
        found.remove(typed)
        found[found.index(moved)] = replace(moved, claims=(*moved.claims, *typed.claims))
    return tuple(found)


def as_far_as_logged(told: tuple[Observation, ...], stargates: Stargates) -> tuple[Observation, ...]:
    """A host's faults, with each of which the logs leave open whether the own CVM had failed as what it may have been:
    a route that a person added and took back while the failure came that the next check found; one that Genesis
    exchanged; one that it left for longer than a check and its repair take, where no line has how the CVM was; and one
    that it deleted where a CVM was down, which may have been the host's own, and is told to be up in no line since; or
    where the own CVM was away last long before.
    """
    failures = [one for one in told if one.kind == "cvm-failure"]
    return tuple(_as_logged(one, failures, stargates) for one in told)


def _as_logged(one: Observation, failures: Sequence[Observation], stargates: Stargates) -> Observation:
    after = one.after
    if one.kind == "cvm-failure" and FAILURE_OR_ROUTE in one.doubts:
        return replace(one, kind="unexplained", before=UNKNOWN, during=UNKNOWN)
    late = LOG_BEGINS_LATE in one.doubts
    returned = one.kind == "cvm-recovery" and RETURN_UNLOGGED in one.doubts
    if late and (returned or (one.kind == "route-injection" and _may_be_back(one, stargates))):
        return replace(deleted_or_returned(one), before=UNKNOWN, during=UNKNOWN)
    if one.kind != "route-injection" or "fault" not in one.points:
        return one
    meanwhile = one.by_hand and any(_came_meanwhile(failure, one) for failure in failures)
    if meanwhile or (_was_left(one) and _is_untold(one, stargates)):
        return replace(failed_or_injected(one), after=after)
    return one


def _may_be_back(one: Observation, stargates: Stargates) -> bool:
    """Whether a CVM that was down before a route was found illegal may be the host's own."""
    found = one.points.get("detected")
    if found is None or one.host is None or one.host.cvm is not None:
        return False
    down = (cvm for cvm, state in stargates.state.items() if state == "down" and cvm != one.gateway)
    return any(stargates.since[cvm].at.least < found.at.least for cvm in down)


def _came_meanwhile(failure: Observation, typed: Observation) -> bool:
    """Whether a CVM may have failed before a route was typed, and after."""
    fault, added = failure.points.get("fault"), typed.points["fault"].at
    return fault is not None and fault.at.least < added.most and added.least < fault.at.most


def _was_left(one: Observation) -> bool:
    """Whether Genesis deleted a route later than the next check would have."""
    repaired, added = one.points.get("repaired"), one.points["fault"].at
    by_genesis = {"detected", "decided", "terminated"} & one.points.keys()
    late = repaired is not None and repaired.at.least - added.most > CHECK_PERIOD + ONE_CHECK
    return late and bool(by_genesis) and not one.by_hand


def _is_untold(one: Observation, stargates: Stargates) -> bool:
    """Whether no line has how a host's own CVM was."""
    own = one.host.cvm if one.host is not None else None
    seen = {cvm for cvm, _ in stargates.seen}
    return not stargates.all_up and (own not in seen if own is not None else not seen)


def _is_in_no_order(one: Observation) -> bool:
    fault = one.points.get("fault")
    unseen = "repaired" not in one.points or REPAIR_UNLOGGED in one.doubts
    return fault is not None and fault.at.doubt > ORDERED and unseen and undetected(one, one.gateway)


def _is_of(moved: Observation, typed: Observation) -> bool:
    """Whether a host was found elsewhere by the route that was typed, which no line of another tells."""
    return FAILURE_OR_ROUTE in moved.doubts and "changed-unasked" in _told(moved) and moved.gateway == typed.gateway


def _told(one: Observation) -> set[str]:
    return {claim.statement.name for claim in one.claims}
