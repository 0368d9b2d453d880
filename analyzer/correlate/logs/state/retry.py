"""A route command of which the log does not have the result, and the next line on it, or the next try."""

from __future__ import annotations

from msgspec.structs import replace

from analyzer.correlate.logs.lines.entry import Entry, apart
from analyzer.correlate.logs.state.context import SAME_REPAIR
from analyzer.correlate.logs.state.host_state import HostState, repaired_by
from analyzer.correlate.observation import Observation
from analyzer.model.event import RouteAction
from analyzer.model.instant import SECOND, Instant
from analyzer.model.told import Doubt

NO_RESULT = Doubt("no-result")
RUN_AGAIN = Doubt("run-again")
RETRIED_WITHIN = 40 * SECOND  # the next check is nearer than this


def is_retry(state: HostState, entry: Entry, action: RouteAction, gateway: str | None) -> bool:
    """Whether the same is done again in the next check, after a command that the log shows no result of. A route by
    another gateway that is to be deleted then is another one.
    """
    if state.unproved is None or state.open is not None or state.unproved != len(state.done) - 1:
        return False
    fault = state.done[state.unproved]
    same = repaired_by(fault.kind) == action
    if action == "delete" and None not in (gateway, fault.gateway) and gateway != fault.gateway:
        return False
    return same and state.ordered is not None and apart(state.ordered, entry) <= RETRIED_WITHIN


def reopened(state: HostState, entry: Entry) -> tuple[HostState, Observation]:
    """With the observation that a command closed open again."""
    *done, observation = state.done
    if state.ordered is None or apart(state.ordered, entry) > SAME_REPAIR:
        first = state.tried if RUN_AGAIN in observation.doubts else observation.points["repaired"].at
        state = replace(state, tried=first)
        observation = observation.without("repaired").doubted(RUN_AGAIN)
    else:
        observation = with_result(observation)
    return replace(state, done=tuple(done), open=observation, unproved=None), observation


def since_first_try(at: Instant, observation: Observation, state: HostState) -> Instant:
    """When the route changed, as far as that is known where the command was run again: the first may have done it, and
    somebody have changed the route once more.
    """
    if RUN_AGAIN not in observation.doubts or state.tried is None:
        return at
    return Instant(at.clock, min(at.least, state.tried.least), at.most)


def proved(state: HostState) -> HostState:
    """A check found the path right: that proves a command before it whose result the log does not have."""
    if state.unproved is None:
        return state
    observation = state.done[state.unproved]
    proved = with_result(observation)
    if proved is not observation and not proved.doubts:
        proved = replace(proved, confidence="high")
    return replace(state.correcting(state.unproved, proved), unproved=None)


def with_result(observation: Observation) -> Observation:
    """Without the doubt that a command's result is missing."""
    if NO_RESULT not in observation.doubts:
        return observation
    place = observation.doubts.index(NO_RESULT)
    return replace(observation, doubts=observation.doubts[:place] + observation.doubts[place + 1 :])
