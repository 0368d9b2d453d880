"""A stage's durations, of the tests that have them, and the order in which stages are told."""

from __future__ import annotations

from collections.abc import Iterable
from typing import get_args

from analyzer.model.episode import EpisodeKind
from analyzer.model.instant import Span
from analyzer.model.over_time.compared_test import ComparedTest
from analyzer.model.over_time.comparison import Figure

HEADLINES = ("detection", "outage", "outage-at-repair")
STAGES = ("wait", "detect", "decide", "repair", "stall", "reconnect", "reconnect + resume", "resume", "recover")
NAMES = (*HEADLINES, *STAGES)
_KINDS: tuple[EpisodeKind, ...] = get_args(EpisodeKind)


def by_figure(tests: Iterable[ComparedTest]) -> dict[Figure, list[tuple[ComparedTest, Span]]]:
    """The tests that have each figure, in their order, with its duration, ns; the figures as they are told: by kind,
    the headlines first, then the stages in their order.
    """
    found: dict[Figure, list[tuple[ComparedTest, Span]]] = {}
    for one in tests:
        for figure, span in one.durations:
            found.setdefault(figure, []).append((one, span))
    return {figure: found[figure] for figure in sorted(found, key=_order)}


def in_order(figures: Iterable[Figure]) -> tuple[Figure, ...]:
    """Figures as they are told, each once."""
    return tuple(sorted(set(figures), key=_order))


def _order(figure: Figure) -> tuple[int, int, str]:
    kind, name = figure
    return _KINDS.index(kind), NAMES.index(name) if name in NAMES else len(NAMES), name
