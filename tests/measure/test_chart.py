"""An episode's chart: replies stop and begin where the frames say, in each path, and none is lost or counted twice."""

from __future__ import annotations

from analyzer.measure.chart import chart
from analyzer.model.instant import MILLISECOND, SECOND
from analyzer.model.over_time.chart import LatencyBin
from analyzer.model.traffic import LatencyBucket
from tests.measure.builder import INSIDE, OUTSIDE, at, episode, served, traffic
from tests.measure.test_traffic import evidence, series

TOLD = episode(instants={"fault": at(40_030), "restored": at(60_070)})


def test_replies_stop_at_the_last_and_begin_at_the_first() -> None:
    proof = evidence(series(INSIDE, (20_000, 40_100, 1)), series(OUTSIDE, (60_000, 90_000, 1)))

    found = chart(TOLD, traffic(TOLD, served((20_010, 40_020), (60_080, 89_990)), proof))

    assert found is not None
    outside, inside = found.paths
    assert [(one.first, one.last) for one in inside.runs] == [(30_100 * MILLISECOND, 40_020 * MILLISECOND)]
    assert outside.runs[0].first == 60_080 * MILLISECOND
    assert sum(inside.runs[0].replies) == 100
    assert len(inside.runs[0].replies) == 10


def test_without_a_silence_of_the_host_the_instants_cut() -> None:
    """Service moved at once: the host's replies never paused, and each path has its own end."""
    told = episode(instants={"fault": at(40_030), "restored": at(40_060)})
    proof = evidence(series(INSIDE, (20_000, 40_100, 1)), series(OUTSIDE, (40_000, 60_000, 1)))

    found = chart(told, traffic(told, served((20_010, 59_990)), proof))

    assert found is not None
    outside, inside = found.paths
    assert inside.runs[0].last == 40_030 * MILLISECOND
    assert outside.runs[0].first == 40_060 * MILLISECOND


def test_of_two_captures_of_a_path_one_is_drawn() -> None:
    proof = evidence(series(INSIDE, (30_000, 40_000, 1)), series(INSIDE, (30_000, 39_000, 1)))

    found = chart(TOLD, traffic(TOLD, served((30_000, 39_990)), proof))

    assert found is not None
    assert [sum(one.replies) for path in found.paths for one in path.runs] == [99]


def test_a_long_episode_has_as_many_parts_as_a_drawing_can_show() -> None:
    hours = episode(instants={"fault": at(0), "restored": at(4 * 3600 * 1000)})
    proof = evidence(series(INSIDE, (0, 4 * 3600 * 1000, 1)))

    found = chart(hours, traffic(hours, served((0, 4 * 3600 * 1000)), proof))

    assert found is not None
    assert 200 < sum(len(one.replies) for path in found.paths for one in path.runs) <= 401


def test_the_latency_of_a_second_is_of_all_procedures() -> None:
    buckets = (LatencyBucket(35, "READ", 0, 9, 98), LatencyBucket(35, "WRITE", 100, 199, 2))
    proof = evidence(series(INSIDE, (30_000, 40_000, 1), latency=buckets))

    found = chart(TOLD, traffic(TOLD, (), proof))

    assert found is not None
    assert found.latency == (LatencyBin(35 * SECOND, 100, 9, 199, 199),)


def test_nothing_to_draw() -> None:
    assert chart(TOLD, traffic(TOLD, proof=evidence())) is None
    assert chart(episode(), traffic(TOLD, proof=evidence(series(INSIDE, (0, 9_000, 1))))) is None
    assert chart(TOLD, traffic(TOLD, proof=evidence(series(INSIDE, (0, 9_000, 0))))) is None
