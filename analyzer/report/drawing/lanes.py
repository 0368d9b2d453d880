"""The lanes of a timeline: the host's path, replies per second, their latency, events. Each is drawn from its top down.

Shapes go to a lane's layer of the drawing, words to the one above all of them.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

import msgspec

from analyzer.model.instant import MILLISECOND, SECOND
from analyzer.report.drawing import svg
from analyzer.report.drawing.lettering import clear, width
from analyzer.report.words import shortened

BAND, CHART, LATENCY, TICKS, TITLE = 30, 84, 56, 24, 18
TOLD, LETTERS = 1, 80  # events that a tooltip quotes, and characters of each
EXPLAINED = 40  # strokes that have a tooltip each; more of them share one

COLOURS = {"local": svg.LOCAL, "remote": svg.REMOTE, "dead": svg.DEAD}


class Stretch(msgspec.Struct, frozen=True):
    """A path that held from `start` to `end`, ns; `label` is written into it."""

    start: int
    end: int
    kind: str
    label: str


class Run(msgspec.Struct, frozen=True):
    """Replies from the first to the last, ns, as counted in equal parts of that time."""

    first: int
    last: int
    replies: tuple[int, ...]


class Rate(msgspec.Struct, frozen=True):
    """Replies of one path over time: its runs, in order."""

    kind: str
    label: str
    runs: tuple[Run, ...]


class Latency(msgspec.Struct, frozen=True):
    """Call-to-reply times around `at`, ns."""

    at: int
    p50: int
    p99: int
    most: int


class Tick(msgspec.Struct, frozen=True):
    """An event at `at` ns, with the words of its tooltip."""

    at: int
    words: str


class Canvas(msgspec.Struct, frozen=True):
    """A drawing in layers, and where its lanes stand: between `left` and `right`, px. Their titles stand left of them,
    or above them where there is no room. `soft` has the smaller words.
    `poles` are where lines cross them. `name` keeps names in it unique.
    """

    drawn: svg.Element
    shades: svg.Element
    shapes: svg.Element
    words: svg.Element
    soft: svg.Element
    axis: svg.Axis
    poles: tuple[float, ...]
    name: str

    @property
    def beside(self) -> bool:
        """Whether titles stand left of the lanes."""
        return self.axis.left > TITLE


def titled(canvas: Canvas, top: int, tall: int, title: str) -> int:
    """Writes a lane's title, if it has one; where its lane begins."""
    if not title:
        return top
    if canvas.beside:
        svg.text(canvas.soft, (0, top + tall / 2 + 5), title)
        return top
    svg.text(canvas.soft, (canvas.axis.left, top + TITLE - 5), title)
    return top + TITLE


def paths(canvas: Canvas, top: int, stretches: Sequence[Stretch]) -> int:
    """The host's path as bands: solid local, hatched remote, crossed dead, outlined unknown; words stand in them."""
    fills = {"local": svg.LOCAL}
    for kind in ("remote", "dead"):
        if any(stretch.kind == kind for stretch in stretches):
            fills[kind] = svg.hatch(canvas.drawn, f"{canvas.name}-{kind}", COLOURS[kind], crossed=kind == "dead")
    for stretch in stretches:
        left, right = canvas.axis.px(stretch.start), canvas.axis.px(stretch.end)
        if stretch.kind in fills:
            svg.rect(canvas.shapes, (left, top, right - left, BAND), fills[stretch.kind])
        else:
            box = (left + 0.5, top + 0.5, right - left - 1, BAND - 1)
            svg.rect(canvas.shapes, box, "none", stroke=svg.UNKNOWN, stroke_dasharray="4 3")
        _written_in(canvas, clear(left, right, canvas.poles), top, stretch)
    return top + BAND


def _written_in(canvas: Canvas, room: tuple[float, float], top: int, stretch: Stretch) -> None:
    left, right = room
    wording = next((w for w in (stretch.label, stretch.kind) if width(w, 12) + 6 <= right - left), "")
    if not wording:
        return
    plate, middle = width(wording, 12) + 6, (left + right) / 2
    svg.rect(canvas.words, (middle - plate / 2, top + 5, plate, BAND - 10), svg.PAPER, rx="3", stroke="none")
    svg.text(canvas.words, (middle, top + 19), wording, text_anchor="middle", font_size="12")


def rates(canvas: Canvas, top: int, series: Sequence[Rate]) -> int:
    """Replies per second of each path as steps over a base line, all to one scale; its top is written beside it."""
    bottom, axis = top + CHART, canvas.axis
    stepped = [(rate, [steps for run in rate.runs if (steps := list(_steps(run, axis)))]) for rate in series]
    highest = max((high for _, runs in stepped for steps in runs for _, _, high in steps), default=0)
    _grid(canvas, (top, bottom), (f"{highest:,}", "0"))
    tall = (CHART - 4) / max(highest, 1)
    for rate, runs in stepped:
        d = "".join(outline(steps, bottom, tall) for steps in runs)
        if d:
            area = svg.shape(canvas.shapes, d, COLOURS.get(rate.kind, svg.UNKNOWN), fill_opacity="0.8")
            svg.title(area, f"{rate.label}: replies per second")
    return bottom


