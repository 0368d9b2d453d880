"""The first screen as blocks of text: the answer, what happened, problems and warnings, each judgement's figures."""

from __future__ import annotations

from collections.abc import Iterator

from analyzer.report.forms.text.blocks import Block, Heading, Items, Paragraph, Pieces, Strong, Table, cells, said
from analyzer.report.view.front.parts import Front, Problem, Row
from analyzer.report.view.page import Page


def first(page: Page) -> Iterator[Block]:
    """All of it, in the page's order."""
    front = page.front
    yield Heading(1, front.title)
    yield Paragraph((Strong(answer(front)),))
    if front.about:
        yield Items(tuple(said(f"{fact.term}: {fact.text}") for fact in front.about))
    yield from _happened(page)
    if page.evidence_range:
        yield Paragraph((f"Evidence from {page.evidence_range}.",))
    yield from _problems(front)
    yield from _rows(front)


def answer(front: Front) -> str:
    """`Acceptable: yes. Action: none.`"""
    return f"{front.acceptable.word}. {front.answer}"


def problem(shown: Problem) -> Pieces:
    """A finding or a capture that is not reliable, in a line."""
    lead = " ".join(filter(None, (shown.symbol, shown.severity, shown.code)))
    return said(Strong(f"{lead}:"), f"{shown.title}." if shown.title else "", shown.sentence)


def _happened(page: Page) -> Iterator[Block]:
    sentences = page.front.sentences
    if not sentences:
        yield Paragraph((Strong(f"{page.badge.symbol} {page.badge.word}:"), page.summary))
        return
    sure = {one.number: f"Confidence in this account: {one.confidence}." for one in sentences}
    yield Items(
        tuple(said(Strong(f"{one.badge.symbol} {one.badge.word}:"), one.text, sure[one.number]) for one in sentences)
    )
    if page.front.untold:
        yield Paragraph(said(Strong("No episode tells of this:"), *page.front.untold))
    if page.left_out:
        shown = f"{len(page.episodes)} episodes stand here whole, those with the worst verdicts"
        unlisted = f" {page.unlisted} of those are not listed above." if page.unlisted else ""
        yield Paragraph((f"{shown}; the other {page.left_out} are in run.json.{unlisted}",))
    if page.capped:
        yield Paragraph((f"This is shortened, run.json has everything. It shows {'; '.join(page.capped)}.",))


def _problems(front: Front) -> Iterator[Block]:
    if not front.problems:
        yield Paragraph(("Problems and warnings: none.",))
        return
    yield Heading(2, "Problems and warnings")
    more = ((f"{front.more_problems} more below.",),) if front.more_problems else ()
    yield Items((*map(problem, front.problems), *more))


def _limit(row: Row) -> str:
    """What was expected, in a column that is called so: `23 s`, `usual: up to 36 s`."""
    return row.expected.removeprefix("expected ")


def _rows(front: Front) -> Iterator[Block]:
    if not front.rows:
        return
    yield Heading(2, "Measured and expected")
    rows = tuple(
        cells(r.episode, r.metric, f"{r.badge.symbol} {r.badge.word}", r.measured, _limit(r), r.sentence)
        for r in front.rows
    )
    yield Table("Judgements", ("Episode", "Of", "Verdict", "Measured", "Expected", "Why"), rows)
    more = f"{front.more_rows} more judgements, of episodes with better verdicts: see each episode."
    for told in filter(None, (more if front.more_rows else "", front.defaults, front.assumed)):
        yield Paragraph((told,))
