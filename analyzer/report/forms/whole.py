"""The whole report as Markdown: what the page says, but for its drawings, in the page's order."""

from __future__ import annotations

from collections.abc import Iterator

from analyzer.report.forms.material import Material
from analyzer.report.forms.text.appendix import appendix, checked, found
from analyzer.report.forms.text.blocks import Block, Heading, Items, Paragraph, Strong, said
from analyzer.report.forms.text.episode import episode
from analyzer.report.forms.text.markdown import markdown
from analyzer.report.forms.text.refs import based_on
from analyzer.report.view.parts import Outline, Page


def write(material: Material) -> dict[str, bytes]:
    """`report.md`."""
    return {"report.md": markdown(_blocks(material.page)).encode()}


def _blocks(page: Page) -> Iterator[Block]:
    yield from _head(page)
    if len(page.overview) > 1:
        yield Heading(2, "What happened")
        yield Items(tuple(said(_judged(one), one.story, one.decides) for one in page.overview))
        if page.left_out:
            yield Paragraph((f"Of {page.left_out} more episodes nothing else stands here: run.json has them.",))
    elif not page.episodes:
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


def _head(page: Page) -> Iterator[Block]:
    yield Heading(1, page.case)
    yield Paragraph((Strong(page.answer),))
    yield Paragraph((Strong(f"{page.badge.symbol} {page.badge.word}"), page.badge.meaning))
    yield Paragraph((page.summary,))
    if page.evidence_range:
        yield Paragraph((f"Evidence from {page.evidence_range}.",))


def _judged(one: Outline) -> str:
    return f"{one.badge.symbol} {one.badge.word} {one.title}{f' ({one.judged})' if one.judged else ''}."
