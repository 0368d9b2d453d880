"""A figure of the runs of a cluster, by time: a bar from the least to the most that each may be, and what changed.

What changed has its word above its line, and each kind a line of its own: no colour has to be told from another.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Literal

import msgspec
from markupsafe import Markup

from analyzer.model.instant import Span
from analyzer.report import words
from analyzer.report.drawing import svg
from analyzer.report.drawing.lettering import cut, spread, width

LEFT, RIGHT, WIDE = 62, 8, 480
TOP, TALL, BELOW = 28, 100, 24
LETTERS = 12
GAP = 8
THIN, THICK, LEAST = 5.0, 14.0, 3.0  # px: a bar's width, from many runs to few, and its least height


MarkKind = Literal["change", "perhaps", "step"]
"""A change that is shown; one that may be chance; a step that people explained."""


class Mark(msgspec.Struct, frozen=True):
    """What stands before a run: its kind, its name above the line, and what to say of it."""

    kind: MarkKind
    name: str
    words: str


_LINES: Mapping[MarkKind, tuple[str, Mapping[str, str]]] = {
    "change": (svg.MISSED, {"stroke_width": "2", "stroke_dasharray": "6 3"}),
    "perhaps": (svg.SOFT, {"stroke_width": "1", "stroke_dasharray": "1 3"}),
    "step": (svg.LOCAL, {"stroke_width": "2"}),
}


class Bar(msgspec.Struct, frozen=True, kw_only=True):
    """A run: its Span, what to say of it, where a click on it leads (empty: nowhere), and whether it is the one that
    this is about; `marks` stand before it.
    """

    span: Span
    words: str
    href: str = ""
    own: bool = False
    marks: tuple[Mark, ...] = ()


def runs_chart(bars: Sequence[Bar], label: str, ends: tuple[str, str]) -> Markup:
    """The runs from left to right; `ends` is what stands below the first and the last."""
    drawn = svg.drawing(WIDE, TOP + TALL + BELOW, label=label, css="runs", own=True)
    if any(bar.href for bar in bars):
        svg.with_links(drawn)
    axis = svg.Axis(0, _highest(bars), TOP + TALL, TOP)
    shapes = svg.group(drawn)
    lettering = svg.group(drawn, svg.SOFT, font_size=str(LETTERS))
    for at in (0, axis.end):
        svg.line(shapes, (LEFT, axis.px(at), WIDE - RIGHT, axis.px(at)), svg.FAINT, stroke_width="1")
        svg.text(lettering, (LEFT - 6, axis.px(at) + 4), words.graduation(at), text_anchor="end")
    wide = (WIDE - LEFT - RIGHT) / max(len(bars), 1)
    thick = min(max(wide * 0.6, min(THIN, wide)), THICK)
    for place, bar in enumerate(bars):
        _bar(shapes, bar, axis, (LEFT + wide * (place + 0.5), thick))
    _marks(drawn, [(LEFT + wide * place, mark) for place, bar in enumerate(bars) for mark in bar.marks])
    bottom = TOP + TALL + 17
    svg.text(lettering, (LEFT, bottom), ends[0])
    if len(bars) > 1:
        svg.text(lettering, (WIDE - RIGHT, bottom), ends[1], text_anchor="end")
    return svg.finished(drawn)


def _marks(drawn: svg.Element, marks: Sequence[tuple[float, Mark]]) -> None:
    """The lines, and above them their names, as far as there is room."""
    shapes, lettering = svg.group(drawn), svg.group(drawn, svg.INK, font_size=str(LETTERS))
    for x, mark in marks:
        colour, looks = _LINES[mark.kind]
        svg.title(svg.line(shapes, (x, TOP - 8, x, TOP + TALL + 4), colour, **looks), mark.words)
    room = (WIDE - LEFT) / max(len(marks), 1) - GAP
    names = [cut(mark.name, room, LETTERS) for _, mark in marks]
    places = spread([(x, width(name, LETTERS) + GAP) for (x, _), name in zip(marks, names, strict=True)], LEFT, WIDE)
    for left, name in zip(places or (), names, strict=bool(places)):
        svg.text(lettering, (left + GAP / 2, TOP - 13), name)


def _bar(parent: svg.Element, bar: Bar, axis: svg.Axis, place: tuple[float, float]) -> None:
    middle, thick = place
    most = bar.span.most if bar.span.bounded else axis.end
    top, bottom = axis.px(most), axis.px(max(bar.span.least, 0))
    if bottom - top < LEAST:
        top = min((top + bottom - LEAST) / 2, axis.px(0) - LEAST)
        bottom = top + LEAST
    box = (middle - thick / 2, top, thick, bottom - top)
    holder = svg.link(parent, bar.href, bar.words) if bar.href else parent
    colour = svg.INK if bar.own else svg.UNKNOWN
    rect = svg.rect(holder, box, colour, **({} if bar.span.bounded else {"fill_opacity": "0.5"}))
    svg.title(rect, bar.words)
    if bar.own:
        y = TOP + TALL
        svg.shape(holder, f"M{svg.number(middle)} {y + 2}l3.5 5h-7z", svg.INK)


def _highest(bars: Sequence[Bar]) -> int:
    """Where the scale ends, ns: a round number above all that is bounded."""
    most = max(_ends(bars), default=1)
    step = int("1".ljust(len(str(most)), "0"))
    return -(-most * 2 // step) * step // 2


def _ends(bars: Sequence[Bar]) -> Iterator[int]:
    for bar in bars:
        yield bar.span.most if bar.span.bounded else bar.span.least
        yield 1
