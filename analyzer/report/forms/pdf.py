"""The report as a document to attach and to print: the page's content on paper, with the run's document inside.

WeasyPrint lays it out and writes PDF/A-3b; no validator has said that it is. It loads nothing: the page names nothing
to load, and what would be named is refused. The same run gives the same bytes where the fonts are the same.
"""

from __future__ import annotations

import logging
import re
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import TYPE_CHECKING, NoReturn, cast

import msgspec
from msgspec.structs import replace

from analyzer.report.forms.material import Material
from analyzer.report.html import render
from analyzer.report.view.limits import WORSE
from analyzer.report.view.page import Page
from analyzer.report.view.parts import EpisodeView, ProofGroup, ProofRow, Ref, SkippedRow

if TYPE_CHECKING:
    from pydyf import PDF

ROWS, EPISODES, CHARACTERS = 200, 20, 1_000
"""The most rows of a table of evidence, episodes that are shown whole, and characters of a text; run.json, which is
inside, has all.
"""
NAME = "run.json"
_WORDS: tuple[str, ...] = WORSE
_HALO = re.compile(r'(<g\b[^<>]*?) stroke="[^"<>]*"([^<>]*? paint-order="stroke")')
_DIGITS = re.compile(rb"(\.\d{4})\d+")
_NO_DATE = datetime(1980, 1, 1, tzinfo=UTC)
"""What an attachment has as its dates: it must have some, and a run has none of its own."""


def write(material: Material) -> dict[str, bytes]:
    """`report.pdf`."""
    from weasyprint import HTML, Attachment

    html = without_halos(render("print.html.j2", page=shortened(material.page), carried=None))
    attached = Attachment(
        string=material.document,
        name=NAME,
        description="The run: all that was found, as autopath reads it",
        created=_NO_DATE,
        modified=_NO_DATE,
        relationship="Source",
        url_fetcher=_refuse,
    )
    with _silent():
        data: bytes = HTML(string=html, base_url=None, url_fetcher=_refuse).write_pdf(
            pdf_variant="pdf/a-3b", attachments=[attached], finisher=_compact
        )
    return {"report.pdf": data}


def shortened(whole: Page) -> Page:
    """The page as a reader of paper gets through it: at most so many episodes, rows and characters, and it is said how
    many more there are.
    """
    episodes = _worst(whole.episodes)
    left_out = whole.left_out + len(whole.episodes) - len(episodes)
    more = len(whole.skipped) - ROWS
    last = (SkippedRow("…", f"{more:,} more rows", f"all are in {NAME}, attached", ""),) if more > 0 else ()
    proof, skipped = tuple(_shortened(group) for group in whole.proof), (*whole.skipped[:ROWS], *last)
    changed = replace(whole, episodes=episodes, left_out=left_out, proof=proof, skipped=skipped)
    return cast("Page", _cut(changed))


def _worst(episodes: tuple[EpisodeView, ...]) -> tuple[EpisodeView, ...]:
    """Those with the worst verdicts, in their order."""
    if len(episodes) <= EPISODES:
        return episodes
    worst = sorted(episodes, key=lambda each: -_WORDS.index(each.badge.word))[:EPISODES]
    return tuple(sorted(worst, key=lambda each: each.number))


def _shortened(group: ProofGroup) -> ProofGroup:
    """At most so many rows, which do not lead back to what is based on them: that is half of all links."""
    rows = tuple(replace(row, used_by=tuple(Ref(u.label, None) for u in row.used_by)) for row in group.rows[:ROWS])
    more = len(group.rows) - ROWS
    if more > 0:
        told = f"{more:,} more rows, all of which are in {NAME}, attached"
        rows = (*rows, ProofRow(f"{group.id}-more", "…", "", told, "", ()))
    return replace(group, rows=rows)


def _cut(value: object) -> object:
    """The value with each text in it, however deep, of a length that fits a page."""
    if isinstance(value, msgspec.Struct):
        changed = {name: _cut(getattr(value, name)) for name in value.__struct_fields__}
        return type(value)(**changed)
    if type(value) is tuple:
        return tuple(_cut(each) for each in value)
    if type(value) is str and len(value) > CHARACTERS:
        return f"{value[:CHARACTERS]}… ({len(value) - CHARACTERS:,} more characters in {NAME}, attached)"
    return value


def without_halos(html: str) -> str:
    """The page with plain words in its drawings: WeasyPrint draws a halo over what it should lie below."""
    return _HALO.sub(r"\1\2", html)


def _compact(_: object, pdf: PDF) -> None:
    """Make page contents smaller by what does not show: glyphs one by one, and digits beyond the fourth."""
    from weasyprint.pdf.stream import Stream

    for stream in pdf.objects:
        if isinstance(stream, Stream):
            content = b"\n".join(part.encode() if isinstance(part, str) else part for part in stream.stream)
            stream.stream = [_DIGITS.sub(rb"\1", content.replace(b">0<", b""))]


def _refuse(url: str, *_: object, **__: object) -> NoReturn:
    raise ValueError(f"{url}: a report loads nothing")


@contextmanager
def _silent() -> Iterator[None]:
    """Without WeasyPrint's remarks on style sheets (it has no screen, and tells of all that is for one), and on the
    colour profile that it leaves open.
    """
    log = logging.getLogger("weasyprint")
    before, log.disabled = log.disabled, True
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", ResourceWarning)
            yield
    finally:
        log.disabled = before
