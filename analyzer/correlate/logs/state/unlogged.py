"""A host that a check finds on a remote path which no line tells of: since the last check that had it at its own CVM,
that has failed, and somebody has added the route. Which of the two came first is in no log. The line of a host that
tells it may be there, by a clock that nothing places: then it is not known which checks came before it.
"""

from __future__ import annotations

from msgspec.structs import replace

from analyzer.correlate.logs.lines.entry import Entry
from analyzer.correlate.logs.state.by_hand import FAILURE_OR_ROUTE, failed_or_injected
from analyzer.correlate.logs.state.context import Context
from analyzer.correlate.logs.state.host_state import ORDERED, HostState, undetected
from analyzer.correlate.observation import Observation
from analyzer.correlate.timing import SSH_LAG
from analyzer.model.episode import Statement
from analyzer.model.instant import Instant
from analyzer.model.measurement import How
from analyzer.model.path import Path
from analyzer.model.told import Doubt

REPAIR_UNLOGGED = Doubt("repair-unlogged")


def moved_unlogged(state: HostState, entry: Entry, gateway: str | None, context: Context) -> HostState:
    """With what happened to a host that was at its own CVM by the last check, and is not by this one; the same state
    where a line tells how it came by its route, or where none had it at its own CVM.
    """
    good = state.good
    untold = state.open is None and state.path == "local" and gateway is not None
    if not untold or good is None or good.on_host or good.at.least > entry.at.most:
        return state
    at = Instant(entry.at.clock, good.at.least - SSH_LAG, entry.at.most)
    moved = Observation("unexplained", "logs", state.host, at.clock, at.least, at.most, gateway=gateway)
    moved = moved.marked("fault", at, (good.event.origin, entry.event.origin), How("right-to-wrong"))
    moved = failed_or_injected(replace(moved, before=Path("local")))
    storage = context.topology.settings.storage_address
    claim = Statement("changed-unasked", of=gateway, to=storage, action="add")
    return replace(state, done=(*state.done, moved.claimed(claim, entry.origins)))


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


def _is_in_no_order(one: Observation) -> bool:
    fault = one.points.get("fault")
    unseen = "repaired" not in one.points or REPAIR_UNLOGGED in one.doubts
    return fault is not None and fault.at.doubt > ORDERED and unseen and undetected(one, one.gateway)


def _is_of(moved: Observation, typed: Observation) -> bool:
    """Whether a host was found elsewhere by the route that was typed, which no line of another tells."""
    return FAILURE_OR_ROUTE in moved.doubts and "changed-unasked" in _told(moved) and moved.gateway == typed.gateway


def _told(one: Observation) -> set[str]:
    return {claim.statement.name for claim in one.claims}
