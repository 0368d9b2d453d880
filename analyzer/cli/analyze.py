"""`autopath analyze`: evidence in; a verdict on the terminal, a report and run.json in a folder, an exit status."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING, Unpack

import click

from analyzer.cli.collector import without_collector
from analyzer.cli.history.store import store_option
from analyzer.cli.options import AboutGiven, Reading, about, about_of, reading, settings_of
from analyzer.cli.output import Say, Writing, alone, asked, is_redacted, place_of, write_forms, write_unjudged, writing

if TYPE_CHECKING:
    from analyzer.model.run import Acceptable, Run
    from analyzer.model.source import HashAlgorithm

EXIT_STATUS: dict[Acceptable, int] = {"yes": 0, "no": 1, "unknown": 4}
STRICT: dict[str, int] = {"LATE": 1, "MET-OR-LATE": 4}


class _Given(Reading, AboutGiven, Writing):
    """What all options of the command give, but for those that it names itself."""


@click.command("analyze")
@click.argument("evidence", nargs=-1, type=click.Path(readable=False))
@writing
@click.option("--json", "as_json", is_flag=True, help="Print run.json instead of the table.")
@click.option("-q", "--quiet", is_flag=True, help="Print nothing but errors (and what --json prints).")
@click.option("--strict", is_flag=True, help="Only MET passes: LATE is then 1, MET-OR-LATE 4.")
@click.option(
    "--hash",
    "algorithm",
    type=click.Choice(("sha256", "blake3", "none")),
    default="sha256",
    show_default=True,
    help="Digest of each input; a run without any is not recorded in a history.",
)
@click.option(
    "--workers",
    type=click.IntRange(min=1),
    metavar="N",
    help="Cores to use, also for several large files at once; the result is the same.  [all]",
)
@click.option(
    "--record/--no-record",
    "recording",
    default=None,
    envvar="AUTOPATH_RECORD",
    help="Keep the run in the history too (with its names), or not.",
)
@store_option
@about
@reading
def command(
    evidence: tuple[str, ...],
    as_json: bool,
    quiet: bool,
    strict: bool,
    algorithm: HashAlgorithm,
    workers: int | None,
    recording: bool | None,
    store: str | None,
    **given: Unpack[_Given],
) -> int:
    """Analyse EVIDENCE: any mix of captures, logs, snapshots, manual notes, folders and bundles.

    \b
    Exit status: 0 acceptable: MET, MET-OR-LATE or LATE (--strict: only MET), or each host was seen
    and nothing happened; 1 not acceptable: MISSED; 2 usage or configuration; 3 evidence unreadable;
    4 unknown: UNDECIDED.
    """
    from msgspec.structs import replace

    from analyzer import pipeline
    from analyzer.cli.history.recording import NOT_RECORDED, recorded, store_for
    from analyzer.cli.project import project_for
    from analyzer.cli.redaction import as_asked
    from analyzer.cli.terminal.progress import Progress
    from analyzer.report.words import visible
    from analyzer.store import encode_run

    written = asked(given)
    project = project_for(evidence, silent=quiet)
    settings = settings_of(given, project=project, strict=strict, algorithm=algorithm, workers=workers or _cores())
    settings = replace(settings, about=about_of(given).filled(project.about), project=project.in_effect(given))
    asked_to = project.record if recording is None else recording
    history = store_for(store, settings, project) if asked_to else None
    with without_collector(), Progress(sys.stderr, silent=quiet) as progress, _read_so_far(given, progress.say):
        if any(form.of_evidence or form.takes_evidence for form in written):
            run, frames = pipeline.analyze_keeping_frames(evidence, settings, progress.heard, progress.begun)
        else:
            run, frames = pipeline.analyze(evidence, settings, progress.heard, progress.begun), None
        named = run
        run, frames = as_asked(run, frames, given, progress.say)
        progress.begun("writing")
        with alone(given["output"]):
            directory = place_of(run, given, progress.say)
            kept = recorded(history, named) if history is not None else NOT_RECORDED
            look = None if is_redacted(run) else kept.look
            files = write_forms(directory, run, written, frames, given, progress.say, look)
    if as_json:
        sys.stdout.buffer.write(encode_run(run))
    if not quiet:
        _show(run, directory / files[0], as_json=as_json)
    for said in () if quiet else kept.said:
        click.echo(visible(said), err=True)
    if kept.failed is not None:
        raise kept.failed
    return exit_status(run, strict=strict)


@contextmanager
def _read_so_far(given: Writing, say: Say) -> Iterator[None]:
    """Where a fault of the program ends the analysis, what was read is written, if that can be; then it is raised."""
    from analyzer import pipeline

    try:
        yield
    except pipeline.BrokenOffError as broken:
        with suppress(Exception):  # the fault is what there is to tell
            write_unjudged(broken.run, given, say)
        raise broken.__cause__ or broken from None


def _cores() -> int:
    """The cores that this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def exit_status(run: Run, *, strict: bool) -> int:
    """What the run's answer means to whoever called the program."""
    status = EXIT_STATUS[run.acceptable]
    return STRICT.get(run.verdict, status) if strict else status


def _show(run: Run, report: Path, *, as_json: bool) -> None:
    from analyzer.cli import table

    table.print_warnings(run, sys.stderr)
    if as_json:
        click.echo(report, err=True)
    else:
        table.print_verdict(run, report, sys.stdout)
