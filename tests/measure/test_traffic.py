"""Traffic before, during and after: rates as integers, quantiles by nearest rank, series for drawing."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from analyzer.measure.traffic import phases, reply_series
from analyzer.model.event import Ends
from analyzer.model.evidence import Evidence
from analyzer.model.instant import MILLISECOND, SECOND, Span
from analyzer.model.over_time.columns import columns_of
from analyzer.model.run import RateRun
from analyzer.model.traffic import LatencyBucket, TrafficSeries
from tests.measure.builder import HOST, INSIDE, MACS, OUTSIDE, at, episode, found, traffic

WIDTH = 100 * MILLISECOND
PART_BITS = 6
TOLD = episode(instants={"fault": at(40_000), "restored": at(60_000)})
COVERED = (0, 100 * SECOND)


def series(ends: Ends, *rates: tuple[int, int, int], latency: tuple[LatencyBucket, ...] = ()) -> TrafficSeries:
    """Replies a bin in [from, to) ms."""
    bins = [(ms // 100, n, n, 10 * n) for start, end, n in rates for ms in range(start, end, 100)]
    names = tuple(sorted({one.procedure for one in latency}))
    delays = sorted((one.index, names.index(one.procedure), one.least, one.most, one.count) for one in latency)
    return TrafficSeries(
        source="w", clock="capture", ends=ends, width=WIDTH, counted=columns_of(bins, 4, PART_BITS),
        latency_width=SECOND, latencies=columns_of(delays, 5, PART_BITS), names=names,
    )  # fmt: skip


def evidence(*found: TrafficSeries) -> Evidence:
    return Evidence(sources=(), events=(), traffic=found)


def test_thirty_seconds_before_the_fault_to_thirty_after_service() -> None:
    proof = evidence(series(INSIDE, (0, 40_000, 2)), series(OUTSIDE, (60_000, 100_000, 1)))

    before, during, after = phases(TOLD, traffic(TOLD, proof=proof), COVERED)

    assert [phase.name for phase in (before, during, after)] == ["before", "during", "after"]
    assert (before.start.least, before.end.least) == (10 * SECOND, 40 * SECOND)
    assert (before.replies, before.replies_per_1000s, before.bytes_per_1000s) == (600, 20_000, 200_000)
    assert (during.replies, during.start.least, during.end.least) == (0, 40 * SECOND, 60 * SECOND)
    assert (after.replies, after.replies_per_1000s) == (300, 10_000)


def test_replies_and_their_times_are_counted_alike() -> None:
    """The second of the fault is before it, that of the first reply on the new path after it, in both counts."""
    told = episode(instants={"fault": at(40_300, 40_400), "restored": at(60_700)})
    delays = tuple(LatencyBucket(second, "READ", 1, 2, 10) for second in [*range(41), *range(60, 100)])
    proof = evidence(series(INSIDE, (0, 41_000, 1), (60_000, 100_000, 1), latency=delays))

    found = phases(told, traffic(told, proof=proof), (14_500 * MILLISECOND, 99_500 * MILLISECOND))

    assert [(phase.name, phase.replies, sum(one.count for one in phase.latency)) for phase in found] == [
        ("before", 270, 270),
        ("during", 0, 0),
        ("after", 300, 300),
    ]


def test_a_rate_is_by_the_time_in_which_there_was_service() -> None:
    told = episode(instants={"fault": at(40_300, 40_301), "restored": at(60_700)})
    proof = evidence(series(INSIDE, (0, 40_300, 2)), series(OUTSIDE, (60_700, 100_000, 3)))

    before, _, after = phases(told, traffic(told, proof=proof), COVERED)

    assert (before.replies, after.replies) == (586, 879)
    assert round(before.replies_per_1000s, -2) == 20_000
    assert after.replies_per_1000s == 30_000


def test_a_rate_is_of_all_of_a_phase_where_nothing_tells_when_service_ended() -> None:
    told = episode(instants={"fault": at(40_300, 60_300), "restored": at(61_000)})

    before = phases(told, traffic(told, proof=evidence(series(INSIDE, (0, 50_000, 2)))), COVERED)[0]

    assert (before.replies, before.replies_per_1000s) == (600, 20_000)


def test_service_again_within_the_second_of_the_fault_leaves_no_time_between() -> None:
    told = episode(instants={"fault": at(40_300), "restored": at(40_900)})

    found = phases(told, traffic(told, proof=evidence(series(INSIDE, (0, 90_000, 1)))), COVERED)

    assert [(phase.name, phase.start.least, phase.end.least) for phase in found] == [
        ("before", 11 * SECOND, 41 * SECOND),
        ("after", 41 * SECOND, 71 * SECOND),
    ]


def test_phases_are_cut_at_the_captures_edges() -> None:
    before, _, after = phases(
        TOLD, traffic(TOLD, proof=evidence(series(INSIDE, (0, 1_000, 1)))), (35 * SECOND, 62 * SECOND)
    )

    assert before.end.least - before.start.least == 5 * SECOND
    assert after.end.least - after.start.least == 2 * SECOND


def test_a_phase_of_no_length_is_none() -> None:
    found = phases(TOLD, traffic(TOLD, proof=evidence(series(INSIDE, (0, 1_000, 1)))), (40 * SECOND, 100 * SECOND))

    assert [phase.name for phase in found] == ["during", "after"]


def test_without_service_again_there_is_no_after() -> None:
    told = episode(instants={"fault": at(40_000)})

    found = phases(told, traffic(told, proof=evidence(series(INSIDE, (0, 40_000, 1)))), COVERED)

    assert [phase.name for phase in found] == ["before", "during"]
    assert found[-1].end.least == 100 * SECOND


@pytest.mark.parametrize("case", ["no fault", "no capture", "another host"])
def test_nothing_to_tell(case: str) -> None:
    proof = evidence(series(INSIDE, (0, 40_000, 1)))
    told = episode() if case == "no fault" else TOLD
    covered = None if case == "no capture" else COVERED

    macs = frozenset({"ff"}) if case == "another host" else MACS

    assert phases(told, traffic(told, proof=proof, macs=macs), covered) == ()


def test_quantiles_are_buckets_by_nearest_rank() -> None:
    buckets = (
        LatencyBucket(20, "READ", 0, 9, 50),
        LatencyBucket(21, "READ", 10, 19, 49),
        LatencyBucket(22, "READ", 1_000, 1_999, 1),
        LatencyBucket(20, "WRITE", 5, 6, 1),
        LatencyBucket(50, "READ", 10**6, 10**7, 9),
    )

    (before, *_) = phases(TOLD, traffic(TOLD, proof=evidence(series(INSIDE, (0, 40_000, 1), latency=buckets))), COVERED)

    read, write = before.latency
    assert (read.procedure, read.count, write.procedure, write.count) == ("READ", 100, "WRITE", 1)
    assert (read.p50, read.p99, read.most) == (Span(0, 9), Span(10, 19), Span(1_000, 1_999))
    assert write.p50 == write.p99 == write.most == Span(5, 6)


@given(st.lists(st.integers(1, 50), min_size=1, max_size=12))
def test_quantiles_rise(counts: list[int]) -> None:
    buckets = tuple(LatencyBucket(20, "READ", 10 * i, 10 * i + 9, count) for i, count in enumerate(counts))

    (before, *_) = phases(TOLD, traffic(TOLD, proof=evidence(series(INSIDE, (0, 40_000, 1), latency=buckets))), COVERED)

    (read,) = before.latency
    assert read.count == sum(counts)
    assert read.p50.least <= read.p99.least <= read.most.least


def test_the_series_for_drawing_has_the_seconds_with_replies() -> None:
    proof = evidence(series(INSIDE, (5_000, 6_000, 2), (8_000, 9_500, 1)))

    (one,) = reply_series(found(TOLD, proof=proof))

    assert (one.host, one.width) == (HOST, SECOND)
    assert one.runs == (RateRun(5 * SECOND, (20,)), RateRun(8 * SECOND, (10, 5)))
    assert (one.source, one.next_hop) == (INSIDE.src, INSIDE.dst_mac)


def test_a_stamp_that_is_years_away_takes_no_room() -> None:
    years = 10 * 365 * 86_400
    proof = evidence(series(INSIDE, (0, 1_000, 1), (years * 1_000, years * 1_000 + 500, 1)))

    (one,) = reply_series(found(TOLD, proof=proof))

    assert one.runs == (RateRun(0, (10,)), RateRun(years * SECOND, (5,)))


def test_a_path_without_replies_draws_nothing() -> None:
    assert reply_series(found(TOLD, proof=evidence(series(INSIDE, (0, 1_000, 0))))) == ()
