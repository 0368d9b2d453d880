"""An episode's timeline: its instants as flags across the lanes, over an axis of seconds since the fault."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import msgspec
from markupsafe import Markup

from analyzer.model.instant import SECOND
from analyzer.report import words
from analyzer.report.drawing import lanes, svg

ROW = 17
CHARACTER = 7.2  # px, about, of a character of a name
NARROW = 2  # px: a doubt that is not drawn


class Flag(msgspec.Struct, frozen=True):
    """An instant: its name, and the interval in which it lies, ns."""

    name: str
    least: int
    most: int


class Timeline(msgspec.Struct, frozen=True, kw_only=True):
    """What a timeline shows between `start` and `end`, ns of one clock; the axis starts at `zero`, which is the fault
    where `since_fault`.
    """

    start: int
    end: int
    zero: int
    since_fault: bool
    label: str
    flags: tuple[Flag, ...]
    paths: tuple[lanes.Stretch, ...]
    rates: tuple[lanes.Rate, ...]
    ticks: tuple[tuple[str, tuple[lanes.Tick, ...]], ...]


def draw(shown: Timeline, prefix: str) -> Markup:
    """The timeline as SVG; `prefix` keeps the names inside it unique on the page."""
    axis = svg.Axis(shown.start, shown.end, lanes.GUTTER, lanes.RIGHT)
    rows = _rows(shown.flags, axis)
    top = (max((row for _, row in rows), default=-1) + 1) * ROW + 8
    height = (
        top + lanes.BAND + 12 + (lanes.CHART + 12 if shown.rates else 0) + (lanes.TICKS + 4) * len(shown.ticks) + 26
    )
    drawn = svg.drawing(lanes.WIDTH, height, label=shown.label, css="timeline")
    under = svg.group(drawn)
    y = lanes.paths(drawn, axis, top, shown.paths, prefix) + 12
    if shown.rates:
        y = lanes.rates(drawn, axis, y, shown.rates) + 12
    for name, ticks in shown.ticks:
        y = lanes.ticks(drawn, axis, y, name, ticks) + 4
    _scale(drawn, axis, y, shown.zero)
    svg.text(drawn, (0, y + 19), "since the fault" if shown.since_fault else "s", svg.SOFT, font_size="12")
    _flags(drawn, under, axis, (rows, top, y))
    return svg.finished(drawn)


def _rows(flags: Iterable[Flag], axis: svg.Axis) -> list[tuple[Flag, int]]:
    """Each flag with a row for its name, so that no name covers another; 0 is the highest."""
    free: list[float] = []
    placed = []
    for flag in sorted(flags, key=lambda f: f.least + f.most):
        left = _name_left(flag, axis)
        row = next((n for n, edge in enumerate(free) if edge <= left), len(free))
        free[row : row + 1] = [left + len(flag.name) * CHARACTER + 10]
        placed.append((flag, row))
    return placed


def _name_left(flag: Flag, axis: svg.Axis) -> float:
    return min(axis.px((flag.least + flag.most) // 2) + 4, lanes.RIGHT - len(flag.name) * CHARACTER)


def _flags(
    drawn: svg.Element, under: svg.Element, axis: svg.Axis, places: tuple[Sequence[tuple[Flag, int]], int, int]
) -> None:
    """A pole at the middle of each instant, its doubt as a shade below the lanes, its name in its row."""
    rows, top, bottom = places
    for flag, row in rows:
        left, right = axis.px(flag.least), axis.px(flag.most)
        x, y = axis.px((flag.least + flag.most) // 2), row * ROW + 13
        if right - left > NARROW:
            svg.rect(under, (left, top - 4, right - left, bottom - top + 4), svg.FAINT, fill_opacity="0.45")
        svg.line(
            drawn,
            (x, y - 10, x, bottom),
            svg.INK,
            stroke_width="1.2",
            stroke_dasharray="none" if right - left <= NARROW else "3 3",
        )
        name = _name_left(flag, axis)
        svg.rect(drawn, (name - 2, y - 12, len(flag.name) * CHARACTER + 4, ROW - 2), svg.PAPER, fill_opacity="0.85")
        svg.text(drawn, (name, y), flag.name, font_weight="600")


def _scale(drawn: svg.Element, axis: svg.Axis, top: int, zero: int) -> None:
    """Seconds since `zero` at round numbers."""
    svg.line(drawn, (lanes.GUTTER, top, lanes.RIGHT, top), svg.SOFT)
    step = _round_step(axis.end - axis.start)
    first = -((zero - axis.start) // step) * step
    for ns in range(first, axis.end - zero + 1, step):
        x = axis.px(zero + ns)
        svg.line(drawn, (x, top, x, top + 5), svg.SOFT)
        wording = ("+" if ns > 0 else "") + words.exact(ns)
        anchor = "end" if x > lanes.RIGHT - 30 else "middle"
        svg.text(drawn, (x, top + 19), wording, svg.SOFT, text_anchor=anchor, font_size="12")


def _round_step(length: int) -> int:
    """The smallest of 1, 2, 5 s, …, that makes at most 10 steps of `length` ns."""
    for step in (1, 2, 5, 10, 20, 30, 60, 120, 300, 600, 1800, 3600):
        if length <= 10 * step * SECOND:
            return step * SECOND
    return -(-length // (10 * 3600 * SECOND)) * 3600 * SECOND
