"""`autopath history import`: runs from files and folders, each stored by itself, so that what was told is there."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from analyzer.cli.history.recording import said_of
from analyzer.cli.history.store import opened_store, store_option
from analyzer.errors import AutopathError, EvidenceError, StoreError, UsageError

if TYPE_CHECKING:
    from analyzer.history.exchange import Document, Unread
    from analyzer.history.opening import Store
    from analyzer.history.values import Stored


@click.command("import")
@click.argument("paths", metavar="PATH...", nargs=-1, required=True, type=click.Path(path_type=Path))
@store_option
@click.option("--cluster", metavar="NAME", help="The cluster of runs that do not say it themselves.")
@click.option("-q", "--quiet", is_flag=True, help="Print only what was not imported.")
def command(paths: tuple[Path, ...], store: str | None, cluster: str | None, quiet: bool) -> int:
    """Put the runs of PATH in: a run.json, a report.html, report.pdf or bundle.zip, or a folder with such in it.

    What is there already changes nothing. Exit status 3 when something that should hold a run can't be read, 2 when a
    run can't be stored, such as one whose cluster nobody says.
    """
    from analyzer.history.changes import take_over
    from analyzer.history.exchange import documents_in, manifest_in
    from analyzer.history.queries import clusters
    from analyzer.report.words import counted, visible

    there = opened_store(store, make=True)
    status = passed = found = 0
    for path in paths:
        for each in documents_in(path):
            try:
                stored = _imported(there, each, cluster)
            except StoreError:
                raise
            except AutopathError as error:
                click.echo(f"not imported: {visible(str(error))}", err=True)
                status = max(status, error.exit_status)
                continue
            passed += stored is None
            found += stored is not None
            if stored is not None and not quiet:
                click.echo(visible(f"{each.name}: {said_of(stored)}"))
        for of, lines in manifest_in(path if path.is_dir() else path.parent).changes.items():
            if of in clusters(there):
                take_over(there, of, lines)
    if passed and not quiet:
        click.echo(f"ignored, as no run: {counted(passed, 'other file')}", err=True)
    if not (found or status):
        raise UsageError(f"{', '.join(map(str, paths))}: holds no run; make some with `autopath analyze`")
    return status


def _imported(store: Store, found: Document | Unread, cluster: str | None) -> Stored | None:
    """What became of a document; None of a file that may be anybody's, and holds no run."""
    from analyzer.history.exchange import Unread
    from analyzer.history.recording import record

    if isinstance(found, Unread):
        if found.expected:
            raise EvidenceError(found.said)
        return None
    try:
        return record(store, found.content, found.name, cluster=cluster, told=found.told)
    except EvidenceError:
        if found.expected:
            raise
        return None
