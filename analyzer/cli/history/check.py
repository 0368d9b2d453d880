"""`autopath history check`: whether all is in the store as it was acknowledged."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from analyzer.cli.history.store import opened_store, store_option

if TYPE_CHECKING:
    from collections.abc import Mapping

    from analyzer.history.upkeep import Trouble, Wrong

WRONG = 1
_WORDS: Mapping[Wrong, str] = {
    "damaged-file": "the file is damaged: take it from a backup, or import the reports into a new one",
    "unreadable-document": "the document of a run can't be read: import its report again, which replaces it",
    "index-differs": "the index differs from the documents: `autopath history rebuild` makes it anew",
    "index-of-nothing": "the index has something without a document: `autopath history rebuild` makes it anew",
    "told-of-nothing": "something was told of a test that has no run",
    "shared": "two tests have a capture or a log in common: where they are the same test, remove one of them",
}


@click.command("check")
@store_option
def command(store: str | None) -> int:
    """Read every document, and hold the index against it.

    Exit status 1 where something is wrong. Tests that have a capture or a log in common are told, and are no fault.
    """
    from analyzer.history.queries import listed
    from analyzer.history.upkeep import check
    from analyzer.report.words import counted, visible

    there = opened_store(store)
    found = check(there)
    for each in found:
        click.echo(visible(_line(each)), err=True)
    wrong = [each for each in found if each.wrong != "shared"]
    tests = listed(there)
    runs = counted(sum(each.runs for each in tests), "run")
    said = f"{counted(len(wrong), 'fault')}" if wrong else "clean"
    click.echo(f"{there.place}: {counted(len(tests), 'test')}, {runs}: {said}")
    return WRONG if wrong else 0


def _line(trouble: Trouble) -> str:
    from analyzer.history.values import SHOWN

    of = f"{trouble.of[:SHOWN]}: " if trouble.of else ""
    return f"{of}{_WORDS[trouble.wrong]} ({trouble.said})"
