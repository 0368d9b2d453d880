"""Each episode is measured by what its own host's traffic shows."""

from __future__ import annotations

import msgspec

from analyzer.measure import measure
from analyzer.model.instant import SECOND, Span
from analyzer.model.measurement import KnownMeasurement
from tests.measure.builder import HOST, at, call, episode, evidence, found, served

OTHER = "192.168.1.25"


def test_episodes_are_measured_in_their_order_each_by_its_host() -> None:
    mine = episode(instants={"fault": at(30_000, 30_200), "restored": at(57_100)})
    other = msgspec.structs.replace(mine, id="E2", host=OTHER)
    runs = (*served((0, 30_100), (57_100, 90_000)), *served((0, 30_100), (40_100, 90_000), host=OTHER))
    all_of_it = msgspec.structs.replace(
        found(mine, runs, evidence(call(30_300, 57_100))), episodes=(mine, other), covered=(0, 90 * SECOND)
    )

    first, second = measure(all_of_it)

    assert [one.episode.host for one in (first, second)] == [HOST, OTHER]
    outages = [one.measurements[1] for one in (first, second)]
    assert [one.span for one in outages if isinstance(one, KnownMeasurement)] == [
        Span(27 * SECOND, 27 * SECOND),
        Span(0, 10 * SECOND),
    ]
    assert first.longest is not None
    assert second.longest is None
