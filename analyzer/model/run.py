"""A run: everything that one analysis found, as one versioned document; the same input gives the same bytes."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Literal

import msgspec

from analyzer.model.about import About
from analyzer.model.clock import ClockOffset
from analyzer.model.cluster import Cvm, Host
from analyzer.model.episode import Evident, MeasuredEpisode, Verdict
from analyzer.model.event import Event
from analyzer.model.finding import CaptureQuality, Finding
from analyzer.model.instant import Span
from analyzer.model.measurement import KnownInstant, KnownMeasurement
from analyzer.model.over_time.coverage import Coverage
from analyzer.model.path import Snapshot
from analyzer.model.source import HashAlgorithm, Origin, Skipped, Source
from analyzer.model.traffic import CaptureTotals

SCHEMA_VERSION = 4
_NAMED = 4  # episodes, where a run is told in a line

Acceptable = Literal["yes", "no", "unknown"]

ActionName = Literal[
    "find-delay",
    "find-outage",
    "look-at",
    "look-at-loss",
    "give-evidence",
    "read-lines",
    "look-at-untold",
    "show-all",
    "judge-again",
    "report-fault",
]
"""What is to be done. Of `episodes`: find out why Genesis was late; why storage was away so long; look at what nothing
explains; give the evidence that would decide. Of the run: look at why a host lost its datastore at another time; read
the lines that were not understood; find out what signs are of that no episode tells; give evidence that can show
whether anything happened; analyse again what an older
program judged by less; report a fault of the program, which ended the analysis.
"""


class Action(msgspec.Struct, frozen=True):
    """What somebody is to do, and about which episodes (their ids), in order."""

    name: ActionName
    episodes: tuple[str, ...] = ()


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
    """What a metric of an episode kind (`*`: of any) is held against: seconds as ns, and where the figure comes from.

    Up to `bound` it is late and no more; None where the metric has a bound of its own. `own`: a user's, and no default.
    """

    kind: str
    metric: str
    expected: int
    tolerance: int = 0
    bound: int | None = None
    source: str = ""
    own: bool = False


class ProjectFile(msgspec.Struct, frozen=True, kw_only=True):
    """A project file that counted: its name, its content's digest, the keys that it has."""

    name: str
    digest: str
    keys: tuple[str, ...]


class RunSettings(msgspec.Struct, frozen=True, kw_only=True):
    """What the analysis was told: addresses, expectations, zone and year of stamps without one (unset: not told), rules
    files, which digest of inputs to take, the project file (unset: there is none). `redacted`: names and addresses are
    replaced, and so many texts were replaced whole (unset: nothing is).
    """

    storage_address: str
    host_private_address: str
    cvm_management_address: str
    nfs_port: int
    log_timezone: str | None
    expectations: tuple[Expectation, ...]
    rules: tuple[str, ...]
    hash: HashAlgorithm = "sha256"
    log_year: int | msgspec.UnsetType = msgspec.UNSET
    project: ProjectFile | msgspec.UnsetType = msgspec.UNSET
    redacted: int | msgspec.UnsetType = msgspec.UNSET


class Run(msgspec.Struct, frozen=True, kw_only=True):
    """`verdict` is the worst episode's, and UNDECIDED where `coverage` lacks what would show another; `acceptable` and
    `actions` (none where nobody has to act) are the answer. `events` are those of logs and the control events of
    captures. `snapshots` are how hosts reached their storage, and which CVMs were down, as tables show it. `about` is
    what people call the run by.
    """

    schema_version: int = SCHEMA_VERSION
    autopath_version: str
    case: str
    acceptable: Acceptable
    actions: tuple[Action, ...]
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
    quality: tuple[CaptureQuality, ...] = ()
    snapshots: tuple[Snapshot, ...] = ()
    coverage: Coverage = Coverage()
    about: About = About()

    def __repr__(self) -> str:
        """The run in one line, as a notebook shows it; its fields are many pages."""
        episodes = ", ".join(f"{one.episode.kind} {one.verdict}" for one in self.episodes[:_NAMED])
        more = len(self.episodes) - _NAMED
        told = f"{episodes} and {more} more" if more > 0 else episodes or "no episode"
        return f"<Run {self.case!r}: acceptable {self.acceptable}, {self.verdict}; {told}>"


def recordable(run: Run) -> bool:
    """Whether a history may keep this run: only with digests is an input known again."""
    return run.settings.hash != "none"


def origins_of(
    episodes: Sequence[MeasuredEpisode], findings: Sequence[Finding], snapshots: Sequence[Snapshot] = ()
) -> set[Origin]:
    """Every frame and line that an instant, a measurement, a claim, a judgement, a finding or a snapshot rests on."""
    found = {origin for one in episodes for origin in _origins(one)}
    found.update(*(finding.origins for finding in findings), *(snapshot.origins for snapshot in snapshots))
    return found


def _origins(one: MeasuredEpisode) -> Iterator[Origin]:
    for instant in one.episode.instants:
        if isinstance(instant, KnownInstant):
            yield from instant.origins
    for measurement in (*one.stages, *one.measurements):
        if isinstance(measurement, KnownMeasurement):
            yield from measurement.origins
    for said in (*one.episode.claims, *one.judgements, *one.findings, *((one.longest,) if one.longest else ())):
        yield from said.origins
