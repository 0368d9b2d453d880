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
    """With one stop told by the fault that it began."""
    said = Statement("vm-stopped", of=cycle.vm, by=cycle.user)
    for place, one in enumerate(found):
        proved = _stopped(one, cycle)
        if proved is not None:
            return [*found[:place], proved.claimed(said, cycle.origins), *found[place + 1 :]]
    return list(found)


def _stopped(one: Observation, cycle: PowerCycle) -> Observation | None:
    """The fault that a stop began, as exact as the host has it; None where it is another."""
    if one.kind not in ("cvm-failure", "unexplained") or one.host is None or one.host != cycle.host:
        return None
    if one.kind == "cvm-failure" and one.cvm is not None and cycle.host.cvm not in (None, one.cvm):
        return None
    fault, repaired = one.points.get("fault"), one.points.get("repaired")
    if fault is not None:
        return _nearer(one, fault, cycle)
    if one.kind == "unexplained" or cycle.stop is None:
        return None
    if repaired is not None and repaired.at.most < cycle.stop.least:
        return _planned(one, cycle, cycle.stop) if cycle.stop.least - repaired.at.most <= AHEAD else None
    inside = cycle.stop.least <= one.end and one.start <= cycle.stop.most + AHEAD
    return one.at("fault", Point(cycle.stop, cycle.origins, stop_of(cycle))) if inside else None


def _nearer(one: Observation, fault: Point, cycle: PowerCycle) -> Observation | None:
    """With both bounds of the fault, where they meet; a stop that no line begins bounds it from above."""
    stop = cycle.stop or Instant(cycle.begin.clock, min(fault.at.least, cycle.begin.most), cycle.begin.most)
    met = fault.at.meet(stop)
    if met is None:
        return None
    how = fault.how if met == fault.at else stop_of(cycle)
    origins = tuple(dict.fromkeys((*fault.origins, *cycle.origins)))
    stamp = fault.stamp if met == fault.at else None
    return one.at("fault", Point(met, origins, how, stamp))


def _planned(one: Observation, cycle: PowerCycle, stop: Instant) -> Observation:
    """A host that was forwarded before its CVM was stopped: nothing was to be detected."""
    fault = Point(stop, cycle.origins, stop_of(cycle))
    doubts = tuple(doubt for doubt in one.doubts if doubt.name != "log-begins-late")
    return replace(one.at("fault", fault), doubts=doubts).without("detected").lacking("detected", "genesis-silent")


def _with_start(found: Sequence[Observation], cycle: PowerCycle) -> list[Observation]:
    """With one start told by the recovery that follows it."""
    if cycle.start is None:
        return list(found)
    said = Statement("vm-started", of=cycle.vm, by=cycle.starter)
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
