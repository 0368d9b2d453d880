"""`autopath report`: a run that was written once, in; its report by today's program, or other forms of it, out."""

from __future__ import annotations

from functools import partial
from pathlib import Path
from typing import Unpack

import click

from analyzer.aside import write
from analyzer.cli.output import NamedPath, Writing, alone, asked, place_of, write_forms, writing
from analyzer.errors import UsageError
from analyzer.report.words import visible


@click.command("report")
@click.argument("run", metavar="RUN", type=click.Path(path_type=Path), required=False)
@click.option(
    "--index",
    "folder",
    type=NamedPath(),
    metavar="DIR",
    help="Instead: DIR/index.html, one page on all runs in the folder, which can be attached alone.",
)
@writing
@click.option(
    "--unredact",
    type=click.Path(path_type=Path),
    metavar="FILE",
    help="Put back what --redact replaced, by the key in FILE.",
)
@click.option("-q", "--quiet", is_flag=True, help="Print nothing but errors.")
def command(run: Path | None, folder: Path | None, quiet: bool, unredact: Path | None, **given: Unpack[Writing]) -> int:
    """Write the report of RUN anew, or other forms of it.

    RUN is a run.json, a report.html or report.pdf, which carry their run, a bundle.zip, or a folder
    with one of them.

    Nothing is analysed again: the verdict is that of the run. Prints what was written.
    """
    from analyzer.cli.redaction import as_asked, mapped_back
    from analyzer.store.reading import read_run

    if folder is not None:
        if run is not None or given["output"] is not None or given["forms"]:
            raise UsageError("--index goes without RUN, -o and --write: it writes DIR/index.html")
        return _index(folder, quiet=quiet)
    if run is None:
        raise UsageError("report: name a run, or a folder of runs with --index; see `autopath report --help`")
    written = asked(given)
    say = partial(_say, quiet=quiet)
    found, _ = as_asked(mapped_back(read_run(run), unredact), None, given, say)
    with alone(given["output"]):
        directory = place_of(found, given, say)
        files = write_forms(directory, found, written, None, given, say)
    if not quiet:
        for name in files:
            click.echo(directory / name)
    return 0


def _say(text: str, *, quiet: bool) -> None:
    if not quiet:
        click.echo(text, err=True)


def _index(folder: Path, *, quiet: bool) -> int:
    """Write the page on all runs of a folder into it."""
    from analyzer.report import render_index
    from analyzer.store.folder import INDEX, runs_in

    found = runs_in(folder)
    if not found.runs:
        raise UsageError(f"{folder}: holds no run; make some with `autopath analyze`")
    with alone(folder):
        write(folder, {INDEX: render_index(found.runs, found.unread).encode()})
    if not quiet:
        for sentence in found.unread:
            click.echo(f"not shown: {visible(sentence)}", err=True)
        click.echo(folder / INDEX)
    return 0
