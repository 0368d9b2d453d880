"""The pieces of an index, in the order in which the template lays them out."""

from __future__ import annotations

import msgspec

from analyzer.report.view.front.parts import Front
from analyzer.report.view.parts import Badge


class IndexEpisode(msgspec.Struct, frozen=True, gc=False):
    """An episode in a row of the table."""

    badge: Badge
    words: str


class Card(msgspec.Struct, frozen=True, gc=False, kw_only=True):
    """A test: `id` is its anchor, `href` leads to its report, which is `file` (relative to the index; empty where there
    is none). `began` is the minute of its first evidence. `nothing` says what was found where there is no episode;
    `problems` counts what is not healthy.
    """

    id: str
    href: str
    file: str
    badge: Badge
    began: str
    when: str
    front: Front
    episodes: tuple[IndexEpisode, ...]
    nothing: str
    problems: int


class Change(msgspec.Struct, frozen=True, gc=False):
    """The tests of one ticket; `ticket` is empty for those without one."""

    ticket: str
    cards: tuple[Card, ...]


class Index(msgspec.Struct, frozen=True, gc=False, kw_only=True):
    """Everything that the index shows. `actions` are (anchor, test, what is to be done); `undrawn` counts the
    tests whose judgements have no bars here; `unread` is what was no run.
    """

    title: str
    acceptable: Badge
    answer: str
    actions: tuple[tuple[str, str, str], ...]
    changes: tuple[Change, ...]
    undrawn: int
    defaults: str
    unread: tuple[str, ...]
