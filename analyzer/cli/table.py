"""What a run looks like on a terminal: the answer, a row for each judgement, what to beware of, the report's path."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, TextIO

from analyzer.cli.terminal.judgements import INDENT, SIGNS, broken, judgement_lines
from analyzer.cli.terminal.signs import spelled

if TYPE_CHECKING:
    from rich.console import Console
    from rich.text import Text

    from analyzer.model.episode import Judgement, MeasuredEpisode, Verdict
    from analyzer.model.run import Run

SKIPPED_SHOWN, SNAPSHOTS_SHOWN, SHOWN_HOSTS = 8, 8, 4
FINDINGS_SHOWN = 8  # of a severity and a code
_BESIDE = re.compile(r"readme\b|(?:truth\.json|client\.jsonl)\b", re.IGNORECASE)  # what a recording has besides


def print_verdict(run: Run, report: Path, stream: TextIO) -> None:
    """The answer, a table of judgements, what tables show, the sentences that explain, and the report's path last."""
    from analyzer.report.answer import about_words, assumed, headline, nothing_found
    from analyzer.report.parties import Parties
    from analyzer.report.snapshots import shown_first, snapshot_words
    from analyzer.report.story import stopped

    parties = Parties(run)
    with _printing(stream) as console:
        _print(console, headline(run))
        if said := about_words(run.about):
            _print(console, said)
        if run.episodes:
            console.print(_verdict_line(run), soft_wrap=True)
            _print_judgements(run, console, stream)
        else:
            _print(console, f"{SIGNS[run.verdict][0]} {run.case}: {parties.text(nothing_found(run))}")
        for snapshot in shown_first(run.snapshots)[:SNAPSHOTS_SHOWN]:
            _print(console, stopped(snapshot_words(snapshot, parties.party)))
        if (more := len(run.snapshots) - SNAPSHOTS_SHOWN) > 0:
            _print(console, f"{more:,} more states that tables show are in the report and run.json.")
        for episode in run.episodes:
            for judgement in episode.judgements:
                for said in _explained(episode, judgement):
                    _print(console, parties.text(said))
        if said := assumed(run):
            _print(console, said)
        for said in (*_seen(run), *_lacking(run)):
            _print(console, parties.text(said))
        _print(console, f"report: {report}")


def _explained(measured: MeasuredEpisode, judgement: Judgement) -> Iterator[str]:
    """Which lines of a log decided a judgement, or left it open, and what would decide it; nothing where its row says
    all.
    """
    from analyzer.report.judged import decides_words, judgement_words
    from analyzer.report.story import stopped

    of = f"{measured.episode.id}: {judgement.metric.replace('-', ' ')}"
    if judgement.origins:
        first = judgement.origins[0]
        yield f"{of}: {judgement_words(judgement, measured.episode)} ({first.source} line {first.number})."
    if judgement.decides:
        yield f"{of}: to settle this, supply {stopped(decides_words(judgement))}"


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
    from analyzer.report.coverage import lacking, untold
    from analyzer.report.view.labels import Labels

    return untold(run, Labels(run)) if run.episodes else lacking(run.coverage, Labels(run))


def print_warnings(run: Run, stream: TextIO) -> None:
    """What a person should know before believing the verdict: first the lines that were not understood, then findings
    above `info`, and how much was skipped.
    """
    from analyzer.report.names import quality_words
    from analyzer.report.story import stopped
    from analyzer.report.view.front.problems import in_front
    from analyzer.report.view.inputs import unhashed
    from analyzer.report.view.labels import Labels

    labels = Labels(run)
    with _printing(stream) as console:
        found = in_front((*run.findings, *(f for episode in run.episodes for f in episode.findings)))
        alike = Counter[tuple[str, str]]()
        for finding in found:
            alike[finding.severity, finding.code] += 1
            if alike[finding.severity, finding.code] > FINDINGS_SHOWN:
                continue
            told = (labels.finding(finding.code, finding.sentence), labels.text(finding.advice))
            said = " ".join(stopped(each) for each in told if each)
            _print(console, f"{finding.severity} {finding.code}: {said}")
        for (severity, code), count in alike.items():
            if count > FINDINGS_SHOWN:
                _print(console, f"{severity} {code}: {count - FINDINGS_SHOWN} more, listed in the report")
        if said := unhashed(run):
            _print(console, said)
        for held in run.quality:
            if held.word != "trustworthy":
                _print(console, f"capture {labels.source(held.source)}: {quality_words(held)}")
        for said in _skipped(run):
            _print(console, said)


