"""The power of a host's CVM as proof of faults: when it failed and by whom it was stopped, and when it was on again."""

from __future__ import annotations

from collections.abc import Sequence

from msgspec.structs import replace

from analyzer.correlate.clocks.clocks import Clocks
from analyzer.correlate.logs.power.cycles import PowerCycle, power_cycles
from analyzer.correlate.logs.power.opened import SERVES_AFTER, stop_of
from analyzer.correlate.observation import Observation, Point
from analyzer.correlate.topology.topology import Topology
from analyzer.model.episode import Statement
from analyzer.model.evidence import Evidence
from analyzer.model.instant import SECOND, Instant
from analyzer.model.measurement import How
from analyzer.model.source import Origin

OF_LOGS = frozenset({"right-to-wrong", "vm-stopped", "vm-reset"})
AHEAD = 600 * SECOND  # a host is forwarded this long before its CVM is stopped for maintenance, at most


def with_power(
    observations: Sequence[Observation], evidence: Evidence, topology: Topology, clocks: Clocks
) -> list[Observation]:
    """Each with what the hosts logged of their CVMs' power."""
    found = list(observations)
    for cycle in power_cycles(evidence, topology, clocks):
        found = _with_stop(_with_start(found, cycle), cycle)
    return found


def _with_stop(found: Sequence[Observation], cycle: PowerCycle) -> list[Observation]:
    """With one stop told by the fault that it began: the nearest that it fits."""
    if not cycle.stopped_by:
        return list(found)
    fitting = [(abs(one.start - cycle.begin.middle), place) for place, one in enumerate(found) if _fits(one, cycle)]
    ahead = _forwarded_ahead(found, cycle) if not fitting else None
    if not fitting and ahead is None:
        return list(found)
    place = ahead if ahead is not None else min(fitting)[1]
    planned = ahead is not None or _is_off_after(found[place], cycle)
    told = _planned(found[place], cycle) if planned else _stopped(found[place], cycle)
    said = Statement("vm-reset" if cycle.is_reset else "vm-stopped", of=cycle.vm, by=cycle.user)
    return [*found[:place], told.claimed(said, cycle.origins), *found[place + 1 :]]


def _is_off_after(one: Observation, cycle: PowerCycle) -> bool:
    """Whether Genesis forwarded a host of which no check found the CVM down, and that one was off after it."""
    repaired = one.points.get("repaired")
    return one.is_ahead and repaired is not None and repaired.at.most < cycle.begin.least


def _is_of(one: Observation, cycle: PowerCycle) -> bool:
    """Whether a fault may be the failure of the host's own CVM."""
    if one.kind not in ("cvm-failure", "unexplained") or one.host is None or one.host != cycle.host:
        return False
    return one.cvm is None or cycle.host.cvm in (None, one.cvm)


def _fits(one: Observation, cycle: PowerCycle) -> bool:
    """Whether a stop may have begun a fault."""
    fault = one.points.get("fault")
    if not _is_of(one, cycle):
        return False
    if fault is not None:
        return cycle.stop is not None and fault.at.meet(cycle.stop) is not None
    if one.kind == "unexplained":
        return False
    repaired = one.points.get("repaired")
    end = repaired.at if repaired is not None else Instant(cycle.begin.clock, one.start, one.end)
    return cycle.begin.least <= end.most and end.least <= cycle.begin.most + AHEAD


def _stopped(one: Observation, cycle: PowerCycle) -> Observation:
    """The fault that a stop began, as exact as the host has it."""
    fault = one.points.get("fault")
    if cycle.stop is None:
        return one
    if fault is not None:
        return _nearer(one, fault, cycle, cycle.stop)
    return one.at("fault", Point(cycle.stop, cycle.origins, stop_of(cycle)))


def _forwarded_ahead(found: Sequence[Observation], cycle: PowerCycle) -> int | None:
    """The place of the forwarding that was ahead of a stop: the host was not given back between them."""
    if cycle.stop is None:
        return None
    changes = [
        (repaired.at.most, place)
        for place, one in enumerate(found)
        if one.host == cycle.host and (repaired := one.points.get("repaired")) is not None
        if repaired.at.most < cycle.stop.least <= repaired.at.most + AHEAD
    ]
    if not changes:
        return None
    place = max(changes)[1]
    one = found[place]
    return place if one.kind == "cvm-failure" and _is_of(one, cycle) and "fault" not in one.points else None


def _nearer(one: Observation, fault: Point, cycle: PowerCycle, bounds: Instant) -> Observation:
    """With both bounds of the fault. What frames show may be earlier: a Stargate can fail before its CVM is stopped."""
    if fault.how.name not in OF_LOGS:
        bounds = Instant(bounds.clock, min(bounds.least, fault.at.least), bounds.most)
    met = fault.at.meet(bounds)
    if met is None:
        return one
    how = fault.how if met == fault.at else stop_of(cycle)
    origins = tuple(dict.fromkeys((*fault.origins, *cycle.origins)))
    stamp = fault.stamp if met == fault.at else None
    return one.at("fault", Point(met, origins, how, stamp))


def _planned(one: Observation, cycle: PowerCycle) -> Observation:
    """A host that was forwarded before its CVM was stopped: nothing was to be detected."""
    doubts = tuple(doubt for doubt in one.doubts if doubt.name != "log-begins-late")
    return replace(_stopped(one, cycle), doubts=doubts).without("detected").lacking("detected", "forwarded-ahead")


def _with_start(found: Sequence[Observation], cycle: PowerCycle) -> list[Observation]:
    """With one start told by the recovery that follows it."""
    if cycle.start is None:
        return list(found)
    said = Statement("vm-reset" if cycle.is_reset else "vm-started", of=cycle.vm, by=cycle.starter)
    origins = tuple(event.origin for event in cycle.started_by)
    for place, one in enumerate(found):
        repaired = one.points.get("repaired")
        mine = one.kind == "cvm-recovery" and one.host is not None and one.host == cycle.host
        if mine and repaired is not None and 0 <= repaired.at.most - cycle.start.least <= 4 * SERVES_AFTER:
            told = _started(one, cycle.start, repaired, origins)
            return [*found[:place], told.claimed(said, origins), *found[place + 1 :]]
    return list(found)


def _started(one: Observation, start: Instant, repaired: Point, origins: tuple[Origin, ...]) -> Observation:
    """A CVM serves again after its VM is started, and before it is given its host back."""
    fault = one.points.get("fault")
    if fault is None:
        at = Instant(start.clock, start.least, max(start.least, repaired.at.most))
        return one.at("fault", Point(at, (*origins, *repaired.origins), How("start-to-repair")))
    if not fault.at.least < start.least <= fault.at.most:
        return one
    later = Instant(fault.at.clock, start.least, fault.at.most)
    return one.at("fault", replace(fault, at=later, stamp=None))
