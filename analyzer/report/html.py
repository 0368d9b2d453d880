"""Where the templates are, and how they are filled: strict about names, everything escaped, nothing invisible."""

from __future__ import annotations

from functools import cache
from importlib import resources
from importlib.resources.abc import Traversable
from pathlib import Path
from typing import TYPE_CHECKING

from analyzer.report.words import visible

if TYPE_CHECKING:
    from jinja2 import Environment


def templates() -> Traversable:
    """The folder of templates: inside the installed package, else beside the package in a source tree."""
    packaged = resources.files("analyzer") / "templates"
    return packaged if packaged.is_dir() else Path(__file__).parents[2] / "templates"


def render(template: str, **values: object) -> str:
    """The template filled; :class:`jinja2.UndefinedError` when it names what the view does not have."""
    return environment().get_template(template).render(**values)


@cache
def environment() -> Environment:
    """Jinja2 with autoescape and StrictUndefined; text passes `visible`, so no name can hide or reorder text."""
    from jinja2 import Environment, FunctionLoader, StrictUndefined

    folder = templates()
    return Environment(
        loader=FunctionLoader(lambda name: (folder / name).read_text(encoding="utf-8")),
        autoescape=True,
        undefined=StrictUndefined,
        finalize=_finalize,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )


def _finalize(value: object) -> object:
    # Markup is a str too, but what it holds was made by the drawings, which pass their text through `visible`.
    return visible(value) if type(value) is str else value
