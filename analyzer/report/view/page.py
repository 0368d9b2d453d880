"""A run as a page: the verdict first, then each episode, then the evidence and what it was read from."""

from __future__ import annotations

from collections import Counter

from analyzer.model.run import Run
from analyzer.report import words
from analyzer.report.answer import headline, nothing_found
from analyzer.report.names import SYMBOLS
from analyzer.report.view import inputs
from analyzer.report.view.checked import checked, unseen
from analyzer.report.view.episode import episode_view, in_short, outline
from analyzer.report.view.judgement import badge, run_badge
from analyzer.report.view.labels import Labels
from analyzer.report.view.limits import Limits, quoted, shortened, worst
from analyzer.report.view.moments import Reference, reference_clock
from analyzer.report.view.parts import Page
from analyzer.report.view.pictures.timetable import timetable
from analyzer.report.view.proof import findings, proof, snapshots, used


def page(run: Run, limits: Limits = Limits()) -> Page:  # noqa: B008 - it is frozen
    """What the report shows of the run: all of it, but for what its limits leave to run.json, which it says."""
    whole = worst(run, limits.whole)
    shown = {each.origin: each for each in quoted(run, used(run, whole), whole, limits.rows)}
    labels, times = Labels(run, shown), timetable(run)
    whole_page = Page(
        case=run.case,
        badge=run_badge(run),
        answer=headline(run),
        summary=summary(run, labels),
        evidence_range=evidence_range(run),
        checked=checked(run, labels),
        unseen=unseen(run, labels),
        snapshots=snapshots(run, labels),
        legend=tuple(badge(verdict) for verdict in SYMBOLS),
        overview=tuple(outline(run, number, labels, linked=number in whole) for number in worst(run, limits.listed)),
        episodes=tuple(episode_view(run, number, labels, times) for number in whole),
        left_out=len(run.episodes) - len(whole),
        unlisted=max(0, len(run.episodes) - limits.listed),
        findings=findings(run.findings, "", labels),
        parties=inputs.parties(run),
        proof=proof(run, labels, whole),
        inputs=inputs.inputs(run, labels),
        passed_over=inputs.passed_over(run, labels),
        unhashed=inputs.unhashed(run),
        captures=inputs.captures(run, labels),
        clocks=inputs.clocks(run, labels),
        reference_clock=labels.clock(reference_clock(run) or "unknown"),
        skipped=inputs.skipped(run, labels),
        settings=inputs.settings(run),
        expectations=inputs.expectations(run),
        program=f"autopath {run.autopath_version}",
        schema=str(run.schema_version),
    )
    return shortened(whole_page, limits, (len(shown), len(run.evidence)))


def summary(run: Run, labels: Labels) -> str:
    """The run in one sentence or two."""
    if not run.episodes:
        return nothing_found(run)
    if len(run.episodes) == 1:
        return f"{in_short(run.episodes[0], labels)}."
    verdicts = Counter(measured.verdict for measured in run.episodes)
    each = ", ".join(f"{number} {verdict}" for verdict, number in verdicts.items())
    return f"{len(run.episodes)} episodes: {each}. The verdict of the run is that of the worst."


def evidence_range(run: Run) -> str:
    """From the first to the last moment of the evidence, on the reference clock where that is known, else empty."""
    edges = [at for source in run.sources for at in (source.first, source.last) if at]
    reference = Reference(run)
    placed = [reference.place(at) or at for at in edges]
    if not placed:
        return ""
    first, last = min(at.least for at in placed), max(at.most for at in placed)
    return f"{words.stamp(first)} to {words.stamp(last)} UTC"
