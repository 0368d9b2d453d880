"""A history as Otava's CSV: a file a figure, the middle of each Span, and a configuration that names them."""

from __future__ import annotations

import csv
import json

from msgspec.structs import replace

from analyzer.compare.runs.documents import compared_test
from analyzer.model.about import About
from analyzer.model.instant import SECOND, UNBOUNDED, Span
from analyzer.model.over_time.comparison import Figure
from analyzer.report.over_time.otava import CONFIGURATION, name_of, otava_files
from tests.history import made

REPAIR: Figure = ("cvm-failure", "repair")
JOINED: Figure = ("cvm-failure", "wait + detect")
TEST = compared_test(made.run(), "run, 1")
AT = 1_795_331_026


def test_each_figure_is_a_file_with_the_middles_in_seconds() -> None:
    tests = [
        replace(
            TEST,
            time=(AT + place) * SECOND + 123_456_789,
            about=About(cluster="a", aos_version="6.8"),
            durations=((REPAIR, Span(place * SECOND, (place + 1) * SECOND)),),
        )
        for place in range(2)
    ]
    tests.append(replace(tests[0], durations=((JOINED, Span(1, UNBOUNDED)),)))
    tests.append(replace(tests[0], time=None))
    files = otava_files({"a/b": tests})

    name = name_of("a/b", REPAIR)
    assert sorted(files) == sorted((f"{name}.csv", CONFIGURATION))
    rows = [*csv.reader(files[f"{name}.csv"].decode().splitlines())]
    assert rows == [
        ["time", "run", "aos", "esxi", "seconds"],
        ["2026-11-22T07:03:46.123000+00:00", "run, 1", "6.8", "", "0.5"],
        ["2026-11-22T07:03:47.123000+00:00", "run, 1", "6.8", "", "1.5"],
    ]
    configured = json.loads(files[CONFIGURATION])["tests"]
    assert configured[name]["file"] == f"{name}.csv"
    assert configured[name]["metrics"]["seconds"]["column"] == "seconds"


def test_names_are_plain_and_differ() -> None:
    names = {name_of(cluster, JOINED) for cluster in ("a/b", "a b", "ü")}
    assert len(names) == 3
    assert all(name.isascii() and "/" not in name and " " not in name for name in names)
