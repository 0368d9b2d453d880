"""An episode as the page shows it: its facts, figures, tables and drawings, each number with its doubt."""

from __future__ import annotations

from collections.abc import Iterator

from analyzer.model.episode import Episode, MeasuredEpisode
from analyzer.model.measurement import KnownMeasurement
from analyzer.model.run import Run
from analyzer.report import words
from analyzer.report.names import KINDS, host_words, metric_name
from analyzer.report.story import find, sentence, stalled_or_moved, story
from analyzer.report.told import doubt_words
from analyzer.report.view.judgement import badge, decides, headlines, judgements
from analyzer.report.view.labels import Labels
from analyzer.report.view.parts import EpisodeView, Fact, Outline
from analyzer.report.view.proof import claims, findings
from analyzer.report.view.tables import days, instants, latencies, latency_note, paths, phases, stages
from analyzer.report.view.timeline import origin, timeline, zero
from analyzer.report.view.timetable import Timetable

UNKNOWN = "unknown"


def title(episode: Episode, labels: Labels) -> str:
    """`CVM failure on host 192.168.1.24`, `Unexplained stall on …`."""
    host = host_words(labels.party(episode.host)) if episode.host else "an unknown host"
    kind = f"Unexplained {stalled_or_moved(episode)}" if episode.kind == "unexplained" else KINDS[episode.kind]
    return f"{kind} on {host}"


def in_short(measured: MeasuredEpisode, labels: Labels) -> str:
    """The episode in half a line: what it was, and its two figures where they are known."""
    figures = "; ".join(_figures(measured))
    return title(measured.episode, labels) + (f": {figures}" if figures else "")


def _figures(measured: MeasuredEpisode) -> Iterator[str]:
    judged = measured.judged("detection")
    expected = judged.expected if judged is not None else None
    detection, outage = (find(measured.measurements, metric) for metric in ("detection", "outage"))
    if isinstance(detection, KnownMeasurement) and detection.note == "if-genesis":
        yield f"route right again after {words.duration(detection.span)}"
    elif isinstance(detection, KnownMeasurement):
        against = f", {words.exact(expected)} expected" if expected is not None else ""
        yield f"detection {words.duration(detection.span)}{against}"
    if isinstance(outage, KnownMeasurement):
        yield "NFS not interrupted" if outage.note == "no-pause" else f"outage {words.duration(outage.span)}"


def outline(run: Run, number: int, labels: Labels, *, linked: bool) -> Outline:
    """The run's episode `number` (from 1) in the overview; `linked` where the page shows it whole."""
    measured = run.episodes[number - 1]
    return Outline(
        id=f"episode-{number}" if linked else "",
        number=number,
        title=title(measured.episode, labels),
        story=labels.text(story(measured, labels.party)),
        badge=badge(measured.verdict),
        judged=_judged(measured),
        decides=" ".join(decides(one) for one in measured.judgements if one.verdict == "UNDECIDED" and one.decides),
    )


def _judged(measured: MeasuredEpisode) -> str:
    """`Detection latency LATE, outage MET`; empty of a single judgement, whose verdict the badge says."""
    each = [f"{metric_name(one.metric)} {one.verdict}" for one in measured.judgements]
    return ", ".join([*each[:1], *(f"{said[:1].lower()}{said[1:]}" for said in each[1:])]) if len(each) > 1 else ""


def episode_view(run: Run, number: int, labels: Labels, times: Timetable) -> EpisodeView:
    """The run's episode `number` (from 1)."""
    measured = run.episodes[number - 1]
    episode, name = measured.episode, f"episode-{number}"
    drawn = timeline(times, measured, name)
    return EpisodeView(
        id=name,
        number=number,
        name=episode.id,
        title=title(episode, labels),
        story=labels.text(story(measured, labels.party)),
        confidence=episode.confidence,
        doubts=tuple(sentence(labels.text(doubt_words(doubt))) for doubt in episode.doubts),
        facts=_facts(episode, labels),
        badge=badge(measured.verdict),
        judgements=judgements(measured, labels),
        headlines=headlines(measured, labels),
        timeline=drawn,
        timeline_caption=_caption(measured) if drawn else "",
        paths=paths(episode),
        stages=stages(measured, labels, name),
        instants=instants(measured, labels, name),
        instants_day=days(measured),
        phases=phases(measured),
        latencies=latencies(measured),
        latency_note=latency_note(measured),
        claims=claims(episode.claims, number, labels),
        findings=findings(measured.findings, f"{name}-", labels),
    )


def _facts(episode: Episode, labels: Labels) -> tuple[Fact, ...]:
    valid = {True: " (a CVM that serves)", False: " (does not answer)", None: ""}[episode.gateway_valid]
    host = labels.party(episode.host) if episode.host else UNKNOWN
    facts = [Fact("Kind", KINDS[episode.kind]), Fact("Host", host)]
    if episode.cvm:
        facts.append(Fact("CVM", labels.party(episode.cvm)))
    if episode.gateway:
        facts.append(Fact("Gateway", labels.party(episode.gateway) + valid))
    return (*facts, Fact("Confidence", episode.confidence))


def _caption(measured: MeasuredEpisode) -> str:
    stamp = words.stamp(zero(measured))
    return (
        f"0 s is {origin(measured)}, {stamp} UTC. A shade is an instant's doubt. Paths: solid is local, hatched remote,"
        " crossed dead,"
        " dashed unknown. The same in numbers: instants, stages and paths below."
    )
