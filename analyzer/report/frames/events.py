"""The table of events."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

import msgspec

from analyzer.model.event import Event
from analyzer.model.run import Run
from analyzer.report.frames.table import Row, edge_columns, edges, frame

if TYPE_CHECKING:
    from pandas import DataFrame

_COLUMNS = ("case", "host", "kind", *edge_columns("at"), "clock", "source", "number", "rule", "text", "detail")


def events_frame(run: Run) -> DataFrame:
    """One row an event, in the run's order: `case host kind at_least_ns at_most_ns clock source number rule text
    detail at`.

    `kind` is the event's, and `host` the host that it tells of, else the machine that wrote its source. Times are on
    the clock that `clock` names, as recorded. `number` is the frame or line, `detail` the event's detail as JSON.
    """
    writers = {source.name: source.host for source in run.sources}
    return frame(run, (_row(run, event, writers) for event in run.events), _COLUMNS, moments=("at",))


def _row(run: Run, event: Event, writers: Mapping[str, str | None]) -> Row:
    return {
        "case": run.case,
        "host": getattr(event.detail, "host", None) or writers.get(event.origin.source),
        "kind": str(event.detail.__struct_config__.tag),
        **edges("at", event.at),
        "clock": event.at.clock,
        "source": event.origin.source,
        "number": event.origin.number,
        "rule": event.rule,
        "text": event.text,
        "detail": msgspec.json.encode(event.detail).decode(),
    }
