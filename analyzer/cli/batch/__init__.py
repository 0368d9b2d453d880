"""`autopath batch`: many tests in one go, a report folder for each, and a table of what came out."""

from __future__ import annotations

import os
import re
import sys
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Unpack

import click

from analyzer.cli.history.store import store_option
from analyzer.cli.options import AboutGiven, Reading, about, reading
from analyzer.cli.output import NamedPath
from analyzer.cli.simulation.durations import size
from analyzer.cli.terminal.signals import EndedError
from analyzer.errors import ConfigurationError, UsageError

if TYPE_CHECKING:
    from analyzer.batch.manifest import Rows
    from analyzer.batch.shards import Shard
    from analyzer.batch.values import Event, Outcome, Task
    from analyzer.cli.batch.progress import Watch
    from analyzer.cli.batch.tasks import How

FORMS = "html,json,summary"
FAULTS_SHOWN = 20
LEAST_MEMORY = 100_000_000


class _Given(Reading, AboutGiven):
    """What the options give: how the batch is done, and what tests have in common that don't say otherwise."""

    output: Path | None
    workers: int | None
    shard: str
    scheduler: str | None
    memory: int | None
    retries: int
    forms: tuple[str, ...]
    strict: bool
    quiet: bool
    recording: bool | None
    store: str | None


