"""The whole job on one screen: evidence → events → episodes → measurements → judgements → a run → its documents."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Sequence
from functools import partial
from typing import Literal

import msgspec

from analyzer import __version__
from analyzer.config import Settings, about_told
from analyzer.correlate import correlate
from analyzer.errors import FAULT, AutopathError, place_of_fault
from analyzer.ingest.collect import collect
from analyzer.ingest.exhibits import exhibits
from analyzer.ingest.files.naming import case_of, printable
from analyzer.judge import (
    Dossier,
    answer,
    capture_quality,
    coverage_of,
    judge,
    lost_untold,
    run_findings,
    unsettled,
)
from analyzer.measure import measure, reply_series, watched
from analyzer.model.about import about_releases
from analyzer.model.event import Single
from analyzer.model.evidence import CapturedFrames, Evidence
from analyzer.model.over_time.coverage import Coverage, Lack
from analyzer.model.over_time.looks import Look
from analyzer.model.run import Action, Expectation, Run, RunSettings, origins_of
from analyzer.report.forms.catalogue import DEFAULT_FORMS, Form, Lost, written

Progress = Callable[[str, int], None]
"""Told a file's name and how many stored bytes of it were read."""
PhaseName = Literal["reading", "correlating", "judging", "writing"]
Begun = Callable[[PhaseName, int], None]
"""Told which phase begins and how many bytes are to be read in it; 0 where none are."""
Path = str | os.PathLike[str]


class BrokenOffError(Exception):
    """A fault of the program, its cause, after the evidence was read: `run` tells what was read, and judges nothing."""

    def __init__(self, run: Run) -> None:
        super().__init__("the analysis broke off")
        self.run = run


def analyze(
    evidence: Path | Sequence[Path],
    settings: Settings | None = None,
    progress: Progress | None = None,
    begun: Begun | None = None,
) -> Run:
    """Analyse evidence: a file, folder or bundle, or several; `progress` and `begun` are told how far it is.

    Raises :class:`~analyzer.errors.UsageError`, :class:`~analyzer.errors.ConfigurationError` or
    :class:`~analyzer.errors.EvidenceError` when the question can't be put, :class:`BrokenOffError` for a fault of the
    program.
    """
    return _analyzed(_paths(evidence), settings or Settings(), progress, begun or _nobody)[0]


def analyze_keeping_frames(
    evidence: Path | Sequence[Path],
    settings: Settings | None = None,
    progress: Progress | None = None,
    begun: Begun | None = None,
) -> tuple[Run, CapturedFrames]:
    """As :func:`analyze`, and the frames of the captures that the run rests on, with those around them."""
    from analyzer.ingest.kept_frames import kept_frames
    from analyzer.report.evidence import chosen_frames

    paths, settings = _paths(evidence), settings or Settings()
    run, collected = _analyzed(paths, settings, progress, begun or _nobody)
    return run, kept_frames(paths, collected, chosen_frames(run), settings)


def _paths(evidence: Path | Sequence[Path]) -> tuple[Path, ...]:
    return (evidence,) if isinstance(evidence, (str, os.PathLike)) else tuple(evidence)


def _analyzed(
    paths: Sequence[Path], settings: Settings, progress: Progress | None, begun: Begun
) -> tuple[Run, Evidence]:
    collected = collect(paths, settings, progress, partial(begun, "reading"))
    try:
        return _judged(paths, settings, collected, begun), collected
    except Exception as error:
        if isinstance(error, AutopathError) and error.exit_status != FAULT:
            raise
        raise BrokenOffError(_unjudged(paths, settings, collected, error)) from error


def _judged(paths: Sequence[Path], settings: Settings, collected: Evidence, begun: Begun) -> Run:
    begun("correlating", 0)
    found = correlate(collected, settings)
    begun("judging", 0)
    dossier = Dossier(found, settings)
    episodes, findings = judge(measure(found), dossier), run_findings(dossier)
    coverage = coverage_of(dossier, watched(found), episodes, findings)
    answered = answer(episodes, coverage, unsettled=unsettled(dossier), lost=lost_untold(dossier))
    return Run(
        autopath_version=__version__,
        case=case_of(paths, collected.sources),
        acceptable=answered.acceptable,
        actions=answered.actions,
        verdict=answered.verdict,
        settings=_told(settings, dossier.expectations),
        sources=found.evidence.sources,
        captures=found.evidence.captures,
        clocks=found.clocks,
        hosts=found.hosts,
        cvms=found.cvms,
        check_period=found.check_period,
        episodes=episodes,
        findings=findings,
        events=found.evidence.of(Single),
        series=reply_series(found),
        evidence=exhibits(paths, collected, origins_of(episodes, findings, found.snapshots)),
        skipped=found.evidence.skipped,
        quality=capture_quality(dossier),
        snapshots=found.snapshots,
        coverage=coverage,
        about=about_told(settings).filled(about_releases(collected.releases)),
    )


def _unjudged(paths: Sequence[Path], settings: Settings, collected: Evidence, error: Exception) -> Run:
    """What was read, and that a fault ended the analysis."""
    return Run(
        autopath_version=__version__,
        case=case_of(paths, collected.sources),
        acceptable="unknown",
        actions=(Action("report-fault"),),
        verdict="UNDECIDED",
        settings=_told(settings, settings.expectations),
        sources=collected.sources,
        captures=collected.captures,
        clocks=(),
        hosts=(),
        cvms=(),
        check_period=None,
        episodes=(),
        findings=(),
        events=collected.of(Single),
        series=(),
        evidence=(),
        skipped=collected.skipped,
        coverage=Coverage(lacks=(Lack("broken-off", what=place_of_fault(error)),)),
        about=about_told(settings).filled(about_releases(collected.releases)),
    )


def _nobody(phase: PhaseName, total: int) -> None:
    """Nobody watches."""


def _told(settings: Settings, expectations: tuple[Expectation, ...]) -> RunSettings:
    """What the analysis was told, as the run shows it."""
    return RunSettings(
        storage_address=settings.storage_address,
        host_private_address=settings.host_private_address,
        cvm_management_address=settings.cvm_management_address,
        nfs_port=settings.nfs_port,
        log_timezone=settings.log_timezone,
        expectations=expectations,
        rules=tuple(printable(path.name) for path in settings.rules),
        hash=settings.hash,
        log_year=msgspec.UNSET if settings.log_year is None else settings.log_year,
        project=msgspec.UNSET if settings.project is None else settings.project,
    )


def documents(
    run: Run,
    forms: Iterable[Form] = DEFAULT_FORMS,
    frames: CapturedFrames | None = None,
    *,
    split: bool = False,
    interactive: bool = False,
    look: Look | None = None,
    lost: Lost | None = None,
) -> dict[str, bytes]:
    """The files of the forms that a run is written in, by name; `frames` are those that it rests on, for forms that
    show more of the evidence than the run holds. `split`: the page has its stylesheet beside it; `interactive`: a
    script in it; `look`: what one at its cluster's history says. `lost` is told of a form that can't be written, in
    which case the others are.

    Raises :class:`~analyzer.errors.UsageError` when such a form is asked for without.
    """
    from analyzer.report.forms.material import Material
    from analyzer.store import encode_run
    from analyzer.store.carried.page import carried_value

    document = encode_run(run)
    carried = carried_value(document)
    told = Material(
        run=run, document=document, carried=carried, frames=frames, split=split, interactive=interactive, look=look
    )
    return written(forms, told, lost)
