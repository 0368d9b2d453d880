"""The page as a reader of paper gets through it: at most so many episodes, rows and characters."""

from __future__ import annotations

from typing import cast

import msgspec
from msgspec.structs import replace

from analyzer.report.view.limits import WORSE
from analyzer.report.view.page import Page
from analyzer.report.view.parts import EpisodeView, ProofGroup, ProofRow, Ref, SkippedRow

ROWS, EPISODES, CHARACTERS = 200, 20, 1_000
"""The most rows of a table of evidence, episodes that are shown whole, and characters of a text."""
NAME = "run.json"
"""The attached file that has all."""
_WORDS: tuple[str, ...] = WORSE


def shortened(whole: Page) -> Page:
    """The page with as much as that, and with words on how much more there is."""
    episodes = _worst(whole.episodes)
    left_out = whole.left_out + len(whole.episodes) - len(episodes)
    more = len(whole.skipped) - ROWS
    last = (SkippedRow("…", f"{more:,} more rows", f"all are in {NAME}, attached", ""),) if more > 0 else ()
    proof, skipped = tuple(_shortened(group) for group in whole.proof), (*whole.skipped[:ROWS], *last)
    changed = replace(whole, episodes=episodes, left_out=left_out, proof=proof, skipped=skipped)
    return cast("Page", _cut(changed))


def _worst(episodes: tuple[EpisodeView, ...]) -> tuple[EpisodeView, ...]:
    """Those with the worst verdicts, in their order."""
    if len(episodes) <= EPISODES:
        return episodes
    worst = sorted(episodes, key=lambda each: -_WORDS.index(each.badge.word))[:EPISODES]
    return tuple(sorted(worst, key=lambda each: each.number))


def _shortened(group: ProofGroup) -> ProofGroup:
    """At most so many rows, which do not lead back to what is based on them: that is half of all links."""
    rows = tuple(replace(row, used_by=tuple(Ref(u.label, None) for u in row.used_by)) for row in group.rows[:ROWS])
    more = len(group.rows) - ROWS
    if more > 0:
        told = f"{more:,} more rows, all of which are in {NAME}, attached"
        rows = (*rows, ProofRow(f"{group.id}-more", "…", "", told, "", ()))
    return replace(group, rows=rows)


def _cut(value: object) -> object:
    """The value with each text in it, however deep, of a length that fits a page."""
    if isinstance(value, msgspec.Struct):
        changed = {name: _cut(getattr(value, name)) for name in value.__struct_fields__}
        return type(value)(**changed)
    if type(value) is tuple:
        return tuple(_cut(each) for each in value)
    if type(value) is str and len(value) > CHARACTERS:
        return f"{value[:CHARACTERS]}… ({len(value) - CHARACTERS:,} more characters in {NAME}, attached)"
    return value
