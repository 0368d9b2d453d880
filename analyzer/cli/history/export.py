"""`autopath history export`: runs as files in a folder, with what was told of their tests beside them."""

from __future__ import annotations

from pathlib import Path

import click

from analyzer.cli.history.store import opened_store, store_option


@click.command("export")
@click.argument("runs", metavar="[RUN]...", nargs=-1)
@store_option
@click.option("-o", "--output", required=True, type=click.Path(path_type=Path), metavar="DIR", help="Where to.")
def command(runs: tuple[str, ...], store: str | None, output: Path) -> int:
    """Write the documents of all runs, or of those named, into DIR, byte for byte; import takes them again, with what
    was told of them. `autopath report DIR/FILE` makes the report of one.
    """
    from analyzer.cli.output import write
    from analyzer.history.exchange import MANIFEST, exported
    from analyzer.history.queries import run_named
    from analyzer.report.words import counted

    there = opened_store(store)
    wanted = [run_named(there, run) for run in runs]
    count = 0
    for name, content in exported(there, wanted):
        write(output, {name: content})
        count += name != MANIFEST
    click.echo(f"{output}: {counted(count, 'run')}")
    return 0
