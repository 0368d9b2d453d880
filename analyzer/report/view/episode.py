"""An episode as the page shows it: its facts, figures, tables and drawings, each number with its doubt."""

from __future__ import annotations

from collections.abc import Iterator

from analyzer.model.episode import MeasuredEpisode
from analyzer.model.measurement import KnownMeasurement
from analyzer.model.run import Run
from analyzer.report import words
from analyzer.report.names import KINDS, host_words
from analyzer.report.story import find, sentence, stalled_or_moved, story
from analyzer.report.told import doubt_words
from analyzer.report.view.judgement import badge, headlines, judgements
from analyzer.report.view.labels import Labels, within
from analyzer.report.view.parts import EpisodeView, Fact
from analyzer.report.view.pictures.routes import routes
from analyzer.report.view.pictures.timeline import origin, timeline, zero
from analyzer.report.view.pictures.timetable import Timetable
from analyzer.report.view.proof import claims, findings
from analyzer.report.view.tables import days, instants, latencies, latency_note, paths, phases, stages

UNKNOWN = "unknown"


def title(measured: MeasuredEpisode, labels: Labels) -> str:
    """`CVM failure on host 192.168.1.24`, `Unexplained interruption on …`."""
    episode = measured.episode
    host = host_words(labels.party(episode.host)) if episode.host else "an unknown host"
    return f"{_kind(measured)} on {host}"


def _kind(measured: MeasuredEpisode) -> str:
    """What it is called; an interruption whose cause is named is not unexplained, and is no failover either."""
    episode = measured.episode
    if episode.kind != "unexplained":
        return KINDS[episode.kind]
    what = stalled_or_moved(episode)
    return f"{what.capitalize()} without a failover" if measured.is_named else f"Unexplained {what}"


def in_short(measured: MeasuredEpisode, labels: Labels) -> str:
    """The episode in half a line: what it was, and its two figures where they are known."""
    figures = "; ".join(_figures(measured))
    return title(measured, labels) + (f": {figures}" if figures else "")


def _figures(measured: MeasuredEpisode) -> Iterator[str]:
    judged = measured.judged("detection")
    expected = judged.expected if judged is not None else None
    detection, outage = (find(measured.measurements, metric) for metric in ("detection", "outage"))
    if isinstance(detection, KnownMeasurement) and detection.note == "if-genesis":
        yield f"route correct again after {words.duration(detection.span)}"
    elif isinstance(detection, KnownMeasurement):
        against = f", {words.exact(expected)} expected" if expected is not None else ""
        yield f"detection {words.duration(detection.span)}{against}"
    if isinstance(outage, KnownMeasurement):
        by_logs = measured.judged("outage")
        span = by_logs.measured if by_logs is not None and by_logs.measured is not None else outage.span
        yield "storage not interrupted" if outage.note == "no-pause" else f"storage away for {words.duration(span)}"


def episode_view(run: Run, number: int, labels: Labels, times: Timetable, *, bars: bool) -> EpisodeView:
    """The run's episode `number` (from 1); `bars` where its judgements are drawn here, and not on the first screen."""
    measured = run.episodes[number - 1]
    episode, name = measured.episode, within(number)
    drawn = timeline(times, measured, name)
    return EpisodeView(
        id=f"episode-{number}",
        prefix=name,
        number=number,
        name=episode.id,
        title=title(measured, labels),
        story=labels.text(story(measured, labels.party, labels.zone)),
        confidence=episode.confidence,
        doubts=tuple(sentence(labels.text(doubt_words(doubt))) for doubt in episode.doubts),
        facts=_facts(measured, labels),
        badge=badge(measured.verdict),
        judgements=judgements(measured, labels, bars=bars),
        headlines=headlines(measured, labels, name),
        timeline=drawn,
        timeline_caption=_caption(measured) if drawn else "",
        routes=routes(run, measured, labels),
        paths=paths(episode, labels),
        stages=stages(measured, labels, name),
        instants=instants(measured, labels, name),
        instants_day=days(measured),
        zone=labels.zone or "",
        phases=phases(measured),
        latencies=latencies(measured),
        latency_note=latency_note(measured),
        claims=claims(episode.claims, number, labels),
        findings=findings(measured.findings, f"{name}-", labels),
    )


def _facts(measured: MeasuredEpisode, labels: Labels) -> tuple[Fact, ...]:
    episode = measured.episode
    valid = {True: " (a CVM that serves storage)", False: " (does not answer)", None: ""}[episode.gateway_valid]
    host = labels.party(episode.host) if episode.host else UNKNOWN
    facts = [Fact("Kind", _kind(measured)), Fact("Host", host)]
    if episode.cvm:
        facts.append(Fact("CVM", labels.party(episode.cvm)))
    if episode.gateway:
        facts.append(Fact("Gateway", labels.party(episode.gateway) + valid))
    return (*facts, Fact("Confidence", episode.confidence))


def _caption(measured: MeasuredEpisode) -> str:
    stamp = words.stamp(zero(measured))
    times = " Bars of the reply time reach from p50 to p99, dots are the longest." if measured.chart is not None else ""
    return (
        f"0 s: {origin(measured)}, {stamp} UTC. Grey bands show the uncertainty of a time. Paths: solid is local,"
        f" hatched remote, crossed no reply, dashed unknown.{times} Values: see the tables below."
    )
