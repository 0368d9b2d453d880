"""A kernel's line of a route change with neither a typed command nor Genesis' log of that time."""

from __future__ import annotations

from msgspec.structs import replace

from analyzer.correlate.logs.lines.entry import Entry
from analyzer.correlate.logs.state.context import Context
from analyzer.correlate.logs.state.host_state import ORDERED, HostState
from analyzer.correlate.observation import AUTHOR_UNLOGGED, Observation, Point
from analyzer.correlate.timing import CHECK_PERIOD, ONE_CHECK
from analyzer.model.episode import Statement
from analyzer.model.event import RouteChanged, RouteCommand
from analyzer.model.instant import SECOND, Instant
from analyzer.model.measurement import How
from analyzer.model.path import Path

FOUND_WITHIN = CHECK_PERIOD + ONE_CHECK  # a route too many is found by the next check
EXCHANGED_WITHIN = 2 * SECOND  # a route is deleted and added in one go


def without_author(
    state: HostState, entry: Entry, detail: RouteChanged, gateway: str | None, context: Context
) -> HostState:
    """What it was is not known; a deletion belongs to the addition before it, and so does an addition to the deletion
    just before it: the route was exchanged for another.
    """
    added = detail.action == "add"
    if _is_there_already(state, gateway) and added:
        claim = Statement("changed-unasked", of=gateway, to=context.topology.settings.storage_address, action="add")
        return state.correcting_last(state.done[-1].claimed(claim, entry.origins))
    last = state.done[-1] if state.done and state.done[-1].note == "no-author" else None
    exchanges = last is not None and added and _has_just_left(last, entry)
    if last is None or (added and not exchanges):
        observation, done = _unexplained(state, entry), state.done
    else:
        observation, done = last, state.done[:-1]
    if last is None and not added:
        observation = replace(observation, before=Path("remote", via=gateway))
    remote = Path("remote", via=gateway)
    storage = context.topology.settings.storage_address
    claim = Statement("changed-unasked", of=gateway, to=storage, action=detail.action)
    observation = replace(
        observation,
        during=remote if added else observation.during,
        after=remote if added else Path("local"),
        gateway=gateway,
        end=max(observation.end, entry.at.most),
    ).claimed(claim, entry.origins)
    state = replace(state, done=(*done, observation))
    if entry.at.doubt > ORDERED:  # it is not known which checks came after it
        return state
    return replace(state, path="remote" if added else "local")


def _is_there_already(state: HostState, gateway: str | None) -> bool:
    """Whether the host's route is by this gateway as far as is known: one more of the same changes nothing."""
    last = state.last
    if last is None or state.path != "remote" or gateway is None:
        return False
    return gateway == (last.gateway if last.note == "no-author" else state.gateway)


def taken_back(
    state: HostState, entry: Entry, detail: RouteCommand, gateway: str | None, context: Context
) -> HostState:
    """A route that nobody is known to have added, deleted in a session: whether it was one too many, or the right one
    until the own CVM was back, is in no log of the host.
    """
    unasked = RouteChanged("delete", detail.host, detail.gateway, by_kernel=True, addresses=detail.addresses)
    state = without_author(state, entry, unasked, gateway, context)
    if detail.actor != "genesis" or detail.login is None:
        return state
    return state.correcting_last(state.done[-1].claimed(Statement("session-of-cvm", of=detail.login), entry.origins))


def added_by_nobody(state: HostState, gateway: str | None) -> Observation | None:
    """What is told of a route that nobody is known to have added and that is there still, by this gateway or by any."""
    last = state.last
    if last is None or last.note != "no-author" or state.path != "remote" or state.failed:
        return None
    there = bool(last.claims) and last.claims[-1].statement.action == "add"
    return last if there and gateway in (None, last.gateway) else None


def found_illegal(
    state: HostState, entry: Entry, gateway: str | None, context: Context
) -> tuple[HostState, Observation] | None:
    """The state without a route that nobody is known to have added, and what was told of that, where Genesis' next
    check finds it illegal beside the host's own CVM: it is one fault, which began with that route.
    """
    added = added_by_nobody(state, gateway)
    if added is None or entry.on_host or len(added.claims) > 1:
        return None
    served = context.stargates.state_of(state.host.cvm) == "up"
    soon = entry.at.clock == added.clock and entry.at.most - added.start <= FOUND_WITHIN
    return (replace(state, done=state.done[:-1]), added) if served and soon else None


def begun_with(observation: Observation, added: Observation) -> Observation:
    """An injected route, from when the kernel logged that it was added; who did that is in no log."""
    (claim,) = added.claims
    fault = Point(Instant(added.clock, added.start, added.end), claim.origins, How("kernel-logged"))
    begun = replace(observation, start=added.start, claims=(claim, *observation.claims))
    return begun.without("check").at("fault", fault).doubted(AUTHOR_UNLOGGED)


def _has_just_left(last: Observation, entry: Entry) -> bool:
    """Whether the route was deleted just before it is added, by another gateway or by the same."""
    soon = entry.at.least - last.end <= EXCHANGED_WITHIN
    return soon and bool(last.claims) and last.claims[-1].statement.action == "delete"


def _unexplained(state: HostState, entry: Entry) -> Observation:
    at = entry.at
    observation = Observation("unexplained", "logs", state.host, at.clock, at.least, at.most, note="no-author")
    return observation.doubted(AUTHOR_UNLOGGED, "low")
