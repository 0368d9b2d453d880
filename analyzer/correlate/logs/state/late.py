"""A line that is read after the repair that it led to, as its clock leaves open which of the two came first."""

from __future__ import annotations

from analyzer.correlate.logs.lines.entry import Entry
from analyzer.correlate.logs.state.host_state import HostState, repaired_by
from analyzer.model.event import RouteAction
from analyzer.model.instant import SECOND

ORDERED = 2 * SECOND  # with more doubt, what was before and what after a line is not known


def mended(state: HostState, entry: Entry, action: RouteAction) -> bool:
    """Whether a line is of what a repair mended that was read before it: another clock leaves their order open."""
    last = state.last
    repaired = last.points.get("repaired") if last is not None else None
    if last is None or repaired is None or repaired.at.doubt <= ORDERED or entry.at.least > repaired.at.most:
        return False
    elsewhere = all(origin.source != entry.event.origin.source for origin in repaired.origins)
    return elsewhere and repaired_by(last.kind) == action
