"""The pieces of the first screen, in the order in which the template lays them out."""

from __future__ import annotations

import msgspec
from markupsafe import Markup

from analyzer.report.view.parts import Badge, Fact


class Sentence(msgspec.Struct, frozen=True, gc=False):
    """An episode in one sentence; `href` leads to it, empty where the page does not show it whole. `confidence` has the
    reasons for a doubt too. `folded`: of so many that it stands below the others, behind a click.
    """

    number: int
    href: str
    text: str
    badge: Badge
    confidence: str
    folded: bool


class Row(msgspec.Struct, frozen=True, gc=False):
    """A judgement with its bar; `episode` is empty on a page of one."""

    episode: str
    href: str
    metric: str
    badge: Badge
    measured: str
    expected: str
    sentence: str
    bar: Markup | None


class Problem(msgspec.Struct, frozen=True, gc=False):
    """A finding, or why a capture is not fully trustworthy; `href` leads to the whole of it, where there is one."""

    severity: str
    symbol: str
    code: str
    title: str
    sentence: str
    href: str


class Front(msgspec.Struct, frozen=True, gc=False, kw_only=True):
    """The first screen. `untold` is what no episode tells of; `more_rows` and `more_problems` are how many of them
    stand further down only.
    """

    title: str
    about: tuple[Fact, ...]
    acceptable: Badge
    answer: str
    sentences: tuple[Sentence, ...]
    untold: tuple[str, ...]
    rows: tuple[Row, ...]
    more_rows: int
    defaults: str
    assumed: str
    problems: tuple[Problem, ...]
    more_problems: int
