"""A run as tables for a notebook: episodes, events, measurements as pandas DataFrames, one row each.

Times are kept twice: as int64 ns (exact; columns that end in `_ns`) and as tz-aware UTC datetimes made from those ns.
A value that the evidence does not give is `NA`/`NaT`, never 0.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

import msgspec

from analyzer.model.instant import Instant, Span
from analyzer.model.measurement import INSTANTS, KnownInstant, KnownMeasurement
from analyzer.model.run import Run
from analyzer.report.notes import note_words, reason_words

if TYPE_CHECKING:
    from pandas import DataFrame

Cell = str | int | bool | None
Row = Mapping[str, Cell]

_TIMES = ("at", *INSTANTS)
_EPISODE = (
    "id",
    "kind",
    "host",
    "cvm",
    "gateway",
    "gateway_valid",
    "before",
    "during",
    "after",
    "confidence",
    "verdict",
)
_EDGES = tuple(f"{name}_{edge}_ns" for name in INSTANTS for edge in ("least", "most"))
_EVENT = ("at_least_ns", "at_most_ns", "clock", "kind", "source", "number", "rule", "text", "detail")
_MEASUREMENT = ("episode", "part", "metric", "least_ns", "most_ns", "absence", "note")


def episodes_frame(run: Run) -> DataFrame:
    """One row an episode: `id kind host cvm gateway gateway_valid before during after confidence verdict`, then for
    each instant `<name>_least_ns`, `<name>_most_ns` and `<name>` (its middle as a datetime), on the reference clock.
    """
    return _frame([_episode(run, place) for place in range(len(run.episodes))], (*_EPISODE, *_EDGES), INSTANTS)


def _episode(run: Run, place: int) -> Row:
    measured = run.episodes[place]
    episode = measured.episode
    row: dict[str, Cell] = {
        "id": episode.id,
        "kind": episode.kind,
        "host": episode.host,
        "cvm": episode.cvm,
        "gateway": episode.gateway,
        "gateway_valid": episode.gateway_valid,
        "before": episode.before.kind,
        "during": episode.during.kind,
        "after": episode.after.kind,
        "confidence": episode.confidence,
        "verdict": measured.verdict,
    }
    for instant in episode.instants:
        if isinstance(instant, KnownInstant):
            row |= _edges(instant.name, instant.at)
    return row


def events_frame(run: Run) -> DataFrame:
    """One row an event, in the run's order: `at_least_ns at_most_ns clock kind source number rule text detail at`.

    Times are on the clock that `clock` names, as recorded. `detail` is the event's detail as JSON, `number` the frame
    or line, `at` the middle as a datetime.
    """
    rows = [
        {
            **_edges("at", event.at),
            "clock": event.at.clock,
            "kind": _tag(event.detail),
            "source": event.origin.source,
            "number": event.origin.number,
            "rule": event.rule,
            "text": event.text,
            "detail": msgspec.json.encode(event.detail).decode(),
        }
        for event in run.events
    ]
    return _frame(rows, _EVENT, ("at",))


def _tag(detail: msgspec.Struct) -> str:
    return str(detail.__struct_config__.tag)


def measurements_frame(run: Run) -> DataFrame:
    """One row a measurement: `episode part metric least_ns most_ns absence note`; `part` is `stage` or `headline`.

    `least_ns` and `most_ns` are NA where `absence` says why there is no figure.
    """
    rows = [
        {"episode": measured.episode.id, "part": part, "metric": m.metric}
        | (
            _span(m.span, note_words(m))
            if isinstance(m, KnownMeasurement)
            else {"absence": m.absence, "note": reason_words(m, measured.episode)}
        )
        for measured in run.episodes
        for part, each in (("stage", measured.stages), ("headline", measured.measurements))
        for m in each
    ]
    return _frame(rows, _MEASUREMENT, ())


def _span(span: Span, note: str) -> dict[str, Cell]:
    return {"least_ns": span.least, "most_ns": span.most, "note": note}


def _edges(name: str, at: Instant) -> dict[str, Cell]:
    return {f"{name}_least_ns": at.least, f"{name}_most_ns": at.most}


def _frame(rows: Sequence[Row], columns: Sequence[str], times: Sequence[str]) -> DataFrame:
    """The rows with exactly `columns`, then a datetime for each of `times`. Columns of ns are `int64`, or
    pandas' `Int64` where a row has none.
    """
    import pandas as pd

    frame = pd.DataFrame(
        {name: pd.Series([row.get(name) for row in rows], dtype=_dtype(name, rows)) for name in columns}
    )
    for name in times:
        middle = [_middle(row, name) for row in rows]
        frame[name] = pd.to_datetime(pd.Series(middle, dtype="Int64"), unit="ns", utc=True)
    return frame


def _dtype(name: str, rows: Sequence[Row]) -> str:
    if name.endswith("_ns") or name == "number":
        return "int64" if all(row.get(name) is not None for row in rows) else "Int64"
    return "boolean" if name == "gateway_valid" else "object"


def _middle(row: Row, name: str) -> int | None:
    least, most = row.get(f"{name}_least_ns"), row.get(f"{name}_most_ns")
    return (least + most) // 2 if isinstance(least, int) and isinstance(most, int) else None
