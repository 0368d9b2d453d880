"""Evidence and its dossier: made by hand as correlation's tests make theirs, or event by event."""

from __future__ import annotations

import msgspec

from analyzer.config import Settings
from analyzer.correlate import correlate
from analyzer.ingest.logs.families import family_of
from analyzer.judge import Dossier, run_findings
from analyzer.judge.findings import episode_findings
from analyzer.model.clock import ClockOffset
from analyzer.model.cluster import Cvm, Host
from analyzer.model.correlation import Assumption, Contradiction, Correlation
from analyzer.model.episode import Episode
from analyzer.model.event import Detail, Event
from analyzer.model.evidence import Evidence
from analyzer.model.finding import Finding
from analyzer.model.instant import SECOND, Instant, Span
from analyzer.model.source import Origin, Skipped, Source, SourceKind
from analyzer.model.traffic import CaptureTotals
from tests.correlate import builder
from tests.correlate.builder import _Teller

PROOF = Origin("a.file", 4)


def event(
    detail: Detail, *, at: int = 0, clock: str = "capture", origin: Origin = PROOF, text: str | None = None
) -> Event:
    """An event at `at` s."""
    return Event(at=Instant(clock, at * SECOND, at * SECOND), detail=detail, origin=origin, text=text)


def source(
    name: str = "a.file",
    *,
    kind: SourceKind = "capture",
    span: tuple[int, int] | None = (0, 10),
    zone_assumed: bool = False,
    clock: str = "capture",
    host: str | None = None,
    skipped: tuple[Skipped, ...] = (),
) -> Source:
    """A source of `span` s."""
    first, last = (Instant(clock, n * SECOND, n * SECOND) for n in span) if span else (None, None)
    return Source(
        name=name,
        kind=kind,
        log=family.log if (family := family_of(kind)) else None,
        size=1,
        digest=None,
        clock=clock,
        host=host,
        zone_assumed=zone_assumed,
        first=first,
        last=last,
        skipped=skipped,
    )


def dossier(
    *,
    events: tuple[Event, ...] = (),
    sources: tuple[Source, ...] = (),
    captures: tuple[CaptureTotals, ...] = (),
    clocks: tuple[ClockOffset, ...] = (),
    hosts: tuple[Host, ...] = (),
    cvms: tuple[Cvm, ...] = (),
    episodes: tuple[Episode, ...] = (),
    check_period: Span | None = None,
    contradictions: tuple[Contradiction, ...] = (),
    assumptions: tuple[Assumption, ...] = (),
    unconfirmed: tuple[Event, ...] = (),
) -> Dossier:
    """A dossier of these and nothing else."""
    found = Correlation(
        evidence=Evidence(sources=sources, events=events, captures=captures),
        reference="capture",
        clocks=clocks,
        hosts=hosts,
        cvms=cvms,
        episodes=episodes,
        check_period=check_period,
        contradictions=contradictions,
        assumptions=assumptions,
        unconfirmed=unconfirmed,
    )
    return Dossier(found)


def by_code(what: Dossier) -> dict[str, Finding]:
    """The run's findings; they come in order."""
    findings = run_findings(what)
    assert list(findings) == sorted(findings, key=lambda finding: (finding.code, finding.sentence))
    return {finding.code: finding for finding in findings}


def correlated(*tellers: _Teller, more: tuple[Event, ...] = ()) -> Dossier:
    """What correlation makes of captures and logs, and events that it does not look at."""
    evidence = builder.evidence(*tellers)
    settings = Settings()
    found = correlate(msgspec.structs.replace(evidence, events=(*evidence.events, *more)), settings)
    return Dossier(found, settings)


def of_episodes(what: Dossier) -> dict[str, Finding]:
    """The findings of all its episodes."""
    return {finding.code: finding for one in what.episodes for finding in episode_findings(one, what)}
