"""The verdict and the headline figures of an episode, in words."""

from __future__ import annotations

from analyzer.model.episode import Judgement, MeasuredEpisode, Verdict
from analyzer.model.measurement import KnownMeasurement, LongOperation, Measurement
from analyzer.report import words
from analyzer.report.drawing.gauge import gauge
from analyzer.report.names import ABSENCES, SYMBOLS, VERDICT_MEANINGS, metric_meaning, metric_name
from analyzer.report.story import sentence
from analyzer.report.view.labels import Labels
from analyzer.report.view.parts import Badge, Fact, Headline, JudgementView


def badge(verdict: Verdict) -> Badge:
    """The verdict with its symbol and what it means."""
    return Badge(verdict, SYMBOLS[verdict], verdict.lower(), VERDICT_MEANINGS[verdict])


def judgement(of: Judgement) -> JudgementView:
    """The verdict on the episode's figure, with the scale that shows it."""
    facts = []
    if of.measured is not None:
        facts.append(Fact("Measured", words.duration(of.measured)))
    if of.expected is not None:
        tolerance = f" + {words.exact(of.tolerance)} tolerance" if of.tolerance else ", no tolerance"
        facts.append(Fact("Expected", f"{words.exact(of.expected)}{tolerance}"))
    if of.bound is not None:
        facts.append(Fact("Polling bound", words.exact(of.bound)))
    if of.expectation_source:
        facts.append(Fact("Source of the expectation", of.expectation_source))
    shown = badge(of.verdict)
    said = sentence(of.sentence or shown.meaning)
    metric = metric_name(of.metric) if of.metric else "Nothing"
    return JudgementView(shown, metric, said, tuple(facts), of.decides, gauge(of))


def headlines(measured: MeasuredEpisode, labels: Labels) -> tuple[Headline, ...]:
    """The headline measurements that apply to this kind of episode, then the longest operation."""
    applicable = (m for m in measured.measurements if isinstance(m, KnownMeasurement) or m.absence != "not-applicable")
    return (*(_headline(m, labels) for m in applicable), _longest(measured.longest, labels))


def _headline(measurement: Measurement, labels: Labels) -> Headline:
    name = metric_name(measurement.metric)
    if isinstance(measurement, KnownMeasurement):
        detail = labels.text(measurement.note) or metric_meaning(measurement.metric)
        return Headline(
            name, words.duration(measurement.span), detail, known=True, refs=labels.refs(measurement.origins)
        )
    return Headline(name, ABSENCES[measurement.absence], labels.text(measurement.why), known=False)


def _longest(longest: LongOperation | None, labels: Labels) -> Headline:
    name = "Longest operation"
    if longest is None:
        return Headline(name, ABSENCES["not-in-evidence"], "no NFS call of this episode was captured", known=False)
    moved = ", moved to another connection" if longest.moved else ""
    detail = f"{longest.procedure}, XID 0x{longest.xid:08x}, {words.counted(longest.calls, 'call')}{moved}"
    value = words.duration(longest.duration) if longest.duration else "never answered"
    return Headline(name, value, detail, known=True, refs=labels.refs(longest.origins))
