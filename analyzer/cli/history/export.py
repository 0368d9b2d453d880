"""`autopath history export`: runs as files in a folder, with what was told of their tests beside them."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import click

from analyzer.cli.history.store import opened_store, store_option
from analyzer.cli.output import NamedPath
from analyzer.errors import UsageError

if TYPE_CHECKING:
    from analyzer.history.opening import Store

_AT_ONCE = 32 << 20
_FILES = 200


@click.command("export")
@click.argument("runs", metavar="[RUN]...", nargs=-1)
@store_option
@click.option("-o", "--output", required=True, type=NamedPath(), metavar="DIR", help="Where to.")
@click.option(
    "--form",
    type=click.Choice(("documents", "otava")),
    default="documents",
    show_default=True,
    help="otava: CSV of each figure, and a configuration, for Apache Otava: the middle of what each run allows.",
)
def command(runs: tuple[str, ...], store: str | None, output: Path, form: str) -> int:
    """Write the documents of all runs, or of those named, into DIR, byte for byte; import takes them again, with what
    was told of them. `autopath report DIR/FILE` makes the report of one.
    """
    if form == "otava":
        if runs:
            raise UsageError("--form otava: takes no RUN, as it writes whole histories; leave it out")
        return _for_otava(opened_store(store), output)
    from analyzer.aside import write
    from analyzer.history.exchange import MANIFEST, exported
    from analyzer.history.queries import run_named
    from analyzer.report.words import counted

    there = opened_store(store)
    wanted = [run_named(there, run) for run in runs]
    count = 0
    for files in _batches(exported(there, wanted)):
        write(output, files)
        count += len(files.keys() - {MANIFEST})
    click.echo(f"{output}: {counted(count, 'run')}")
    return 0


def _for_otava(store: Store, output: Path) -> int:
    from analyzer.aside import write
    from analyzer.history.compared import compared_tests
    from analyzer.model.over_time.compared_test import ComparedTest
    from analyzer.report.over_time.otava import CONFIGURATION, otava_files
    from analyzer.report.words import counted

    clusters: dict[str, list[ComparedTest]] = {}
    for one in compared_tests(store):
        clusters.setdefault(one.cluster, []).append(one)
    files = otava_files(dict(sorted(clusters.items())))
    write(output, files)
    click.echo(f"{output / CONFIGURATION}: {counted(len(files) - 1, 'test')}")
    return 0


def _batches(files: Iterator[tuple[str, bytes]]) -> Iterator[dict[str, bytes]]:
    """So many files that they are moved into place together, and are no burden on memory."""
    batch: dict[str, bytes] = {}
    for name, content in files:
        batch[name] = content
        if sum(map(len, batch.values())) > _AT_ONCE or len(batch) >= _FILES:
            yield batch
            batch = {}
    yield batch
