"""Evidence made by hand as it is viewed before anything is refined."""

from __future__ import annotations

from analyzer.config import Settings
from analyzer.correlate.captures.timeline import Timeline, on_one_capture_clock
from analyzer.correlate.clocks.align import align
from analyzer.correlate.topology.discover import discover
from analyzer.correlate.view import Observations, View, observe
from tests.correlate.builder import Capture, Genesis, HostLog, evidence


def first_view(*tellers: Capture | Genesis | HostLog, settings: Settings | None = None) -> tuple[Timeline, View]:
    """The evidence on one capture clock, and who is who and how far clocks are off at first sight."""
    timeline = on_one_capture_clock(evidence(*tellers), settings or Settings())
    topology = discover(timeline.evidence, timeline.settings)
    return timeline, View(topology, align(timeline.evidence, timeline.settings, topology.addresses_of_logs()))


def observed(
    *tellers: Capture | Genesis | HostLog, settings: Settings | None = None
) -> tuple[View, Observations, Timeline]:
    """What a refinement is given first."""
    timeline, view = first_view(*tellers, settings=settings)
    return *observe(timeline, view), timeline
