"""An episode's timeline: its key times above lanes, over an axis of seconds since the fault, and the whole test below.

It is drawn twice, for a wide page and for a narrow one; a page's style sheet shows one of them, and without one the
wide one is seen.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import partial

import msgspec
from markupsafe import Markup

from analyzer.model.instant import MILLISECOND, SECOND
from analyzer.report import words
from analyzer.report.drawing import flags, lanes, strip, svg
from analyzer.report.drawing.flags import Flag
from analyzer.report.drawing.lettering import width

SCALE, GAP = 26, 12
STEPS = (1, 2, 5, 10, 20, 30, 60, 120, 300, 600, 1800, 3600, 7200, 14_400, 43_200, 86_400)


class Size(msgspec.Struct, frozen=True):
    """How wide a drawing is, and where its lanes lie in it, px; `css` is its class."""

    css: str
    wide: int
    left: int
    right: int


WIDE = Size("timeline wide", 960, 128, 956)
NARROW = Size("timeline narrow", 348, 2, 346)


class Timeline(msgspec.Struct, frozen=True, kw_only=True):
    """What a timeline shows between `start` and `end`, ns of one clock; the axis starts at `zero`, which is the fault
    where `since_fault`. `whole` is the test that it is a part of.
    """

    start: int
    end: int
    zero: int
    since_fault: bool
    label: str
    flags: tuple[Flag, ...]
    paths: tuple[lanes.Stretch, ...]
    rates: tuple[lanes.Rate, ...]
    latencies: tuple[lanes.Latency, ...] = ()
    ticks: tuple[tuple[str, tuple[lanes.Tick, ...]], ...] = ()
    whole: strip.Strip | None = None


def draw(shown: Timeline, prefix: str) -> Markup:
    """The timeline as SVG, wide and narrow; `prefix` keeps the names inside it unique on the page."""
    return Markup("").join(_drawn(shown, size, f"{prefix}-{size.css[9:]}") for size in (WIDE, NARROW))


def _drawn(shown: Timeline, size: Size, name: str) -> Markup:
    axis = svg.Axis(shown.start, shown.end, size.left, size.right)
    row = flags.row(shown.flags, axis, 0, size.wide)
    drawn = svg.drawing(size.wide, 0, label=shown.label, css=size.css)
    shades, shapes, lines = svg.group(drawn, svg.FAINT, fill_opacity="0.45"), svg.group(drawn), svg.group(drawn)
    soft, ink = svg.lettering(drawn, svg.SOFT, 12), svg.lettering(drawn)
    poles = tuple(axis.px(flag.middle) for flag in row.flags)
    canvas = lanes.Canvas(drawn, shades, shapes, ink, soft, axis, poles, name)
    segments = _lanes(canvas, shown, row.tall)
    y = segments[-1][1]
    _scale(canvas, y, shown)
    flags.draw(canvas, lines, row, _together(segments) if canvas.beside else segments)
    y += SCALE
    if shown.whole is not None:
        strip.draw(canvas, y, shown.whole)
        y += strip.TALL
    flags.key(canvas, row, y, size.wide)
    y += flags.key_lines(row, size.wide) * flags.KEY
    ms = (ns // MILLISECOND for ns in (shown.start - shown.zero, shown.end - shown.zero, shown.zero))
    drawn.set(
        "data-axis", " ".join(map(str, (axis.left, axis.right, *ms, segments[0][0], segments[-1][1])))
    )  # what a page's script reads
    drawn.set("viewBox", f"0 0 {size.wide} {y}")
    if size is NARROW:
        drawn.set("display", "none")  # until a style sheet says that the page is narrow
    return svg.finished(drawn)


def _lanes(canvas: lanes.Canvas, shown: Timeline, top: int) -> list[tuple[int, int]]:
    """Draws the lanes from `top` down; from where to where each reaches, the last of them to the scale."""
    found = []
    for title, tall, drawing in _planned(canvas, shown):
        lane = lanes.titled(canvas, top, tall, title)
        drawing(lane)
        found.append((lane, lane + tall))
        top = lane + tall + (GAP if tall > lanes.TICKS else 4)
    found[-1] = (found[-1][0], top)
    return found


def _planned(canvas: lanes.Canvas, shown: Timeline) -> Iterator[tuple[str, int, Callable[[int], object]]]:
    """The lanes from the top down: title, height, and what draws one from its top."""
    yield "path" if canvas.beside else "", lanes.BAND, lambda top: lanes.paths(canvas, top, shown.paths)
    if shown.rates:
        yield "NFS replies/s", lanes.CHART, lambda top: lanes.rates(canvas, top, shown.rates)
    if shown.latencies:
        yield "reply time", lanes.LATENCY, lambda top: lanes.latencies(canvas, top, shown.latencies)
    for name, events in shown.ticks:
        yield name, lanes.TICKS, partial(lanes.ticks, canvas, events=events)


def _together(segments: list[tuple[int, int]]) -> list[tuple[int, int]]:
    return [(segments[0][0], segments[-1][1])]


def _scale(canvas: lanes.Canvas, top: int, shown: Timeline) -> None:
    """Seconds since zero at round numbers, as many as have room."""
    axis = canvas.axis
    marks = f"M{axis.left} {top}H{axis.right}"
    step = _step(axis, shown.zero)
    labels, edge = svg.group(canvas.soft, text_anchor="middle"), 0.0
    first = -((shown.zero - axis.start) // step) * step
    for ns in range(first, axis.end - shown.zero + 1, step):
        x, wording = axis.px(shown.zero + ns), _since(ns)
        half = width(wording, 12) / 2
        marks += f"M{svg.number(x)} {top}v5"
        middle = min(max(x, axis.left + half), axis.right - half)
        if middle - half >= edge:  # at the right end a label is moved to the left, and may have no room there
            svg.text(labels, (middle, top + 19), wording)
            edge = middle + half + 2
    svg.outline(canvas.shapes, marks, fill="none", stroke=svg.SOFT)
    if canvas.beside:
        svg.text(canvas.soft, (0, top + 19), "since the fault" if shown.since_fault else "s")


def _since(ns: int) -> str:
    return ("+" if ns > 0 else "") + words.exact(ns).removesuffix(" 0 s")


def _step(axis: svg.Axis, zero: int) -> int:
    """The smallest round step, ns, whose labels don't touch."""
    ends = (axis.start - zero, axis.end - zero)
    px = (axis.right - axis.left) / max(axis.end - axis.start, 1)
    for seconds in STEPS:
        step = seconds * SECOND
        widest = max(width(_since(end // step * step), 12) for end in ends) + 14
        if step * px >= widest:
            return step
    return -(-(axis.end - axis.start) // (4 * 86_400 * SECOND)) * 86_400 * SECOND
