"""`autopath history label`: what is said of a test after it was stored."""

from __future__ import annotations

import click

from analyzer.cli.history.store import opened_store, store_option
from analyzer.errors import UsageError


@click.command("label")
@click.argument("run", metavar="RUN")
@click.argument("told", metavar="NAME=VALUE...", nargs=-1, required=True)
@store_option
def command(run: str, told: tuple[str, ...], store: str | None) -> int:
    """Say something of the test of RUN, for all analyses of it; NAME= takes back what was said so.

    cluster, title, ticket, operator, aos and esxi stand in the place of what the evidence or the options said; any
    other NAME is a label. step="AOS 6.8" marks a change from this test on that is known and explained.
    """
    from analyzer.history.telling import tell
    from analyzer.history.values import SHOWN
    from analyzer.report.words import one_line

    said = _told(told)
    key = tell(opened_store(store), run, said)
    words = ", ".join(f"{name}={value or ''}" for name, value in said.items())
    click.echo(one_line(f"noted of the test of run {key[:SHOWN]}: {words}"))
    return 0


def _told(texts: tuple[str, ...]) -> dict[str, str | None]:
    said: dict[str, str | None] = {}
    for text in texts:
        name, equals, value = (part.strip() for part in text.partition("="))
        if not (name and equals):
            raise UsageError(f'label {text}: expected NAME=VALUE, such as step="AOS 6.8", or NAME= to take it back')
        if name in said:
            raise UsageError(f"label {text}: {name} is given twice; give each name once")
        said[name] = value or None
    return said
