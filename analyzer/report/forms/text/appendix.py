"""What stands behind the episodes, as blocks of text: findings, what was checked, the evidence, the inputs, clocks."""

from __future__ import annotations

from collections.abc import Iterator

from analyzer.report.forms.text.blocks import Block, Code, Heading, Items, Paragraph, Strong, Table, cells, said
from analyzer.report.forms.text.refs import based_on, place
from analyzer.report.view.page import Page
from analyzer.report.view.parts import FindingView, ProofGroup


def found(findings: tuple[FindingView, ...]) -> Items:
    """Findings, each with its code and what is to be done."""
    return Items(
        tuple(
            said(
                Strong(f"{f.symbol} {f.severity} {f.code}"),
                f"{f.title}:" if f.title else "",
                f.sentence,
                f"What to do: {f.advice}" if f.advice else "",
                *based_on(f.refs),
            )
            for f in findings
        )
    )


def checked(page: Page) -> Iterator[Block]:
    """What was looked at, and what the evidence can't show."""
    yield Heading(2, "What was checked")
    yield Items(tuple((line,) for line in page.checked) or (("Nothing in the evidence could be checked.",),))
    if page.unseen:
        yield Paragraph(("What this evidence can't show:",))
        yield Items(tuple((line,) for line in page.unseen))


def appendix(page: Page) -> Iterator[Block]:
    """All of it, in the page's order."""
    yield from _evidence(page)
    if page.episodes:
        yield from checked(page)
    yield from _inputs(page)
    yield from _clocks(page)
    yield from _skipped(page)
    yield from _settings(page)
    yield Heading(2, "Glossary")
    yield Items(tuple(said(Strong(fact.term), fact.text) for fact in page.glossary))
    made = f"{page.program}, run.json schema version {page.schema}."
    clock = f"All times are UTC, on the reference clock ({page.reference_clock}) unless a table says otherwise;"
    yield Paragraph((made, clock, "± gives the limits, not a standard deviation."))


def _evidence(page: Page) -> Iterator[Block]:
    yield Heading(2, "Frames and lines")
    if not page.proof:
        yield Paragraph(("No frame or line is quoted.",))
        return
    counted = "Frame numbers are Wireshark's, lines count from 1; times are UTC on the source's own clock."
    yield Paragraph(("Every frame and line that this report quotes.", counted))
    for group in page.proof:
        yield from _group(group)


def _group(group: ProofGroup) -> Iterator[Block]:
    yield Heading(3, group.title)
    if group.display_filter:
        yield Paragraph(("All of them in Wireshark:", Code(group.display_filter, whole=True)))
    rows = tuple(
        (
            said(row.place),
            said(row.at),
            said(Code(row.text), f"rule {row.rule}" if row.rule else ""),
            said(", ".join(ref.label for ref in row.used_by)),
        )
        for row in group.rows
    )
    when = f"When, {group.day}" if group.day else "When"
    yield Table(f"Evidence of {group.title}", ("Where", when, "What it says", "Used by"), rows)


def _inputs(page: Page) -> Iterator[Block]:
    yield Heading(2, "Inputs")
    rows = tuple(
        (
            *cells(i.name, i.kind, f"{i.size}, {i.records}", i.time, i.clock, i.zone, i.host),
            said(Code(i.digest)),
            said("; ".join(i.comments)),
        )
        for i in page.inputs
    )
    headings = ("File", "Kind", "Size", "From, to", "Clock", "Zone", "Written by", "Digest", "Comments")
    yield Table("Files that were analysed", headings, rows) if rows else Paragraph(("No input.",))
    for told in filter(None, (page.unhashed, page.passed_over)):
        yield Paragraph((told,))
    if page.captures:
        yield _captures(page)
    if page.parties:
        parties = tuple(cells(p.role, p.address, p.name, p.macs, p.cvm) for p in page.parties)
        caption = "Hosts and CVMs that the evidence or the inventory names"
        yield Table(caption, ("Role", "Address", "Name", "MACs", "Local CVM"), parties)


def _captures(page: Page) -> Table:
    rows = tuple(
        cells(
            c.name,
            c.quality,
            c.frames,
            c.storage_frames,
            c.calls,
            c.replies,
            c.unanswered,
            c.resets,
            c.truncated,
            c.drops,
            c.vlans,
        )
        for c in page.captures
    )
    headings = ("Capture", "For timing", "Frames", "With the storage address", "NFS calls", "NFS replies")
    more = ("Unanswered", "TCP resets", "Truncated", "Dropped", "VLANs")
    return Table("Totals of the captures", (*headings, *more), rows)


def _clocks(page: Page) -> Iterator[Block]:
    yield Heading(2, "Clocks")
    if not page.clocks:
        yield Paragraph(("No clock is known.",))
        return
    noted = {c: "; ".join(filter(None, (c.note, place(c.refs)))) for c in page.clocks}
    rows = tuple(cells(c.clock, c.offset, c.basis, c.pairs, note) for c, note in noted.items())
    headings = ("Clock", "Ahead by", "Basis", "Pairs", "Note, and based on what")
    yield Table(f"How far each clock is ahead of the reference ({page.reference_clock})", headings, rows)


def _skipped(page: Page) -> Iterator[Block]:
    yield Heading(2, "Skipped")
    rows = tuple(cells(s.source, s.where, s.why, s.count) for s in page.skipped)
    if rows:
        yield Table("What could not be read, and why", ("Source", "Where", "Why", "Times"), rows)
    else:
        yield Paragraph(("Nothing was skipped: every frame and line was read.",))


def _settings(page: Page) -> Iterator[Block]:
    yield Heading(2, "Settings and expectations")
    yield Items(tuple(said(f"{fact.term}: {fact.text}") for fact in page.settings))
    if page.expectations:
        rows = tuple(cells(x.kind, x.metric, x.expected, x.tolerance, x.bound, x.source) for x in page.expectations)
        headings = ("Kind", "Metric", "Expected", "Tolerance", "Bound", "Source")
        yield Table("Expectations", headings, rows)
    else:
        yield Paragraph(("No expectations: nothing is judged.",))
    yield Items(tuple(said(Strong(f"{b.symbol} {b.word}"), b.meaning) for b in page.legend))
