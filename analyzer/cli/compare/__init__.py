"""`autopath compare`: runs or groups of them, stage by stage and over time: worse, no worse, or can't tell."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Unpack

import click

from analyzer.cli.compare.asked import Ways, ways
from analyzer.cli.history.store import store_option
from analyzer.cli.output import NamedPath
from analyzer.cli.simulation.durations import duration
from analyzer.errors import UsageError

if TYPE_CHECKING:
    from analyzer.model.over_time.compared_groups import Comparison


@click.command("compare")
@click.argument("paths", metavar="[A [B]]", nargs=-1, type=click.Path(path_type=Path))
@store_option
@ways
@click.option(
    "--matters",
    metavar="TIME",
    default="2s",
    show_default=True,
    help="The smallest difference that matters: without a larger one, groups are the same.",
)
@click.option(
    "--fail-on",
    "gates",
    metavar="EXPRESSION",
    multiple=True,
    help="End with 1 where this holds, such as 'worse>2s', and with 4 where nobody can tell.",
)
@click.option("-o", "--output", type=NamedPath(), metavar="DIR", help="Write the comparison into this folder.")
@click.option(
    "--write", "forms", metavar="FORM", multiple=True, help="html, json, md, csv, parquet, pdf.  [html,json,md]"
)
def command(
    paths: tuple[Path, ...],
    store: str | None,
    matters: str,
    gates: tuple[str, ...],
    output: Path | None,
    forms: tuple[str, ...],
    **given: Unpack[Ways],
) -> int:
    """Say by how much each stage takes longer in B than in A, and since when.

    A and B are runs (a run.json, a report.html or report.pdf, a bundle.zip, or a folder with one of
    them), or folders of runs; without them the tests of the history are compared. Of two single runs
    it says what holds for these two; of several, what holds for clusters like theirs, as far as so
    many runs can show it. Of several episodes of a kind in one run the longest counts.

    Without a further option the clusters of the history, or of one folder, are followed over time.
    Groups by version or label are each compared with the one before, clusters each with the first.

    --fail-on asks for worse, better (than a time), p, runs or step (a change point that nobody
    explained), of some figure, or of one: detect.worse>2s, cvm-failure.outage.step; and, or, not and
    brackets join them.

    Exit status: 0; 1 where --fail-on fires; 4 where it can't tell, or where the settings of runs
    differ so that nothing is left to compare.
    """
    from analyzer.cli.collector import without_collector
    from analyzer.cli.compare.asked import Asking, compared
    from analyzer.cli.compare.failing import status_of
    from analyzer.cli.compare.writing import write_comparison
    from analyzer.compare.gates.language import gate
    from analyzer.report.words import visible

    if forms and output is None:
        raise UsageError("--write: name the folder to write into with -o")
    size = duration(matters)
    if size <= 0:
        raise UsageError(f"--matters {matters}: expected a time above 0, such as 2s")
    if paths and _is_given("store"):
        raise UsageError("--store: runs of files are compared without a history; leave out either the files or --store")
    asked = [(expression, gate(expression)) for expression in gates]
    with without_collector():
        found = compared(Asking(paths=paths, store=store, size=size, **given))
    for line in _said(found):
        click.echo(visible(line))
    if output is not None:
        written = write_comparison(found, output, forms)
        click.echo(f"{output / written[0]}", err=True)
    return status_of(found, asked)


def _is_given(option: str) -> bool:
    """Whether an option stands on the command line, not only in the environment."""
    from click.core import ParameterSource

    return click.get_current_context().get_parameter_source(option) is ParameterSource.COMMANDLINE


def _said(found: Comparison) -> Iterator[str]:
    """The answer and what else matters, then every figure."""
    from analyzer.report.compared.answer import answer
    from analyzer.report.compared.sentences import NOTHING, SINGLE, sentences

    told = answer(found)
    yield f"{told.badge.word}: {' '.join(told.sentences)}"
    yield from (f"- {point}" for point in told.points)
    figures = [one for one in sentences(found) if one not in (*told.points, NOTHING, SINGLE)]
    if figures:
        yield from ("", *figures)
