"""A CVM that its host's log has off: a failure, also where no log of Genesis and no capture tells of it."""

from __future__ import annotations

from collections.abc import Sequence

import msgspec
from msgspec.structs import replace

from analyzer.correlate.logs.checks.ha_checks import HaChecks
from analyzer.correlate.logs.lines.entry import Entry
from analyzer.correlate.logs.power.cycles import PowerCycle
from analyzer.correlate.logs.state.context import Context
from analyzer.correlate.logs.state.faults import FAILURE_OR_ROUTE, started
from analyzer.correlate.logs.state.host_state import HostState
from analyzer.correlate.observation import Observation, Point
from analyzer.correlate.timing import CHECK_PERIOD
from analyzer.correlate.topology.topology import Member
from analyzer.model.instant import SECOND, Instant
from analyzer.model.measurement import How
from analyzer.model.path import Path
from analyzer.model.told import Doubt

SERVES_AFTER = 300 * SECOND  # a CVM that is powered on takes minutes to boot and to join
BEGUN = frozenset({"detected", "decided", "terminated", "repaired"})  # Genesis gives the host back
NOTICED_AFTER = 2 * CHECK_PERIOD  # what is off for longer, Genesis forwards its host


class Serves(msgspec.Struct, frozen=True):
    """The CVM that was off in `cycle` serves again, as far as is known of how long that takes."""

    cycle: PowerCycle


class Started(msgspec.Struct, frozen=True):
    """The CVM that was off in `cycle` is started."""

    cycle: PowerCycle


class Off(msgspec.Struct, frozen=True):
    """A host's own CVM stops for good at `at`, on the lines' clock: its VM does (`logged`), or it is heard no more. Not
    `known`: nothing places the host's clock, so that it is in order only among the host's own lines.
    """

    host: Member
    at: Instant
    known: bool = True
    logged: bool = False


Step = int | PowerCycle | Started | Serves | Off
"""The place of a line, or what a host's log has of its CVM's power between the lines."""


def steps(
    entries: Sequence[Entry], cycles: Sequence[PowerCycle], checks: HaChecks, stops: Sequence[Off] = ()
) -> list[Step]:
    """The lines and, in time between them, the CVMs' `stops`, and their power where no HA check covers that."""
    timed: list[tuple[int, int, Step]] = []
    latest = 0
    for place, entry in enumerate(entries):  # their order counts, also where their middles are not in order
        latest = max(latest, entry.at.middle)
        timed.append((latest, 1, place))
    timed += [(stop.at.middle if stop.logged else stop.at.least, 0, stop) for stop in stops]
    for cycle in cycles:
        if _is_checked(cycle, checks):
            continue
        if cycle.stopped_by:
            timed.append((cycle.begin.middle, 0, cycle))
        if cycle.start is not None:
            timed.append((cycle.start.middle, 0, Started(cycle)))
        if cycle.back is not None:
            timed.append((cycle.back.middle + SERVES_AFTER, 0, Serves(cycle)))
    return [step for *_, step in sorted(timed, key=lambda one: one[:2])]


def _is_checked(cycle: PowerCycle, checks: HaChecks) -> bool:
    """Whether a log has HA checks of about that time."""
    least, most = cycle.begin.least - 2 * NOTICED_AFTER, cycle.begin.most + 2 * NOTICED_AFTER
    return bool(checks.between(least, most))


def stopped(state: HostState, cycle: PowerCycle, context: Context) -> HostState:
    """After a host's CVM stopped: it fails where it served the host, as far as is known."""
    if state.open is not None and is_injected(state):
        if state.open.gateway_valid is False:
            return state
        # the route may be right since
        return replace(state, open=state.open.lacking("detected", "no-author").doubted(Doubt("overtaken")))
    if state.open is not None or state.path == "remote":
        return state
    entry = Entry(cycle.begin, cycle.stopped_by[0], host=cycle.host, on_host=True)
    state, observation = started(state, "cvm-failure", entry, None, context)
    observation = observation.without("fault", "check")
    if cycle.stop is not None:
        observation = observation.at("fault", Point(cycle.stop, cycle.origins, stop_of(cycle)))
    return replace(state, open=observation)


def is_injected(state: HostState) -> bool:
    """Whether the host has a route that somebody added by hand."""
    return state.open is not None and state.open.kind == "route-injection"


def off_since(state: HostState, stop: PowerCycle | Off, entry: Entry, context: Context) -> HostState:
    """After a route was deleted that a person had added before the host's own CVM stopped: that has failed."""
    if isinstance(stop, PowerCycle):
        return stopped(state, stop, context)
    since = Instant(entry.at.clock, min(stop.at.least, entry.at.least), entry.at.most)
    state, observation = started(state, "cvm-failure", replace(entry, at=since), None, context)
    return replace(state, open=observation.without("fault", "check"))


def right_since(state: HostState, stop: PowerCycle | Off) -> HostState:
    """After a check that found a route right which somebody had added before the host's log has its own CVM stopped:
    it was injected, and is right since then.
    """
    route = state.done[-1] if state.done else None
    added = route.points.get("fault") if route is not None else None
    if route is None or added is None or FAILURE_OR_ROUTE not in route.doubts or state.path != "remote":
        return state
    stopped_at = stop.at if isinstance(stop, Off) else stop.begin
    if not (isinstance(stop, PowerCycle) or stop.known) or stopped_at.least <= added.at.most:
        return state
    remote = Path("remote", via=route.gateway)
    doubts = tuple(doubt for doubt in route.doubts if doubt != FAILURE_OR_ROUTE)
    injected = replace(route, kind="route-injection", gateway_valid=True, during=remote, after=remote, doubts=doubts)
    injected = replace(injected, confidence="medium" if doubts else "high")
    return state.correcting_last(injected.lacking("repaired", "right-since-failure"))


def off_again(state: HostState, stop: Off) -> HostState:
    """After a host's CVM stopped that had booted, and of which no check has that it served: it brought no recovery."""
    back = state.open
    if not stop.known or back is None or back.kind != "cvm-recovery" or BEGUN & back.points.keys():
        return state
    return replace(state, open=None) if back.end < stop.at.least else state


def powered(state: HostState, cycle: PowerCycle) -> HostState:
    """After a host's CVM was started: when its route is deleted, it is given its host back."""
    return replace(state, started=cycle.start)


def stop_of(cycle: PowerCycle) -> How:
    """What shows when it stopped."""
    return How("vm-reset" if cycle.is_reset else "vm-stopped", user=cycle.user)


def serves(state: HostState, cycle: PowerCycle) -> HostState:
    """After the CVM serves again: what was not repaired until then was no failover, or no log has it."""
    if state.open is None or not _is_of(state.open, cycle):
        return state
    return replace(state, open=None, done=(*state.done, returned(state.open, cycle)))


def _is_of(observation: Observation, cycle: PowerCycle) -> bool:
    """Whether it is the failure that began with this stop, and nothing was done about it."""
    mine = observation.kind == "cvm-failure" and observation.start == cycle.begin.least
    return mine and not {"detected", "decided", "repaired"} & observation.points.keys()


def returned(observation: Observation, cycle: PowerCycle) -> Observation:
    """A failure from which the CVM came back by itself: soon, it was no failover; else no log has the repair."""
    if cycle.back is None or not _is_of(observation, cycle):
        return observation
    if cycle.back.least - cycle.begin.most > NOTICED_AFTER:
        return replace(observation.doubted(Doubt("repair-unlogged")), after=Path("unknown"))
    return replace(observation, kind="unexplained", during=Path("dead"), after=Path("local"))
