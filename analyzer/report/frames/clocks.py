"""The table of clocks."""

from __future__ import annotations

from typing import TYPE_CHECKING

from analyzer.model.clock import ClockOffset
from analyzer.model.run import Run
from analyzer.report.frames.table import SPAN, Row, frame, span

if TYPE_CHECKING:
    from pandas import DataFrame

_MACHINES = ("cvm", "esxi")


def clocks_frame(run: Run) -> DataFrame:
    """One row a clock: `case host kind clock reference basis pairs least_ns most_ns note`, then `least` and `most`: how
    far it is ahead of `reference`.

    `kind` is what the clock is of (`capture`, `cvm`, `esxi`, `log`), `host` the machine's address where it is one's.
    """
    columns = ("case", "host", "kind", "clock", "reference", "basis", "pairs", *SPAN, "note")
    return frame(run, (_row(run, clock) for clock in run.clocks), columns, durations=("least", "most"))


def _row(run: Run, clock: ClockOffset) -> Row:
    kind, _, name = clock.clock.partition(":")
    return {
        "case": run.case,
        "host": name if kind in _MACHINES else None,
        "kind": kind,
        "clock": clock.clock,
        "reference": clock.reference,
        "basis": clock.basis,
        "pairs": clock.pairs,
        **span(clock.offset),
        "note": clock.note.sentence if clock.note else None,
    }
