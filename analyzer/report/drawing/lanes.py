"""The lanes of a timeline: the host's path, replies per second, ticks of events. Each is drawn from its top down."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

import msgspec

from analyzer.model.instant import SECOND
from analyzer.model.run import RateRun
from analyzer.report.drawing import svg

GUTTER, RIGHT, WIDTH = 118, 952, 960
BAND, CHART, TICKS = 30, 84, 24
TOLD = 8  # events that a tooltip names

_COLOURS = {"local": svg.LOCAL, "remote": svg.REMOTE, "dead": svg.DEAD}


class Stretch(msgspec.Struct, frozen=True):
    """A path that held from `start` to `end`, ns; `label` is written into it."""

    start: int
    end: int
    kind: str
    label: str


class Rate(msgspec.Struct, frozen=True):
    """Replies of one path in equal bins of `width` ns, the first of which is at `start`: those runs of them, in order,
    that may be seen.
    """

    kind: str
    label: str
    start: int
    width: int
    runs: tuple[RateRun, ...]


class Tick(msgspec.Struct, frozen=True):
    """An event at `at` ns, with the words of its tooltip."""

    at: int
    words: str


def paths(drawn: svg.Element, axis: svg.Axis, top: int, stretches: Iterable[Stretch], prefix: str) -> int:
    """The host's path as bands: solid local, hatched remote, crossed dead, outlined unknown; words stand in them."""
    _label(drawn, top + 20, "path")
    remote = svg.hatch(drawn, f"{prefix}-remote", svg.REMOTE)
    dead = svg.hatch(drawn, f"{prefix}-dead", svg.DEAD, crossed=True)
    fills = {"local": svg.LOCAL, "remote": remote, "dead": dead}
    for stretch in stretches:
        left, right = axis.px(stretch.start), axis.px(stretch.end)
        box = (left, top, right - left, BAND)
        if stretch.kind in fills:
            svg.rect(drawn, box, fills[stretch.kind])
        else:
            svg.rect(drawn, box, "none", stroke=svg.UNKNOWN, stroke_dasharray="4 3")
        _written_in(drawn, (left, right, top), stretch)
    return top + BAND


def _written_in(drawn: svg.Element, place: tuple[float, float, int], stretch: Stretch) -> None:
    left, right, top = place
    wording = next((w for w in (stretch.label, stretch.kind) if len(w) * 7.2 + 12 < right - left), "")
    if not wording:
        return
    plate = len(wording) * 7.2 + 8
    middle = (left + right) / 2
    svg.rect(drawn, (middle - plate / 2, top + 6, plate, BAND - 12), svg.PAPER, rx="3")
    svg.text(drawn, (middle, top + 20), wording, text_anchor="middle")


def rates(drawn: svg.Element, axis: svg.Axis, top: int, series: Iterable[Rate]) -> int:
    """Replies per second of each path as steps over a base line, all to one scale; its top is written at the left."""
    series = tuple(series)
    bottom = top + CHART
    stepped = [(rate, _steps(rate, axis)) for rate in series]
    highest = max((per_second for _, steps in stepped for _, _, per_second in steps), default=0)
    _label(drawn, top + CHART // 2 + 4, "NFS replies/s")
    for y, wording in ((top + 10, f"{highest:,}"), (bottom, "0")):
        svg.text(drawn, (GUTTER - 6, y), wording, svg.SOFT, text_anchor="end", font_size="12")
    svg.line(drawn, (GUTTER, top, RIGHT, top), svg.FAINT, stroke_dasharray="2 4")
    svg.line(drawn, (GUTTER, bottom, RIGHT, bottom), svg.FAINT)
    for rate, steps in stepped:
        _area(drawn, bottom, highest, rate, steps)
    return bottom


def _steps(rate: Rate, axis: svg.Axis) -> list[tuple[float, float, int]]:
    """(left, right, replies/s) of the bins in the axis; neighbours are put together where they are finer than 2 px."""
    together = max(1, 2 * (axis.end - axis.start) // (axis.right - axis.left) // max(rate.width, 1))
    width = rate.width * together
    first, last = (axis.start - rate.start) // width, -((rate.start - axis.end) // width)
    counts: dict[int, int] = {}
    for number, replies in _bins(rate, first * together, last * together):
        counts[number // together] = counts.get(number // together, 0) + replies
    return [
        (axis.px(start), axis.px(start + width), (replies * SECOND + width // 2) // max(width, 1))
        for start, replies in ((rate.start + place * width, counts[place]) for place in sorted(counts))
    ]


def _bins(rate: Rate, first: int, end: int) -> Iterator[tuple[int, int]]:
    """(number, replies) of the bins with a number in [first, end), counted from the rate's start."""
    for run in rate.runs:
        begin = (run.start - rate.start) // rate.width
        for place in range(max(first - begin, 0), min(end - begin, len(run.replies))):
            yield begin + place, run.replies[place]


def _area(drawn: svg.Element, bottom: int, highest: int, rate: Rate, steps: list[tuple[float, float, int]]) -> None:
    tall = (CHART - 4) / max(highest, 1)
    columns = (
        f"M{left:.1f} {bottom}V{bottom - per_second * tall:.1f}H{right:.1f}V{bottom}z"
        for left, right, per_second in steps
        if per_second
    )
    d = "".join(columns)
    if d:
        area = svg.shape(drawn, d, _COLOURS.get(rate.kind, svg.UNKNOWN), fill_opacity="0.8")
        svg.title(area, f"{rate.label}: replies per second")


def ticks(drawn: svg.Element, axis: svg.Axis, top: int, name: str, events: Iterable[Tick]) -> int:
    """A stroke for each event; those that fall on the same px share one, and its tooltip."""
    _label(drawn, top + 16, name)
    svg.line(drawn, (GUTTER, top + TICKS / 2, RIGHT, top + TICKS / 2), svg.FAINT)
    by_px: dict[int, list[str]] = {}
    for event in events:
        by_px.setdefault(round(axis.px(event.at)), []).append(event.words)
    for x, wording in sorted(by_px.items()):
        stroke = svg.rect(drawn, (x - 1.5, top + 3, 3, TICKS - 6), svg.INK)
        more = f"\n… and {len(wording) - TOLD} more" if len(wording) > TOLD else ""
        svg.title(stroke, "\n".join(wording[:TOLD]) + more)
    return top + TICKS


def _label(drawn: svg.Element, y: float, wording: str) -> None:
    svg.text(drawn, (0, y), wording, svg.SOFT)
