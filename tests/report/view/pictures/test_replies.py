"""A timeline shows the replies of the episode's chart, of an older document by seconds, and the whole test below."""

from __future__ import annotations

import dataclasses

import msgspec

from analyzer.model.instant import SECOND
from analyzer.model.over_time.chart import LatencyBin, PathReplies, ReplyRun, TrafficChart
from analyzer.report.drawing.lanes import Latency, Run
from analyzer.report.view.moments import window
from analyzer.report.view.pictures.replies import latencies, rates, whole
from analyzer.report.view.pictures.timetable import timetable
from tests.report import builder
from tests.report.builder import FAULT, START

CHART = TrafficChart(
    start=START,
    end=START + 80 * SECOND,
    paths=(
        PathReplies("192.168.5.1", "00:0c:29:a0:05:26", (ReplyRun(START, FAULT - 1, (4,) * 37),)),
        PathReplies(
            builder.HOST, "00:0c:29:c0:01:28", (ReplyRun(FAULT + 27 * SECOND, START + 80 * SECOND, (9, 4, 4)),)
        ),
    ),
    latency_width=SECOND,
    latency=(LatencyBin(START + 37 * SECOND, 4, 1, 2, 3), LatencyBin(START, 4, 1, 2, 3)),
)
CHARTED = msgspec.structs.replace(builder.episode(), chart=CHART)


def test_no_reply_stands_after_the_fault() -> None:
    within = window(CHARTED)
    assert within is not None

    local, remote = rates(timetable(builder.run(CHARTED)), CHARTED, within)

    assert (local.kind, local.runs) == ("local", (Run(START, FAULT - 1, (4,) * 37),))
    assert remote.kind == "remote"
    assert remote.runs[0].first > FAULT


def test_an_older_document_has_whole_seconds() -> None:
    older = builder.episode()
    within = window(older)
    assert within is not None

    local, remote = rates(timetable(builder.run(older)), older, within)

    assert local.runs == (Run(START, START + 37 * SECOND, (4,) * 37),)
    assert remote.runs[0].first == START + 64 * SECOND
    assert latencies(older.chart, within) == ()


def test_a_latency_stands_where_its_replies_came() -> None:
    """Of the second in which the fault was, the replies came before it."""
    assert latencies(CHART, (START + 10 * SECOND, START + 80 * SECOND)) == (
        Latency((START + 37 * SECOND + FAULT - 1) // 2, 1, 2, 3),
    )


def test_the_strip_is_of_the_whole_test() -> None:
    strip = whole(timetable(builder.run(CHARTED)), CHARTED, (START + 32 * SECOND, START + 71 * SECOND))

    assert strip is not None
    assert (strip.start, strip.end) == (START, START + 82 * SECOND)
    assert strip.episodes == ((FAULT, FAULT + 28 * SECOND + SECOND // 4),)
    assert strip.words == "The whole test, 07:03:46 to 07:05:08 UTC; framed: what is shown above"


def test_a_test_of_several_days_has_their_dates() -> None:
    table = timetable(builder.run(CHARTED))
    days = dataclasses.replace(table, last=START + 50 * 3_600 * SECOND)

    strip = whole(days, CHARTED, (START + 32 * SECOND, START + 71 * SECOND))

    assert strip is not None
    assert strip.fewer == "The whole test, 2026-11-22 07:03 to 2026-11-24 09:03 UTC"


def test_a_test_that_is_hardly_longer_has_no_strip() -> None:
    assert whole(timetable(builder.run(CHARTED)), CHARTED, (START + 5 * SECOND, START + 75 * SECOND)) is None


def test_of_very_many_episodes_the_nearest_are_marked() -> None:
    many = timetable(builder.run(*[builder.episode()] * 1_000))

    strip = whole(many, CHARTED, (START + 32 * SECOND, START + 71 * SECOND))

    assert strip is not None
    assert len(strip.episodes) == 200
    assert strip.marks == "200 of 1,000 episodes, the nearest; run.json has all"
    assert strip.words == f"{strip.fewer}; 200 of 1,000 episodes marked"
