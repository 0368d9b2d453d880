"""What a run keeps of the evidence: the events worth a reader's time, and every origin that something rests on."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from analyzer.model.episode import MeasuredEpisode
from analyzer.model.event import AddressOwned, ArpTraffic, Event, MacTraffic, SshTraffic, StorageTraffic
from analyzer.model.finding import Finding
from analyzer.model.measurement import KnownInstant, KnownMeasurement
from analyzer.model.source import Origin

TRAFFIC = (StorageTraffic, ArpTraffic, MacTraffic, AddressOwned, SshTraffic)


def worth_keeping(events: Iterable[Event]) -> tuple[Event, ...]:
    """Log events, a person's marks and control segments; runs of traffic only serve correlation."""
    return tuple(event for event in events if not isinstance(event.detail, TRAFFIC))


def origins_of(episodes: Sequence[MeasuredEpisode], findings: Sequence[Finding]) -> set[Origin]:
    """Every frame and line that an instant, a measurement, a claim or a finding rests on."""
    found: set[Origin] = set()
    for one in episodes:
        for instant in one.episode.instants:
            if isinstance(instant, KnownInstant):
                found.update(instant.origins)
        for claim in one.episode.claims:
            found.update(claim.origins)
        for measurement in (*one.stages, *one.measurements):
            if isinstance(measurement, KnownMeasurement):
                found.update(measurement.origins)
        for finding in one.findings:
            found.update(finding.origins)
        if one.longest is not None:
            found.update(one.longest.origins)
    for finding in findings:
        found.update(finding.origins)
    return found
