"""What came out of a batch, as a table on stdout and as an exit status."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple, TextIO

from analyzer.cli.analyze import EXIT_STATUS, STRICT
from analyzer.cli.terminal.signs import spelled
from analyzer.errors import UNREADABLE

if TYPE_CHECKING:
    from analyzer.batch.values import Outcome

PRECEDENCE = (1, UNREADABLE, 4, 0)
WORDS = {0: "acceptable", 1: "not acceptable", UNREADABLE: "no run", 4: "unknown"}
_HEAD = ("status", "test", "verdict", "")
_LONGEST = 200


def status_of(outcome: Outcome, *, strict: bool = False) -> int:
    """What one test's outcome would be as an exit status; 3 where there is no run of it."""
    from analyzer.batch.values import Failed

    if isinstance(outcome, Failed):
        return UNREADABLE
    status = EXIT_STATUS[outcome.acceptable]
    return STRICT.get(outcome.verdict, status) if strict else status


def exit_status(outcomes: Sequence[Outcome], *, strict: bool = False) -> int:
    """The first of :data:`PRECEDENCE` that a test has; 0 where there is none."""
    found = {status_of(one, strict=strict) for one in outcomes}
    return next((status for status in PRECEDENCE if status in found), 0)


class Where(NamedTuple):
    """The lines of tests in their manifest, where it has some; the batch's folder; and what tells of all, if it is
    there.
    """

    lines: Mapping[str, int]
    output: Path
    document: Path | None


def print_told(outcomes: Sequence[Outcome], where: Where, stream: TextIO, *, strict: bool = False) -> None:
    """A row for each test that is not acceptable, those that decide the status first; how many there are; the file."""
    from analyzer.report.words import counted

    statuses = {one.name: status_of(one, strict=strict) for one in outcomes}
    rows = [
        _cells(one, status, where) for status in PRECEDENCE[:-1] for one in outcomes if statuses[one.name] == status
    ]
    if rows:
        widths = [max(len(row[column]) for row in (_HEAD, *rows)) for column in range(len(_HEAD))]
        for row in (_HEAD, *rows):
            line = "  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip()
            stream.write(f"{spelled(line, stream)}\n")
    numbers = [list(statuses.values()).count(status) for status in PRECEDENCE]
    said = ", ".join(f"{number} {WORDS[status]}" for number, status in zip(numbers, PRECEDENCE, strict=True) if number)
    stream.write(
        f"{counted(len(outcomes), 'test')}: {said or 'none'}\n" + (f"{where.document}\n" if where.document else "")
    )


def _cells(outcome: Outcome, status: int, where: Where) -> tuple[str, ...]:
    from analyzer.batch.finished import holds_run
    from analyzer.batch.values import Failed
    from analyzer.report.words import shortened, visible

    def shown(text: str) -> str:
        return shortened(visible(text).replace("\n", " "), _LONGEST)

    sign = f"{status} {WORDS[status]}"
    if not isinstance(outcome, Failed):
        return sign, outcome.name, outcome.verdict, shown(outcome.says)
    line = where.lines.get(outcome.name)
    earlier = "; its folder holds an earlier run" if holds_run(where.output / outcome.name) else ""
    return sign, outcome.name + (f" (line {line})" if line else ""), "–", shown(outcome.reason) + earlier
