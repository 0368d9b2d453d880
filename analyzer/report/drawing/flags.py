"""The key times of a timeline: names above the lanes, a pole through them, and how far each may lie beside it.

Names stand in one row, each led to its pole by a line below them: no line ever crosses one. Where they don't fit into
a row, numbers stand there instead, and what they mean below the drawing.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import msgspec

from analyzer.report.drawing import svg
from analyzer.report.drawing.lanes import Canvas
from analyzer.report.drawing.lettering import spread, width

NAMES, LEADERS = 34, 46  # px: the row of names with their times, the lines below it
NUMBER, KEY = 18, 20  # px: a number's circle, a line of what the numbers mean
SEEN = 2  # px: a doubt that is narrower is not drawn
APART = 8  # px between two names


class Flag(msgspec.Struct, frozen=True):
    """An instant: its name, the interval in which it lies, ns, and its time in words."""

    name: str
    least: int
    most: int
    time: str = ""

    @property
    def middle(self) -> int:
        """Where its pole stands, ns."""
        return (self.least + self.most) // 2


class Row(msgspec.Struct, frozen=True):
    """The flags in order of time, where the name of each begins (px), or its number where `numbered`."""

    flags: tuple[Flag, ...]
    starts: tuple[float, ...]
    wide: tuple[float, ...]
    numbered: bool

    @property
    def tall(self) -> int:
        """The px that the row and its leaders take."""
        return (0 if not self.flags else NUMBER if self.numbered else NAMES) + (LEADERS if self.flags else 0)


def row(flags: Sequence[Flag], axis: svg.Axis, left: float, right: float) -> Row:
    """Names where they fit, else numbers."""
    each = tuple(sorted(flags, key=lambda flag: flag.middle))
    named = tuple(max(width(f.name, bold=True), width(f.time, 12)) + APART for f in each)
    for wide, numbered in ((named, False), ((NUMBER + 2.0,) * len(each), True)):
        wanted = [(axis.px(flag.middle), room) for flag, room in zip(each, wide, strict=True)]
        starts = spread(wanted, left, right)
        if starts is not None:
            return Row(each, tuple(starts), wide, numbered)
    return Row((), (), (), numbered=True)


def draw(canvas: Canvas, poles: svg.Element, shown: Row, segments: Sequence[tuple[int, int]]) -> None:
    """The row from the drawing's top down to the first of the `segments` (top, bottom), with poles through them."""
    top, lanes = shown.tall - LEADERS, segments[0][0]
    leaders = _leaders(shown, canvas.axis)
    for number, (flag, start, wide) in enumerate(zip(shown.flags, shown.starts, shown.wide, strict=True), 1):
        left, right, x = (canvas.axis.px(ns) for ns in (flag.least, flag.most, flag.middle))
        sure = right - left <= SEEN
        if not sure:
            for upper, lower in segments:
                svg.rect(canvas.shades, (left, upper, right - left, lower - upper), svg.FAINT, fill_opacity="0.45")
            svg.line(poles, (left, lanes - 3, right, lanes - 3), svg.SOFT, stroke_width="2")
        middle = start + wide / 2
        svg.outline(poles, f"M{middle:.1f} {top + 2}V{top + leaders[number - 1]}H{x:.1f}V{lanes - 3}", svg.SOFT)
        d = "".join(f"M{x:.1f} {upper - 3}V{lower}" for upper, lower in segments)
        svg.outline(poles, d, svg.INK, stroke_width="1.2", **({} if sure else {"stroke_dasharray": "3 3"}))
        if shown.numbered:
            svg.circle(canvas.words, (middle, NUMBER / 2), NUMBER / 2 - 0.5, svg.INK, stroke="none")
            svg.text(canvas.words, (middle, NUMBER / 2 + 4), str(number), svg.PAPER, **_PLAIN)
        else:
            svg.text(canvas.words, (middle, 14), flag.name, text_anchor="middle", font_weight="600")
            svg.text(canvas.words, (middle, 29), flag.time, svg.SOFT, text_anchor="middle", font_size="12")


def _leaders(shown: Row, axis: svg.Axis) -> list[int]:
    """How far below its name the line to each pole turns: those to the right turn the lower the earlier they are, those
    to the left the later, so that none crosses another.
    """
    ways = [
        axis.px(f.middle) - start - wide / 2
        for f, start, wide in zip(shown.flags, shown.starts, shown.wide, strict=True)
    ]
    found = []
    for place, way in enumerate(ways):
        same = ways[place + 1 :] if way > 0 else ways[:place][::-1]
        level = next((n for n, other in enumerate(same) if (other > 0) != (way > 0)), len(same))
        found.append(5 + level * min(4, (LEADERS - 10) // max(len(ways) - 1, 1)))
    return found


_PLAIN = {"text_anchor": "middle", "font_size": "12", "font_weight": "600", "stroke": "none"}


def key_lines(shown: Row, room: float) -> int:
    """How many lines the meaning of the numbers takes; 0 where names are written."""
    return -(-len(shown.flags) // _columns(shown, room)) if shown.numbered and shown.flags else 0


def key(canvas: Canvas, shown: Row, top: int, room: float) -> None:
    """What the numbers mean, in columns, each read downwards."""
    lines = key_lines(shown, room)
    for x, y, number, flag in _cells(shown, lines, room / _columns(shown, room)):
        svg.circle(canvas.words, (x + NUMBER / 2, top + y + 10), NUMBER / 2 - 0.5, svg.INK, stroke="none")
        svg.text(canvas.words, (x + NUMBER / 2, top + y + 14), str(number), svg.PAPER, **_PLAIN)
        svg.text(canvas.words, (x + NUMBER + 6, top + y + 15), flag.name, font_weight="600")
        after = x + NUMBER + 14 + max(width(flag.name, bold=True) for flag in shown.flags)
        svg.text(canvas.words, (after, top + y + 15), flag.time, svg.SOFT)


def _cells(shown: Row, lines: int, column: float) -> Iterator[tuple[float, int, int, Flag]]:
    for place, flag in enumerate(shown.flags if lines else ()):
        yield place // lines * column, place % lines * KEY, place + 1, flag


def _columns(shown: Row, room: float) -> int:
    names = max((width(f.name, bold=True) for f in shown.flags), default=1)
    times = max((width(f.time) for f in shown.flags), default=1)
    return max(1, int(room // (NUMBER + 14 + names + times)))
