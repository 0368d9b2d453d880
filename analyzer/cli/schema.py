"""`autopath schema`: the JSON Schema of run.json, or of truth.json."""

from __future__ import annotations

import click


@click.command("schema")
@click.argument("document", type=click.Choice(("run", "truth")), default="run")
def command(document: str) -> None:
    """Print the JSON Schema (2020-12) that every DOCUMENT of this version satisfies: run.json, or truth.json.

    truth.json says what really happened in a test that was simulated, or recorded by the lab.
    """
    from analyzer.store import run_schema, truth_schema

    click.echo(run_schema() if document == "run" else truth_schema(), nl=False)
