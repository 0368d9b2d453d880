"""`autopath history remove`: runs out of the store."""

from __future__ import annotations

import click

from analyzer.cli.history.store import opened_store, store_option


@click.command("remove")
@click.argument("runs", metavar="RUN...", nargs=-1, required=True)
@store_option
def command(runs: tuple[str, ...], store: str | None) -> int:
    """Take each RUN out, with its document; there is no way back (`export` it before). Where its test has other
    analyses, the newest of these counts.
    """
    from analyzer.history.queries import run_named
    from analyzer.history.upkeep import remove
    from analyzer.history.values import SHOWN

    there = opened_store(store)
    for run in dict.fromkeys([run_named(there, run) for run in runs]):
        removed = remove(there, run)
        left = f"; {removed.counts[:SHOWN]} counts now for its test" if removed.counts else ", the only one of its test"
        click.echo(f"removed {removed.run[:SHOWN]}{left}")
    return 0
