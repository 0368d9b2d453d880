"""The judgements of a run as text: for each episode a line of what it is, and a row for each judgement.

On a terminal the rows fit its width: bars shrink, then what was measured is broken between words; where that does not
do, each judgement has some lines. Elsewhere nothing is broken.
"""

from __future__ import annotations

import re
import textwrap
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, NamedTuple

from analyzer.cli.terminal.bar import WIDTH, bar

if TYPE_CHECKING:
    from analyzer.model.episode import Judgement, MeasuredEpisode, Verdict

SIGNS: dict[Verdict, tuple[str, str]] = {
    "MET": ("✓", "green"),
    "MET-OR-LATE": ("◔", "green"),
    "LATE": ("◷", "yellow"),
    "UNDECIDED": ("?", "magenta"),
    "MISSED": ("✗", "red"),
    "NOT-JUDGED": ("–", "dim"),
}
LEGEND = "bars: .met -late =missed #measured"
HEADINGS = ("judged", "measured", "", "expected", "verdict")
INDENT, GAP = "  ", "  "
TIE = "\u00a0"
_AMOUNT = re.compile(r"(?<=\d) (?=(?:min|[mnuµ]?s)\b)|(?<=\bmin) (?=\d)")
NARROWEST_BAR, NARROWEST_MEASURED = 12, 14

Words = Callable[[str], str]
"""How a text is written for whom it is printed for."""


class Piece(NamedTuple):
    """A part of a line, and the style of a verdict in it."""

    text: str
    style: str = ""


Line = tuple[Piece, ...]


class _Row(NamedTuple):
    """The cells of a judgement, but for its bar, which may be of any width."""

    judgement: Judgement
    metric: str
    measured: str
    expected: str
    verdict: Piece


def judgement_lines(
    episodes: tuple[MeasuredEpisode, ...], named: Words, words: Words, width: int | None
) -> Iterator[Line]:
    """The lines for a terminal of `width` columns, None where lines may have any length; `named` gives a host's name,
    `words` writes a text with the signs that there are.
    """
    rows = [[_row(one, judgement, words) for judgement in one.judgements] for one in episodes]
    columns = _columns([row for each in rows for row in each], width)
    if columns is not None:
        yield (Piece(INDENT + columns.joined(HEADINGS)),)
    for one, its in zip(episodes, rows, strict=True):
        yield from ((Piece(line),) for line in broken(words(_opening(one, named)), width, INDENT))
        for row in its:
            yield from columns.lines(row) if columns is not None else _stacked(row, width)
    yield (Piece(LEGEND),)


def _opening(measured: MeasuredEpisode, named: Words) -> str:
    episode = measured.episode
    host = named(episode.host) if episode.host else "an unknown host"
    return f"{episode.id} {episode.kind} on {host}, confidence {episode.confidence}"


def _row(measured: MeasuredEpisode, judgement: Judgement, words: Words) -> _Row:
    from analyzer.report.words import exact

    expected = exact(judgement.expected) if judgement.expected is not None else "–"
    sign, style = SIGNS[judgement.verdict]
    return _Row(
        judgement,
        judgement.metric.replace("-", " "),
        words(_measured(measured, judgement)),
        words(expected),
        Piece(words(f"{sign} {judgement.verdict}"), style),
    )


def _measured(measured: MeasuredEpisode, judgement: Judgement) -> str:
    """The span that was judged; where there is none, why there is no measurement."""
    from analyzer.model.measurement import KnownMeasurement
    from analyzer.report import words

    figure = next((one for one in measured.measurements if one.metric == judgement.metric), None)
    if isinstance(figure, KnownMeasurement) and figure.note == "no-pause" and judgement.measured is not None:
        return "no interruption"
    if judgement.measured is not None:
        return words.duration(judgement.measured)
    if judgement.reason == "no-cause":
        return "cause not known"
    return "–" if figure is None or isinstance(figure, KnownMeasurement) else figure.absence.replace("-", " ")


class _Columns(NamedTuple):
    """The width of each column."""

    metric: int
    measured: int
    bar: int
    expected: int
    verdict: int

    @property
    def whole(self) -> int:
        return len(INDENT) + sum(self) + len(GAP) * (len(self) - 1)

    def joined(self, cells: tuple[str, ...]) -> str:
        return GAP.join(cell.ljust(width) for cell, width in zip(cells, self, strict=True)).rstrip()

    def lines(self, row: _Row) -> Iterator[Line]:
        first, *rest = broken(row.measured, self.measured) or [""]
        cells = [row.metric, first, bar(row.judgement, self.bar), row.expected]
        before = GAP.join(cell.ljust(width) for cell, width in zip(cells, self[:4], strict=True))
        yield (Piece(INDENT + before + GAP), row.verdict)
        for more in rest:
            yield (Piece(f"{INDENT}{'':<{self.metric}}{GAP}{more}"),)


def _columns(rows: list[_Row], width: int | None) -> _Columns | None:
    """The columns that hold all rows within `width`; None where none do."""
    cells = [[row.metric, row.measured, row.expected, row.verdict.text] for row in rows]
    headings = (HEADINGS[0], HEADINGS[1], HEADINGS[3], HEADINGS[4])
    metric, measured, expected, verdict = (max(map(len, column)) for column in zip(*cells, headings, strict=True))
    columns = _Columns(metric, measured, WIDTH, expected, verdict)
    if width is None:
        return columns
    columns = columns._replace(bar=max(NARROWEST_BAR, WIDTH - max(0, columns.whole - width)))
    longest = max((len(word) for row in rows for word in _tied(row.measured).split(" ")), default=0)
    least = max(NARROWEST_MEASURED, longest, len(HEADINGS[1]))
    columns = columns._replace(measured=min(measured, max(least, measured - max(0, columns.whole - width))))
    return columns if columns.whole <= width else None


def _stacked(row: _Row, width: int | None) -> Iterator[Line]:
    """A judgement where no table fits."""
    yield (Piece(INDENT), row.verdict, Piece(f" {row.metric}"))
    drawn = bar(row.judgement, WIDTH)
    for text in (f"measured {row.measured}", drawn, f"expected {row.expected}"):
        for line in broken(text, width and width - 2 * len(INDENT), INDENT):
            yield (Piece(2 * INDENT + line),)


def broken(text: str, width: int | None, indent: str = "") -> list[str]:
    """The text in lines of at most `width` columns, broken between words only; whole where there is no width."""
    if width is None:
        return [text]
    lines = textwrap.wrap(_tied(text), width, subsequent_indent=indent, break_long_words=False, break_on_hyphens=False)
    return [line.replace(TIE, " ") for line in lines]


def _tied(text: str) -> str:
    """The text with a number and its unit as one word."""
    return _AMOUNT.sub(TIE, text)
