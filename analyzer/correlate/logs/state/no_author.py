"""A kernel's line of a route change with neither a typed command nor Genesis' log of that time."""

from __future__ import annotations

from msgspec.structs import replace

from analyzer.correlate.logs.lines.entry import Entry
from analyzer.correlate.logs.state.context import Context
from analyzer.correlate.logs.state.host_state import HostState
from analyzer.correlate.logs.state.late import ORDERED
from analyzer.correlate.observation import Observation
from analyzer.model.episode import Statement
from analyzer.model.event import RouteChanged
from analyzer.model.instant import SECOND
from analyzer.model.path import Path
from analyzer.model.told import Doubt

EXCHANGED_WITHIN = 2 * SECOND  # a route is deleted and added in one go


def without_author(
    state: HostState, entry: Entry, detail: RouteChanged, gateway: str | None, context: Context
) -> HostState:
    """What it was is not known; a deletion belongs to the addition before it, and so does an addition to the deletion
    just before it: the route was exchanged for another.
    """
    added = detail.action == "add"
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


def _has_just_left(last: Observation, entry: Entry) -> bool:
    """Whether the route was deleted just before it is added, by another gateway or by the same."""
    soon = entry.at.least - last.end <= EXCHANGED_WITHIN
    return soon and bool(last.claims) and last.claims[-1].statement.action == "delete"


def _unexplained(state: HostState, entry: Entry) -> Observation:
    at = entry.at
    observation = Observation("unexplained", "logs", state.host, at.clock, at.least, at.most, note="no-author")
    return observation.doubted(Doubt("author-unlogged"), "low")
