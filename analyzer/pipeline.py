"""The whole job on one screen: evidence → events → episodes → measurements → judgements → a run → its documents."""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence

from analyzer import __version__
from analyzer.config import Settings, default_expectations
from analyzer.correlate import correlate
from analyzer.ingest.collect import collect
from analyzer.ingest.exhibits import exhibits
from analyzer.ingest.files.naming import case_of
from analyzer.judge import Dossier, episode_findings, judge_detection, run_findings, worst
from analyzer.measure import Measured, measure, reply_series
from analyzer.model.correlation import Correlation
from analyzer.model.episode import MeasuredEpisode
from analyzer.model.instant import Span
from analyzer.model.proof import origins_of, worth_keeping
from analyzer.model.run import Expectation, Run, RunSettings

Progress = Callable[[str, int], None]


def analyze(
    paths: Sequence[str | os.PathLike[str]], settings: Settings | None = None, progress: Progress | None = None
) -> Run:
    """Analyse evidence: files, folders and bundles.

    Raises :class:`~analyzer.errors.UsageError`, :class:`~analyzer.errors.ConfigurationError` or
    :class:`~analyzer.errors.EvidenceError` when the question can't be put.
    """
    settings = settings or Settings()
    expectations = settings.expectations or default_expectations()
    collected = collect(paths, settings, progress)
    found = correlate(collected, settings)
    evidence = found.evidence
    measured = measure(found.episodes, evidence, found.hosts, found.served, found.covered)
    dossier = _dossier(found, settings)
    episodes = tuple(_judged(one, found, expectations, dossier) for one in measured)
    findings = run_findings(dossier)
    return Run(
        autopath_version=__version__,
        case=case_of(paths, collected.sources),
        verdict=worst(episode.judgement.verdict for episode in episodes),
        settings=_told(settings, expectations),
        sources=collected.sources,
        captures=evidence.captures,
        clocks=found.clocks,
        hosts=found.hosts,
        cvms=found.cvms,
        check_period=found.check_period,
        episodes=episodes,
        findings=findings,
        events=worth_keeping(evidence.events),
        series=reply_series(evidence, found.hosts),
        evidence=exhibits(paths, collected, origins_of(episodes, findings)),
        skipped=evidence.skipped,
    )


def _dossier(found: Correlation, settings: Settings) -> Dossier:
    """What the health checks look at."""
    return Dossier(
        evidence=found.evidence,
        settings=settings,
        reference=found.reference,
        clocks=found.clocks,
        hosts=found.hosts,
        cvms=found.cvms,
        check_period=found.check_period,
        episodes=found.episodes,
        contradictions=found.contradictions,
        assumptions=found.assumptions,
        unconfirmed=found.unconfirmed,
    )


def _judged(
    one: Measured, found: Correlation, expectations: Sequence[Expectation], dossier: Dossier
) -> MeasuredEpisode:
    """An episode with its measurements, its judgement and its findings."""
    judgement = judge_detection(
        one.episode,
        one.measurements,
        expectations,
        found.check_period,
        dossier.settings.processing_allowance,
        Span(*found.covered) if found.covered else None,
        frozenset(source.kind for source in found.evidence.sources),
    )
    return MeasuredEpisode(
        episode=one.episode,
        stages=one.stages,
        measurements=one.measurements,
        longest=one.longest,
        phases=one.phases,
        judgement=judgement,
        findings=episode_findings(one.episode, dossier),
    )


def _told(settings: Settings, expectations: tuple[Expectation, ...]) -> RunSettings:
    """What the analysis was told, as the run shows it."""
    return RunSettings(
        storage_address=settings.storage_address,
        host_private_address=settings.host_private_address,
        cvm_management_address=settings.cvm_management_address,
        nfs_port=settings.nfs_port,
        log_timezone=settings.log_timezone,
        expectations=expectations,
        rules=tuple(path.name for path in settings.rules),
        hash=settings.hash,
    )


def documents(run: Run) -> dict[str, bytes]:
    """The files that a run is written as, by name."""
    from analyzer.report import render_html
    from analyzer.store import encode_run

    return {"run.json": encode_run(run), "report.html": render_html(run).encode()}
