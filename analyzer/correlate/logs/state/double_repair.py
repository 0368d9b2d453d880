"""A route that is put right twice, by Genesis and by a person within seconds: the second time changes nothing."""

from __future__ import annotations

from dataclasses import replace

from analyzer.correlate.logs.lines.entry import Entry, RouteDetail
from analyzer.correlate.logs.state.by_hand import BY_HAND
from analyzer.correlate.logs.state.host_state import HostState, repaired_by
from analyzer.correlate.observation import Point
from analyzer.correlate.timing import ONE_CHECK
from analyzer.model.episode import Statement
from analyzer.model.event import RouteChanged, RouteCommand
from analyzer.model.measurement import How, HowName

# how a repair is known that the kernel logged
BY_KERNEL: frozenset[HowName] = frozenset({"kernel-logged", "kernel-logged-order", "kernel-logged-once"})


def repeats(state: HostState, entry: Entry, detail: RouteDetail) -> bool:
    """Whether Genesis does what a person has just done, or a person what Genesis has; a change that the kernel logged
    besides another is none.
    """
    last = state.last
    repaired = last.points.get("repaired") if last is not None else None
    if last is None or repaired is None or (isinstance(detail, RouteChanged) and detail.by_kernel):
        return False
    by_hand = isinstance(detail, RouteCommand) and detail.actor == "person"
    if entry.exact and (not by_hand or repaired.how.name in BY_KERNEL):
        return False
    same = repaired_by(last.kind) == detail.action
    other = by_hand != (BY_HAND in last.doubts)
    soon = abs(entry.at.least - repaired.at.most) <= ONE_CHECK
    return same and other and soon and detail.gateway in (None, last.gateway)


def repeated(state: HostState, entry: Entry) -> HostState:
    """Note it on the fault that was repaired; of the two, the one that the kernel logged is the repair."""
    last = replace(state.done[-1], by_hand=False, end=max(state.done[-1].end, entry.at.most))
    if entry.exact:
        last = last.at("repaired", Point(entry.at, entry.origins, How("kernel-logged-once"), entry.stamp))
    return state.correcting_last(last.claimed(Statement("repaired-twice"), entry.origins))
