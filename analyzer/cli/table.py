"""What a run looks like on a terminal: its verdict, a row for each episode, what to beware of, the report's path."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
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
WIDTH_OFF_TERMINAL, WIDEST = 120, 1000
SHOWN_HOSTS = 4


def print_verdict(run: Run, report: Path, stream: TextIO) -> None:
    """The verdict, a table of episodes, the sentences that explain them, and the report's path as the last line."""
    from analyzer.report.notes import decides_words
    from analyzer.report.story import stopped

    with _printing(stream) as console:
        console.print(_verdict_line(run), soft_wrap=True)
        if run.episodes:
            _print_episodes(run, console, stream)
        for episode in run.episodes:
            if episode.judgement.decides:
                _print(console, f"{episode.episode.id} would be decided by {stopped(decides_words(episode.judgement))}")
        for said in (*_seen(run), *_lacking(run)):
            _print(console, said)
        _print(console, f"report: {report}")


def _seen(run: Run) -> Iterator[str]:
    """Beside a verdict without an episode: when a failover of each host would have been seen, as far as one would."""
    from analyzer.report.coverage import seen
    from analyzer.report.story import stopped

    hosts = tuple(host for host in run.coverage.hosts if host.seen) if not run.episodes else ()
    yield from (stopped(said) for said in seen(hosts[:SHOWN_HOSTS]))
    if len(hosts) > SHOWN_HOSTS:
        yield f"So would one of {len(hosts) - SHOWN_HOSTS} more hosts, as the report tells."


def _lacking(run: Run) -> Iterator[str]:
    """Why a run says no more: what is missing in it; beside episodes only what none of them tells."""
    from msgspec.structs import replace

    from analyzer.report.coverage import lacking
    from analyzer.report.view.labels import Labels

    coverage = replace(run.coverage, lacks=run.coverage.untold) if run.episodes else run.coverage
    return lacking(coverage, Labels(run))


def print_warnings(run: Run, stream: TextIO) -> None:
    """What a person should know before believing the verdict: findings above `info`, and how much was skipped."""
    from analyzer.report.story import stopped
    from analyzer.report.view.inputs import is_passed_over, unhashed
    from analyzer.report.view.labels import Labels

    labels = Labels(run)
    with _printing(stream) as console:
        for finding in (*run.findings, *(f for episode in run.episodes for f in episode.findings)):
            if finding.severity != "info":
                said = " ".join(stopped(labels.text(each)) for each in (finding.sentence, finding.advice) if each)
                _print(console, f"{finding.severity} {finding.code}: {said}")
        if said := unhashed(run):
            _print(console, said)
        skipped = [s for s in run.skipped if not is_passed_over(s.reason)]
        for one in skipped[:3]:
            _print(console, f"skipped: {one.source}, {one.where}: {one.reason.sentence}")
        if len(skipped) > 3:
            _print(console, f"skipped: {len(skipped) - 3} more, listed in the report")


def _print(console: Console, text: str) -> None:
    """One line as it is: no markup, not broken, and nothing in it that a terminal obeys."""
    console.print(_line(text), markup=False, highlight=False, soft_wrap=True)


def _line(text: str) -> str:
    from analyzer.report.words import visible

    return visible(text).replace("\n", "\\n")


@contextmanager
def _printing(stream: TextIO) -> Iterator[Console]:
    """A console whose words we write at its end: of a closed pipe rich dies with exit status 1, and that is MISSED."""
    from rich.console import Console

    width = None if stream.isatty() else WIDTH_OFF_TERMINAL
    console = Console(file=stream, width=width, highlight=False, emoji=False)
    with console.capture() as captured:
        yield console
    stream.write(captured.get())
    stream.flush()


def _verdict_line(run: Run) -> Text:
    from rich.text import Text

    from analyzer.report.coverage import answer

    count, case = len(run.episodes), _line(run.case)
    if not count:
        return Text(f"{SIGNS[run.verdict][0]} {case}: {answer(run.coverage)}")
    return _signed(run.verdict).append(f"  {case}: {count} episode{'s' if count > 1 else ''}", style="default")


def _print_episodes(run: Run, console: Console, stream: TextIO) -> None:
    """The table; on a terminal that is too narrow for it, some lines for each episode."""
    table = _table(run)
    wide = console.measure(table, options=console.options.update(width=WIDEST)).maximum
    if not stream.isatty():
        console.width = max(wide, WIDTH_OFF_TERMINAL)
    if wide <= console.width:
        console.print(table)
        return
    for episode in run.episodes:
        name, kind, host, detection, expected, outage, verdict, confidence = _row(episode)
        lines = (f"{name} {kind} on {host}", f"detection {detection}", f"expected {expected}", f"outage {outage}")
        console.print(verdict, lines[0], markup=False, highlight=False)
        console.print("  " + "\n  ".join((*lines[1:], f"confidence {confidence}")), markup=False, highlight=False)


def _signed(verdict: Verdict) -> Text:
    from rich.text import Text

    sign, style = SIGNS[verdict]
    return Text(f"{sign} {verdict}", style=style)


def _table(run: Run) -> Table:
    from rich import box
    from rich.table import Table

    table = Table(box=box.SIMPLE_HEAD, pad_edge=False)
    for heading in ("episode", "kind", "host", "detection", "expected", "outage", "verdict", "confidence"):
        table.add_column(heading, no_wrap=True)
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
                interrupted = measurement.note != "no-pause"
                return words.duration(measurement.span) if interrupted else "no interruption"
            return measurement.absence.replace("-", " ")
    return "–"
