"""The whole test as a narrow strip below a timeline, with a frame around what the timeline shows of it."""

from __future__ import annotations

from collections.abc import Iterator

import msgspec

from analyzer.model.instant import SECOND
from analyzer.report.drawing import svg
from analyzer.report.drawing.lanes import COLOURS, Canvas, Rate
from analyzer.report.drawing.lettering import width

RISE, STRIP, WORDS = 14, 22, 20  # px: the lines that lead to it, the strip, its words
TALL = RISE + STRIP + WORDS
COLUMNS = 160  # at most, of each path; a column is whole seconds


class Strip(msgspec.Struct, frozen=True, kw_only=True):
    """A test from `start` to `end`, ns: replies of its paths, its episodes (from, to), and the words below it:
    `fewer` where these don't fit.
    """

    start: int
    end: int
    rates: tuple[Rate, ...]
    episodes: tuple[tuple[int, int], ...]
    words: str
    fewer: str


def draw(canvas: Canvas, top: int, shown: Strip) -> None:
    """The strip below the scale of the canvas's axis."""
    near = canvas.axis
    axis = svg.Axis(shown.start, shown.end, near.left, near.right)
    upper, lower = top + RISE, top + RISE + STRIP
    svg.rect(canvas.shades, (axis.left, upper, axis.right - axis.left, STRIP), svg.FAINT, fill_opacity="0.35")
    columns = [(rate, list(_columns(rate, axis))) for rate in shown.rates]
    highest = max((high for _, each in columns for *_, high in each), default=1)
    for rate, each in columns:
        d = "".join(
            f"M{x:.1f} {lower}V{lower - max(1, high * (STRIP - 6) / highest):.1f}H{until:.1f}V{lower}z"
            for x, until, high in each
        )
        if d:
            svg.shape(canvas.shapes, d, COLOURS.get(rate.kind, svg.UNKNOWN), fill_opacity="0.8")
    for start, end in shown.episodes:
        left, right = axis.px(start), axis.px(end)
        svg.rect(canvas.shapes, (left, upper, max(right - left, 2), 3), svg.DEAD)
    left, right = axis.px(near.start), axis.px(near.end)
    svg.rect(canvas.shapes, (left, upper, max(right - left, 3), STRIP), "none", stroke=svg.INK, stroke_width="1.5")
    for outer, inner in ((axis.left, left), (axis.right, max(right, left + 3))):
        svg.line(canvas.shapes, (outer, top, inner, upper), svg.SOFT, stroke_width="1")
    middle = (axis.left + axis.right) / 2
    wording = shown.words if width(shown.words, 12) < axis.right - axis.left else shown.fewer
    svg.text(canvas.words, (middle, lower + 15), wording, svg.SOFT, text_anchor="middle", font_size="12")


def _columns(rate: Rate, axis: svg.Axis) -> Iterator[tuple[float, float, int]]:
    """(left, right, replies) of each column that has some."""
    wide = -(-(axis.end - axis.start) // (COLUMNS * SECOND)) * SECOND or SECOND
    counts: dict[int, int] = {}
    for run in rate.runs:
        took, parts = run.last - run.first, len(run.replies)
        for place, replies in enumerate(run.replies):
            column = (run.first + took * (2 * place + 1) // (2 * parts)) // wide
            if replies and axis.start < (column + 1) * wide and column * wide < axis.end:
                counts[column] = counts.get(column, 0) + replies
    for column in sorted(counts):
        yield axis.px(column * wide), axis.px((column + 1) * wide), counts[column]
