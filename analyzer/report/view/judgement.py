"""The verdict and the headline figures of an episode, in words."""

from __future__ import annotations

import msgspec

from analyzer.model.episode import Episode, EpisodeKind, Judgement, MeasuredEpisode, Verdict
from analyzer.model.instant import MILLISECOND, Span
from analyzer.model.measurement import KnownMeasurement, LongOperation, Measurement
from analyzer.model.run import Run
from analyzer.report import words
from analyzer.report.drawing.gauge import gauge
from analyzer.report.judged import bound_name, decides_words, is_usual, judgement_words
from analyzer.report.names import (
    ABSENCES,
    SYMBOLS,
    VERDICT_MEANINGS,
    metric_meaning,
    metric_name,
)
from analyzer.report.notes import ONE_CLOCK, note_words, reason_words
from analyzer.report.story import sentence, stopped
from analyzer.report.view.labels import LONGEST, Labels, figure_id
from analyzer.report.view.parts import Badge, Fact, Headline, JudgementView

NO_EPISODE = "NO EPISODE"


def badge(verdict: Verdict) -> Badge:
    """The verdict with its symbol and what it means."""
    return Badge(verdict, SYMBOLS[verdict], verdict.lower(), VERDICT_MEANINGS[verdict])


def run_badge(run: Run) -> Badge:
    """The run's verdict; a run without an episode has none to show, unless it can't be told that there was none."""
    if run.episodes or run.verdict != "NOT-JUDGED":
        return badge(run.verdict)
    return Badge(NO_EPISODE, SYMBOLS["NOT-JUDGED"], "not-judged", "no failover in this evidence, so nothing to judge")


def judgements(measured: MeasuredEpisode, labels: Labels, *, bars: bool) -> tuple[JudgementView, ...]:
    """Every judgement of an episode, in order, with the lines that decided it; drawn on a scale with `bars`."""
    each = ((of, judgement(of, measured.episode, drawn=bars)) for of in measured.judgements)
    return tuple(msgspec.structs.replace(view, refs=labels.refs(of.origins)) for of, view in each)


def judgement(of: Judgement, episode: Episode, *, drawn: bool = True) -> JudgementView:
    """The verdict on one figure of the episode; `drawn` on a scale that shows it."""
    if of.verdict == "NOT-JUDGED":
        return JudgementView(badge(of.verdict), metric_name(of.metric), said_of(of, episode), (), decides(of), None)
    facts = []
    if of.measured is not None:
        facts.append(Fact("Measured", _measured(of.measured)))
    if of.expected is not None:
        tolerance = f" + {words.exact(of.tolerance)} tolerance" if of.tolerance else ""
        facts.append(Fact("Usual, at most" if is_usual(of) else "Expected", f"{words.exact(of.expected)}{tolerance}"))
    if of.bound is not None:
        facts.append(Fact(sentence(bound_name(of))[:-1], words.exact(of.bound)))
    if of.expectation_source:
        facts.append(Fact("Source of the expectation", of.expectation_source))
    metric = metric_name(of.metric) if of.metric else "Nothing"
    return JudgementView(
        badge(of.verdict), metric, said_of(of, episode), tuple(facts), decides(of), gauge(of) if drawn else None
    )


def said_of(of: Judgement, episode: Episode, *, assumed: bool = True) -> str:
    """How the verdict came about, in a sentence; with what it takes for granted where `assumed`."""
    unexpected = of.verdict == "NOT-JUDGED" and of.expected is None
    return _unjudged(episode.kind) if unexpected else sentence(judgement_words(of, episode, assumed=assumed))


def beside_badge(told: str, verdict: str) -> str:
    """A sentence that begins with the verdict, without it: the badge beside it has that."""
    rest = told.removeprefix(f"{verdict}: ")
    return rest[:1].upper() + rest[1:]


def decides(of: Judgement) -> str:
    """What would decide a verdict that is not sure."""
    return stopped(decides_words(of))


def _unjudged(kind: EpisodeKind) -> str:
    if kind == "unexplained":
        return "There is no expectation for an episode that is of no kind of failover."
    return "No expectation is set for this kind of episode; a file given with --expectations can set one."


def _measured(span: Span) -> str:
    """With both ends to the ms: a limit may lie between them and what is written rounded."""
    written = words.duration(span)
    if span.most >= words.OPEN or span.width < 2 * MILLISECOND:
        return written
    least, most = (words.amount(ns, MILLISECOND) for ns in (_floor(span.least), -_floor(-span.most)))
    return f"{written} ({least} to {most})"


def _floor(ns: int) -> int:
    return ns // MILLISECOND * MILLISECOND


def headlines(measured: MeasuredEpisode, labels: Labels, prefix: str) -> tuple[Headline, ...]:
    """The headline measurements that apply to this kind of episode, then the longest operation."""
    applicable = (m for m in measured.measurements if isinstance(m, KnownMeasurement) or m.absence != "not-applicable")
    each = (_headline(m, measured.episode, labels, figure_id(prefix, m.metric)) for m in applicable)
    return (*each, _longest(measured.longest, labels, figure_id(prefix, LONGEST)))


def _headline(measurement: Measurement, episode: Episode, labels: Labels, anchor: str) -> Headline:
    name = metric_name(measurement.metric)
    if isinstance(measurement, KnownMeasurement):
        value, detail = (
            words.duration(measurement.span),
            labels.text(note_words(measurement)) or metric_meaning(measurement.metric),
        )
        if measurement.note == "no-pause":
            assumed = f"; {ONE_CLOCK}" if measurement.one_clock else ""
            detail = f"the longest pause between replies, {value}, is usual{assumed}"
            value = "no interruption"
        return Headline(anchor, name, value, detail, known=True, refs=labels.refs(measurement.origins))
    why = labels.text(reason_words(measurement, episode))
    return Headline(anchor, name, ABSENCES[measurement.absence], why, known=False)


def _longest(longest: LongOperation | None, labels: Labels, anchor: str) -> Headline:
    name = "Longest operation"
    if longest is None:
        why = "no NFS call of this episode was captured"
        return Headline(anchor, name, ABSENCES["not-in-evidence"], why, known=False)
    moved = ", answered on another connection" if longest.moved else ""
    assumed = f"; {ONE_CLOCK}" if longest.one_clock else ""
    detail = f"{longest.procedure}, XID 0x{longest.xid:08x}, {words.counted(longest.calls, 'call')}{moved}{assumed}"
    value = words.duration(longest.duration) if longest.duration else "never answered"
    return Headline(anchor, name, value, detail, known=True, refs=labels.refs(longest.origins))
