"""A run as a page: the verdict first, then each episode, then the evidence and what it was read from."""

from __future__ import annotations

from collections import Counter

from analyzer.model.event import Forwarding, StargateStates
from analyzer.model.run import Run
from analyzer.report import words
from analyzer.report.names import SYMBOLS
from analyzer.report.view import inputs
from analyzer.report.view.episode import episode_view, title
from analyzer.report.view.judgement import badge
from analyzer.report.view.labels import Labels
from analyzer.report.view.moments import on_reference, reference_clock
from analyzer.report.view.parts import Page
from analyzer.report.view.proof import findings, proof


def page(run: Run) -> Page:
    """Everything that the report shows of the run."""
    labels = Labels(run)
    return Page(
        case=run.case,
        verdict=run.verdict,
        badge=badge(run.verdict),
        summary=summary(run),
        evidence_range=evidence_range(run),
        checked=checked(run, labels),
        legend=tuple(badge(verdict) for verdict in SYMBOLS),
        episodes=tuple(episode_view(run, number, labels) for number in range(1, len(run.episodes) + 1)),
        findings=findings(run.findings, "", labels),
        parties=inputs.parties(run),
        proof=proof(run, labels),
        inputs=inputs.inputs(run, labels),
        captures=inputs.captures(run, labels),
        clocks=inputs.clocks(run, labels),
        reference_clock=labels.clock(reference_clock(run) or "unknown"),
        skipped=inputs.skipped(run, labels),
        settings=inputs.settings(run),
        expectations=inputs.expectations(run),
        program=f"autopath {run.autopath_version}",
        schema=str(run.schema_version),
    )


def summary(run: Run) -> str:
    """The run in one sentence."""
    if not run.episodes:
        return "No failover episode is in the evidence."
    if len(run.episodes) == 1:
        measured = run.episodes[0]
        return f"One episode: {title(measured.episode)}, {measured.judgement.verdict}."
    verdicts = Counter(measured.judgement.verdict for measured in run.episodes)
    each = ", ".join(f"{number} {verdict}" for verdict, number in verdicts.items())
    return f"{len(run.episodes)} episodes: {each}. The verdict of the run is that of the worst."


def evidence_range(run: Run) -> str:
    """From the first to the last moment of the evidence, on the reference clock where that is known, else empty."""
    edges = [at for source in run.sources for at in (source.first, source.last) if at]
    placed = [on_reference(run, at) or at for at in edges]
    if not placed:
        return ""
    first, last = min(at.least for at in placed), max(at.most for at in placed)
    return f"{words.stamp(first)} to {words.stamp(last)} UTC"


def checked(run: Run, labels: Labels) -> tuple[str, ...]:
    """What was looked at, so that a run without an episode says what it rests on."""
    captures = [
        f"{labels.source(c.source)}: {words.counted(c.frames, 'frame')}, {words.count(c.storage_frames)} of them with"
        f" the storage address; {words.counted(sum(n for _, n in c.nfs_calls), 'NFS call')},"
        f" {words.counted(sum(n for _, n in c.nfs_replies), 'reply', 'replies')},"
        f" {words.count(c.unanswered)} unanswered;"
        f" {words.counted(c.tcp_resets, 'TCP reset')}"
        for c in run.captures
    ]
    logs = [
        f"{labels.source(s.name)}: {words.counted(s.records, 'record')}"
        for s in run.sources
        if s.kind not in ("capture", "unrecognised")
    ]
    return (*captures, *logs, *_checks(run))


def _checks(run: Run) -> tuple[str, ...]:
    """The HA checks that the logs tell of."""
    up = sum(isinstance(e.detail, StargateStates) and e.detail.all_of == "up" and not e.detail.down for e in run.events)
    states = Counter(e.detail.state for e in run.events if isinstance(e.detail, Forwarding))
    said = [f"{words.counted(up, 'HA check')} found all Stargates up"] if up else []
    said += [
        f"forwarding was found {state} {words.counted(number, 'time')}" for state, number in sorted(states.items())
    ]
    return tuple(said)
