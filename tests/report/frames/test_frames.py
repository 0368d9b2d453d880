"""The tables for a notebook: exact ns, datetimes and timedeltas, absences that are no numbers, always one shape."""

from __future__ import annotations

from collections.abc import Callable

import msgspec
import pandas as pd
import pytest

from analyzer.model.instant import SECOND, UNBOUNDED, Instant, Span
from analyzer.model.measurement import KnownMeasurement
from analyzer.model.run import RateRun, RateSeries, Run
from analyzer.report import frames
from analyzer.report.frames import (
    FRAMES,
    clocks_frame,
    episodes_frame,
    events_frame,
    findings_frame,
    judgements_frame,
    measurements_frame,
    phases_frame,
    series_frame,
    stages_frame,
)
from tests.report import builder

RUN = builder.run(builder.episode(), builder.episode("route-injection", absent=("fault",)))
each_frame = pytest.mark.parametrize("make", FRAMES.values(), ids=FRAMES)


def test_all_of_them_are_listed() -> None:
    assert {"FRAMES", *(make.__name__ for make in FRAMES.values())} == set(frames.__all__)


@each_frame
def test_beside_a_host_is_its_name_of_the_inventory(make: Callable[[Run], pd.DataFrame]) -> None:
    frame = make(RUN)
    columns = list(frame.columns)
    assert columns[columns.index("host") + 1] == "host_name"
    said = ["esx-a" if host == builder.HOST else "" for host in frame["host"].fillna("")]
    assert frame["host_name"].fillna("").to_list() == said
    assert make(builder.replaced(RUN, hosts=()))["host_name"].isna().all()


def test_episodes() -> None:
    frame = episodes_frame(RUN)
    assert list(frame["kind"]) == ["cvm-failure", "route-injection"]
    assert list(frame["during"]) == ["dead", "remote"]
    assert frame["detected_least_ns"].dtype == "int64"
    assert frame["detected_least_ns"][0] == builder.FAULT + 23_000_000_000
    assert pd.isna(frame["fault_least_ns"][1])
    assert pd.isna(frame["fault"][1])
    assert frame["reset"][0] == pd.Timestamp(builder.FAULT + 27_060_000_000, unit="ns", tz="UTC")
    assert pd.isna(frame["gateway_valid"][0])
    assert frame["gateway_valid"][1]


def test_events_keep_ns_beyond_a_float() -> None:
    frame = events_frame(RUN)
    assert list(frame["kind"]) == ["tcp-control", "mark", "stargates", "forwarding"]
    assert frame["at_least_ns"].dtype == "int64"
    assert frame["at"].dt.tz is not None
    assert frame["at"][1].value == builder.FAULT
    assert '"flags":"RST"' in frame["detail"][0]


def test_an_event_is_of_the_host_that_it_tells_of_else_of_who_wrote_it() -> None:
    sources = [builder.replaced_source(source, host="192.168.1.26") for source in RUN.sources]
    frame = events_frame(builder.replaced(RUN, sources=tuple(sources)))
    assert frame["host"][3] == builder.HOST, "what was found of its forwarding"
    assert frame["host"][2] == "192.168.1.26", "what its log says of the Stargates"


def test_measurements() -> None:
    frame = measurements_frame(RUN).drop_duplicates("metric").set_index("metric")
    assert list(frame.index) == ["detection", "outage"]
    assert frame.loc["outage", "least_ns"] == 27_071_000_000
    assert frame.loc["outage", "least"] == pd.Timedelta(seconds=27, milliseconds=71)
    assert frame["absence"].isna()["outage"]


def test_stages_are_in_order_and_say_why_one_is_missing() -> None:
    frame = stages_frame(RUN)
    first = frame[frame["kind"] == "cvm-failure"].set_index("stage")
    assert list(first.index) == ["wait", "detect", "decide", "repair", "reconnect", "resume", "recover"]
    assert first.loc["recover", "absence"] == "not-observed"
    assert first["least_ns"].isna()["recover"]
    assert first["most"].isna()["recover"]
    assert (first["most"] - first["least"])["wait"] == pd.Timedelta(seconds=1)


