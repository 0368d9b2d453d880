"""A run: everything that one analysis found, as one versioned document; the same input gives the same bytes."""

from __future__ import annotations

from collections.abc import Sequence

import msgspec

from analyzer.model.clock import ClockOffset
from analyzer.model.cluster import Cvm, Host
from analyzer.model.episode import Evident, MeasuredEpisode, Verdict
from analyzer.model.event import Event
from analyzer.model.finding import Finding
from analyzer.model.instant import Span
from analyzer.model.measurement import KnownInstant, KnownMeasurement
from analyzer.model.over_time.coverage import Coverage
from analyzer.model.source import HashAlgorithm, Origin, Skipped, Source
from analyzer.model.traffic import CaptureTotals

SCHEMA_VERSION = 2


class RateRun(msgspec.Struct, frozen=True):
    """Bins one after the other that all have replies: bin i starts at `start` + i x the series' width (ns)."""

    start: int
    replies: tuple[int, ...]


class RateSeries(msgspec.Struct, frozen=True, kw_only=True):
    """Replies per bin of `width` ns of one path, for drawing, on the reference clock: the bins that have some, so that
    its size follows the traffic, whatever time lies between.

    A path is told by the host's address on it and the MAC that its frames go to (an address, where no MAC is seen).
    """

    host: str | None
    source: str
    next_hop: str
    width: int
    runs: tuple[RateRun, ...]


class Expectation(msgspec.Struct, frozen=True, kw_only=True):
    """What a metric of an episode kind is held against: seconds as ns, and where the figure comes from."""

    kind: str
    metric: str
    expected: int
    tolerance: int = 0
    source: str = ""


class RunSettings(msgspec.Struct, frozen=True, kw_only=True):
    """What the analysis was told: addresses, expectations, zones, rules files, which digest of inputs to take."""

    storage_address: str
    host_private_address: str
    cvm_management_address: str
    nfs_port: int
    log_timezone: str | None
    expectations: tuple[Expectation, ...]
    rules: tuple[str, ...]
    hash: HashAlgorithm = "sha256"


class Run(msgspec.Struct, frozen=True, kw_only=True):
    """`verdict` is the worst episode's, or UNDECIDED where `coverage` lacks what would show another; `events` are those
    of logs and the control events of captures.
    """

    schema_version: int = SCHEMA_VERSION
    autopath_version: str
    case: str
    verdict: Verdict
    settings: RunSettings
    sources: tuple[Source, ...]
    captures: tuple[CaptureTotals, ...]
    clocks: tuple[ClockOffset, ...]
    hosts: tuple[Host, ...]
    cvms: tuple[Cvm, ...]
    check_period: Span | None
    episodes: tuple[MeasuredEpisode, ...]
    findings: tuple[Finding, ...]
    events: tuple[Event, ...]
    series: tuple[RateSeries, ...]
    evidence: tuple[Evident, ...]
    skipped: tuple[Skipped, ...]
    coverage: Coverage = Coverage()


def recordable(run: Run) -> bool:
    """Whether a history may keep this run: only with digests is an input known again."""
    return run.settings.hash != "none"


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
