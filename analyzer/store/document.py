"""A run's document as JSON holds it, of whatever schema version."""

from __future__ import annotations

from collections.abc import Callable

Json = None | bool | int | float | str | list["Json"] | dict[str, "Json"]
"""A value of a document."""
Document = dict[str, Json]
Part = Callable[[Document], Document]
"""Takes a document of a run, gives one with one thing in it brought up to date."""


def with_episodes(document: Document, change: Callable[[Document], Document]) -> Document:
    """The document with each of its episodes changed."""
    return document | {"episodes": [change(episode) for episode in tables(document.get("episodes"))]}


def tables(value: Json) -> list[Document]:
    """The objects in a list of a document."""
    return [one for one in value if isinstance(one, dict)] if isinstance(value, list) else []
