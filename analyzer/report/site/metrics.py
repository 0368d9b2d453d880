"""A history as OpenMetrics text: of each cluster how many tests there are, and what the last one found."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import NamedTuple

from analyzer.model.episode import Verdict
from analyzer.model.instant import SECOND
from analyzer.model.over_time.compared_test import ComparedTest
from analyzer.model.over_time.looks import Change
from analyzer.report.openmetrics import Family, Labels, edges, metrics_text, one_of, seconds


class ClusterHistory(NamedTuple):
    """The tests of a cluster, by time, and the changes that were told of it, stand, and that nobody explained."""

    tests: Sequence[ComparedTest]
    changes: Sequence[Change]


def history_metrics(clusters: Mapping[str, ClusterHistory]) -> bytes:
    """The text, of clusters by their names."""
    return metrics_text(_families(clusters), {})


def _families(clusters: Mapping[str, ClusterHistory]) -> Iterator[Family]:
    counts = tuple(({"cluster": name}, str(len(one.tests))) for name, one in clusters.items())
    yield Family("history_tests", "Recorded tests of a cluster.", "", counts)
    last = {name: one.tests[-1] for name, one in clusters.items() if one.tests}
    times = tuple(({"cluster": name}, seconds(one.time)) for name, one in last.items() if one.time is not None)
    yield Family("history_last_time_seconds", "When the last test was made, by Unix time.", "seconds", times)
    verdicts = tuple(
        ({"cluster": name} | label, value)
        for name, one in last.items()
        for label, value in one_of("verdict", one.verdict, Verdict)
    )
    yield Family("history_verdict", "The verdict of the last test: 1 for it.", "", verdicts)
    took = "How long each stage and figure took in the last test that has it."
    yield Family("history_seconds", took, "seconds", tuple(_figures(clusters)))
    changed = (
        "By how much a stage takes longer since a change that was told, stands and is no known step (< 0: shorter)."
    )
    yield Family("history_change_seconds", changed, "seconds", tuple(_changes(clusters)))


def _figures(clusters: Mapping[str, ClusterHistory]) -> Iterator[tuple[Labels, str]]:
    for name, one in clusters.items():
        latest = {figure: span for test in one.tests for figure, span in test.durations}
        for (kind, figure), span in sorted(latest.items()):
            yield from edges({"cluster": name, "kind": kind, "figure": figure}, span.least, span.most)


def _changes(clusters: Mapping[str, ClusterHistory]) -> Iterator[tuple[Labels, str]]:
    for name, one in clusters.items():
        for change in one.changes:
            kind, figure = change.figure
            since = {"cluster": name, "kind": kind, "figure": figure, "since": str(change.time // SECOND)}
            yield from edges(since, change.by.least, change.by.most)
