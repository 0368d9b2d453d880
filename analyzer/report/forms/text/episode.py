"""An episode as blocks of text: its judgements and figures, its tables, what proves it."""

from __future__ import annotations

from collections.abc import Iterator

from analyzer.report.forms.text.appendix import found
from analyzer.report.forms.text.blocks import Block, Code, Heading, Items, Paragraph, Pieces, Strong, Table, cells, said
from analyzer.report.forms.text.refs import based_on, place
from analyzer.report.story import sentence
from analyzer.report.view.parts import ClaimView, EpisodeView, JudgementView, StageRow


def episode(shown: EpisodeView) -> Iterator[Block]:
    """The whole episode."""
    yield Heading(2, f"Episode {shown.number} ({shown.name}): {shown.title}")
    yield Paragraph((shown.story,))
    yield Items(tuple(said(f"{fact.term}: {fact.text}") for fact in shown.facts))
    if shown.doubts:
        yield Paragraph((f"Confidence is {shown.confidence}. What is uncertain:",))
        yield Items(tuple((doubt,) for doubt in shown.doubts))
    for judgement in shown.judgements:
        yield from _judgement(judgement)
    yield from _figures(shown)
    yield from _traffic(shown)
    if shown.findings:
        yield Heading(3, "Findings")
        yield found(shown.findings)
    if shown.claims:
        yield Heading(3, "Evidence")
        for claim in shown.claims:
            yield from _claim(claim)


def _judgement(shown: JudgementView) -> Iterator[Block]:
    yield Heading(3, f"{shown.metric}: {shown.badge.symbol} {shown.badge.word}")
    yield Paragraph(said(shown.sentence, *based_on(shown.refs)))
    if shown.facts:
        yield Items(tuple(said(f"{fact.term}: {fact.text}") for fact in shown.facts))
    if shown.decides:
        yield Paragraph((Strong("To settle this, supply:"), shown.decides))


def _figures(shown: EpisodeView) -> Iterator[Block]:
    yield Heading(3, "Figures and key times")
    yield Items(tuple(said(f"{h.title}: {h.value}.", sentence(h.detail), *based_on(h.refs)) for h in shown.headlines))
    if shown.stages:
        rows = tuple(cells(_stage(s), s.duration, _noted(s)) for s in shown.stages)
        yield Table("Stages after the fault", ("Stage", "Duration", "Based on"), rows)
    paths = tuple(cells(p.when, f"{p.path}{_also(p.note)}", p.source, p.next_hop, p.vlan) for p in shown.paths)
    headings = ("When", "Path", "Source address", "Next-hop MAC", "VLAN")
    yield Table("The host's path to its storage", headings, paths)
    times = tuple(
        cells(f"{i.name}{_also(i.meaning)}", i.at, i.since_fault, "; ".join(filter(None, (i.how, place(i.refs)))))
        for i in shown.instants
    )
    day = f" of {shown.instants_day}, UTC" if shown.instants_day else ""
    yield Table(f"Key times{day}", ("Key time", "When", "Since the fault", "How it is known, and based on what"), times)


def _traffic(shown: EpisodeView) -> Iterator[Block]:
    if shown.phases:
        rows = tuple(cells(p.name, p.start, p.end, p.replies, p.reply_rate, p.size, p.byte_rate) for p in shown.phases)
        rates = ("Phase", "From", "To", "Replies", "Replies/s", "Bytes", "Bytes/s")
        yield Table("Storage traffic before, during and after", rates, rows)
    if shown.latencies:
        latencies = tuple(cells(o.phase, o.procedure, o.count, o.p50, o.p99, o.most) for o in shown.latencies)
        headings = ("Phase", "Procedure", "Calls with their reply", "p50", "p99", "max")
        yield Table(f"Call-to-reply time by NFS procedure. {shown.latency_note}", headings, latencies)


def _claim(claim: ClaimView) -> Iterator[Block]:
    yield Paragraph(said(Strong(claim.number), claim.sentence))
    also = "Also based on" if claim.lines else "Based on"
    lines: list[Pieces] = [said(line.ref.label, line.at, Code(line.text)) for line in claim.lines]
    if claim.refs.shown:
        lines.append(said(f"{also} {place(claim.refs)}."))
    lines += [said(f"Wireshark, {source}:", Code(text, whole=True)) for source, text in claim.filters]
    if lines:
        yield Items(tuple(lines))


def _stage(stage: StageRow) -> str:
    return f"{stage.name}{_also(stage.meaning)}"


def _noted(stage: StageRow) -> str:
    return "; ".join(filter(None, (stage.note, place(stage.refs))))


def _also(text: str) -> str:
    return f": {text}" if text else ""
