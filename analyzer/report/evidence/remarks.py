"""What rests on each frame of a run, a line each, in words that `evidence.lua` takes apart again.

A line begins with `instant`, `claim`, `verdict`, `measured`, `finding` or `slowest call`; whatever a capture, a log or
a person wrote stands behind that, and can begin no line of its own.
"""

from __future__ import annotations

from collections.abc import Iterator

from analyzer.model.episode import MeasuredEpisode
from analyzer.model.event import Event, IcmpRedirect, TcpControl
from analyzer.model.evidence import ChosenFrames, Stretch
from analyzer.model.finding import Finding
from analyzer.model.instant import SECOND, Span
from analyzer.model.measurement import KnownInstant, KnownMeasurement
from analyzer.model.run import Run
from analyzer.model.source import Origin
from analyzer.report.claims import claim_words
from analyzer.report.names import metric_name
from analyzer.report.view.labels import Labels
from analyzer.report.view.moments import Reference, reference_clock, window
from analyzer.report.words import visible

NEAR = 5 * SECOND
LINES, CHARACTERS = 40, 300
"""The most that is said of a frame, and in a line."""

Remarks = dict[Origin, tuple[str, ...]]


def remarks(run: Run, labels: Labels) -> Remarks:
    """What rests on each frame, the most important frames first."""
    found: dict[Origin, dict[str, None]] = {}
    for origin, line in _lines(run, labels):
        if labels.captured(origin.source):
            found.setdefault(origin, {})[line] = None
    return {origin: _shown(tuple(lines)) for origin, lines in found.items()}


def chosen_frames(run: Run) -> ChosenFrames:
    """The frames that a reader of the run's evidence wants, and the time from before the first episode to after the
    last.
    """
    return ChosenFrames(tuple(remarks(run, Labels(run))), tuple(_stretches(run)))


def _stretches(run: Run) -> Iterator[Stretch]:
    windows = [found for one in run.episodes if (found := window(one))]
    if windows:
        first, last = min(first for first, _ in windows) - NEAR, max(last for _, last in windows) + NEAR
        offsets = {one.clock: one.offset for one in run.clocks if one.reference == reference_clock(run)}
        for source in run.sources:
            if source.kind == "capture":
                ahead = offsets.get(source.clock, Span(0, 0))
                yield Stretch(source.name, first + ahead.least, last + ahead.most)


def one_line(text: str) -> str:
    """A text as part of a line: without line ends and what can't be seen, and not without end."""
    line = visible(" ".join(text.split()))
    return line if len(line) <= CHARACTERS else line[: CHARACTERS - 1] + "…"


def _shown(lines: tuple[str, ...]) -> tuple[str, ...]:
    more = len(lines) - LINES
    return lines if more <= 0 else (*lines[:LINES], f"and {more:,} more, which run.json has")


def _lines(run: Run, labels: Labels) -> Iterator[tuple[Origin, str]]:
    for number, measured in enumerate(run.episodes, 1):
        yield from _instants(measured, number)
    for number, measured in enumerate(run.episodes, 1):
        yield from _claims(measured, number, labels)
        yield from _figures(measured, number)
        yield from _findings(measured.findings, labels, f" (episode {number})")
    yield from _findings(run.findings, labels, "")
    yield from _controls(run)


def _instants(measured: MeasuredEpisode, number: int) -> Iterator[tuple[Origin, str]]:
    for instant in measured.episode.instants:
        if isinstance(instant, KnownInstant):
            yield from ((origin, f"instant {instant.name} (episode {number})") for origin in instant.origins)


def _claims(measured: MeasuredEpisode, number: int, labels: Labels) -> Iterator[tuple[Origin, str]]:
    for place, claim in enumerate(measured.episode.claims, 1):
        line = f"claim {number}.{place}: {one_line(labels.text(claim_words(claim)))}"
        yield from ((origin, line) for origin in claim.origins)


def _figures(measured: MeasuredEpisode, number: int) -> Iterator[tuple[Origin, str]]:
    for judged in measured.judgements:
        line = f"verdict {judged.verdict}: {metric_name(judged.metric).lower()} (episode {number})"
        yield from ((origin, line) for origin in judged.origins)
    for figure in (*measured.stages, *measured.measurements):
        if isinstance(figure, KnownMeasurement):
            line = f"measured {one_line(metric_name(figure.metric)).lower()} (episode {number})"
            yield from ((origin, line) for origin in figure.origins)
    if measured.longest is not None:
        line = f"slowest call {one_line(measured.longest.procedure)} (episode {number})"
        yield from ((origin, line) for origin in measured.longest.origins)


def _findings(each: tuple[Finding, ...], labels: Labels, of: str) -> Iterator[tuple[Origin, str]]:
    for finding in each:
        line = f"finding {finding.code}: {one_line(labels.text(finding.title))}{of}"
        yield from ((origin, line) for origin in finding.origins)


def _controls(run: Run) -> Iterator[tuple[Origin, str]]:
    """How connections began and ended near an episode, and redirects."""
    reference, spans = Reference(run), [span for one in run.episodes if (span := window(one))]
    for event in run.events:
        placed = reference.place(event.at)
        if placed and any(first - NEAR <= placed.least and placed.most <= last + NEAR for first, last in spans):
            told = _control(event)
            if told:
                yield event.origin, told


def _control(event: Event) -> str:
    match event.detail:
        case TcpControl(flags=flags):
            return f"near: {flags} of a connection"
        case IcmpRedirect():
            return "near: ICMP redirect"
        case _:
            return ""
