"""`autopath report`: a run that was written once, in; its report by today's program, or other forms of it, out."""

from __future__ import annotations

from pathlib import Path
from typing import Unpack

import click

from analyzer.cli.output import Writing, place_of, write, writing
from analyzer.report.forms.catalogue import DEFAULT, chosen


@click.command("report")
@click.argument("run", metavar="RUN", type=click.Path(path_type=Path))
@writing
@click.option("-q", "--quiet", is_flag=True, help="Print nothing but errors.")
def command(run: Path, quiet: bool, **given: Unpack[Writing]) -> int:
    """Write the report of RUN anew, or other forms of it.

    RUN is a run.json, a report.html, which carries its run, or a folder with one of them.

    Nothing is analysed again: the verdict is that of the run. Prints what was written.
    """
    from analyzer import pipeline
    from analyzer.store.reading import read_run

    written = chosen(given["forms"] or DEFAULT)
    found = read_run(run)
    directory = place_of(found, given, quiet=quiet)
    files = pipeline.documents(found, written)
    write(directory, files)
    if not quiet:
        for name in files:
            click.echo(directory / name)
    return 0
