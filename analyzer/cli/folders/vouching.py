"""What is written beside a run to check it by later: its manifest, and who vouches for that."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import click

from analyzer.cli.folders.held import MANIFEST, SIGNATURE

if TYPE_CHECKING:
    from analyzer.model.run import Run


def vouching_names(*, manifest: bool, sign: Path | None) -> tuple[str, ...]:
    """What these files are called; a signature is of a manifest."""
    return (*((MANIFEST,) * (manifest or sign is not None)), *((SIGNATURE,) * (sign is not None)))


def vouching(run: Run, files: Mapping[str, bytes], key: Path | None) -> dict[str, bytes]:
    """The manifest of a run that is written as these files, and its signature where there is a key for it. One that
    can't be made leaves the others, and is said, with --quiet too.
    """
    from analyzer.programs import ProgramError
    from analyzer.report.words import visible
    from analyzer.store.manifest import manifest_of
    from analyzer.store.signature import signed

    manifest = manifest_of(run, files, datetime.now(UTC))
    if key is None:
        return {MANIFEST: manifest}
    try:
        return {MANIFEST: manifest, SIGNATURE: signed(manifest, key)}
    except ProgramError as error:
        click.echo(f"autopath: {SIGNATURE} can't be written ({visible(str(error))})", err=True)
        return {MANIFEST: manifest}
