"""A run as tables for a notebook: pandas DataFrames, each with `case`, `host` and `kind` in every row.

`case` is the run's name, `host_name`, beside `host`, the name that an inventory gives that machine. In what is of an
episode, `host` and `kind` are the episode's; each function says what they are in other tables. Times are kept twice: as
integers of ns (exact; columns that end in `_ns`), and as pandas datetimes in UTC or timedeltas made from those. A value
that the evidence does not give is NA or NaT, never 0; so is the upper end of what it does not bound.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING

from analyzer.model.run import Run
from analyzer.report.frames.clocks import clocks_frame
from analyzer.report.frames.episodes import episodes_frame
from analyzer.report.frames.events import events_frame
from analyzer.report.frames.figures import judgements_frame, measurements_frame, phases_frame, stages_frame
from analyzer.report.frames.findings import findings_frame
from analyzer.report.frames.series import series_frame

if TYPE_CHECKING:
    from pandas import DataFrame

__all__ = [
    "FRAMES",
    "clocks_frame",
    "episodes_frame",
    "events_frame",
    "findings_frame",
    "judgements_frame",
    "measurements_frame",
    "phases_frame",
    "series_frame",
    "stages_frame",
]

FRAMES: Mapping[str, Callable[[Run], DataFrame]] = {
    "episodes": episodes_frame,
    "judgements": judgements_frame,
    "measurements": measurements_frame,
    "stages": stages_frame,
    "phases": phases_frame,
    "events": events_frame,
    "findings": findings_frame,
    "clocks": clocks_frame,
    "series": series_frame,
}
"""All of them, by what their rows are."""
