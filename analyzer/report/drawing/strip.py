"""The whole test as a narrow strip below a timeline, with a frame around what the timeline shows of it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

import msgspec

from analyzer.model.instant import SECOND
from analyzer.report.drawing import svg
from analyzer.report.drawing.lanes import COLOURS, Canvas, Rate, outline
from analyzer.report.drawing.lettering import width

RISE, STRIP, WORDS = 14, 22, 20  # px: the lines that lead to it, the strip, its words
TALL = RISE + STRIP + WORDS
COLUMNS = 160  # at most, of each path; a column is whole seconds


class Strip(msgspec.Struct, frozen=True, kw_only=True):
    """A test from `start` to `end`, ns: replies of its paths, its episodes (from, to), and the words below it:
    `fewer` where these don't fit. `marks` says how many of its episodes are marked, where that is not all.
    """

    start: int
    end: int
    rates: tuple[Rate, ...]
    episodes: tuple[tuple[int, int], ...]
    words: str
    fewer: str
    marks: str = ""


def draw(canvas: Canvas, top: int, shown: Strip) -> None:
    """The strip below the scale of the canvas's axis."""
    near = canvas.axis
    axis = svg.Axis(shown.start, shown.end, near.left, near.right)
    upper, lower = top + RISE, top + RISE + STRIP
    svg.outline(canvas.shades, f"M{axis.left} {upper}H{axis.right}V{lower}H{axis.left}z")
    columns = [(rate, list(_columns(rate, axis))) for rate in shown.rates]
    highest = max((high for _, each in columns for *_, high in each), default=1)
    for rate, each in columns:
        d = "".join(outline(beside, lower, (STRIP - 6) / highest) for beside in _together(each))
        if d:
            svg.shape(canvas.shapes, d, COLOURS.get(rate.kind, svg.UNKNOWN), fill_opacity="0.8")
    marks = svg.shape(canvas.shapes, "".join(_marks(shown.episodes, axis, upper)), svg.DEAD)
    if shown.marks:
        svg.title(marks, shown.marks)
    left, right = axis.px(near.start), axis.px(near.end)
    svg.rect(canvas.shapes, (left, upper, max(right - left, 3), STRIP), "none", stroke=svg.INK, stroke_width="1.5")
    for outer, inner in ((axis.left, left), (axis.right, max(right, left + 3))):
        svg.line(canvas.shapes, (outer, top, inner, upper), svg.SOFT, stroke_width="1")
    middle = (axis.left + axis.right) / 2
    wording = shown.words if width(shown.words, 12) < axis.right - axis.left else shown.fewer
    svg.text(canvas.soft, (middle, lower + 15), wording, text_anchor="middle")


def _marks(episodes: Iterable[tuple[int, int]], axis: svg.Axis, top: int) -> Iterator[str]:
    """A bar for each episode; those that would lie on one before them are in it."""
    edge = -1.0
    for start, end in episodes:
        left, right = axis.px(start), max(axis.px(end), axis.px(start) + 2)
        if right > edge:
            edge = right
            yield f"M{left:.1f} {top}H{right:.1f}v3H{left:.1f}z"


def _together(columns: Iterable[tuple[float, float, int]]) -> Iterator[list[tuple[float, float, int]]]:
    """The columns in groups, in each of which one begins where another ends."""
    group: list[tuple[float, float, int]] = []
    for column in columns:
        if group and column[0] > group[-1][1]:
            yield group
            group = []
        group.append(column)
    if group:
        yield group


def _columns(rate: Rate, axis: svg.Axis) -> Iterator[tuple[float, float, int]]:
    """(left, right, replies) of each column that has some."""
    most = min(COLUMNS, (axis.right - axis.left) // 3)
    wide = -(-(axis.end - axis.start) // (most * SECOND)) * SECOND or SECOND
    counts: dict[int, int] = {}
    for run in rate.runs:
        took, parts = run.last - run.first, len(run.replies)
        for place, replies in enumerate(run.replies):
            column = (run.first + took * (2 * place + 1) // (2 * parts)) // wide
            if replies and axis.start < (column + 1) * wide and column * wide < axis.end:
                counts[column] = counts.get(column, 0) + replies
    for column in sorted(counts):
        yield axis.px(column * wide), axis.px((column + 1) * wide), counts[column]
