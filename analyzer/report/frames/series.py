"""The table of replies over time."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from analyzer.model.run import Run
from analyzer.report.frames.table import Row, edge_columns, frame

if TYPE_CHECKING:
    from pandas import DataFrame


def series_frame(run: Run) -> DataFrame:
    """One row a bin of time in which a host had NFS replies on a path: `case host kind source next_hop at_least_ns
    at_most_ns width_ns replies`, then `at` (its middle) and `width`, on the captures' clock.

    `kind` is what is counted: `replies`. A path is told by the host's address on it (`source`) and the MAC that its
    frames go to (`next_hop`). The bin begins at `at_least_ns` and ends before `at_most_ns`.
    """
    columns = ("case", "host", "kind", "source", "next_hop", *edge_columns("at"), "width_ns", "replies")
    return frame(run, _rows(run), columns, moments=("at",), durations=("width",))


def _rows(run: Run) -> Iterator[Row]:
    for series in run.series:
        of = {"case": run.case, "host": series.host, "kind": "replies", "source": series.source}
        of |= {"next_hop": series.next_hop}
        for stretch in series.runs:
            for place, replies in enumerate(stretch.replies):
                start = stretch.start + place * series.width
                times = {"at_least_ns": start, "at_most_ns": start + series.width, "width_ns": series.width}
                yield of | times | {"replies": replies}
