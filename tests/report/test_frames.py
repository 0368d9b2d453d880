"""The tables for a notebook: exact ns, datetimes in UTC, absences that are no numbers."""

from __future__ import annotations

import pandas as pd
import pytest

from analyzer.report.frames import episodes_frame, events_frame, measurements_frame
from tests.report import builder


def test_episodes() -> None:
    frame = episodes_frame(builder.run(builder.episode(), builder.episode("route-injection", absent=("fault",))))
    assert list(frame["kind"]) == ["cvm-failure", "route-injection"]
    assert list(frame["during"]) == ["dead", "remote"]
    assert frame["detected_least_ns"].dtype == "int64"
    assert frame["detected_least_ns"][0] == builder.FAULT + 23_000_000_000
    assert pd.isna(frame["fault_least_ns"][1])
    assert pd.isna(frame["fault"][1])
    assert frame["reset"][0] == pd.Timestamp(builder.FAULT + 27_060_000_000, unit="ns", tz="UTC")
    assert pd.isna(frame["gateway_valid"][0])


def test_events_keep_ns_beyond_a_float() -> None:
    frame = events_frame(builder.run())
    assert list(frame["kind"]) == ["tcp-control", "mark", "stargates", "forwarding"]
    assert frame["at_least_ns"].dtype == "int64"
    assert frame["at"].dt.tz is not None
    assert frame["at"][1].value == builder.FAULT
    assert '"flags":"RST"' in frame["detail"][0]


def test_measurements() -> None:
    frame = measurements_frame(builder.run(builder.episode())).set_index("metric")
    assert frame.loc["outage", "least_ns"] == 27_071_000_000
    assert frame.loc["recover", "absence"] == "not-observed"
    assert frame["least_ns"].isna()["recover"]
    assert frame.loc["wait", "part"] == "stage"


@pytest.mark.parametrize("make", [episodes_frame, events_frame, measurements_frame], ids=lambda f: f.__name__)
def test_an_empty_run_has_the_same_columns(make: object) -> None:
    assert callable(make)
    full, empty = make(builder.run(builder.episode())), make(builder.empty())
    assert list(full.columns) == list(empty.columns)
    assert len(empty) == 0
