"""A run as a page: the verdict first, then each episode, then the evidence and what it was read from."""

from __future__ import annotations

from collections import Counter

import msgspec

from analyzer.model.instant import Instant
from analyzer.model.run import Run
from analyzer.report import words
from analyzer.report.answer import nothing_found
from analyzer.report.glossary import GLOSSARY, IN_SHORT
from analyzer.report.local import local_words
from analyzer.report.names import SYMBOLS
from analyzer.report.view import inputs
from analyzer.report.view.checked import checked, unseen
from analyzer.report.view.episode import episode_view, in_short
from analyzer.report.view.front.parts import Front
from analyzer.report.view.front.rows import in_front
from analyzer.report.view.front.screen import front
from analyzer.report.view.judgement import badge, beside_badge, run_badge
from analyzer.report.view.labels import Labels
from analyzer.report.view.limits import Limits, quoted, shortened, worst
from analyzer.report.view.moments import Reference, reference_clock
from analyzer.report.view.parts import (
    Badge,
    CaptureRow,
    ClockRow,
    EpisodeView,
    ExpectationRow,
    Fact,
    FindingView,
    InputRow,
    PartyRow,
    ProofGroup,
    SkippedRow,
    SnapshotView,
)
from analyzer.report.view.pictures.timetable import timetable
from analyzer.report.view.proof import findings, proof, snapshots, used


class Page(msgspec.Struct, frozen=True, gc=False, kw_only=True):
    """A whole report."""

    case: str
    front: Front
    badge: Badge
    summary: str
    evidence_range: str
    checked: tuple[str, ...]
    unseen: tuple[str, ...]
    snapshots: tuple[SnapshotView, ...]
    legend: tuple[Badge, ...]
    episodes: tuple[EpisodeView, ...]
    left_out: int
    unlisted: int
    findings: tuple[FindingView, ...]
    parties: tuple[PartyRow, ...]
    proof: tuple[ProofGroup, ...]
    inputs: tuple[InputRow, ...]
    passed_over: str
    unhashed: str
    captures: tuple[CaptureRow, ...]
    clocks: tuple[ClockRow, ...]
    reference_clock: str
    skipped: tuple[SkippedRow, ...]
    settings: tuple[Fact, ...]
    expectations: tuple[ExpectationRow, ...]
    program: str
    schema: str
    in_short: str
    glossary: tuple[Fact, ...]
    zone: str
    capped: tuple[str, ...] = ()


def page(run: Run, limits: Limits = Limits()) -> Page:  # noqa: B008 - it is frozen
    """What the report shows of the run: all of it, but for what its limits leave to run.json, which it says."""
    whole = worst(run, limits.whole)
    shown = {each.origin: each for each in quoted(run, used(run, whole), whole, limits.rows)}
    labels, times = Labels(run, shown), timetable(run)
    bars = in_front(run)
    whole_page = Page(
        case=run.case,
        front=front(run, labels, whole, worst(run, limits.listed)),
        badge=run_badge(run),
        summary=summary(run, labels),
        evidence_range=evidence_range(run),
        checked=tuple(map(labels.text, checked(run, labels))),
        unseen=tuple(map(labels.text, unseen(run, labels))),
        snapshots=snapshots(run, labels),
        legend=tuple(badge(verdict) for verdict in SYMBOLS),
        episodes=tuple(episode_view(run, number, labels, times, bars=number not in bars) for number in whole),
        left_out=len(run.episodes) - len(whole),
        unlisted=max(0, len(run.episodes) - limits.listed),
        findings=findings(run.findings, "", labels),
        parties=inputs.parties(run, labels),
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
        zone=run.about.zone or "",
        in_short=IN_SHORT,
        glossary=tuple(Fact(term, text) for term, text in GLOSSARY.items()),
    )
    return shortened(whole_page, limits, (len(shown), len(run.evidence)))


def summary(run: Run, labels: Labels) -> str:
    """The run in one sentence or two."""
    if not run.episodes:
        return labels.text(beside_badge(nothing_found(run), run.verdict))
    if len(run.episodes) == 1:
        return f"{in_short(run.episodes[0], labels)}."
    verdicts = Counter(measured.verdict for measured in run.episodes)
    each = ", ".join(f"{number} {verdict}" for verdict, number in verdicts.items())
    return f"{len(run.episodes)} episodes: {each}. The verdict of the run is that of the worst."


def first_moment(run: Run) -> int | None:
    """The first moment of the evidence, ns, as far as its clock is known."""
    return min((source.first.least for source in run.sources if source.first), default=None)


def evidence_range(run: Run) -> str:
    """From the first to the last moment of the evidence, on the reference clock where that is known, else empty."""
    edges = [at for source in run.sources for at in (source.first, source.last) if at]
    reference = Reference(run)
    placed = [reference.place(at) or at for at in edges]
    if not placed:
        return ""
    first, last = min(at.least for at in placed), max(at.most for at in placed)
    local = local_words(Instant("", first, max(last, first)), run.about.zone)
    return f"{words.stamp(first)} to {words.stamp(last)} UTC" + (f" ({local})" if local else "")
