"""Correlation's answer, as the next stages take it."""

from __future__ import annotations

from analyzer.correlate.captures.conflicts import disagreements, half_of
from analyzer.correlate.captures.timeline import Timeline
from analyzer.correlate.clocks.clocks import CAPTURE_CLOCK
from analyzer.correlate.merge.episodes import build_episodes, times_of
from analyzer.correlate.merge.merge import Merged
from analyzer.correlate.topology.discover import as_model
from analyzer.correlate.view import Observations, View
from analyzer.correlate.wire.service import served_runs
from analyzer.model.clock import ClockOffset
from analyzer.model.correlation import Correlation
from analyzer.model.instant import Span

ONE_CLOCK = "taken as the captures' one clock: nothing contradicts that, and what both show allows no more than this"


def conclude(merged: Merged, observed: Observations, view: View, timeline: Timeline) -> Correlation:
    """The episodes, with who is who and how far each clock is from the reference."""
    evidence, wire, clocks = timeline.evidence, timeline.wire, merged.clocks
    middle = {name: (offset.offset.least + offset.offset.most) // 2 for name, offset in clocks.offsets.items()}
    apart = disagreements(evidence, view.topology, timeline.devices)
    hosts, cvms = as_model(view.topology)
    beside = {name: half_of(timeline.measured, (name,)) for name in timeline.measured}
    return Correlation(
        reference=clocks.reference,
        evidence=evidence,
        clocks=(*(clocks.offsets[name] for name in sorted(clocks.offsets)), *_of_captures(timeline)),
        hosts=hosts,
        cvms=cvms,
        check_period=merged.checks.period,
        episodes=build_episodes(merged.observations, evidence, wire, times_of(evidence, middle)),
        contradictions=(*clocks.contradictions, *apart.values()),
        assumptions=(*view.topology.assumptions, *clocks.assumptions),
        unconfirmed=merged.unconfirmed,
        served=served_runs(observed.served, beside),
        covered=(wire.first, wire.last) if wire is not None else None,
    )


def _of_captures(timeline: Timeline) -> list[ClockOffset]:
    """The captures that `--clock` corrected, by clock, and those of further devices, by their first file's name."""
    exact = [
        ClockOffset(clock=clock, reference=CAPTURE_CLOCK, offset=Span(offset, offset), basis="given")
        for clock, offset in sorted(timeline.given.items())
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
        for one in timeline.devices
    ]
    return exact + found
