"""A stage's durations, of the tests that have them, and the order in which stages are told."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import get_args

from analyzer.model.episode import EpisodeKind
from analyzer.model.instant import Span
from analyzer.model.over_time.compared_test import ComparedTest
from analyzer.model.over_time.comparison import Figure

HEADLINES = ("detection", "outage", "outage-at-repair")
STAGES = ("wait", "detect", "decide", "repair", "stall", "reconnect", "reconnect + resume", "resume", "recover")
NAMES = (*HEADLINES, *STAGES)
_KINDS: tuple[EpisodeKind, ...] = get_args(EpisodeKind)


def figures_of(tests: Iterable[ComparedTest]) -> tuple[Figure, ...]:
    """Every figure that one of the tests has: by kind, the headlines first, then the stages in their order."""
    return tuple(sorted({figure for each in tests for figure, _ in each.durations}, key=_order))


def with_figure(tests: Sequence[ComparedTest], figure: Figure) -> tuple[tuple[ComparedTest, Span], ...]:
    """The tests that have the figure, in their order, and its duration in each, ns."""
    return tuple((each, span) for each in tests for one, span in each.durations if one == figure)


def _order(figure: Figure) -> tuple[int, int, str]:
    kind, name = figure
    return _KINDS.index(kind), NAMES.index(name) if name in NAMES else len(NAMES), name
