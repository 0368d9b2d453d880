"""The pieces of a comparison's page, in the order in which the template lays them out: words and drawings only."""

from __future__ import annotations

import msgspec
from markupsafe import Markup

from analyzer.report.view.parts import Badge


class Limits(msgspec.Struct, frozen=True):
    """How much a page shows: rows in the table of runs, runs of a group or a history in one drawing, and drawings of
    two groups or of a cluster.
    """

    runs: int
    drawn: int
    pictures: int


LIMITS = (Limits(500, 200, 40), Limits(200, 60, 20), Limits(50, 30, 6))
"""From the most to the least, for pages that would be larger than a page may be."""


class Cell(msgspec.Struct, frozen=True):
    """A kind of episode in a group: what its runs are, a line each; empty where the group has none."""

    lines: tuple[str, ...]


class MatrixRow(msgspec.Struct, frozen=True):
    """A group, and a cell for each kind."""

    group: str
    runs: str
    cells: tuple[Cell, ...]


class FigureRow(msgspec.Struct, frozen=True, kw_only=True):
    """A figure of two groups: the answer, and what is behind it."""

    name: str
    first: str
    second: str
    badge: Badge
    answer: str
    interval: str
    p: str
    grade: str
    shown: str


class Picture(msgspec.Struct, frozen=True):
    """A drawing, and what stands below it."""

    drawing: Markup
    caption: str


class VersusView(msgspec.Struct, frozen=True, kw_only=True):
    """Two groups."""

    id: str
    title: str
    first: str
    second: str
    longer: str
    rows: tuple[FigureRow, ...]
    only: tuple[str, ...]
    pictures: tuple[Picture, ...]


class OverTimeView(msgspec.Struct, frozen=True, kw_only=True):
    """A cluster over time."""

    id: str
    title: str
    sentences: tuple[str, ...]
    pictures: tuple[Picture, ...]


class RunRow(msgspec.Struct, frozen=True, kw_only=True):
    """A test in the table of runs."""

    id: str
    name: str
    href: str
    time: str
    group: str
    versions: str
    step: str
    badge: Badge
    figures: str


class ComparisonPage(msgspec.Struct, frozen=True, kw_only=True):
    """Everything that the page shows: `answer` are the sentences that are read first, `points` what else matters."""

    title: str
    badge: Badge
    answer: tuple[str, ...]
    points: tuple[str, ...]
    kinds: tuple[str, ...]
    matrix: tuple[MatrixRow, ...]
    versus: tuple[VersusView, ...]
    among: tuple[str, ...]
    over_time: tuple[OverTimeView, ...]
    not_compared: tuple[str, ...]
    runs: tuple[RunRow, ...]
    more_runs: str
    method: tuple[str, ...]
    program: str
