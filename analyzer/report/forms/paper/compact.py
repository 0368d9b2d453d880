"""A smaller PDF with the same look: what WeasyPrint writes without need is left out of the contents of its pages.

Glyphs that stand one by one are put together, and so is the line below a row; digits that nobody sees go, letters of a
drawing stand each after the last, what is set to what it is anyway is not set, and a word that is a drawing of its own
within a page (whatever is not at the start of its place in an SVG) stands in the page itself.
"""

from __future__ import annotations

import re
from decimal import Decimal
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pydyf import PDF, Dictionary
    from weasyprint.pdf.stream import Stream

_DIGITS = re.compile(rb"(\d\d\.\d\d|\.\d{4})\d+")
"""The second of a length in px, of which a page has some hundred; the fourth of what may be a factor."""
_EDGES = re.compile(
    rb"(q\nq\n[^\n]+ gs\n[^\n]+ RG\n[^\n]+ w\n)(\S+) (\S+) m\n"
    rb"(?:(\S+) \3 l\nS\nQ\nQ\n\1\4 \3 m\n)+(\S+) \3 l\nS\n"
)
"""The line below a row of a table, cell by cell: each part begins where the one before ends."""
_AS_IT_IS = re.compile(rb"^(?:0 Tr|0 J|0 j|4 M)\n", re.MULTILINE)
"""How words are drawn, and ends and corners of lines, where nothing says so: filled, cut off, pointed."""
_OTHERWISE = re.compile(rb"^(?!0 Tr|0 J|0 j|4 M)\S+ (?:Tr|J|j|M)$", re.MULTILINE)
_PLACED = re.compile(rb"^BT$|^(1 0 0 -1|.*) (\S+) (\S+) Tm$", re.MULTILINE)
"""Where words begin, and what places some of them: how they lie, and (x, y)."""
_COLOUR = re.compile(
    rb"^([01](?:\.\d{1,3})?)\d* ([01](?:\.\d{1,3})?)\d* ([01](?:\.\d{1,3})?)\d* (rg|RG)$", re.MULTILINE
)
"""Red, green and blue, of which a screen knows 256 each."""
_DRAWN = re.compile(rb"^/(x\d+) Do$", re.MULTILINE)
_STATE = re.compile(rb"/(\S+) gs\b")
_MORE = re.compile(rb"\b(?:Do|scn|SCN|sh)\b")
"""Operators that need something of a drawing's own."""


def compact(_: object, pdf: PDF) -> None:
    """A finisher of WeasyPrint: change the PDF before it is written."""
    from weasyprint.pdf.stream import Stream

    drawn = [each for each in pdf.objects if isinstance(each, Stream)]
    for stream in drawn:
        content = b"\n".join(part.encode() if isinstance(part, str) else part for part in stream.stream)
        shorter = _EDGES.sub(rb"\1\2 \3 m\n\5 \3 l\nS\n", _DIGITS.sub(rb"\1", content.replace(b">0<", b"")))
        stream.stream = [_COLOUR.sub(rb"\1 \2 \3 \4", _one_after_another(shorter))]
    if not any(_OTHERWISE.search(stream.stream[0]) for stream in drawn):
        for stream in drawn:
            stream.stream = [_AS_IT_IS.sub(b"", stream.stream[0])]
    _put_words_in_place(pdf)


def _one_after_another(content: bytes) -> bytes:
    """The same with each place that is right of the one before told by how far."""
    last: tuple[bytes, bytes, bytes] | None = None

    def shorter(placed: re.Match[bytes]) -> bytes:
        nonlocal last
        before, last = last, (placed[1], placed[2], placed[3]) if placed[1] else None
        if before is None or last is None or before[::2] != last[::2] or last[0] != b"1 0 0 -1":
            return placed[0]
        return f"{Decimal(last[1].decode()) - Decimal(before[1].decode())} 0 Td".encode()

    return _PLACED.sub(shorter, content)


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
