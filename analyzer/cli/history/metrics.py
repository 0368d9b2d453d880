"""`autopath history metrics`: the history for the textfile collector of Prometheus' node exporter."""

from __future__ import annotations

import sys
from pathlib import Path

import click

from analyzer.cli.history.store import opened_store, store_option
from analyzer.cli.output import NamedPath


@click.command("metrics")
@store_option
@click.option("-o", "--output", type=NamedPath(), metavar="FILE", help="Where to, such as autopath.prom.  [stdout]")
def command(store: str | None, output: Path | None) -> int:
    """Write what Prometheus wants to know of the history: of each cluster the tests, the last verdict, how long each
    stage took, and the changes that were told.

    FILE is replaced whole, as the textfile collector reads it at any time.
    """
    from analyzer.aside import write
    from analyzer.cli.history.looking import told_of
    from analyzer.history.compared import compared_tests
    from analyzer.model.over_time.compared_test import ComparedTest
    from analyzer.report.site.metrics import ClusterHistory, history_metrics

    there = opened_store(store)
    tests: dict[str, list[ComparedTest]] = {}
    for one in compared_tests(there):
        tests.setdefault(one.cluster, []).append(one)
    text = history_metrics(
        {
            name: ClusterHistory(of_cluster, told_of(there, name, of_cluster).standing)
            for name, of_cluster in sorted(tests.items())
        }
    )
    if output is None:
        sys.stdout.buffer.write(text)
    else:
        write(output.parent, {output.name: text})
    return 0