def _skipped(run: Run) -> Iterator[str]:
    """What was not read, or not all of it, and what was no evidence."""
    from analyzer.model.source import USED_ALL_THE_SAME
    from analyzer.report.view.inputs import is_passed_over

    skipped = [s for s in run.skipped if not is_passed_over(s.reason)]
    for one in skipped[:SKIPPED_SHOWN]:
        how = "note" if one.reason.name in USED_ALL_THE_SAME else "skipped"
        yield f"{how}: {one.source}, {one.where}: {one.reason.sentence}"
    if len(skipped) > SKIPPED_SHOWN:
        yield f"skipped: {len(skipped) - SKIPPED_SHOWN} more, listed in the report"
    if said := _not_evidence(run):
        yield said


def _not_evidence(run: Run) -> str:
    """The files beside the evidence that are none, by name: without those of a bundle, which has many, and those that
    are known to lie there, our reports and recordings among them.
    """
    from analyzer.report.forms.catalogue import FORMS

    reports = {file.rpartition("/")[2] for form in FORMS for file in form.files}
    passed = [one.source for one in run.skipped if one.reason.name == "not-evidence" and "!/" not in one.source]
    bases = [name.rpartition("/")[2] for name in passed]
    names = [name for name, base in zip(passed, bases, strict=True) if base not in reports and not _BESIDE.match(base)]
    if not names:
        return ""
    more = f" and {len(names) - SKIPPED_SHOWN} more" if len(names) > SKIPPED_SHOWN else ""
    what = "is no capture, log, table or note" if len(names) == 1 else "are no captures, logs, tables or notes"
    return f"ignored: {', '.join(names[:SKIPPED_SHOWN])}{more}: {what}"


def _print(console: Console, text: str) -> None:
    """A sentence as it is: no markup, and nothing in it that a terminal obeys; one line, but on a terminal, where it is
    broken between words.
    """
    for line in broken(_line(text), _width(console), INDENT):
        console.print(line, markup=False, highlight=False, soft_wrap=True)


def _width(console: Console) -> int | None:
    """The columns of a terminal; None elsewhere."""
    return console.width if console.file.isatty() else None


def _line(text: str) -> str:
    from analyzer.report.words import visible

    return visible(text).replace("\n", "\\n")


@contextmanager
def _printing(stream: TextIO) -> Iterator[Console]:
    """A console whose words we write at its end: of a closed pipe rich dies with exit status 1, and that is MISSED."""
    from rich.console import Console

    console = Console(file=stream, highlight=False, emoji=False)
    with console.capture() as captured:
        yield console
    stream.write(captured.get())
    stream.flush()


def _verdict_line(run: Run) -> Text:
    count, case = len(run.episodes), _line(run.case)
    return _signed(run.verdict).append(f"  {case}: {count} episode{'s' if count > 1 else ''}", style="default")


def _print_judgements(run: Run, console: Console, stream: TextIO) -> None:
    """A line for each episode and a row for each judgement, as wide as a terminal is; elsewhere as wide as they are."""
    from rich.text import Text

    from analyzer.report.parties import Parties

    parties = Parties(run)
    lines = judgement_lines(
        run.episodes, lambda host: _line(parties.name(host)), lambda text: spelled(text, stream), _width(console)
    )
    for line in lines:
        console.print(Text.assemble(*line), soft_wrap=True)


def _signed(verdict: Verdict) -> Text:
    from rich.text import Text

    sign, style = SIGNS[verdict]
    return Text(f"{sign} {verdict}", style=style)
