"""The comparison as Markdown: what the page says, but for its drawings, in the page's order."""

from __future__ import annotations

from collections.abc import Iterator

from analyzer.report.compared.parts import ComparisonPage, VersusView
from analyzer.report.forms.compared.catalogue import ComparisonMaterial
from analyzer.report.forms.text.blocks import Block, Heading, Items, Paragraph, Strong, Table, cells, said
from analyzer.report.forms.text.markdown import markdown

_FIGURES = ("Figure", "Answer", "Longer by (95 %)", "p-value", "Holds", "Found in 80 %")
_RUNS = ("Run", "Time (UTC)", "Group", "Verdict", "Versions", "Known step", "Figures")


def write(material: ComparisonMaterial) -> dict[str, bytes]:
    """`comparison.md`."""
    return {"comparison.md": markdown(_blocks(material.page)).encode()}


def _blocks(page: ComparisonPage) -> Iterator[Block]:
    yield Heading(1, page.title)
    yield Paragraph(said(Strong(f"{page.badge.symbol} {page.badge.word}:"), " ".join(page.answer)))
    if page.points:
        yield Items(tuple(said(point) for point in page.points))
    yield Heading(2, "Groups and kinds")
    rows = tuple(
        cells(f"{row.group} ({row.runs})", *("; ".join(cell.lines) for cell in row.cells)) for row in page.matrix
    )
    yield Table("Each group, and how its runs of each kind are", ("Group", *page.kinds), rows)
    for versus in page.versus:
        yield from _versus(versus)
    for history in page.over_time:
        yield Heading(2, history.title)
        yield Items(tuple(said(sentence) for sentence in history.sentences))
    yield Heading(2, "Runs")
    yield Table(
        "Every run that was compared",
        _RUNS,
        tuple(
            cells(run.name, run.time, run.group, run.badge.word, run.versions, run.step, run.figures)
            for run in page.runs
        ),
    )
    if page.more_runs:
        yield Paragraph((page.more_runs,))
    yield Heading(2, "Not compared")
    yield Items(tuple(said(line) for line in page.not_compared or ("nothing",)))
    yield Heading(2, "How it was computed")
    yield from (Paragraph((line,)) for line in page.method)


def _versus(of: VersusView) -> Iterator[Block]:
    yield Heading(2, of.title)
    rows = tuple(
        cells(row.name, f"{row.badge.word}: {row.answer}", row.interval, row.p, row.grade, row.shown) for row in of.rows
    )
    if rows:
        yield Table(f"By how much each figure is longer in {of.second}", _FIGURES, rows)
    yield from (Paragraph((line,)) for line in of.only)
