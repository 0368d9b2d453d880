"""Events become episodes: who is who, which clock is right, what the wire and the logs saw, joined.

topology → clocks → from_wire, from_logs (observations) → join → episodes. Nothing here knows an expectation.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from analyzer.config import Settings
from analyzer.correlate import matching
from analyzer.correlate.captures.conflicts import disagreements, doubt_all, doubt_measured, half_of
from analyzer.correlate.captures.offsets import DeviceOffset, captures_apart
from analyzer.correlate.captures.shift import capture_offsets, shifted
from analyzer.correlate.clocks.align import align
from analyzer.correlate.clocks.chained import by_way_of_another
from analyzer.correlate.clocks.clocks import CAPTURE_CLOCK, Clocks
from analyzer.correlate.clocks.ssh_exchanges import ssh_bursts
from analyzer.correlate.clocks.steps import HA_DETAILS, split_where_set
from analyzer.correlate.logs.ha_checks import find_ticks, mark_checks
from analyzer.correlate.merge import unite
from analyzer.correlate.merge.episodes import build_episodes, mark_recovered, times_of
from analyzer.correlate.merge.marks import apply_marks
from analyzer.correlate.observation import Draft
from analyzer.correlate.refine import ports
from analyzer.correlate.refine.kernel_routes import refine, with_kernel_routes
from analyzer.correlate.refine.leaders import with_leaders_in_order
from analyzer.correlate.refine.log_clocks import SEVERAL_FIT, stamp, tell
from analyzer.correlate.topology.discover import as_model, discover
from analyzer.correlate.topology.topology import Topology
from analyzer.correlate.wire.observations import observations_from_wire
from analyzer.correlate.wire.service import Service, served_runs, services
from analyzer.correlate.wire.traffic import Wire, read_wire
from analyzer.model.clock import ClockOffset
from analyzer.model.correlation import Correlation
from analyzer.model.evidence import Evidence
from analyzer.model.instant import Span

__all__ = ["correlate"]

ONE_CLOCK = "taken as the captures' one clock: nothing contradicts that, and what both show allows no more than this"


def correlate(evidence: Evidence, settings: Settings) -> Correlation:
    """Find the episodes in the evidence."""
    ahead = capture_offsets(evidence, settings)
    given = {source.name: ahead[source.clock] for source in evidence.sources if source.clock in ahead}
    evidence = shifted(evidence, given)
    devices = captures_apart(evidence, settings, tuple(given))
    moved = _moved(devices)
    evidence = shifted(evidence, {name: (offset.least + offset.most) // 2 for name, offset in moved.items()})
    evidence, steps = split_where_set(evidence)
    topology = discover(evidence, settings)
    of_hosts = {
        clock: host.address for clock in topology.logs if (host := topology.host_of_clock(clock)) and host.address
    }
    clocks = align(evidence, settings, of_hosts, steps)
    wire = read_wire(evidence, settings, CAPTURE_CLOCK)
    ha_events = [event for event in evidence.events if isinstance(event.detail, HA_DETAILS)]
    served, seen, topology = _look(wire, topology, (evidence, devices))
    clocks = with_kernel_routes(clocks, evidence.events, seen, topology)
    clocks = by_way_of_another(clocks, evidence.events)
    clocks = with_leaders_in_order(clocks, ha_events)
    told, contradictions, topology, clocks = tell(ha_events, topology, clocks, (served, seen), evidence)
    joined = ports.by_log(topology, matching.match(seen, told))
    if joined is not topology:
        served, seen, topology = _look(wire, joined, (evidence, devices))
        told, contradictions, topology, clocks = tell(ha_events, topology, clocks, (served, seen), evidence)
    observations = _join((wire, seen), told, evidence, clocks)
    refine(evidence.events, observations, clocks, topology)
    clocks = clocks.with_all_that_fit()
    ticks = find_ticks(ha_events, clocks)
    mark_checks(observations, ticks)
    unconfirmed = apply_marks(evidence.events, observations, clocks)
    mark_recovered(observations, evidence, wire, half_of(moved, moved))
    apart = disagreements(evidence, topology, devices)
    middle = {name: (offset.offset.least + offset.offset.most) // 2 for name, offset in clocks.offsets.items()}
    hosts, cvms = as_model(topology)
    return Correlation(
        reference=clocks.reference,
        evidence=evidence,
        clocks=(*(clocks.offsets[name] for name in sorted(clocks.offsets)), *_of_captures(ahead, devices)),
        hosts=hosts,
        cvms=cvms,
        check_period=ticks.period,
        episodes=build_episodes(observations, evidence, wire, times_of(evidence, middle)),
        contradictions=(*clocks.contradictions, *contradictions, *apart.values()),
        assumptions=(*topology.assumptions, *clocks.assumptions),
        unconfirmed=tuple(unconfirmed),
        served=served_runs(served, {name: half_of(moved, (name,)) for name in moved}),
        covered=(wire.first, wire.last) if wire is not None else None,
    )


def _look(
    wire: Wire | None, topology: Topology, captures: tuple[Evidence, Sequence[DeviceOffset]]
) -> tuple[list[Service], list[Draft], Topology]:
    """Who was served how, and the faults that this shows; with hosts joined that had their trouble together."""
    if wire is None:
        return [], [], topology
    served = services(wire, topology)
    joined = ports.by_silence(topology, served, wire)
    if joined is not topology:
        topology, served = joined, services(wire, joined)
    seen, topology = observations_from_wire(served, wire, topology, CAPTURE_CLOCK)
    joined = ports.by_cvm(topology, seen)
    if joined is not topology:
        served = services(wire, joined)
        seen, topology = observations_from_wire(served, wire, joined, CAPTURE_CLOCK)
    evidence, devices = captures
    doubt_measured(seen, _moved(devices))
    doubt_all(seen, evidence, disagreements(evidence, topology, devices))
    return served, seen, topology


def _moved(devices: Sequence[DeviceOffset]) -> dict[str, Span]:
    """By capture, the offset of those that were put on the first one's clock, ns."""
    return {name: one.offset for one in devices if one.measured and not one.vague for name in one.names}


