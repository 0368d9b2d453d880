"""The reference of the site, from the code: each module gives some pages, the text of a file by its name."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from manual.reference import codes, commands, configuration, python, schemas, verdicts

PAGES: tuple[Callable[[], Iterator[tuple[str, str]]], ...] = (
    commands.pages,
    configuration.pages,
    codes.pages,
    verdicts.pages,
    schemas.pages,
    python.pages,
)
"""Each yields (name below docs/reference, text)."""


def pages() -> dict[str, str]:
    """Every page of the reference: its text by its name below docs/reference."""
    return {name: text for made in PAGES for name, text in made()}
