"""What was counted between two times is what walking the bins finds."""

from __future__ import annotations

from collections import Counter

from hypothesis import given
from hypothesis import strategies as st

from analyzer.measure.counters import counters
from analyzer.model.instant import MILLISECOND, SECOND
from analyzer.model.over_time.columns import columns_of
from analyzer.model.traffic import TrafficSeries
from tests.measure.builder import INSIDE, OUTSIDE

WIDTH = 100 * MILLISECOND
NAMES = ("READ", "WRITE")
BINS = st.dictionaries(st.integers(0, 80), st.tuples(st.integers(0, 9), st.integers(0, 9), st.integers(0, 999)))
DELAYS = st.lists(st.tuples(st.integers(0, 8), st.integers(0, 1), st.integers(0, 3), st.integers(1, 9)))


@given(BINS, BINS, DELAYS, st.integers(0, 90), st.integers(0, 90))
def test_it_is_what_walking_finds(
    one: dict[int, tuple[int, int, int]],
    other: dict[int, tuple[int, int, int]],
    delays: list[tuple[int, int, int, int]],
    since: int,
    length: int,
) -> None:
    latencies = sorted((index, name, 10 * least, 10 * least + 9, count) for index, name, least, count in delays)
    series = [
        TrafficSeries(
            source="w",
            clock="capture",
            ends=ends,
            width=WIDTH,
            counted=columns_of(sorted((index, *counts) for index, counts in bins.items()), 4, 3),
            latency_width=SECOND,
            latencies=columns_of(latencies, 5, 2),
            names=NAMES,
        )
        for ends, bins in ((INSIDE, one), (OUTSIDE, other))
    ]
    start, end = since * WIDTH + 1, (since + length) * WIDTH

    found = counters(series)

    walked = [item for each in series for item in each.bins(start, end)]
    assert found.replies.between(start, end) == sum(item.replies for item in walked)
    assert found.bytes.between(start, end) == sum(item.bytes for item in walked)
    expected: Counter[tuple[str, int, int]] = Counter()
    for each in series:
        for item in each.latency(start, end):
            expected[item.procedure, item.least, item.most] += item.count
    assert {(b.procedure, b.least, b.most): b.count for b in found.latencies.between(start, end)} == expected
