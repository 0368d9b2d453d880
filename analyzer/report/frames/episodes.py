"""The table of episodes."""

from __future__ import annotations

from typing import TYPE_CHECKING

from analyzer.model.episode import MeasuredEpisode
from analyzer.model.measurement import INSTANTS, KnownInstant
from analyzer.model.run import Run
from analyzer.report.frames.table import Cell, Row, edge_columns, edges, frame

if TYPE_CHECKING:
    from pandas import DataFrame

_COLUMNS = (
    "case",
    "id",
    "host",
    "kind",
    "cvm",
    "gateway",
    "gateway_valid",
    "before",
    "during",
    "after",
    "confidence",
    "verdict",
)
_EDGES = tuple(column for name in INSTANTS for column in edge_columns(name))


def episodes_frame(run: Run) -> DataFrame:
    """One row an episode: `case id host kind cvm gateway gateway_valid before during after confidence verdict`, then
    for each instant `<name>_least_ns`, `<name>_most_ns` and `<name>` (its middle), on the reference clock.
    """
    return frame(run, (_row(run, measured) for measured in run.episodes), (*_COLUMNS, *_EDGES), moments=INSTANTS)


def _row(run: Run, measured: MeasuredEpisode) -> Row:
    episode = measured.episode
    row: dict[str, Cell] = {
        "case": run.case,
        "id": episode.id,
        "host": episode.host,
        "kind": episode.kind,
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
            row |= edges(instant.name, instant.at)
    return row
