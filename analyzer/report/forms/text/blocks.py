"""What a text document consists of; nothing in it is markup yet, and nothing of it can become some."""

from __future__ import annotations

import msgspec


class Code(msgspec.Struct, frozen=True):
    """Something to be read as it stands: a log line, a filter, a digest, a command; `whole`: never cut."""

    text: str
    whole: bool = False


class Strong(msgspec.Struct, frozen=True):
    """What stands out."""

    text: str


Piece = str | Code | Strong
Pieces = tuple[Piece, ...]


class Heading(msgspec.Struct, frozen=True):
    """A heading; the document's own is of level 1."""

    level: int
    text: str


class Paragraph(msgspec.Struct, frozen=True):
    """Some sentences."""

    pieces: Pieces


class Items(msgspec.Struct, frozen=True):
    """A list."""

    items: tuple[Pieces, ...]


class Table(msgspec.Struct, frozen=True):
    """Rows of as many cells as there are headings; `caption` says what they are of."""

    caption: str
    headings: tuple[str, ...]
    rows: tuple[tuple[Pieces, ...], ...]


Block = Heading | Paragraph | Items | Table


def said(*pieces: Piece) -> Pieces:
    """The pieces that are not empty."""
    return tuple(piece for piece in pieces if (piece if isinstance(piece, str) else piece.text))


def cells(*texts: str) -> tuple[Pieces, ...]:
    """A row of plain words."""
    return tuple(said(text) for text in texts)
