"""`autopath compare A B`: two runs, or two folders of runs, figure by figure: longer, no longer, or can't tell."""

from __future__ import annotations

from pathlib import Path

import click

from analyzer.cli.simulation.durations import duration
from analyzer.errors import UsageError
from analyzer.model.over_time.compared_test import ComparedTest

NOT_COMPARABLE = 4


@click.command("compare")
@click.argument("first", metavar="A", type=click.Path(path_type=Path))
@click.argument("second", metavar="B", type=click.Path(path_type=Path))
@click.option(
    "--matters",
    metavar="TIME",
    default="2s",
    show_default=True,
    help="The smallest difference that matters: without a larger one, A and B are the same.",
)
def command(first: Path, second: Path, matters: str) -> int:
    """Say by how much each stage takes longer in B than in A.

    A and B are runs (a run.json, a report.html or report.pdf, a bundle.zip, or a folder with one of
    them), or folders of runs. Of two single runs it says what holds for these two; of several, what
    holds for clusters like theirs, as far as so many runs can show it. Of several episodes of a kind
    in one run the longest counts.

    Exit status: 0, or 4 where the runs' settings differ, so that they are not compared.
    """
    from analyzer.compare.runs.comparison import compared
    from analyzer.compare.runs.settings import comparable
    from analyzer.report.compared import comparison_words, not_comparable
    from analyzer.report.words import visible

    size = duration(matters)
    if size <= 0:
        raise UsageError(f"--matters {matters}: expected a time above 0, such as 2s")
    one, other = _runs(first), _runs(second)
    if others := comparable([*one, *other]).left_out:
        click.echo(not_comparable(others[0].names))
        return NOT_COMPARABLE
    lines = compared(one, other, size)
    for sentence in comparison_words(lines):
        click.echo(visible(sentence))
    if not lines:
        click.echo("nothing to compare: no run has an episode with a duration")
    return 0


def _runs(place: Path) -> list[ComparedTest]:
    """The run that is there, or all runs of the folder."""
    from analyzer.compare.runs.documents import compared_test
    from analyzer.store.folder import runs_in
    from analyzer.store.reading import IN_FOLDERS, read_run

    if not place.is_dir() or any((place / name).is_file() for name in IN_FOLDERS):
        return [compared_test(read_run(place), str(place))]
    found = runs_in(place)
    for sentence in found.unread:
        click.echo(f"not compared: {sentence}", err=True)
    if not found.runs:
        raise UsageError(f"{place}: holds no run; make some with `autopath analyze`")
    return [compared_test(each.run, each.file) for each in found.runs]
