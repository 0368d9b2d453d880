r"""Blocks as Markdown (CommonMark, and GitHub's tables): whatever a text holds stays text.

All that Markdown could take for its own is written as an escape or a character reference, which every dialect reads
back; a pipe always as a reference, as dialects differ in how `\|` ends a cell.
References: CommonMark 0.31 (2.4, 2.5), GitHub Flavored Markdown 0.29 (4.10 tables, 6.9 autolinks).
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from analyzer.report.forms.text.blocks import Block, Code, Heading, Items, Paragraph, Piece, Pieces, Strong, Table
from analyzer.report.words import shortened, visible

LONGEST = 2_000
"""Characters of a text in a line; who wants a longer one looks in run.json."""
_SIGNS = str.maketrans(
    {
        **{sign: f"\\{sign}" for sign in "\\`*_[]~$"},
        "&": "&amp;",
        "<": "&lt;",
        ">": "&gt;",
        "|": "&#124;",
    }
)
_AT_START = re.compile(r"^(?:([-+=#:])(?=\1|\s|\Z)|(\d{1,9})([.)])(?=\s|\Z))")
_CLOSING = re.compile(r"(?<!&)#")
_LINK = re.compile(r"(?i:(?<=:)(?=//)|(?<=www)(?=\.))")
_TICKS = re.compile("`+")


def markdown(blocks: Iterable[Block]) -> str:
    """The document, with an empty line between its blocks and a newline at its end."""
    return "\n\n".join("\n".join(_lines(block)) for block in blocks) + "\n"


def _lines(block: Block) -> Iterator[str]:
    match block:
        case Heading(level=level, text=text):
            yield f"{'#' * level} {_CLOSING.sub(_escape, escaped(text))}"
        case Paragraph(pieces=pieces):
            yield opening(pieces)
        case Items(items=items):
            yield from (f"- {opening(pieces)}" for pieces in items)
        case Table():
            yield from _table(block)


def _table(table: Table) -> Iterator[str]:
    yield from (inline((Strong(table.caption),)), "")
    yield _row(escaped(heading) for heading in table.headings)
    yield _row("---" for _ in table.headings)
    yield from (_row(_cell(cell) for cell in row) for row in table.rows)


def _row(cells: Iterable[str]) -> str:
    return f"| {' | '.join(cells)} |"


def _cell(pieces: Pieces) -> str:
    """A cell; code with a pipe in it is written as words, as a reference is none in code."""
    return inline(tuple(piece.text if isinstance(piece, Code) and "|" in piece.text else piece for piece in pieces))


def inline(pieces: Pieces) -> str:
    """The pieces in one line, with a space between them."""
    return " ".join(map(_piece, pieces))


def _piece(piece: Piece) -> str:
    match piece:
        case Code(text=text, whole=whole):
            return code(text, None if whole else LONGEST)
        case Strong(text=text):
            return f"**{strong}**" if (strong := escaped(text)) else ""
        case text:
            return escaped(text)


def escaped(text: str) -> str:
    """`text` in one line, in which nothing is markup."""
    signs = _line(text).strip().translate(_SIGNS)
    return _LINK.sub(r"\\", signs)


def opening(pieces: Pieces) -> str:
    """The pieces as a line of their own, which begins no heading, list or rule."""
    return _AT_START.sub(_first, inline(pieces))


def _escape(match: re.Match[str]) -> str:
    return f"\\{match[0]}"


def _first(match: re.Match[str]) -> str:
    return f"\\{match[1]}" if match[1] else f"{match[2]}\\{match[3]}"


def code(text: str, most: int | None = LONGEST) -> str:
    """`text` in one line as code between more backticks than it has in a row; at most `most` characters."""
    line = _line(text, most)
    if not line.strip():
        return escaped(line)
    fence = "`" * (1 + max((len(ticks) for ticks in _TICKS.findall(line)), default=0))
    space = " " if line[0] in "` " or line[-1] in "` " else ""
    return f"{fence}{space}{line}{space}{fence}"


def _line(text: str, most: int | None = LONGEST) -> str:
    told = visible(text)
    return (told if most is None else shortened(told, most)).replace("\n", "\\n").replace("\t", " ")
