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
FOOT = 4  # px from where a name begins to the line below it


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
    def feet(self) -> tuple[float, ...]:
        """Where the line to its pole leaves each name, near its beginning, or each number, in its middle."""
        places = zip(self.starts, self.wide, strict=True)
        return tuple(start + _foot(wide, numbered=self.numbered) for start, wide in places)

    @property
    def tall(self) -> int:
        """The px that the row and its leaders take."""
        return (0 if not self.flags else NUMBER if self.numbered else NAMES) + (LEADERS if self.flags else 0)


def _foot(wide: float, *, numbered: bool) -> float:
    return wide / 2 if numbered else APART / 2 + FOOT


def row(flags: Sequence[Flag], axis: svg.Axis, left: float, right: float) -> Row:
    """Names where they fit, else numbers."""
    each = tuple(sorted(flags, key=lambda flag: flag.middle))
    named = tuple(max(width(f.name, bold=True), width(f.time, 12)) + APART for f in each)
    for wide, numbered in ((named, False), ((NUMBER + 2.0,) * len(each), True)):
        wanted = [
            (axis.px(f.middle) - _foot(room, numbered=numbered) + room / 2, room)
            for f, room in zip(each, wide, strict=True)
        ]
        starts = spread(wanted, left, right)
        if starts is not None:
            return Row(each, tuple(starts), wide, numbered)
    return Row((), (), (), numbered=True)


def draw(canvas: Canvas, lines: svg.Element, shown: Row, segments: Sequence[tuple[int, int]]) -> None:
    """The row from the drawing's top down to the first of the `segments` (top, bottom), with poles through them."""
    if shown.flags:
        top, lanes = shown.tall - LEADERS, segments[0][0]
        ways = svg.group(lines, "none", stroke=svg.SOFT)
        turns = zip(shown.flags, shown.feet, _leaders(shown, canvas.axis), strict=True)
        leaders = (
            f"M{svg.number(foot)} {top + 2}V{top + turn}H{svg.number(canvas.axis.px(flag.middle))}V{lanes - 3}"
            for flag, foot, turn in turns
        )
        svg.outline(ways, "".join(leaders))
        _doubts(canvas, shown.flags, segments, ways)
        _poles(canvas, shown.flags, segments, svg.group(lines, "none", stroke=svg.INK, stroke_width="1.2"))
        _names(canvas, shown)


def _doubts(canvas: Canvas, flags: Sequence[Flag], segments: Sequence[tuple[int, int]], lines: svg.Element) -> None:
    """A band as wide as each flag's doubt, where that can be seen, with a line above it."""
    sides = [(canvas.axis.px(flag.least), canvas.axis.px(flag.most)) for flag in flags if not _sure(canvas, flag)]
    each, above = dict.fromkeys(sides), segments[0][0] - 3
    if each:
        upper, lower = segments[0][0], segments[-1][1]
        svg.outline(
            canvas.shades,
            "".join(
                f"M{svg.number(left)} {upper}H{svg.number(right)}V{lower}H{svg.number(left)}z" for left, right in each
            ),
        )
        svg.outline(
            lines, "".join(f"M{svg.number(left)} {above}H{svg.number(right)}" for left, right in each), stroke_width="2"
        )


def _poles(canvas: Canvas, flags: Sequence[Flag], segments: Sequence[tuple[int, int]], lines: svg.Element) -> None:
    """A line through the lanes for each time that flags have, broken where it is not sure."""
    whole = dict.fromkeys(canvas.axis.px(flag.middle) for flag in flags if _sure(canvas, flag))
    broken = dict.fromkeys(canvas.axis.px(flag.middle) for flag in flags if not _sure(canvas, flag))
    for places, more in ((whole, {}), ([x for x in broken if x not in whole], {"stroke_dasharray": "3 3"})):
        if places:
            svg.outline(lines, "".join(_pole(x, segments) for x in places), **more)


def _pole(x: float, segments: Sequence[tuple[int, int]]) -> str:
    """A line down through each segment."""
    d, at = f"M{svg.number(x)} 0", 0
    for upper, lower in segments:
        d += f"m0 {upper - 3 - at}V{lower}"
        at = lower
    return d


def _sure(canvas: Canvas, flag: Flag) -> bool:
    """Whether its doubt is too narrow to be seen."""
    return canvas.axis.px(flag.most) - canvas.axis.px(flag.least) <= SEEN


def _names(canvas: Canvas, shown: Row) -> None:
    if shown.numbered:
        _numbers(canvas, [(foot, NUMBER / 2) for foot in shown.feet])
        return
    names = svg.group(canvas.words, font_weight="600")
    for flag, foot in zip(shown.flags, shown.feet, strict=True):
        svg.text(names, (foot - FOOT, 14), flag.name)
        svg.text(canvas.soft, (foot - FOOT, 29), flag.time)


def _numbers(canvas: Canvas, middles: Sequence[tuple[float, float]]) -> None:
    """Numbers from 1 on, each in a circle."""
    svg.discs(canvas.words, middles, NUMBER / 2 - 0.5, svg.INK)
    plain = {"stroke": "none", "text_anchor": "middle", "font_size": "11", "font_weight": "600"}
    digits = svg.group(canvas.words, svg.PAPER, **plain)
    for number, (x, y) in enumerate(middles, 1):
        svg.text(digits, (x, y + 4), str(number))


def _leaders(shown: Row, axis: svg.Axis) -> list[int]:
    """How far below its name the line to each pole turns: those to the right turn the lower the earlier they are, those
    to the left the later, so that none crosses another.
    """
    ways = [axis.px(flag.middle) - foot for flag, foot in zip(shown.flags, shown.feet, strict=True)]
    found = []
    for place, way in enumerate(ways):
        same = ways[place + 1 :] if way > 0 else ways[:place][::-1]
        level = next((n for n, other in enumerate(same) if (other > 0) != (way > 0)), len(same))
        found.append(5 + level * min(4, (LEADERS - 10) // max(len(ways) - 1, 1)))
    return found


def key_lines(shown: Row, room: float) -> int:
    """How many lines the meaning of the numbers takes; 0 where names are written."""
    return -(-len(shown.flags) // _columns(shown, room)) if shown.numbered and shown.flags else 0


def key(canvas: Canvas, shown: Row, top: int, room: float) -> None:
    """What the numbers mean, in columns, each read downwards."""
    cells = [(x, top + y, flag) for x, y, flag in _cells(shown, key_lines(shown, room), room / _columns(shown, room))]
    if not cells:
        return
    _numbers(canvas, [(x + NUMBER / 2, y + 10) for x, y, _ in cells])
    names = svg.group(canvas.words, font_weight="600")
    for x, y, flag in cells:
        svg.text(names, (x + NUMBER + 5, y + 15), flag.name)
        after = x + NUMBER + 10 + max(width(flag.name, bold=True) for flag in shown.flags)
        svg.text(canvas.soft, (after, y + 15), flag.time)


def _cells(shown: Row, lines: int, column: float) -> Iterator[tuple[float, int, Flag]]:
    for place, flag in enumerate(shown.flags if lines else ()):
        yield place // lines * column, place % lines * KEY, flag


def _columns(shown: Row, room: float) -> int:
    names = max((width(f.name, bold=True) for f in shown.flags), default=1)
    times = max((width(f.time, 12) for f in shown.flags), default=1)
    return max(1, int(room // (NUMBER + 10 + names + times)))
