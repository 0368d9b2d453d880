"""How much of a run its page holds, so that it can be attached anywhere, and what it says of the rest."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from typing import TYPE_CHECKING

import msgspec

from analyzer.model.episode import Evident, Verdict
from analyzer.model.run import Run
from analyzer.model.source import Origin
from analyzer.report.view.parts import EpisodeView, ProofGroup, ProofRow, Ref

if TYPE_CHECKING:
    from analyzer.report.view.page import Page

WORSE: tuple[Verdict, ...] = ("MET", "NOT-JUDGED", "MET-OR-LATE", "LATE", "UNDECIDED", "MISSED")
TABLES = {
    "findings": "findings of the run",
    "snapshots": "states that tables show",
    "checked": "lines of what was checked",
    "unseen": "lines of what the evidence can't show",
    "parties": "hosts and CVMs",
    "inputs": "inputs",
    "captures": "captures",
    "clocks": "clocks",
    "skipped": "reasons for what was ignored",
    "expectations": "expectations",
}
"""The parts of a page that are as long as the evidence is large, and what their rows are called."""


class Limits(msgspec.Struct, frozen=True):
    """At most so many episodes whole, so many named in the overview, so many rows of a table."""

    whole: int = 25
    listed: int = 200
    rows: int = 200


SMALLER = (Limits(10, 100, 100), Limits(4, 50, 40), Limits(1, 20, 10))
"""For runs of which a page is too large even so, one after the other."""


def worst(run: Run, most: int) -> tuple[int, ...]:
    """The numbers of the run's episodes (from 1), in order; of more than `most` those with the worst verdicts."""
    numbers = range(1, len(run.episodes) + 1)
    worst_first = sorted(numbers, key=lambda number: -WORSE.index(run.episodes[number - 1].verdict))
    return tuple(sorted(worst_first[:most]))


def quoted(run: Run, used: Collection[Origin], whole: Collection[int], most: int) -> Iterator[Evident]:
    """The evidence that the page shows, in the run's order: of each source at most so many frames or lines, those first
    that stand first in `used`; of a page that leaves episodes out, those only.
    """
    order = {origin: place for place, origin in enumerate(used)}
    by_source: dict[str, list[Evident]] = {}
    for evident in run.evidence:
        if evident.origin in order or len(whole) == len(run.episodes):
            by_source.setdefault(evident.origin.source, []).append(evident)
    kept = {
        each.origin
        for rows in by_source.values()
        for each in sorted(rows, key=lambda one: order.get(one.origin, len(order)))[:most]
    }
    yield from (evident for evident in run.evidence if evident.origin in kept)


def shortened(page: Page, limits: Limits, evidence: tuple[int, int]) -> Page:
    """The page within its limits; of `evidence` it shows so many of so many. What is left out, it says."""
    rows = limits.rows
    tables = {field: getattr(page, field) for field in TABLES}
    left = [_left(len(each), rows, TABLES[field]) for field, each in tables.items()]
    for episode in page.episodes:
        left.append(_left(len(episode.claims), rows, f"claims of episode {episode.number}"))
        left.append(_left(len(episode.findings), rows, f"findings of episode {episode.number}"))
    left.append(_left(evidence[1], evidence[0], "frames and lines"))
    cut = {field: each[:rows] for field, each in tables.items()}
    episodes = tuple(_episode(episode, rows) for episode in page.episodes)
    gone = _anchors(page) - _anchors(msgspec.structs.replace(page, episodes=episodes, **cut))
    return msgspec.structs.replace(
        page,
        episodes=episodes,
        proof=tuple(_unlinked(group, gone) for group in page.proof) if gone else page.proof,
        capped=tuple(filter(None, left)),
        **cut,
    )


def _left(have: int, most: int, name: str) -> str:
    return f"{most:,} of {have:,} {name}" if have > most else ""


def _episode(episode: EpisodeView, rows: int) -> EpisodeView:
    if len(episode.claims) <= rows and len(episode.findings) <= rows:
        return episode
    return msgspec.structs.replace(episode, claims=episode.claims[:rows], findings=episode.findings[:rows])


def _anchors(page: Page) -> set[str]:
    """Where the page can be led to from its evidence."""
    claims = (claim.id for episode in page.episodes for claim in episode.claims)
    findings = (finding.id for episode in page.episodes for finding in episode.findings)
    of_run = (*(finding.id for finding in page.findings), *(one.id for one in page.snapshots))
    return {f"#{name}" for name in (*claims, *findings, *of_run)}


def _unlinked(group: ProofGroup, gone: set[str]) -> ProofGroup:
    """The group without links to what is not on the page."""
    return msgspec.structs.replace(group, rows=tuple(_row(row, gone) for row in group.rows))


def _row(row: ProofRow, gone: set[str]) -> ProofRow:
    used = tuple(Ref(ref.label, None) if ref.href in gone else ref for ref in row.used_by)
    return msgspec.structs.replace(row, used_by=used)
