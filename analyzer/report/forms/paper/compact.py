"""A smaller PDF with the same look: what WeasyPrint writes without need is left out of the contents of its pages.

Glyphs that stand one by one are put together, digits beyond the fourth go, and a word that is a drawing of its own
within a page (whatever is not at the start of its place in an SVG) stands in the page itself.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pydyf import PDF, Dictionary
    from weasyprint.pdf.stream import Stream

_DIGITS = re.compile(rb"(\.\d{4})\d+")
_DRAWN = re.compile(rb"^/(x\d+) Do$", re.MULTILINE)
_STATE = re.compile(rb"/(\S+) gs\b")
_MORE = re.compile(rb"\b(?:Do|scn|SCN|sh)\b")
"""Operators that need something of a drawing's own."""


def compact(_: object, pdf: PDF) -> None:
    """A finisher of WeasyPrint: change the PDF before it is written."""
    from weasyprint.pdf.stream import Stream

    for stream in pdf.objects:
        if isinstance(stream, Stream):
            content = b"\n".join(part.encode() if isinstance(part, str) else part for part in stream.stream)
            stream.stream = [_DIGITS.sub(rb"\1", content.replace(b">0<", b""))]
    _put_words_in_place(pdf)


def _put_words_in_place(pdf: PDF) -> None:
    from pydyf import Dictionary
    from weasyprint.pdf.stream import Stream

    shared = next(one for one in pdf.objects if isinstance(one, Dictionary) and {"XObject", "Pattern"} <= one.keys())
    words = _words(pdf, shared)
    for page in pdf.objects:
        if isinstance(page, Stream) and "Type" not in page.extra:  # neither a drawing nor a pattern
            page.stream = [_DRAWN.sub(lambda drawn: words.get(drawn[1].decode(), drawn[0]), page.stream[0])]
    for name in words:
        number = _number(shared["XObject"].pop(name))
        empty = Dictionary()
        empty.number = number
        pdf.objects[number] = empty


def _words(pdf: PDF, shared: Dictionary) -> dict[str, bytes]:
    """The drawings that need nothing but what the pages have, by name, as they stand in a page."""
    found = {}
    for name, reference in shared["XObject"].items():
        drawing = pdf.objects[_number(reference)]
        content = drawing.stream[0] if _is_drawing(drawing) else b" Do"
        if not _MORE.search(content) and _states(content) <= shared["ExtGState"].keys():
            found[name] = b"q\n" + content + b"\nQ"
    return found


def _is_drawing(drawing: Stream) -> bool:
    return bool(drawing.extra.get("Subtype") == "/Form" and len(drawing.stream) == 1 and "Matrix" not in drawing.extra)


def _states(content: bytes) -> set[str]:
    return {match.decode() for match in _STATE.findall(content)}


def _number(reference: bytes | str) -> int:
    """The number of an object that is referred to: `12 0 R`."""
    return int(reference.split()[0])