def _steps(run: Run, axis: svg.Axis) -> Iterator[tuple[float, float, int]]:
    """(left, right, replies/s) of a run's parts in the axis; neighbours that are finer than 2 px are put together."""
    length, parts = run.last - run.first, len(run.replies)
    if run.last < axis.start or run.first > axis.end:
        return
    together = max(1, 2 * (axis.end - axis.start) * parts // (max(length, 1) * max(axis.right - axis.left, 1)))
    for place in range(0, parts, together):
        until = min(place + together, parts)
        start, end = run.first + length * place // parts, run.first + length * until // parts
        if end >= axis.start and start <= axis.end:
            took = max(end - start, SECOND if parts == 1 else 1)  # a run that is shorter tells no rate
            left, right = axis.px(start), axis.px(end)
            yield left, max(right, left + 1.5), (sum(run.replies[place:until]) * SECOND + took // 2) // took


def outline(steps: Sequence[tuple[float, float, int]], bottom: int, tall: float) -> str:
    """Steps (left, right, how high) one beside the other as one shape; those that are as high are one."""
    first, number = steps[0], svg.number
    d, level = [f"M{number(first[0])} {bottom}"], -1
    for place, (_, right, high) in enumerate(steps):
        if high != level:
            level = high
            d.append(f"V{number(bottom - high * tall)}")
        if place == len(steps) - 1 or steps[place + 1][2] != high:
            d.append(f"H{number(right)}")
    return "".join((*d, f"V{bottom}z"))


def latencies(canvas: Canvas, top: int, each: Sequence[Latency]) -> int:
    """From p50 to p99 as a bar, the longest as a dot above it, on a logarithmic scale whose ends are written beside."""
    bottom = top + LATENCY
    low, high = _decade(min(one.p50 for one in each)), _decade(max(one.most for one in each)) + 1
    _grid(canvas, (top, bottom), (_power(high), _power(low)))

    def y(ns: int) -> float:
        place = _decade(ns)
        within = ns / int(10**place) / 9 - 1 / 9  # a straight line within a decade: no logarithm, the same anywhere
        return bottom - (place - low + within) * (LATENCY - 4) / (high - low)

    wide = max(1.5, min(5.0, (canvas.axis.right - canvas.axis.left) / max(len(each), 1) * 0.5))
    bars, dots = [], []
    for one in _thinned(each, canvas.axis):
        x, upper = canvas.axis.px(one.at), y(one.p99)
        bars.append(f"M{svg.number(x)} {svg.number(upper)}V{svg.number(max(y(one.p50), upper + 1.5))}")
        if one.most > one.p99:
            dots.append(f"M{svg.number(x - 1.5)} {svg.number(y(one.most) - 1.5)}h3v3h-3z")
    svg.outline(canvas.shapes, "".join(bars), fill="none", stroke=svg.SOFT, stroke_width=svg.number(wide))
    if dots:
        svg.shape(canvas.shapes, "".join(dots), svg.INK)
    return bottom


def _thinned(each: Sequence[Latency], axis: svg.Axis) -> Iterator[Latency]:
    """Of those that fall on the same 4 px the worst."""
    by_px: dict[int, Latency] = {}
    for one in each:
        place = round(axis.px(one.at) / 4)
        if place not in by_px or one.most > by_px[place].most:
            by_px[place] = one
    yield from (by_px[place] for place in sorted(by_px))


def _decade(ns: int) -> int:
    return len(str(max(ns, 1))) - 1


def _power(place: int) -> str:
    """10 to that power, ns, in words: `1 ms`."""
    ns = 10**place
    unit, name = next(((u, n) for u, n in ((SECOND, "s"), (MILLISECOND, "ms"), (1000, "µs")) if ns >= u), (1, "ns"))
    return f"{ns // unit} {name}"


def _grid(canvas: Canvas, edges: tuple[int, int], ends: tuple[str, str]) -> None:
    """A base line, a faint one at the top, and what they stand for: left of the lane, else above it at the right."""
    (top, bottom), axis = edges, canvas.axis
    svg.line(canvas.shapes, (axis.left, top, axis.right, top), svg.FAINT, stroke_dasharray="2 4")
    svg.line(canvas.shapes, (axis.left, bottom, axis.right, bottom), svg.FAINT)
    if canvas.beside:
        for y, wording in ((top + 9, ends[0]), (bottom, ends[1])):
            svg.text(canvas.soft, (axis.left - 6, y), wording, text_anchor="end")
    else:
        wording = f"{ends[1]} to {ends[0]}"
        svg.text(canvas.soft, (axis.right, top - 5), wording, text_anchor="end")


def ticks(canvas: Canvas, top: int, events: Iterable[Tick]) -> int:
    """A stroke for each event; those that fall on the same 3 px share one, and its tooltip."""
    axis = canvas.axis
    svg.line(canvas.shapes, (axis.left, top + TICKS / 2, axis.right, top + TICKS / 2), svg.FAINT)
    by_px: dict[int, list[str]] = {}
    for event in events:
        by_px.setdefault(round(axis.px(event.at) / 3) * 3, []).append(event.words)
    if not canvas.beside or len(by_px) > EXPLAINED:
        d = "".join(f"M{x - 1.5:g} {top + 3}h3v{TICKS - 6}h-3z" for x in sorted(by_px))
        all_strokes = svg.shape(canvas.shapes, d, svg.INK)
        if canvas.beside:
            count = sum(map(len, by_px.values()))
            svg.title(all_strokes, f"{count:,} events, too many to be told one by one here: see run.json")
        return top + TICKS
    strokes = svg.group(canvas.shapes, svg.INK)
    for x, wording in sorted(by_px.items()):
        stroke = svg.rect(strokes, (x - 1.5, top + 3, 3, TICKS - 6), "")
        more = f"\n… and {len(wording) - TOLD} more" if len(wording) > TOLD else ""
        svg.title(stroke, "\n".join(shortened(words, LETTERS) for words in wording[:TOLD]) + more)
    return top + TICKS
