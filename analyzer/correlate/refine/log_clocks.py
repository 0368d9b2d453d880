"""What the logs tell, on clocks that the faults themselves place: those told by both a log and the wire bound it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from analyzer.correlate import matching
from analyzer.correlate.clocks.align import vote_again
from analyzer.correlate.clocks.ambiguity import PRIOR
from analyzer.correlate.clocks.chained import by_way_of_another
from analyzer.correlate.clocks.clocks import Clocks, with_unbounded_wide
from analyzer.correlate.clocks.ssh_exchanges import Burst, exchanges_of, ssh_bursts
from analyzer.correlate.logs.ha_checks import find_ticks
from analyzer.correlate.logs.observations import observations_from_logs
from analyzer.correlate.observation import Draft
from analyzer.correlate.refine.fault_offsets import Look, placed
from analyzer.correlate.topology.topology import Topology
from analyzer.correlate.wire.service import Service
from analyzer.model.clock import ClockOffset
from analyzer.model.event import Event
from analyzer.model.evidence import Evidence
from analyzer.model.instant import SECOND, Span

SEVERAL_FIT = "more than one offset of the log's clock fits: its times are told with all that do"
LONGEST_DOUBT = 600 * SECOND


def tell(
    events: Sequence[Event],
    topology: Topology,
    clocks: Clocks,
    look: tuple[Sequence[Service], Sequence[Draft]],
    evidence: Evidence,
) -> tuple[list[Draft], list[str], Topology, Clocks]:
    """The logs' observations; where both saw a fault, cause and effect narrow the log's offset first."""
    served, seen = look
    told, topology = _observations_of_logs(events, topology, clocks)
    names = sorted({event.at.clock for event in events} - {clocks.reference})
    pairs = matching.match(seen, told)
    exchanges = ssh_bursts(evidence.events, evidence.rings)
    contradictions = []
    placed_before = clocks
    for name in names:
        bursts = exchanges_of(exchanges, clocks.cvms.get(name), topology.settings, clocks.cvms.values())
        if not clocks.known(name):
            mine = [observation for observation in told if _clocks_of(observation, clocks) == {name}]
            times = [event.at for event in events if event.at.clock == name]
            extent = Span(min(at.least for at in times), max(at.most for at in times))
            alternatives, offset = clocks.alternatives.get(name, ()), clocks.offsets[name].offset
            vote = placed(seen, mine, offset, alternatives, Look(served, extent), LONGEST_DOUBT)
            if vote is not None:
                clocks = _placed(clocks, name, *vote, (events, bursts))
            continue
        both = [pair for pair in pairs if _clocks_of(pair[1], clocks) == {name}]
        bound, count = matching.correction(both)
        if bound is None:
            contradictions.append(
                f"{name} and the captures contradict each other on cause and effect: check the clock and its zone"
            )
        elif both:
            clocks = _narrowed(clocks, name, bound, count)
    clocks = with_unbounded_wide(clocks)
    if clocks is not placed_before:
        clocks = by_way_of_another(clocks, evidence.events)
        told, topology = _observations_of_logs(events, topology, clocks)
    return told, contradictions, topology, clocks


def _observations_of_logs(events: Sequence[Event], topology: Topology, clocks: Clocks) -> tuple[list[Draft], Topology]:
    """What the logs tell as their clocks are placed now, and whether anything places them."""
    told, topology = observations_from_logs(events, topology, clocks, find_ticks(events, clocks))
    for observation in told:
        doubtful = [clock for clock in _clocks_of(observation, clocks) if not clocks.known(clock)]
        observation.adrift = bool(doubtful)
        observation.askew = any(clocks.offsets[clock].offset.meet(Span(-PRIOR, PRIOR)) is None for clock in doubtful)
    return told, topology


def _clocks_of(observation: Draft, clocks: Clocks) -> set[str]:
    """The clocks of the logs that an observation rests on."""
    return clocks.stamping(origin for point in observation.points.values() for origin in point.origins)


def _placed(
    clocks: Clocks, name: str, allowed: Span, count: int, told: tuple[Sequence[Event], Sequence[Burst]]
) -> Clocks:
    """With a clock that nothing placed at what the episodes agree on, and the SSH exchanges within that."""
    if allowed.width >= LONGEST_DOUBT:
        return clocks
    mine = [event for event in told[0] if event.at.clock == name]
    return _measured(clocks, name, vote_again(mine, told[1], allowed), count)


def _narrowed(clocks: Clocks, name: str, bound: Span, count: int) -> Clocks:
    """With one clock's offset within what cause and effect allow beyond the offset its log was placed with."""
    old = clocks.offsets[name]
    least, most = old.offset.most + bound.least, old.offset.least + bound.most  # placing took off most, and least
    met = old.offset.meet(Span(least, most)) if least <= most else None
    if old.basis == "given" or met is None or met == old.offset:
        return clocks
    return _measured(clocks, name, met, count)


def _measured(clocks: Clocks, name: str, offset: Span, count: int) -> Clocks:
    old = clocks.offsets[name]
    new = ClockOffset(
        clock=name,
        reference=old.reference,
        offset=offset,
        basis="measured",
        pairs=old.pairs + count,
        note="bounded by cause and effect in the episodes",
    )
    return clocks.at(name, new)


def stamp(told: Sequence[Draft], clocks: Clocks) -> None:
    """Keep beside each instant of one log what its clock said; what nothing places is told with all that fits."""
    for observation in told:
        for name, point in observation.points.items():
            origins = clocks.stamping(point.origins)
            doubtful = [clock for clock in origins if clocks.in_doubt(clock) is not None]
            if len(origins) > 1 and doubtful:
                observation.points[name] = replace(point, at=clocks.widened(point.at, doubtful))
                observation.doubt(SEVERAL_FIT)
            if len(origins) == 1 and point.stamp is None:
                clock = origins.pop()
                observation.points[name] = replace(point, stamp=clocks.raw(point.at, clock))
                if (alternatives := clocks.in_doubt(clock)) is not None:
                    stamp = clocks.raw(point.at, clock)
                    observation.points[name] = replace(point, at=stamp.on(clocks.reference, alternatives), stamp=stamp)
                    observation.doubt(SEVERAL_FIT, "low" if alternatives.width > 2 * LONGEST_DOUBT else "medium")
