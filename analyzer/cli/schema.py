"""`autopath schema`: the JSON Schema of run.json."""

from __future__ import annotations

import click


@click.command("schema")
def command() -> None:
    """Print the JSON Schema (2020-12) that every run.json of this version satisfies."""
    from analyzer.store import run_schema

    click.echo(run_schema(), nl=False)
