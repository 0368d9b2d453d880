"""The run as OpenMetrics text."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from typing import get_args

from analyzer.model.episode import Judgement, MeasuredEpisode, Verdict
from analyzer.model.finding import Severity
from analyzer.model.measurement import KnownInstant, KnownMeasurement, Measurement
from analyzer.model.run import Acceptable, Run
from analyzer.report.forms.material import Material
from analyzer.report.openmetrics import Family, Labels, edges, metrics_text, one_of, seconds
from analyzer.report.parties import Parties


def write(material: Material) -> dict[str, bytes]:
    """`metrics.prom`."""
    case = {"case": material.run.case}
    return {"metrics.prom": metrics_text(_families(material.run), case)}


def _families(run: Run) -> Iterator[Family]:
    yield Family("run", "What the run is about; always 1.", "", ((_about(run), "1"),))
    yield Family("acceptable", "Whether the run is acceptable: 1 for its answer.", "", _of_run(run))
    yield Family("verdict", "The verdict of the run: 1 for it.", "", tuple(one_of("verdict", run.verdict, Verdict)))
    kinds = Counter(one.episode.kind for one in run.episodes)
    episodes: tuple[tuple[Labels, str], ...] = tuple(({"kind": kind}, str(kinds[kind])) for kind in sorted(kinds))
    yield Family("episodes", "Failover episodes by kind.", "", episodes)
    yield Family("findings", "Findings by severity, of the run and its episodes.", "", _findings(run))
    yield Family("judgement", "The verdict on a figure of an episode: 1 for it.", "", tuple(_verdicts(run)))
    expected = "What the figure was expected to be at most, and the bound up to which it is late."
    yield Family("limit_seconds", expected, "seconds", tuple(_limits(run)))
    measured = "What was measured, from the least to the most that it can be."
    yield Family("measured_seconds", measured, "seconds", tuple(_figures(run, "metric")))
    yield Family("stage_seconds", "How long a stage took.", "seconds", tuple(_figures(run, "stage")))
    yield Family("fault_time_seconds", "When the fault was, by Unix time.", "seconds", tuple(_faults(run)))


def _about(run: Run) -> Labels:
    """What people call the run by, where that is known; `labels` of their own have names that a metric can't have."""
    about = run.about
    told = {
        "title": about.title,
        "ticket": about.ticket,
        "cluster": about.cluster,
        "aos": about.aos_version,
        "esxi": about.esxi_version,
        "version": run.autopath_version,
    }
    return {name: text for name, text in told.items() if text}


def _of_run(run: Run) -> tuple[tuple[Labels, str], ...]:
    return tuple(one_of("answer", run.acceptable, Acceptable))


def _findings(run: Run) -> tuple[tuple[Labels, str], ...]:
    found = (*run.findings, *(each for one in run.episodes for each in one.findings))
    counted = Counter(finding.severity for finding in found)
    return tuple(({"severity": severity}, str(counted[severity])) for severity in get_args(Severity))


def _of(measured: MeasuredEpisode, parties: Parties) -> Labels:
    episode = measured.episode
    host = episode.host or ""
    return {"episode": episode.id, "kind": episode.kind, "host": host, "host_name": parties.known(host) or ""}


def _judged(run: Run) -> Iterator[tuple[Labels, Judgement]]:
    parties = Parties(run)
    for measured in run.episodes:
        for judgement in measured.judgements:
            yield _of(measured, parties) | {"metric": judgement.metric}, judgement


def _verdicts(run: Run) -> Iterator[tuple[Labels, str]]:
    for labels, judgement in _judged(run):
        for verdict, value in one_of("verdict", judgement.verdict, Verdict):
            yield labels | verdict, value


def _limits(run: Run) -> Iterator[tuple[Labels, str]]:
    for labels, judgement in _judged(run):
        if judgement.expected is not None:
            yield labels | {"limit": "expected"}, seconds(judgement.expected + judgement.tolerance)
        if judgement.bound is not None:
            yield labels | {"limit": "bound"}, seconds(judgement.bound)


def _figures(run: Run, named: str) -> Iterator[tuple[Labels, str]]:
    parties = Parties(run)
    for measured in run.episodes:
        figures: Iterable[Measurement] = measured.stages if named == "stage" else measured.measurements
        for figure in figures:
            if isinstance(figure, KnownMeasurement):
                labels = _of(measured, parties) | {named: figure.metric}
                yield from edges(labels, figure.span.least, figure.span.most)


def _faults(run: Run) -> Iterator[tuple[Labels, str]]:
    parties = Parties(run)
    for measured in run.episodes:
        for instant in measured.episode.instants:
            if isinstance(instant, KnownInstant) and instant.name == "fault":
                yield from edges(_of(measured, parties), instant.at.least, instant.at.most)
