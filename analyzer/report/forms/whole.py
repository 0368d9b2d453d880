"""The whole report as Markdown: what the page says, but for its drawings, in the page's order."""

from __future__ import annotations

from collections.abc import Iterator

from analyzer.report.forms.material import Material
from analyzer.report.forms.text.appendix import appendix, checked, found
from analyzer.report.forms.text.blocks import Block, Heading, Items, Paragraph, said
from analyzer.report.forms.text.episode import episode
from analyzer.report.forms.text.first import first
from analyzer.report.forms.text.markdown import markdown
from analyzer.report.forms.text.refs import based_on
from analyzer.report.view.looked import LookView
from analyzer.report.view.page import Page


def write(material: Material) -> dict[str, bytes]:
    """`report.md`."""
    return {"report.md": markdown(_blocks(material.page, material.looked)).encode()}


def _blocks(page: Page, look: LookView | None) -> Iterator[Block]:
    yield from first(page)
    if look:
        yield Heading(2, "Beside earlier runs")
        yield from (Paragraph((each,)) for each in (look.line, *look.more))
    if not page.episodes:
        yield from checked(page)
    for shown in page.episodes:
        yield from episode(shown)
    if page.snapshots:
        yield Heading(2, "What tables show")
        yield Items(tuple(said(one.sentence, *based_on(one.refs)) for one in page.snapshots))
    if page.findings:
        yield Heading(2, "Findings of the run")
        yield found(page.findings)
    yield from appendix(page)
