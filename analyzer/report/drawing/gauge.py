"""A judged figure on a scale: the span that was measured above the zones MET, LATE and MISSED.

That of an outage goes on to where I/O fails, and marks when ESXi declares All Paths Down.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

import msgspec
from markupsafe import Markup

from analyzer.model.cluster import APD_EARLIEST, APD_LATEST, APD_TIMEOUT
from analyzer.model.episode import Judgement
from analyzer.model.instant import Span
from analyzer.report import words
from analyzer.report.drawing import svg
from analyzer.report.drawing.lettering import width
from analyzer.report.judged import bound_name, is_usual

WIDTH, LEFT, RIGHT, TOP, TALL = 312, 2, 310, 42, 26
LETTERS = 13  # px; the drawing is as wide as a telephone shows it
FAILS = APD_EARLIEST + APD_TIMEOUT
STARTS = f"APD starts after {words.exact(APD_EARLIEST)} to {words.exact(APD_LATEST)}"
IO_FAILS = f"I/O fails from {words.exact(FAILS)} on"
ROW = 17  # px from a label to the one below
SYMBOL = 16  # px that a zone needs to hold only its symbol


def gauge(judgement: Judgement) -> Markup | None:
    """The scale from 0; None when nothing was measured or nothing was expected."""
    measured, expected = judgement.measured, judgement.expected
    if measured is None or expected is None:
        return None
    met, late = expected + judgement.tolerance, judgement.bound or expected + judgement.tolerance
    most = measured.most if measured.most < words.OPEN else max(measured.least, late) * 2
    farthest = max(most, late, met, FAILS if _is_outage(judgement) else 1)
    axis = svg.Axis(0, max(farthest + farthest // 12, late + late // 6), LEFT, RIGHT)
    label = (
        f"Scale: measured {words.duration(measured)}; MET up to {words.exact(met)}"
        f"{f', LATE up to {words.exact(late)}' if late > met else ''}, MISSED beyond."
        f"{f' {STARTS}; {IO_FAILS}.' if _is_outage(judgement) else ''}"
    )
    labels = _labels(axis, _marks(judgement, expected, met, late))
    rows = max(one.row for one in labels) + 1
    drawn = svg.drawing(WIDTH, TOP + TALL + 8 + ROW * rows, label=label, css="gauge", own=True)
    _zones(drawn, axis, met, late)
    lines = svg.group(drawn, "none", stroke=svg.INK, stroke_width="2")
    lettering = svg.group(drawn, svg.INK, font_size=str(LETTERS), text_anchor="middle")
    _limits(lines, lettering, labels)
    within = Span(measured.least, max(most, measured.least))
    _measured(lines, lettering, axis, within, words.duration(measured), closed=measured.most < words.OPEN)
    return svg.finished(drawn)


def _zones(drawn: svg.Element, axis: svg.Axis, met: int, late: int) -> None:
    """What each length is called, in its colour; its symbol alone, or nothing, where there is no room."""
    shapes = svg.group(drawn)
    names = svg.group(drawn, svg.PAPER, font_size=str(LETTERS), font_weight="600", text_anchor="middle")
    zones = ((0, met, svg.MET, "✓ MET"), (met, late, svg.LATE, "◷ LATE"), (late, axis.end, svg.MISSED, "✗ MISSED"))
    for start, end, colour, name in zones:
        left, wide = axis.px(start), axis.px(end) - axis.px(start)
        svg.rect(shapes, (left, TOP, wide, TALL), colour)
        written = name if wide > width(name, LETTERS, bold=True) else name[0] if wide > SYMBOL else ""
        if written:
            svg.text(names, (left + wide / 2, TOP + 18), written)


def _is_outage(judgement: Judgement) -> bool:
    return judgement.metric.startswith("outage")


def _marks(judgement: Judgement, expected: int, met: int, late: int) -> Iterator[tuple[int, str]]:
    """What the scale marks, ns, in words: the limits, and of an outage what a host does when storage is away."""
    yield expected, f"{'usual: up to' if is_usual(judgement) else 'expected'} {words.exact(expected)}"
    yield met, f"with tolerance {words.exact(met)}"
    if judgement.own_bound or not _is_outage(judgement):
        yield late, f"{bound_name(judgement)} {words.exact(late)}"
    if _is_outage(judgement):
        yield APD_LATEST, f"APD starts by {words.exact(APD_LATEST)}"
        yield FAILS, IO_FAILS


class _Label(msgspec.Struct, frozen=True):
    """Words below the scale for its tick at `x`: their middle, half their width, and their row (from 0)."""

    x: float
    middle: float
    half: float
    row: int
    words: str


def _labels(axis: svg.Axis, marks: Iterable[tuple[int, str]]) -> tuple[_Label, ...]:
    """The labels of the marks, equal ones as one: each left of the next tick, which would cross it, and in the first
    row where it covers none.
    """
    each = sorted(marks)
    alone = [(ns, name) for place, (ns, name) in enumerate(each) if all(ns > before for before, _ in each[:place])]
    placed: list[_Label] = []
    for place, (ns, wording) in enumerate(alone, 1):
        x, half = axis.px(ns), width(wording, LETTERS) / 2
        following = axis.px(alone[place][0]) if place < len(alone) else RIGHT + half + 4
        middle = min(max(min(x, following - 4 - half), LEFT + half), RIGHT - half)
        taken = {one.row for one in placed if abs(one.middle - middle) < one.half + half + 8}
        row = next(number for number in range(len(alone)) if number not in taken)
        placed.append(_Label(x, middle, half, row, wording))
    return tuple(placed)


def _limits(lines: svg.Element, lettering: svg.Element, labels: tuple[_Label, ...]) -> None:
    """Ticks below the zones, down to their words where they cross no others."""
    ticks = ""
    for one in labels:
        above = [other for other in labels if other.row < one.row and abs(other.middle - one.x) <= other.half]
        ticks += f"M{one.x:.1f} {TOP - 3}V{TOP + TALL + 6 + (0 if above else ROW * one.row)}"
        svg.text(lettering, (one.middle, TOP + TALL + 19 + ROW * one.row), one.words)
    svg.outline(lines, ticks)


def _measured(
    lines: svg.Element, lettering: svg.Element, axis: svg.Axis, span: Span, wording: str, *, closed: bool
) -> None:
    """The span as a bar with end strokes, so that a narrow one is still seen; one without an upper end is an arrow."""
    left, right, y = axis.px(span.least), axis.px(span.most) if closed else axis.right - 8, TOP - 10
    svg.outline(lines, f"M{left:.1f} {y}H{right:.1f}", stroke_width="4")
    if closed:
        svg.outline(lines, f"M{left:.1f} {y - 6}v12M{right:.1f} {y - 6}v12")
        svg.shape(lines, f"M{(left + right) / 2 - 5:.1f} {y + 5}h10l-5 7z", svg.INK, stroke="none")
    else:
        svg.outline(lines, f"M{left:.1f} {y - 6}v12")
        svg.shape(lines, f"M{right:.1f} {y - 7}v14l8 -7z", svg.INK, stroke="none")
    wording = f"measured {wording}"
    half = width(wording, LETTERS, bold=True) / 2
    middle = min(max((left + right) / 2, LEFT + half), RIGHT - half)
    svg.text(lettering, (middle, y - 12), wording, font_weight="600")
