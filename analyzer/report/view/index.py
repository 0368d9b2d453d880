"""The index of reports: one row a case, with its verdict and its episodes."""

from __future__ import annotations

from collections.abc import Sequence
from urllib.parse import quote

import msgspec

from analyzer.model.run import Run
from analyzer.report.answer import nothing_found
from analyzer.report.view.episode import in_short
from analyzer.report.view.judgement import badge, run_badge
from analyzer.report.view.labels import Labels
from analyzer.report.view.page import evidence_range
from analyzer.report.view.parts import Badge


class IndexEpisode(msgspec.Struct, frozen=True):
    """An episode in a row of the index."""

    badge: Badge
    words: str


class IndexRow(msgspec.Struct, frozen=True):
    """A case; `href` is its report, relative to the index. `nothing` says what was found where there is no episode."""

    case: str
    href: str
    badge: Badge
    acceptable: str
    when: str
    episodes: tuple[IndexEpisode, ...]
    nothing: str


def index(runs: Sequence[tuple[str, Run]]) -> tuple[IndexRow, ...]:
    """A row for each (folder, run), in the order given."""
    return tuple(_row(folder, run, Labels(run)) for folder, run in runs)


def _row(folder: str, run: Run, labels: Labels) -> IndexRow:
    return IndexRow(
        case=run.case,
        href=f"./{quote(folder.strip('/'))}/report.html",
        badge=run_badge(run),
        acceptable=run.acceptable,
        when=evidence_range(run),
        episodes=tuple(IndexEpisode(badge(m.verdict), in_short(m, labels)) for m in run.episodes),
        nothing="" if run.episodes else nothing_found(run),
    )
