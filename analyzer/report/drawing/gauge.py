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
from analyzer.report.judged import bound_name

WIDTH, LEFT, RIGHT, TOP, TALL = 560, 8, 552, 40, 22
FAILS = APD_EARLIEST + APD_TIMEOUT
STARTS = f"APD starts after {words.exact(APD_EARLIEST)} to {words.exact(APD_LATEST)}"
IO_FAILS = f"I/O fails from {words.exact(FAILS)} on"
ROW = 15  # px from a label to the one below
ROOM, SYMBOL = 70, 16  # px that a zone needs to hold its name, or only its symbol


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
    drawn = svg.drawing(WIDTH, TOP + TALL + 10 + ROW * max(rows, 2), label=label, css="gauge", own=True)
    zones = ((0, met, svg.MET, "✓ MET"), (met, late, svg.LATE, "◷ LATE"), (late, axis.end, svg.MISSED, "✗ MISSED"))
    for start, end, colour, name in zones:
        left, wide = axis.px(start), axis.px(end) - axis.px(start)
        svg.rect(drawn, (left, TOP, wide, TALL), colour)
        written = name if wide > ROOM else name[0] if wide > SYMBOL else ""
        if written:
            svg.text(drawn, (left + wide / 2, TOP + 16), written, svg.PAPER, text_anchor="middle", font_weight="600")
    _limits(drawn, labels)
    _measured(drawn, axis, Span(measured.least, max(most, measured.least)), words.duration(measured))
    return svg.finished(drawn)


def _is_outage(judgement: Judgement) -> bool:
    return judgement.metric.startswith("outage")


def _marks(judgement: Judgement, expected: int, met: int, late: int) -> Iterator[tuple[int, str]]:
    """What the scale marks, ns, in words: the limits, and of an outage what a host does when storage is away."""
    usual = _is_outage(judgement) and not judgement.own
    yield expected, f"{'usual: up to' if usual else 'expected'} {words.exact(expected)}"
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
        x, half = axis.px(ns), len(wording) * 3.5
        following = axis.px(alone[place][0]) if place < len(alone) else RIGHT + half + 4
        middle = min(max(min(x, following - 4 - half), LEFT + half), RIGHT - half)
        taken = {one.row for one in placed if abs(one.middle - middle) < one.half + half + 8}
        row = next(number for number in range(len(alone)) if number not in taken)
        placed.append(_Label(x, middle, half, row, wording))
    return tuple(placed)


def _limits(drawn: svg.Element, labels: tuple[_Label, ...]) -> None:
    """Ticks below the zones, down to their words where they cross no others."""
    for one in labels:
        above = [other for other in labels if other.row < one.row and abs(other.middle - one.x) <= other.half]
        svg.line(
            drawn, (one.x, TOP - 3, one.x, TOP + TALL + 6 + (0 if above else ROW * one.row)), svg.INK, stroke_width="2"
        )
        svg.text(drawn, (one.middle, TOP + TALL + 19 + ROW * one.row), one.words, text_anchor="middle")


def _measured(drawn: svg.Element, axis: svg.Axis, span: Span, wording: str) -> None:
    """The span as a bar with end strokes, so that a narrow one is still seen."""
    left, right, y = axis.px(span.least), axis.px(span.most), TOP - 10
    svg.line(drawn, (left, y, right, y), svg.INK, stroke_width="4")
    for x in (left, right):
        svg.line(drawn, (x, y - 6, x, y + 6), svg.INK, stroke_width="2")
    svg.shape(drawn, f"M{(left + right) / 2 - 5:.1f} {y + 5}h10l-5 7z", svg.INK)
    wording = f"measured {wording}"
    half = len(wording) * 4.1
    middle = min(max((left + right) / 2, LEFT + half), RIGHT - half)
    svg.text(drawn, (middle, y - 12), wording, text_anchor="middle", font_weight="600")
