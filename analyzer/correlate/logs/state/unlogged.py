"""A host that a check finds on a remote path which no line tells of: since the last check that had it at its own CVM,
that has failed, and somebody has added the route. Which of the two came first is in no log.
"""

from __future__ import annotations

from msgspec.structs import replace

from analyzer.correlate.logs.lines.entry import Entry
from analyzer.correlate.logs.state.by_hand import failed_or_injected
from analyzer.correlate.logs.state.context import Context
from analyzer.correlate.logs.state.host_state import HostState
from analyzer.correlate.observation import Observation
from analyzer.correlate.timing import SSH_LAG
from analyzer.model.episode import Statement
from analyzer.model.instant import Instant
from analyzer.model.measurement import How
from analyzer.model.path import Path


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
