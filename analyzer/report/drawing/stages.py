"""The waterfall: a bar for each stage, placed after the fault, with its doubt as a hatched tail."""

from __future__ import annotations

from collections.abc import Iterable

import msgspec
from markupsafe import Markup

from analyzer.model.instant import Span
from analyzer.report.drawing import svg
from analyzer.report.words import OPEN

WIDTH, TALL = 400, 20
SEEN = 2  # px that a stage takes at least


class Bar(msgspec.Struct, frozen=True):
    """A stage's place: `start` is ns after the fault; None when the stage is not known."""

    start: int
    span: Span | None


def bars(stages: Iterable[Bar]) -> tuple[Markup, ...]:
    """One drawing a stage, all to the same scale, none for what is not known; they hold no words, so they can be
    stretched to any width.
    """
    stages = tuple(stages)
    end = max((b.start + b.span.most for b in stages if b.span and b.span.most < OPEN), default=0)
    axis = svg.Axis(0, max(end, 1), 0, WIDTH)
    return tuple(_bar(bar, axis) for bar in stages)


def _bar(bar: Bar, axis: svg.Axis) -> Markup:
    if bar.span is None:
        return Markup("")
    drawn = svg.drawing(WIDTH, TALL, css="bar", stretch=True)
    left, sure = axis.px(bar.start), axis.px(bar.start + bar.span.least)
    right = axis.px(bar.start + bar.span.most)
    svg.rect(drawn, (left, 3, max(sure - left, 0 if right - left > SEEN else SEEN), TALL - 6), svg.LOCAL)
    if right - sure > 1:
        ends = (max(left, sure), TALL / 2, right, TALL / 2)
        svg.line(drawn, ends, svg.UNKNOWN, stroke_width=str(TALL - 6), stroke_dasharray="3 1.5")
    return svg.finished(drawn)
