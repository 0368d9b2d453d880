"""Pieces as plain text, a line each."""

from __future__ import annotations

from analyzer.report.forms.text.blocks import Pieces
from analyzer.report.words import visible


def line(pieces: Pieces) -> str:
    """The pieces in one line, with a space between them; nothing in it is invisible or ends it."""
    text = " ".join(piece if isinstance(piece, str) else piece.text for piece in pieces)
    return visible(text).replace("\n", "\\n").replace("\t", " ").strip()
