"""The index of reports: one row a case, with its verdict and its episodes."""

from __future__ import annotations

from collections.abc import Sequence
from urllib.parse import quote

import msgspec

from analyzer.model.episode import MeasuredEpisode
from analyzer.model.measurement import KnownMeasurement
from analyzer.model.run import Run
from analyzer.report import words
from analyzer.report.names import KINDS, NOT_INTERRUPTED
from analyzer.report.story import find
from analyzer.report.view.judgement import badge, run_badge
from analyzer.report.view.page import evidence_range
from analyzer.report.view.parts import Badge


class IndexEpisode(msgspec.Struct, frozen=True):
    """An episode in a row of the index."""

    badge: Badge
    kind: str
    host: str
    detection: str
    outage: str


class IndexRow(msgspec.Struct, frozen=True):
    """A case; `href` is its report, relative to the index."""

    case: str
    href: str
    badge: Badge
    when: str
    episodes: tuple[IndexEpisode, ...]


def index(runs: Sequence[tuple[str, Run]]) -> tuple[IndexRow, ...]:
    """A row for each (folder, run), in the order given."""
    return tuple(
        IndexRow(
            case=run.case,
            href=f"./{quote(folder.strip('/'))}/report.html",
            badge=run_badge(run),
            when=evidence_range(run),
            episodes=tuple(_episode(measured) for measured in run.episodes),
        )
        for folder, run in runs
    )


def _episode(measured: MeasuredEpisode) -> IndexEpisode:
    episode = measured.episode
    return IndexEpisode(
        badge(measured.judgement.verdict),
        KINDS[episode.kind],
        episode.host or "unknown",
        _figure(measured, "detection"),
        _figure(measured, "outage"),
    )


def _figure(measured: MeasuredEpisode, metric: str) -> str:
    found = find(measured.measurements, metric)
    if not isinstance(found, KnownMeasurement):
        return "–"
    return "no interruption" if found.note == NOT_INTERRUPTED else words.duration(found.span)
