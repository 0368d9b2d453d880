"""What a run looks like on a terminal: its verdict, a row for each episode, what to beware of, the report's path."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, TextIO

if TYPE_CHECKING:
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    from analyzer.model.episode import MeasuredEpisode, Verdict
    from analyzer.model.run import Run

SIGNS: dict[Verdict, tuple[str, str]] = {
    "MET": ("✓", "green"),
    "LATE": ("◷", "yellow"),
    "UNDECIDED": ("?", "magenta"),
    "MISSED": ("✗", "red"),
    "NOT-JUDGED": ("–", "dim"),
}
WIDTH_OFF_TERMINAL = 120


def print_verdict(run: Run, report: Path, stream: TextIO) -> None:
    """The verdict, a table of episodes, the sentences that explain them, and the report's path as the last line."""
    console = _console(stream)
    console.print(_verdict_line(run))
    if run.episodes:
        console.print(_table(run))
    for episode in run.episodes:
        if episode.judgement.decides:
            text = f"{episode.episode.id} would be decided by {episode.judgement.decides}"
            console.print(text, markup=False, highlight=False, soft_wrap=True)
    console.print(f"report: {report}", markup=False, highlight=False, soft_wrap=True)


def print_warnings(run: Run, stream: TextIO) -> None:
    """What a person should know before believing the verdict: findings above `info`, and how much was skipped."""
    console = _console(stream)
    findings = (*run.findings, *(f for episode in run.episodes for f in episode.findings))
    for finding in findings:
        if finding.severity != "info":
            sentences = (each.rstrip(". ") + "." for each in (finding.sentence, finding.advice) if each)
            text = f"{finding.severity} {finding.code}: {' '.join(sentences)}"
            console.print(text, markup=False, highlight=False, soft_wrap=True)
    skipped = [s for s in run.skipped if not _harmless(s.why)]
    for one in skipped[:3]:
        text = f"skipped: {one.source}, {one.where}: {one.why}"
        console.print(text, markup=False, highlight=False, soft_wrap=True)
    if len(skipped) > 3:
        console.print(f"skipped: {len(skipped) - 3} more, listed in the report", markup=False, highlight=False)


def _harmless(why: str) -> bool:
    return why.startswith("not evidence")


def _console(stream: TextIO) -> Console:
    from rich.console import Console

    width = None if stream.isatty() else WIDTH_OFF_TERMINAL
    return Console(file=stream, width=width, highlight=False, emoji=False)


def _verdict_line(run: Run) -> Text:
    from rich.text import Text

    count = len(run.episodes)
    what = "1 episode" if count == 1 else f"{count} episodes"
    if not count:
        return Text(f"{SIGNS[run.verdict][0]} {run.case}: no failover in this evidence, so nothing to judge")
    return _signed(run.verdict).append(f"  {run.case}: {what}", style="default")


def _signed(verdict: Verdict) -> Text:
    from rich.text import Text

    sign, style = SIGNS[verdict]
    return Text(f"{sign} {verdict}", style=style)


def _table(run: Run) -> Table:
    from rich import box
    from rich.table import Table

    table = Table(box=box.SIMPLE_HEAD, pad_edge=False)
    for heading in ("episode", "kind", "host", "detection", "expected", "outage", "verdict", "confidence"):
        table.add_column(heading, overflow="fold")
    for episode in run.episodes:
        table.add_row(*_row(episode))
    return table


def _row(measured: MeasuredEpisode) -> tuple[str | Text, ...]:
    from rich.text import Text

    from analyzer.report import words

    episode, judgement = measured.episode, measured.judgement
    expected = words.exact(judgement.expected) if judgement.expected is not None else "–"
    return (
        Text(episode.id),
        Text(episode.kind),
        Text(episode.host or "unknown"),
        Text(_figure(measured, "detection")),
        Text(expected),
        Text(_figure(measured, "outage")),
        _signed(judgement.verdict),
        Text(episode.confidence),
    )


def _figure(measured: MeasuredEpisode, metric: str) -> str:
    from analyzer.model.measurement import KnownMeasurement
    from analyzer.report import words

    for measurement in measured.measurements:
        if measurement.metric == metric:
            if isinstance(measurement, KnownMeasurement):
                return words.duration(measurement.span)
            return measurement.absence.replace("-", " ")
    return "–"
