"""How long runs of two groups took: every run a dot and a bar for what it may be, above them the estimate's curves.

The curve of a group rises from 0 to all of its runs; where the evidence does not say where in an interval the runs of
a step lie, it is a slope. The second group's curve is dashed, and a piece of each stands before the group's name.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import msgspec
from markupsafe import Markup

from analyzer.model.instant import UNBOUNDED, Span
from analyzer.model.over_time.compared_groups import Mass
from analyzer.report import words
from analyzer.report.drawing import svg
from analyzer.report.drawing.lettering import cut

WIDE, LEFT, RIGHT = 480, 44, 472
CURVE, TOP = 90, 14
ROW, LETTERS, GAP = 5.0, 13, 22
LEAST = 2.0
DOT = 2.0
SAMPLE = 22
"""Px of a curve before the name of its group."""
DASHES: tuple[Mapping[str, str], ...] = ({}, {"stroke_dasharray": "6 4"})
TALLEST = 60
"""Rows of runs of a group; of more runs several share a row."""


class Dot(msgspec.Struct, frozen=True):
    """A run: its Span, what to say of it, and where a click on it leads (empty: nowhere)."""

    span: Span
    words: str
    href: str = ""


class Sample(msgspec.Struct, frozen=True):
    """A group: its name, its runs, and its estimate."""

    name: str
    runs: tuple[Dot, ...]
    masses: tuple[Mass, ...]


def distributions(samples: Sequence[Sample], label: str) -> Markup:
    """Up to two groups in one drawing, on one scale from 0."""
    heights = [GAP + ROW * min(len(one.runs), TALLEST) + 6 for one in samples]
    height = TOP + CURVE + round(sum(heights)) + 26
    drawn = svg.drawing(WIDE, height, label=label, css="distributions", own=True)
    if any(one.href for each in samples for one in each.runs):
        svg.with_links(drawn)
    axis = svg.Axis(0, _farthest(samples), LEFT, RIGHT)
    lines = svg.group(drawn, "none", stroke_width="2")
    marks = svg.group(drawn)
    lettering = svg.group(drawn, svg.INK, font_size=str(LETTERS))
    svg.line(lines, (LEFT, TOP + CURVE, RIGHT, TOP + CURVE), svg.FAINT, stroke_width="1")
    top = float(TOP + CURVE)
    for share, said in ((0, "0 %"), (1, "100 %")):
        svg.text(lettering, (LEFT - 6, _y(share) + 4), said, svg.SOFT, font_size="12", text_anchor="end")
    for one, colour, dashes, tall in zip(samples, (svg.LOCAL, svg.REMOTE), DASHES, heights, strict=False):
        svg.outline(lines, _curve(one.masses, axis), stroke=colour, **dashes)
        svg.outline(lines, f"M{LEFT} {svg.number(top + 12)}h{SAMPLE}", stroke=colour, **dashes)
        room = RIGHT - LEFT - SAMPLE - 6
        svg.text(lettering, (LEFT + SAMPLE + 6, top + 16), cut(one.name, room, LETTERS, bold=True), font_weight="600")
        _runs(marks, one.runs, axis, (top + GAP, colour))
        top += tall
    _scale(lines, lettering, axis, top + 2)
    return svg.finished(drawn)


def _runs(marks: svg.Element, runs: Sequence[Dot], axis: svg.Axis, place: tuple[float, str]) -> None:
    top, colour = place
    ordered = sorted(runs, key=lambda one: (one.span.least, one.span.most))
    for number, one in enumerate(ordered):
        y = top + ROW * (number * min(len(ordered), TALLEST) // len(ordered))
        left = axis.px(max(one.span.least, 0))
        right = axis.px(min(one.span.most, axis.end))
        holder = svg.link(marks, one.href, one.words) if one.href else marks
        bar = svg.rect(holder, (left, y, max(right - left, LEAST), ROW - 2), colour, fill_opacity="0.5")
        svg.title(bar, one.words)
        svg.rect(holder, ((left + right) / 2 - DOT / 2, y - 0.5, DOT, ROW - 1), colour)


def _curve(masses: Sequence[Mass], axis: svg.Axis) -> str:
    """From the left edge up to all, a slope over each interval."""
    d = f"M{LEFT} {TOP + CURVE}"
    for one in masses:
        right = axis.px(min(max(one.most, one.least), axis.end))
        d += f"L{axis.px(max(one.least, 0)):.1f} {_y(one.below):.1f}L{right:.1f} {_y(one.below + one.share):.1f}"
    return f"{d}H{RIGHT}"


def _y(share: float) -> float:
    return TOP + CURVE * (1 - min(share, 1.0))


def _scale(lines: svg.Element, lettering: svg.Element, axis: svg.Axis, y: float) -> None:
    for at, anchor in ((0, "start"), (axis.end // 2, "middle"), (axis.end, "end")):
        svg.line(lines, (axis.px(at), y, axis.px(at), y + 5), svg.SOFT, stroke_width="1")
        svg.text(lettering, (axis.px(at), y + 19), words.graduation(at), text_anchor=anchor)


def _farthest(samples: Sequence[Sample]) -> int:
    """Where the scale ends, ns: an even number of round steps above all that is bounded."""
    ends = [dot.span.most if dot.span.most < UNBOUNDED else dot.span.least for one in samples for dot in one.runs]
    most = max([*ends, 1])
    step = 2 * 10 ** (len(str(most)) - 1)
    step = step if most > step else step // 10 or 2
    return -(-most // step) * step
