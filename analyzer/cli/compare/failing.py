"""What a comparison is for a pipeline: an exit status, and which gate it is by."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from analyzer.model.over_time.compared_groups import Comparison
    from analyzer.model.over_time.gates import Gate

FIRED, CANT_TELL = 1, 4


def status_of(found: Comparison, gates: Sequence[tuple[str, Gate]]) -> int:
    """1 where a gate fires, else 4 where one can't tell or nothing is left to compare, else 0; said on stderr by which
    gate.
    """
    from analyzer.compare.gates.firing import fires
    from analyzer.report.words import visible

    status = 0 if found.comparable else CANT_TELL
    for expression, gate in gates:
        match fires(gate, found):
            case "yes":
                click.echo(visible(f"--fail-on {expression}: fires"), err=True)
                status = FIRED
            case "cant-tell":
                click.echo(visible(f"--fail-on {expression}: can't tell"), err=True)
                status = status or CANT_TELL
            case "no":
                pass
    return status
