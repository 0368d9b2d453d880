"""Correlation's answer, as the next stages take it."""

from __future__ import annotations

from msgspec.structs import replace

from analyzer.correlate.captures.conflicts import disagreements
from analyzer.correlate.captures.timeline import Timeline
from analyzer.correlate.logs.either import with_either
from analyzer.correlate.merge.episodes import build_episodes, times_of
from analyzer.correlate.merge.merge import Merged
from analyzer.correlate.merge.still_served import with_still_served
from analyzer.correlate.snapshots import snapshots_in
from analyzer.correlate.story import consistent
from analyzer.correlate.story.lost_elsewhere import with_lost_elsewhere
from analyzer.correlate.story.own_silent import with_own_silent
from analyzer.correlate.story.unread_before import with_unread_before
from analyzer.correlate.topology.discover import as_model
from analyzer.correlate.topology.topology import Topology
from analyzer.correlate.view import Observations
from analyzer.correlate.wire.service import served_runs
from analyzer.model.correlation import Correlation
from analyzer.model.event import HaUnclassified, RouteCommand, TaskCreated
from analyzer.model.evidence import Evidence
from analyzer.model.traffic import ServedRun


def conclude(merged: Merged, observed: Observations, evidence: Evidence) -> Correlation:
    """The episodes, with who is who and how far each clock is from the reference. `evidence` is all of it on the
    captures' clock, also what says nothing of when.
    """
    view, timeline, clocks = merged.settled.view, merged.settled.timeline, merged.settled.clocks
    traffic = timeline.traffic
    middle = {name: (offset.offset.least + offset.offset.most) // 2 for name, offset in clocks.offsets.items()}
    apart = disagreements(evidence, view.topology, timeline.devices)
    suspected = frozenset(
        service.host.macs
        for service in observed.served
        if timeline.suspected(run.first_origin.source for run in service.runs)
    )
    denied = with_still_served(merged.observations, observed.served, observed.from_captures, suspected)
    understood = not evidence.of(HaUnclassified) and bool(evidence.of(TaskCreated | RouteCommand))
    known = with_own_silent(denied, traffic, view.topology, observed.served)
    known = with_unread_before(known, evidence, clocks)
    told = with_lost_elsewhere(consistent(known, observed.served, understood=understood), observed.served)
    observations = with_either(told, observed.lines, clocks)
    proving = {origin for one in observations for claim in one.claims for origin in claim.origins}
    hosts, cvms = as_model(view.topology)
    off = {name: timeline.half_doubt((name,)) for name in timeline.measured}
    return Correlation(
        reference=clocks.reference,
        evidence=_with_hosts(evidence, view.topology),
        clocks=(*(clocks.offsets[name] for name in sorted(clocks.offsets)), *timeline.offsets()),
        hosts=hosts,
        cvms=cvms,
        check_period=merged.settled.checks.period,
        episodes=build_episodes(observations, evidence, traffic, times_of(evidence, middle, proving), clocks),
        contradictions=(*clocks.contradictions, *apart.values()),
        assumptions=(*view.topology.assumptions, *clocks.assumptions),
        unconfirmed=merged.unconfirmed,
        served=tuple(_after_steps(run, timeline) for run in served_runs(observed.served, off)),
        covered=(traffic.first, traffic.last) if traffic is not None else None,
        clock_set=tuple(sorted(timeline.clock_set)),
        snapshots=snapshots_in(evidence, view.topology),
    )


def _with_hosts(evidence: Evidence, topology: Topology) -> Evidence:
    """With the host of each log whose path does not tell it, as far as it is known."""
    hosts = topology.hosts_of_logs()
    sources = tuple(
        replace(source, host=hosts[source.clock])
        if source.log is not None and source.clock in hosts and source.host != hosts[source.clock]
        else source
        for source in evidence.sources
    )
    return evidence if sources == evidence.sources else replace(evidence, sources=sources)


def _after_steps(run: ServedRun, timeline: Timeline) -> ServedRun:
    """With the doubt of a capture whose clock was set back before it."""
    paused = timeline.paused((run.first_origin,))
    return replace(run, beside=run.beside + paused) if paused else run
