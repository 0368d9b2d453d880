"""The run in at most 4,000 characters, as Markdown and as plain text: for where a pull request or a ticket would cut.

What matters most comes first; where not all of it fits it ends with a whole line, and says how many are left out.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

import msgspec

from analyzer.report.forms.material import Material
from analyzer.report.forms.text.blocks import Code, Piece, Pieces, Strong, said
from analyzer.report.forms.text.first import answer, problem
from analyzer.report.forms.text.markdown import opening
from analyzer.report.forms.text.plain import line
from analyzer.report.view.front.parts import Sentence
from analyzer.report.view.limits import WORSE
from analyzer.report.view.looked import LookView
from analyzer.report.view.page import Page
from analyzer.report.view.parts import EpisodeView, JudgementView
from analyzer.report.words import visible

MOST = 4_000
"""UTF-16 code units, as the strictest of those who count do."""
LONGEST_PIECE = 600
NAMED = 8  # files


class Line(msgspec.Struct, frozen=True):
    """A line of a summary; `item`: of a list."""

    pieces: Pieces
    item: bool = False


def write(material: Material) -> dict[str, bytes]:
    """`summary.md` and `summary.txt`."""
    lines = tuple(_shortened(each) for each in _lines(material.page, material.looked))
    return {
        "summary.md": _fitting(lines, _markdown).encode(),
        "summary.txt": _fitting(lines, _plain).encode(),
    }


def _lines(page: Page, look: LookView | None) -> Iterator[Line]:
    front = page.front
    yield Line((Strong(answer(front)),))
    about = "; ".join(f"{fact.term}: {fact.text}" for fact in front.about)
    summary = page.summary if len(front.sentences) != 1 else ""
    yield Line(said(f"{page.badge.symbol} {page.badge.word}: {front.title}.", f"({about})" if about else "", summary))
    yield from (Line(problem(one), item=True) for one in front.problems)
    if front.more_problems:
        yield Line((f"{front.more_problems} more problems and warnings are in the report.",), item=True)
    whole = {episode.number: episode for episode in page.episodes}
    for sentence in sorted(front.sentences, key=lambda one: -_badness(one)):
        yield from _episode(sentence, whole.get(sentence.number))
    yield from (Line(said(Strong("No episode tells of this:"), each), item=True) for each in front.untold)
    if not page.episodes:
        yield from (Line((each,), item=True) for each in (*page.checked, *page.unseen))
    if look:
        yield from (Line((each,)) for each in (look.line, *look.more))
    yield from (Line((each,)) for each in (front.assumed, front.defaults) if each)
    if page.evidence_range:
        yield Line((f"Evidence from {page.evidence_range}: {_files(page)}.",))
    yield Line((f"By {page.program}; the report has the evidence for each figure.",))


def _badness(sentence: Sentence) -> int:
    return next((place for place, verdict in enumerate(WORSE) if verdict == sentence.badge.word), 0)


def _episode(sentence: Sentence, whole: EpisodeView | None) -> Iterator[Line]:
    sure = f"Confidence in this account: {sentence.confidence}."
    yield Line((Strong(f"{sentence.badge.symbol} {sentence.badge.word}:"), sentence.text, sure))
    for judgement in whole.judgements if whole else ():
        yield Line(_judgement(judgement), item=True)


def _judgement(shown: JudgementView) -> Pieces:
    figures = "; ".join(f"{fact.term.lower()} {fact.text}" for fact in shown.facts[:2])
    settle = f"To settle this, supply: {shown.decides}" if shown.decides else ""
    figured = f"({figures})" if figures else ""
    return said(f"{shown.metric}: {shown.badge.symbol} {shown.badge.word}", figured, "–", shown.sentence, settle)


def _files(page: Page) -> str:
    names = [each.name for each in page.inputs]
    more = f" and {len(names) - NAMED} more" if len(names) > NAMED else ""
    return f"{', '.join(names[:NAMED])}{more}"


def _shortened(of: Line) -> Line:
    return Line(tuple(_short(piece) for piece in of.pieces), of.item)


def _short(piece: Piece) -> Piece:
    match piece:
        case Code(text=text):
            return Code(_cut(text))
        case Strong(text=text):
            return Strong(_cut(text))
        case text:
            return _cut(text)


def _cut(text: str) -> str:
    shown = visible(text[: LONGEST_PIECE + 1])  # as it is written: an escape counts for what it is
    return shown if len(shown) <= LONGEST_PIECE else f"{shown[:LONGEST_PIECE]} …"


def _fitting(lines: tuple[Line, ...], written: Callable[[Line, Line | None], str]) -> str:
    """As many of the lines as there is room for, and how many there are more."""
    kept, before = "", None
    for number, each in enumerate(lines):
        longer = kept + written(each, before)
        rest = len(lines) - number - 1
        ending = written(_left_out(rest), each) if rest else ""
        if _size(longer + ending) > MOST:
            return kept + written(_left_out(rest + 1), before)
        kept, before = longer, each
    return kept


def _left_out(count: int) -> Line:
    lines = "1 more line does" if count == 1 else f"{count} more lines do"
    return Line((f"… {lines} not fit here: the report has them.",))


def _size(text: str) -> int:
    return len(text.encode("utf-16-le")) // 2


def _markdown(of: Line, before: Line | None) -> str:
    gap = "" if before is None or (of.item and before.item) else "\n"
    return f"{gap}{'- ' if of.item else ''}{opening(of.pieces)}\n"


def _plain(of: Line, before: Line | None) -> str:  # noqa: ARG001 - as the other
    return f"{'- ' if of.item else ''}{line(of.pieces)}\n"
