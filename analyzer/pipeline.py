"""The whole job on one screen: evidence → events → episodes → measurements → judgements → a run → its documents."""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Sequence
from pathlib import Path

from analyzer import __version__
from analyzer.config import Settings, default_expectations
from analyzer.correlate import correlate
from analyzer.ingest.collect import collect
from analyzer.ingest.exhibits import exhibits
from analyzer.ingest.naming import shown_names
from analyzer.judge import episode_findings, judge_detection, run_findings, worst
from analyzer.measure import measure, reply_series
from analyzer.model.episode import MeasuredEpisode
from analyzer.model.instant import Span
from analyzer.model.proof import origins_of, worth_keeping
from analyzer.model.run import Run, RunSettings
from analyzer.model.source import Source

Progress = Callable[[str, int], None]

_FORMAT = re.compile(
    r"(?<=.)(?:\.(?:pcap(?:ng)?|cap|out|log|txt|toml|csv|gz|zstd?|xz|lz4|bz2|zip|tar|t(?:gz|xz|bz2|zst)))+\Z",
    re.IGNORECASE,
)


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
    episodes = tuple(
        MeasuredEpisode(
            episode=one.episode,
            stages=one.stages,
            measurements=one.measurements,
            longest=one.longest,
            phases=one.phases,
            judgement=judge_detection(
                one.episode,
                one.measurements,
                expectations,
                found.check_period,
                settings.processing_allowance,
                Span(*found.covered) if found.covered else None,
                frozenset(source.kind for source in collected.sources),
            ),
            findings=episode_findings(one.episode, evidence),
        )
        for one in measured
    )
    findings = run_findings(
        evidence, found.clocks, found.episodes, found.contradictions, found.assumptions, found.unconfirmed
    )
    return Run(
        autopath_version=__version__,
        case=case_of(paths, collected.sources),
        verdict=worst(episode.judgement.verdict for episode in episodes),
        settings=RunSettings(
            storage_address=settings.storage_address,
            host_private_address=settings.host_private_address,
            cvm_management_address=settings.cvm_management_address,
            nfs_port=settings.nfs_port,
            log_timezone=settings.log_timezone,
            expectations=expectations,
            rules=tuple(path.name for path in settings.rules),
        ),
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


def documents(run: Run) -> dict[str, bytes]:
    """The files that a run is written as, by name."""
    from analyzer.report import render_html
    from analyzer.store import encode_run

    return {"run.json": encode_run(run), "report.html": render_html(run).encode()}


def case_of(paths: Sequence[str | os.PathLike[str]], sources: Sequence[Source] = ()) -> str:
    """A run's name: that of the first path that gave evidence, without what only tells a file's format."""
    read = [source.name for source in sources if source.kind != "unrecognised"]
    giving = (path for path, shown in zip(paths, shown_names(paths), strict=True) if _holds(shown, read))
    first = Path(next(giving, paths[0]))
    name = first.absolute().resolve().name
    return (name if first.is_dir() else _FORMAT.sub("", name)) or "run"


def _holds(shown: str, names: Sequence[str]) -> bool:
    """Whether one of the sources is the path that is called `shown`, or lies in it."""
    return any(name == shown or name.startswith((f"{shown.rstrip('/')}/", f"{shown}!/")) for name in names)