def _of_captures(given: Mapping[str, int], devices: Sequence[DeviceOffset]) -> list[ClockOffset]:
    """The captures that `--clock` corrected, by clock, and those of further devices, by their first file's name."""
    exact = [
        ClockOffset(clock=clock, reference=CAPTURE_CLOCK, offset=Span(offset, offset), basis="given")
        for clock, offset in sorted(given.items())
    ]
    found = [
        ClockOffset(
            clock=f"{CAPTURE_CLOCK}:{one.names[0]}",
            reference=CAPTURE_CLOCK,
            offset=one.offset,
            basis="measured" if one.measured and not one.vague else "assumed",
            pairs=one.pairs,
            note="by when the hosts are served on which path" if one.measured else ONE_CLOCK,
        )
        for one in devices
    ]
    return exact + found


def _join(
    look: tuple[Wire | None, Sequence[Draft]], told: Sequence[Draft], evidence: Evidence, clocks: Clocks
) -> list[Draft]:
    wire, seen = look
    covered = Span(wire.first, wire.last) if wire is not None else Span(0, 0)
    pairs = matching.match(seen, told)
    stamp(told, clocks)
    bursts = ssh_bursts(evidence.events, evidence.rings)
    united = []
    for one, other in pairs:
        if SEVERAL_FIT not in other.doubts:
            unite.tighten(other, bursts, covered)
        united.append(unite.unite(one, other))
    alone = [s for s in told if all(s is not other for _, other in pairs)]
    rest = [s for s in seen if all(s is not one for one, _ in pairs) and not matching.any_of(s, alone)]
    rest += alone
    everything = [*united, *rest]
    kept = [s for s in everything if not unite.absorbed(s, everything)]
    for observation in kept:
        unite.order(observation)
    return kept