@click.command("batch")
@click.argument("manifest", required=False, type=click.Path(path_type=Path))
@click.option("--each", type=click.Path(path_type=Path), metavar="DIR", help="Instead: a test for each folder in DIR.")
@click.option(
    "-o", "--output", type=NamedPath(), metavar="DIR", help="A folder for each test goes here.  [reports/MANIFEST]"
)
@click.option(
    "--workers", type=click.IntRange(min=1), metavar="N", help="Cores to use, one for each test at a time.  [all]"
)
@click.option("--shard", metavar="I/N", default="1/1", help="Do the I-th of N parts alone, for a scheduler of yours.")
@click.option("--scheduler", metavar="ADDRESS", help="Do the tests on the Dask cluster of this scheduler.")
@click.option("--memory", type=size, metavar="SIZE", help="End a test whose process has more than this, such as 2G.")
@click.option(
    "--retries",
    type=click.IntRange(min=0),
    default=20,
    show_default=True,
    metavar="N",
    help="Begin a test whose process was killed again, so often at most.",
)
@click.option("--write", "forms", multiple=True, metavar="FORM", help=f"What to write, as analyze does.  [{FORMS}]")
@click.option("--strict", is_flag=True, help="Only MET passes: LATE is then 1, MET-OR-LATE 4.")
@click.option(
    "--record/--no-record",
    "recording",
    default=None,
    envvar="AUTOPATH_RECORD",
    help="Keep the runs in the history too, once all are there, or not.",
)
@store_option
@click.option("-q", "--quiet", is_flag=True, help="Print nothing but errors.")
@about
@reading
def command(manifest: Path | None, each: Path | None, **given: Unpack[_Given]) -> int:
    """Analyse the tests of MANIFEST (TOML or CSV), each by itself, and say what came out of them.

    What is done already is not done again: after an interruption, the same command goes on. The options
    from --title on are for tests that say nothing else. docs/batch.md has manifests, and schedulers.

    \b
    Exit status, the first that is so: 1 a test is not acceptable; 3 of a test there is no run;
    4 one is unknown; 0 all are acceptable. 2 usage or a wrong manifest: nothing was analysed.
    """
    from analyzer.batch.document import write_document
    from analyzer.batch.shards import shard_of
    from analyzer.cli.batch.progress import Watch
    from analyzer.cli.batch.recording import record_all, store_for
    from analyzer.cli.batch.tasks import tasks_of
    from analyzer.cli.batch.told import Where, exit_status, print_told
    from analyzer.cli.project import project_for
    from analyzer.report.words import visible

    part, quiet = shard_of(given["shard"]), given["quiet"]
    _check_memory(given["memory"])
    rows, base = _rows(manifest, each)
    place = Path(os.path.realpath(given["output"] or Path("reports", _stem(manifest or each or Path()))))
    if each is not None and place.is_relative_to(base):
        raise UsageError(f"{place}: would be taken for a test of {each}; name a folder elsewhere with -o")
    project = project_for((base / one for row in rows.rows for one in row.evidence), silent=quiet)
    whole = tasks_of(
        rows.rows, base, place, given, project, _how(str(manifest or each), len(rows.rows) // part.of, given)
    )
    mine = frozenset(part.names(task.name for task in whole))
    tasks = tuple(sorted((task for task in whole if task.name in mine), key=lambda task: task.name))
    asked_to = project.record if given["recording"] is None else given["recording"]
    history = store_for(given["store"], tasks, project) if asked_to else None
    _make_room(place, part)
    with Watch(sys.stderr, len(tasks), silent=quiet) as watch:
        outcomes = _outcomes(_events(tasks, given), watch)
    document: Path | None = None
    try:
        document = write_document(place, part, (task.name for task in whole), outcomes)
    finally:
        if not quiet:
            where = Where({row.name: row.line for row in rows.rows}, place, document)
            print_told(outcomes, where, sys.stdout, strict=given["strict"])
    if history is not None:
        record_all(history, outcomes, place, lambda line: None if quiet else click.echo(visible(line), err=True))
    return exit_status(outcomes, strict=given["strict"])


def _check_memory(memory: int | None) -> None:
    from analyzer.batch.memory import resident

    if memory is not None and memory < LEAST_MEMORY:
        raise UsageError(f"--memory: a process begins with some 60 MB; allow at least {LEAST_MEMORY // 10**6}M")
    if memory is not None and not resident(os.getpid()):
        raise UsageError("--memory: this system does not tell how much memory a process has; leave it out")


def _stem(path: Path) -> str:
    """What the results of a manifest or folder are called where nobody says."""
    return re.sub(r"[^\w.+@-]", "_", path.absolute().stem).strip(".") or "batch"


def _at_once(given: _Given) -> int:
    return given["workers"] or _cores()


def _how(manifest: str, tests: int, given: _Given) -> How:
    """What counts for each test alike; where there are fewer tests than cores to use, a test has several."""
    from analyzer.cli.batch.tasks import How

    cores = 1 if given["scheduler"] else max(1, _at_once(given) // max(1, tests))
    return How(manifest=manifest, forms=given["forms"] or (FORMS,), memory=given["memory"] or 0, cores=cores)


def _rows(manifest: Path | None, each: Path | None) -> tuple[Rows, Path]:
    """The tests, and the folder in which they lie; faults are printed, :class:`ConfigurationError` tells of them."""
    from analyzer.batch.manifest import read_manifest, rows_of_folder
    from analyzer.report.words import counted, visible

    if (manifest is None) == (each is None):
        raise UsageError("name a manifest of tests, or with --each a folder that has a folder for each test")
    rows = read_manifest(manifest) if manifest is not None else rows_of_folder(each or Path())
    if rows.faults:
        for fault in rows.faults[:FAULTS_SHOWN]:
            click.echo(visible(fault), err=True)
        raise ConfigurationError(f"{manifest or each}: has {counted(len(rows.faults), 'fault')}; nothing was analysed")
    return rows, Path(os.path.realpath(manifest.parent if manifest is not None else each or Path()))


def _make_room(place: Path, part: Shard) -> None:
    """The folder is there and can be written; what was said of these tests before is not said any more."""
    from analyzer.aside import folder_aside
    from analyzer.batch.document import forget

    try:
        place.mkdir(parents=True, exist_ok=True)
        with folder_aside(place, "batch"):
            forget(place, part)
    except OSError as error:
        raise UsageError(f"{place}: can't be written ({error.strerror}); name another folder with -o") from error


def _events(tasks: tuple[Task, ...], given: _Given) -> Iterator[Event]:
    from analyzer.batch.sizes import sizes_of
    from analyzer.batch.waiting import Waiting

    waiting = Waiting(tasks, sizes_of(tasks), given["retries"])
    if given["scheduler"] is not None:
        from analyzer.batch.cluster import done_by_cluster

        return done_by_cluster(waiting, given["scheduler"])
    from analyzer.batch.local import done_here

    return done_here(waiting, min(_at_once(given), len(tasks)))


def _outcomes(events: Iterable[Event], watch: Watch) -> tuple[Outcome, ...]:
    """What came out of all, by name. Where somebody ends us, it is said what is done."""
    from analyzer.batch.values import Ended

    outcomes: list[Outcome] = []
    try:
        for event in events:
            watch.see(event)
            if isinstance(event, Ended):
                outcomes.append(event.outcome)
    except EndedError:
        watch.interrupted()
        raise
    return tuple(sorted(outcomes, key=lambda one: one.name))


def _cores() -> int:
    """The cores that this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
