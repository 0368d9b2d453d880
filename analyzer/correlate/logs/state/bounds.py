"""When a fault was, by the checks: between the last that found things right and the first that did not.

The host's own line of the change makes that exact; see `by_hand`.
"""

from __future__ import annotations

from msgspec.structs import replace

from analyzer.correlate.logs.lines.entry import Entry, apart
from analyzer.correlate.logs.state.context import Context
from analyzer.correlate.logs.state.host_state import HostState, undetected
from analyzer.correlate.logs.state.stargates import Stargates
from analyzer.correlate.observation import Observation, Point
from analyzer.correlate.timing import CHECK_PERIOD, LONG_REPAIR, ONE_CHECK, SAME_CHECK, SSH_LAG
from analyzer.model.event import Forwarding
from analyzer.model.instant import Instant
from analyzer.model.measurement import How, HowName

OF_A_HOST: tuple[HowName, ...] = ("typed", "kernel-without-genesis")  # what shows a fault that a host logged


def bounded(observation: Observation, state: HostState, entry: Entry, context: Context) -> Observation:
    """With `fault` between the last check that found things right and the first that did not, and that one's `check`,
    as far as they are known.
    """
    good, first_bad = _around(observation, state, entry, context.stargates)
    if good is None or good.at.least > first_bad.at.most:
        return observation
    by_stargates = observation.kind in ("cvm-failure", "cvm-recovery")
    asked = context.checks.containing(good.at) if by_stargates else None
    # a Stargate is asked from the check's begin on, a route table is read just before the line
    least = min(good.at.least, asked.begin.least) if asked is not None else good.at.least - SSH_LAG
    if observation.kind == "cvm-recovery" and good is state.good:
        least = min(least, _found_down(state, least))
    at = Instant(entry.at.clock, least, first_bad.at.most)
    origins = (good.event.origin, first_bad.event.origin)
    observation = replace(observation, start=least).marked("fault", at, origins, How("right-to-wrong"))
    check = context.checks.containing(first_bad.at)
    if check is None:
        return observation
    return observation.marked("check", check.begin, [check.origin], How("check-that-found"))


def _found_down(state: HostState, repaired: int) -> int:
    """When a check asked the own CVM that was down, ns: it may be back since then, and before the host had a route."""
    failure = state.last
    if failure is None or failure.kind != "cvm-failure":
        return repaired
    check, found = failure.points.get("check"), failure.points.get("detected")
    if check is not None and found is not None and found.at.least - check.at.most <= ONE_CHECK:
        return check.at.least
    return found.at.least - LONG_REPAIR if found is not None else repaired


def found_late(observation: Observation, context: Context) -> Observation:
    """A typed route that the log's next check finds wrong only after more than a period: that it was wrong before is in
    no line, as another CVM's checks may have found it right, while the own one was away.
    """
    fault, check = observation.points.get("fault"), context.acting_check()
    if fault is None or check is None or not undetected(observation, observation.gateway):
        return observation
    period = context.checks.period.most if context.checks.period is not None else CHECK_PERIOD
    late = check.first.least - fault.at.most > period + SAME_CHECK
    if not late or len(context.checks.between(fault.at.most, check.first.most)) > 1:
        return observation
    at = Instant(fault.at.clock, fault.at.least, check.first.most)
    return observation.at("fault", Point(at, (*fault.origins, check.origin), fault.how))


def since_right(fault: Observation, right: Entry | None) -> Observation:
    """With the check that found the path `right` last, of a fault that a host's own line tells and no check found yet:
    it came after that, whatever that host's clock says.
    """
    typed = fault.points.get("fault")
    if right is None or right.on_host or typed is None or typed.how.name not in OF_A_HOST:
        return fault
    if {"detected", "decided", "repaired"} & fault.points.keys():
        return fault
    read = Instant(right.at.clock, right.at.least - SSH_LAG, right.at.most)
    return replace(fault, since=Point(read, right.origins, How("right-to-wrong")))


def _around(
    observation: Observation, state: HostState, entry: Entry, stargates: Stargates
) -> tuple[Entry | None, Entry]:
    """The last line before the fault, as far as there is one, and the first after it."""
    match observation.kind:
        case "cvm-failure" if observation.cvm is not None:
            return _around_failure(observation.cvm, state, entry, stargates)
        case "cvm-recovery" if observation.cvm is not None:
            return _around_recovery(observation.cvm, state, entry, stargates)
        case "cvm-failure" | "cvm-recovery" if state.good is not None and state.good.on_host:
            return None, entry  # a host's log of its routes does not have whether its CVM served
        case _:
            return state.good, entry


def _around_failure(cvm: str, state: HostState, entry: Entry, stargates: Stargates) -> tuple[Entry | None, Entry]:
    """A CVM failed after it was seen alive, or after a check found the path by it right; it may have been back, and
    failed once more, since a check that saw it down and could not read the host's routes. It was back where a check
    after that found the host's path by it right.
    """
    seen = [stargates.seen[cvm, alive] for alive in ("up", "initializing") if (cvm, alive) in stargates.seen]
    up = max(seen, key=lambda one: one.at.middle, default=None)
    good = state.good
    served = good is not None and cvm == state.gateway and (up is None or good.at.middle > up.at.middle)
    down = stargates.first_down(cvm) or entry
    unread = state.unread is not None and apart(down, state.unread) >= -ONE_CHECK
    back = _was_right_since(cvm, down, state)
    return good if up is None or served or back else up, entry if unread or back else down


def _was_right_since(cvm: str, down: Entry, state: HostState) -> bool:
    """Whether a check after that which saw a host's own CVM down found its path by that right."""
    good = state.good
    if good is None or not isinstance(good.event.detail, Forwarding):
        return False
    return cvm == state.host.cvm and state.gateway is None and apart(down, good) > ONE_CHECK


def _around_recovery(cvm: str, state: HostState, entry: Entry, stargates: Stargates) -> tuple[Entry | None, Entry]:
    """A CVM came back after it was seen down last, and before it was seen alive first."""
    down = stargates.seen.get((cvm, "down"))
    alive = [seen for name in ("initializing", "up") if (seen := stargates.seen.get((cvm, name))) is not None]
    after = [seen for seen in alive if down is None or seen.at.middle >= down.at.middle]
    return down or state.good, min(after, key=lambda seen: seen.at.middle, default=entry)
