"""`autopath verify`: whether a report, the run in it and the evidence still agree, and what does not."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import click

from analyzer.errors import UsageError

if TYPE_CHECKING:
    from analyzer.model.source import HashAlgorithm
    from analyzer.store.manifest import Checked

DIFFERS = 4


@click.command("verify")
@click.argument("report", metavar="DIR|FILE", type=click.Path(path_type=Path))
@click.argument("evidence", nargs=-1, type=click.Path(readable=False))
@click.option(
    "--signers",
    type=click.Path(path_type=Path),
    metavar="FILE",
    help="Who may have signed the manifest: a file of allowed signers, as ssh-keygen has it. One of them must have.",
)
@click.option("-q", "--quiet", is_flag=True, help="Print only what does not agree.")
def command(report: Path, evidence: tuple[str, ...], signers: Path | None, quiet: bool) -> int:
    """Say whether the report in DIR is what was written, and rests on EVIDENCE; or FILE alone, which carries a run.

    Files that carry the run have to carry the same one. With a manifest.json (`analyze --manifest`) each file has to be
    what was written; its signature (--sign), where there is one, has to be of it. With EVIDENCE, each input has to be
    there with the digest that the run has.

    \b
    Exit status: 0 all agrees; 2 usage; 3 unreadable; 4 something does not agree.
    """
    from analyzer.cli.verify.signature import vouched
    from analyzer.report.words import visible
    from analyzer.store.manifest import check_inputs, check_report

    run, checked = check_report(report)
    if evidence:
        if run.settings.hash == "none":
            raise UsageError(f"{report}: its run has no digests of its inputs (--hash none), so they can't be checked")
        if isinstance(run.settings.redacted, int):
            raise UsageError(f"{report}: its run is redacted, and names no input; verify the one with its names")
        checked += check_inputs(run, _digests(evidence, run.settings.hash))
    signature = vouched(report if report.is_dir() else report.parent, signers)
    checked += signature.checked
    for one in checked:
        if not (quiet and one.agrees):
            click.echo(visible(_words(one)))
    if signature.said and not quiet:
        click.echo(visible(signature.said))
    if not evidence and not quiet:
        click.echo("inputs: not checked; name the evidence to check them")
    return 0 if all(one.agrees for one in checked) else DIFFERS


def _words(one: Checked) -> str:
    return f"ok       {one.name}" if one.agrees else f"differs  {one.name}: {one.wrong}"


def _digests(evidence: tuple[str, ...], algorithm: HashAlgorithm) -> Iterator[tuple[str, str]]:
    """The name and the digest of each file of the evidence."""
    from analyzer.ingest.files.bundle import Leaf, leaves

    for leaf in leaves(evidence, algorithm=algorithm):
        if isinstance(leaf, Leaf):
            leaf.plain.drain()
            leaf.stored.drain()
            if leaf.stored.digest is not None:
                yield leaf.name, leaf.stored.digest
