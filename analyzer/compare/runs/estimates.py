"""How the durations of a group are distributed: Turnbull's estimate of each figure."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from analyzer.compare.runs.figures import by_figure
from analyzer.compare.spans import one_history
from analyzer.compare.turnbull import estimated
from analyzer.model.instant import UNBOUNDED, Span
from analyzer.model.over_time.compared_groups import Comparison, Estimated, Mass

ROUGHLY = 1e-3
"""The tolerance of an estimate, which is drawn."""


def estimates(of: Comparison) -> tuple[Estimated, ...]:
    """The estimate of every figure of every group, group by group."""
    return tuple(
        Estimated(group.name, figure, tuple(_masses(spans)), median(spans))
        for group in of.groups
        for figure, rows in by_figure(group.tests).items()
        for spans in [[span for _, span in rows]]
    )


def median(spans: Sequence[Span]) -> Span:
    """Where the median of the runs lies, ns: it is the longer, the longer any of them is, so both ends are reached."""
    return Span(_middle([one.least for one in spans]), _middle([one.most for one in spans]))


def _middle(ends: Sequence[int]) -> int:
    """The median, not bounded where one of the two in the middle is not."""
    inner = sorted(ends)[(len(ends) - 1) // 2 : len(ends) // 2 + 1]
    return inner[-1] if max(map(abs, inner)) >= UNBOUNDED else sum(inner) // len(inner)


def _masses(spans: list[Span]) -> Iterator[Mass]:
    found = estimated(one_history(spans), ROUGHLY)
    for least, most, below, share in zip(
        found.least[0].tolist(), found.most[0].tolist(), found.below[0].tolist(), found.mass[0].tolist(), strict=False
    ):
        if share > 0:
            yield Mass(least, most, below, share)
