"""A history as CSV that Apache Otava reads, so that its change points can be held against ours.

Otava knows points, not Spans: it gets the middle of each, and what nothing bounds from above is left out. It takes no
gaps either: each figure of a kind in a cluster is a file and a test of its own.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime

import msgspec

from analyzer.model.instant import MILLISECOND, SECOND
from analyzer.model.over_time.compared_test import ComparedTest
from analyzer.model.over_time.comparison import Figure
from analyzer.report.openmetrics import seconds
from analyzer.report.site.places import plain_name

CONFIGURATION = "otava.yaml"
COLUMNS = ("time", "run", "aos", "esxi", "seconds")


def otava_files(clusters: Mapping[str, Sequence[ComparedTest]]) -> dict[str, bytes]:
    """A file for each figure, of clusters by their names with their tests by time, and Otava's configuration, whose
    tests are named by :func:`name_of`. Otava is to be run in their folder.
    """
    files: dict[str, bytes] = {}
    tests: dict[str, object] = {}
    for cluster, of_cluster in clusters.items():
        for figure in dict.fromkeys(one for test in of_cluster for one, _ in test.durations):
            rows = [row for test in of_cluster if (row := _row(test, figure))]
            if not rows:
                continue
            name = name_of(cluster, figure)
            files[f"{name}.csv"] = _written(rows)
            tests[name] = {
                "type": "csv",
                "file": f"{name}.csv",
                "time_column": "time",
                "attributes": ["run", "aos", "esxi"],
                "metrics": {"seconds": {"column": "seconds", "direction": -1}},
            }
    document = msgspec.json.format(msgspec.json.encode({"tests": tests}), indent=1)  # which is YAML, too
    return files | {CONFIGURATION: document + b"\n"}


def name_of(cluster: str, figure: Figure) -> str:
    """`osaka-bc691003.cvm-failure.repair`: what Otava calls the test of a figure."""
    return ".".join((plain_name(cluster), figure[0], figure[1].replace(" + ", "-")))


def _row(test: ComparedTest, figure: Figure) -> tuple[str, ...] | None:
    span = dict(test.durations).get(figure)
    if span is None or not span.bounded or test.time is None:
        return None
    at = datetime.fromtimestamp(test.time // SECOND, UTC).replace(microsecond=test.time % SECOND // MILLISECOND * 1000)
    middle = seconds((span.least + span.most) // 2)
    return at.isoformat(), test.name, test.about.aos_version or "", test.about.esxi_version or "", middle


def _written(rows: Sequence[Sequence[str]]) -> bytes:
    held = io.StringIO()
    writer = csv.writer(held, lineterminator="\n")
    writer.writerows((COLUMNS, *rows))
    return held.getvalue().encode()
