"""The report as a document to attach and to print: the page's content on paper, with the run's document inside.

WeasyPrint lays it out and writes PDF/A-3b; no validator has said that it is. It loads nothing: the page names nothing
to load, and what would be named is refused. The same run gives the same bytes where the fonts are the same.
"""

from __future__ import annotations

import logging
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import NoReturn

from analyzer.programs import Limits, within
from analyzer.report.forms.material import Material
from analyzer.report.forms.paper.compact import compact
from analyzer.report.forms.paper.shortened import NAME, shortened
from analyzer.report.html import render

LIMITS = Limits(seconds=300, memory=4 << 30)
"""How long the layout may take: a usual page takes a second or two, one of 100 episodes ten times as long."""
_NO_DATE = datetime(1980, 1, 1, tzinfo=UTC)
"""What an attachment has as its dates: it must have some, and a run has none of its own."""


def write(material: Material) -> dict[str, bytes]:
    """`report.pdf`."""
    html = render("print.html.j2", page=shortened(material.page), carried=None, look=material.looked)
    says = "The run: all that was found, as autopath reads it"
    return {"report.pdf": on_paper(html, material.document, NAME, says)}


def on_paper(html: str, document: bytes, name: str, says: str) -> bytes:
    """A page laid out on paper, with a document attached that is called so."""
    from weasyprint import HTML, Attachment

    attached = Attachment(
        string=document,
        name=name,
        description=says,
        created=_NO_DATE,
        modified=_NO_DATE,
        relationship="Source",
        url_fetcher=_refuse,
    )
    with _silent(), within(LIMITS, "WeasyPrint"):
        data: bytes = HTML(string=html, base_url=None, url_fetcher=_refuse).write_pdf(
            pdf_variant="pdf/a-3b", attachments=[attached], finisher=compact
        )
    return data


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
