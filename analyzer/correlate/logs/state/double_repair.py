"""A route that is put right twice within seconds, by Genesis and by a person, or by two tasks of Genesis that were
created before the first was done: the second time changes nothing.
"""

from __future__ import annotations

from msgspec.structs import replace

from analyzer.correlate.logs.lines.entry import Entry, RouteDetail
from analyzer.correlate.logs.state.context import Context
from analyzer.correlate.logs.state.host_state import HostState, repaired_by
from analyzer.correlate.logs.state.retry import NO_RESULT
from analyzer.correlate.observation import BY_HAND, BY_OTHERS, Observation, Point
from analyzer.correlate.timing import ONE_CHECK
from analyzer.model.episode import Statement
from analyzer.model.event import RouteChanged, RouteCommand, TaskCreated
from analyzer.model.measurement import How, HowName

# how a repair is known that the kernel logged
BY_KERNEL: frozenset[HowName] = frozenset(
    {"kernel-logged", "kernel-logged-order", "kernel-logged-session", "kernel-logged-once"}
)


def repeats(state: HostState, entry: Entry, detail: RouteDetail, context: Context) -> bool:
    """Whether Genesis does what a person has just done, or a person what Genesis has, or Genesis what it has done
    itself; a change that the kernel logged besides another is none. `context` stands at the line.
    """
    last = state.last if state.open is None or isinstance(detail, TaskCreated) else _mended_before(state)
    repaired = last.points.get("repaired") if last is not None else None
    if last is None or repaired is None or (isinstance(detail, RouteChanged) and detail.by_kernel):
        return False
    by_hand = isinstance(detail, RouteCommand) and detail.actor == "person"
    if exchanges(state, detail):
        apart = max(entry.at.least - repaired.at.most, repaired.at.least - entry.at.most)
        return _not_by_genesis(last) and apart <= ONE_CHECK
    if entry.exact and (not by_hand or repaired.how.name in BY_KERNEL):
        return False
    same = repaired_by(last.kind) == detail.action
    by_genesis = not _not_by_genesis(last)
    needs = _needs_a_task(last, detail) or _is_of_no_check(last, repaired, detail, context)
    own = by_genesis and not by_hand and needs
    other = by_hand == by_genesis or own
    apart = entry.at.middle - repaired.at.middle if own else entry.at.least - repaired.at.most  # one log has both
    soon = abs(apart) <= ONE_CHECK
    return same and other and soon and detail.gateway in (None, last.gateway)


def _needs_a_task(last: Observation, detail: RouteDetail) -> bool:
    """Whether Genesis' log has a task for what it did last, with its result, and none for what it does now: that is of
    a task before.
    """
    told = "decided" in last.points and NO_RESULT not in last.doubts
    return told and isinstance(detail, RouteCommand | RouteChanged)


def _is_of_no_check(last: Observation, repaired: Point, detail: RouteDetail, context: Context) -> bool:
    """Whether no line has what Genesis found before what it did last, nor before what it does again within the time of
    one check: two orders, as a person's for a CVM that is stopped, and no route that was lost in between.
    """
    if "decided" in last.points or not isinstance(detail, RouteCommand | RouteChanged):
        return False
    found = last.points.get("detected")
    if found is not None and found.how.name != "check-to-action":
        return False
    check = context.checks.latest(context.entry.at.middle)
    return check is None or check.begin.most < repaired.at.least


def _mended_before(state: HostState) -> Observation | None:
    """The fault that somebody mended, and whose path somebody took away again before Genesis found that: what Genesis
    does by then, it had ordered for the first.
    """
    current = state.open
    if current is None or current.kind != "route-deletion" or state.typed is None or not state.done:
        return None
    found = {"detected", "decided"} & current.points.keys()
    return None if found or not _not_by_genesis(state.done[-1]) else state.done[-1]


def _not_by_genesis(observation: Observation) -> bool:
    return BY_HAND in observation.doubts or BY_OTHERS in observation.doubts


def mended_since(state: HostState, context: Context) -> bool:
    """Whether somebody had mended the last fault after the check began that finds the host without a route: it tells of
    that fault, as where it could not delete a route that was exchanged meanwhile.
    """
    last, check = state.last, context.acting_check()
    repaired = last.points.get("repaired") if last is not None else None
    if last is None or repaired is None or check is None or not _not_by_genesis(last):
        return False
    return repaired_by(last.kind) == "add" and check.begin.most < repaired.at.least


def exchanges(state: HostState, detail: RouteDetail) -> bool:
    """Whether a route takes the place of another that repaired the last fault: the path was right before it."""
    last = state.last
    by_hand = isinstance(detail, RouteCommand) and detail.actor == "person"
    added = last is not None and repaired_by(last.kind) == detail.action == "add"
    return last is not None and added and not by_hand and detail.gateway not in (None, last.gateway)


def exchanged(state: HostState, entry: Entry, detail: RouteDetail, context: Context) -> HostState:
    """Note it on that fault, and hold the host's new gateway."""
    storage = context.topology.settings.storage_address
    claim = Statement("changed-unasked", of=detail.gateway, to=storage, action=detail.action)
    told = state.done[-1].claimed(claim, entry.origins)
    if isinstance(detail, TaskCreated):  # the route is not there yet
        return state.correcting_last(told)
    return replace(state.correcting_last(told), gateway=detail.gateway)


def repeated(state: HostState, entry: Entry) -> HostState:
    """Note it on the fault that was repaired, where two did it; the one that the kernel logged is the repair."""
    detail, last = entry.event.detail, replace(state.done[-1], end=max(state.done[-1].end, entry.at.most))
    typed = isinstance(detail, RouteCommand) and detail.actor == "person"
    logged = last.points["repaired"].stamp is not None
    last = replace(last, by_hand=typed if entry.exact else last.by_hand and logged)
    if entry.exact:
        last = last.at("repaired", Point(entry.at, entry.origins, How("kernel-logged-once"), entry.stamp))
    own = not typed and not _not_by_genesis(last)
    return state.correcting_last(last if own else last.claimed(Statement("repaired-twice"), entry.origins))
