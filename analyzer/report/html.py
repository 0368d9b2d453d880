"""Where the templates are, and how they are filled: strict about names, everything escaped, nothing invisible."""

from __future__ import annotations

import re
from functools import cache
from importlib import resources
from importlib.resources.abc import Traversable
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec

from analyzer.model.run import Run
from analyzer.report.view.limits import SMALLER
from analyzer.report.view.looked import LookView
from analyzer.report.view.page import Page, page
from analyzer.report.words import visible

if TYPE_CHECKING:
    from jinja2 import Environment

LARGEST = 2_000_000  # bytes of a page, with the run that it carries: what people can attach anywhere
LONGEST = 2_000  # characters of a text that stands on a page
_INDENT = re.compile(r"^[ \t]+|\n(?=[^\S\n]*\n)", re.MULTILINE)
_RIGHT = "[\u0590-\u08ff\ufb1d-\ufdff\ufe70-\ufefc\U00010800-\U00010fff\U0001e800-\U0001efff]"
_FROM_THE_RIGHT = re.compile(f"{_RIGHT}+(?:[ ._-]{_RIGHT}+)*")
"""A name or words of Hebrew, Arabic and others."""
_REMARKS, _SPACES = re.compile(r"/\*.*?\*/", re.DOTALL), re.compile(r"(?<! ) *([{},;])\s*")


def templates() -> Traversable:
    """The folder of templates: inside the installed package, else beside the package in a source tree."""
    packaged = resources.files("analyzer") / "templates"
    return packaged if packaged.is_dir() else Path(__file__).parents[2] / "templates"


def render(template: str, **values: object) -> str:
    """The template filled; :class:`jinja2.UndefinedError` when it names what the view does not have."""
    return environment().get_template(template).render(**values)


class Looks(msgspec.Struct, frozen=True):
    """`stylesheet` is the file beside a page that has its looks; empty where the page has them itself.
    `interactive`: a script of ours is in it, else none.
    """

    stylesheet: str = ""
    interactive: bool = False


def report(
    run: Run,
    first: Page,
    carried: str | None,
    looks: Looks = Looks(),  # noqa: B008 - it is frozen
    look: LookView | None = None,
) -> str:
    """The run's page: `first`, or one that holds less of the run where that would be larger than a page may be; with
    what a look at the history of its cluster says, where there was one.
    """
    told = {"carried": carried, "stylesheet": looks.stylesheet, "interactive": looks.interactive, "look": look}
    text = render("report.html.j2", page=first, **told)
    for limits in SMALLER:
        if len(text.encode()) <= LARGEST:
            break
        text = render("report.html.j2", page=page(run, limits), **told)
    return text


def style() -> str:
    """The looks of a page."""
    return (templates() / "style.css").read_text(encoding="utf-8")


@cache
def environment() -> Environment:
    """Jinja2 with autoescape and StrictUndefined; text passes `visible`, so no name can hide or reorder text."""
    from jinja2 import Environment, FunctionLoader, StrictUndefined

    return Environment(
        loader=FunctionLoader(_template),
        autoescape=True,
        undefined=StrictUndefined,
        finalize=_finalize,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )


def _template(name: str) -> str:
    """A template as pages hold it: without what is for those who read the template; a script stays as it is."""
    text = (templates() / name).read_text(encoding="utf-8")
    if name.endswith(".css"):
        text = _SPACES.sub(r"\1", _REMARKS.sub("", text))
    return text if name.endswith(".js") else _INDENT.sub("", text)


def _finalize(value: object) -> object:
    # Markup is a str too, but what it holds was made by the drawings, which pass their text through `visible`.
    if type(value) is not str:
        return value
    if len(value) > LONGEST:
        return f"{_apart(visible(value[:LONGEST]))}… ({len(value):,} characters: run.json has the others)"
    return _apart(visible(value))


def _apart(text: str) -> str:
    """The text with what is written from right to left set apart, so that what follows it stays behind it."""
    return text if text.isascii() else _FROM_THE_RIGHT.sub("\u2068\\g<0>\u2069", text)
