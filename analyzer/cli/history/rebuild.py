"""`autopath history rebuild`: the index made anew."""

from __future__ import annotations

import click

from analyzer.cli.history.store import opened_store, store_option
from analyzer.errors import UNREADABLE


@click.command("rebuild")
@store_option
def command(store: str | None) -> int:
    """Make the index anew from the stored documents and what was told. Nobody sees half of it.

    Exit status 3 when a document can't be read; it stays where it is.
    """
    from analyzer.history.upkeep import rebuild
    from analyzer.report.words import counted, visible

    there = opened_store(store)
    done = rebuild(there)
    for sentence in done.unread:
        click.echo(visible(sentence), err=True)
    click.echo(f"{there.place}: the index has {counted(done.runs, 'run')}")
    return UNREADABLE if done.unread else 0