def test_what_nothing_bounds_has_no_upper_end() -> None:
    outage = KnownMeasurement("outage", Span(12 * SECOND, UNBOUNDED), (), "not-over")
    run = builder.run(msgspec.structs.replace(builder.episode(), measurements=(outage,)))
    frame = measurements_frame(run)
    assert frame["least_ns"][0] == 12 * SECOND
    assert pd.isna(frame["most_ns"][0])
    assert pd.isna(frame["most"][0])


def test_an_instant_that_nothing_bounds_has_no_middle() -> None:
    event = msgspec.structs.replace(RUN.events[0], at=Instant("capture", builder.FAULT, UNBOUNDED))
    frame = events_frame(builder.replaced(RUN, events=(event,)))
    assert pd.isna(frame["at"][0])
    assert pd.isna(frame["at_most_ns"][0])


def test_judgements() -> None:
    frame = judgements_frame(builder.run(builder.episode(verdict="NOT-JUDGED"), builder.episode()))
    assert list(frame["verdict"]) == ["NOT-JUDGED", "LATE", "MET"]
    assert pd.isna(frame["expected_ns"][0])
    assert frame["expected"][1] == pd.Timedelta(seconds=23)
    assert frame["bound_ns"][2] == 51 * SECOND


def test_phases() -> None:
    frame = phases_frame(RUN)
    assert list(frame["phase"][:3]) == ["before", "during", "after"]
    assert frame["start"][0] == pd.Timestamp(builder.START, unit="ns", tz="UTC")
    assert frame["replies"].dtype == "int64"
    assert frame["replies_per_1000s"][0] == 148 * 27


def test_findings_of_the_run_come_first_and_are_of_no_episode() -> None:
    frame = findings_frame(RUN)
    assert list(frame["code"]) == ["AP202", "AP104", "AP104"]
    assert frame["kind"].isna().to_list() == [True, False, False]
    assert frame["origins"][0] == '[{"source":"case/genesis.out","number":8}]'


def test_clocks_say_what_they_are_of() -> None:
    clock = msgspec.structs.replace(RUN.clocks[1], clock="cvm:192.168.1.26")
    frame = clocks_frame(builder.replaced(RUN, clocks=(RUN.clocks[0], clock)))
    assert list(frame["kind"]) == ["capture", "cvm"]
    assert pd.isna(frame["host"][0])
    assert frame["host"][1] == "192.168.1.26"
    assert frame["least"][1] == pd.Timedelta(milliseconds=-400)


def test_series_have_a_row_for_each_bin() -> None:
    series = RateSeries(host="h", source="s", next_hop="m", width=SECOND, runs=(RateRun(10 * SECOND, (3, 4)),))
    frame = series_frame(builder.replaced(RUN, series=(series,)))
    assert list(frame["at_least_ns"]) == [10 * SECOND, 11 * SECOND]
    assert list(frame["replies"]) == [3, 4]
    assert frame["at"][1] == pd.Timestamp(11_500_000_000, unit="ns", tz="UTC")
    assert frame["width"][0] == pd.Timedelta(seconds=1)


@each_frame
def test_each_row_has_the_case_the_host_and_the_kind(make: object) -> None:
    assert callable(make)
    frame = make(RUN)
    assert len(frame) > 0
    assert next(iter(frame.columns)) == "case"
    assert {"case", "host", "kind"} <= set(frame.columns)
    assert set(frame["case"]) == {"cvm-failure"}


@each_frame
def test_an_empty_run_has_the_same_columns_and_types(make: object) -> None:
    assert callable(make)
    full, empty = make(RUN), make(builder.empty())
    assert list(full.columns) == list(empty.columns)
    assert len(empty) == 0
    assert [str(kind).lower() for kind in full.dtypes] == [str(kind).lower() for kind in empty.dtypes]


@each_frame
def test_times_are_integers_datetimes_and_timedeltas(make: object) -> None:
    assert callable(make)
    frame = make(RUN)
    times = [name for name in frame.columns if name.endswith("_ns")]
    assert {str(frame[name].dtype).lower() for name in times} <= {"int64"}
    assert not [name for name in frame.columns if str(frame[name].dtype).startswith("float")]
