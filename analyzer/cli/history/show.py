"""`autopath history show`: a test, by one of its runs."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from typing import TYPE_CHECKING

import click

from analyzer.cli.history.listing import time_told
from analyzer.cli.history.store import opened_store, store_option

if TYPE_CHECKING:
    from analyzer.history.opening import Store
    from analyzer.history.values import Listed, RunOfTest
    from analyzer.model.run import Run


@click.command("show")
@click.argument("run", metavar="RUN")
@store_option
@click.option("--json", "as_json", is_flag=True, help="Print the run's document (run.json), byte for byte.")
def command(run: str, store: str | None, as_json: bool) -> int:
    """Show the test of RUN: what is known of it, its inputs, its analyses, and the figures of RUN."""
    from analyzer.history.queries import document, run_named
    from analyzer.report.words import one_line
    from analyzer.store import decode_run

    there = opened_store(store)
    key = run_named(there, run)
    content = document(there, key)
    if as_json:
        sys.stdout.buffer.write(content)
        return 0
    for line in (*_of_test(there, key), *_of_run(decode_run(content, f"run {key}"))):
        click.echo(line if line.isprintable() else one_line(line))
    return 0


def _of_test(store: Store, key: str) -> Iterator[str]:
    from analyzer.history.queries import inputs_of_test, runs_of, shown

    test = shown(store, key)
    yield f"run     {key}"
    yield f"test    {test.test}"
    yield from (f"{name:<7} {value}" for name, value in _known(test) if value)
    yield from (f"input   {digest}  {name}" for digest, name in inputs_of_test(store, test.test))
    runs = runs_of(store, test.test)
    counting = next((each for each in runs if each.counts), None)
    yield from (f"analysis  {_analysis(each, counting)}" for each in runs)


def _known(test: Listed) -> tuple[tuple[str, str | None], ...]:
    about = test.about
    return (
        ("cluster", test.cluster),
        ("time", f"{time_told(test.time)} UTC"),
        ("title", about.title),
        ("ticket", about.ticket),
        ("by", about.operator),
        ("AOS", about.aos_version),
        ("ESXi", about.esxi_version),
        *(("label", f"{name}={value}") for name, value in about.labels),
    )


def _analysis(run: RunOfTest, counting: RunOfTest | None) -> str:
    """A run of a test, and how it differs from the one that counts."""
    from analyzer.history.conditions import differing
    from analyzer.history.values import SHOWN

    said = [f"{run.run[:SHOWN]}  {run.verdict}, autopath {run.program}"]
    said += ["redacted"] if run.redacted else []
    if run.counts:
        said.append("counts")
    elif counting and (names := differing(run.conditions, counting.conditions)):
        said.append(f"other {', '.join(name.replace('-', ' ') for name in names)} than the one that counts")
    return ", ".join(said)


def _of_run(run: Run) -> Iterator[str]:
    from analyzer.model.measurement import KnownMeasurement
    from analyzer.report.words import duration

    for measured in run.episodes:
        episode = measured.episode
        yield f"{episode.id}  {episode.kind} of {episode.host or 'an unknown host'}: {measured.verdict}"
        for each in (*measured.stages, *measured.measurements):
            if isinstance(each, KnownMeasurement):
                yield f"  {each.metric:<18} {duration(each.span)}"
