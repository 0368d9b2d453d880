"""Traffic that several captures have counts once: by the best of them, and by others where that was not there."""

from __future__ import annotations

import pytest

from analyzer.correlate.captures.counted import counted_once
from analyzer.model.event import Ends
from analyzer.model.evidence import Evidence
from analyzer.model.instant import MILLISECOND, SECOND, Instant
from analyzer.model.over_time.columns import columns_of
from analyzer.model.source import Source
from analyzer.model.traffic import TrafficSeries

WIDTH = 100 * MILLISECOND
REMOTE = Ends("02:00:00:00:00:24", "02:00:00:00:00:28", "192.168.1.24", "192.168.5.2", 0, 2049)
LOCAL = Ends("02:00:00:00:05:01", "02:00:00:00:05:02", "192.168.5.1", "192.168.5.2", 0, 2049)


def source(name: str, first: int, last: int) -> Source:
    """A capture from `first` s to `last` s."""
    at = [Instant("capture", second * SECOND, second * SECOND) for second in (first, last)]
    return Source(name=name, kind="capture", size=0, digest=None, clock="capture", first=at[0], last=at[1])


def series(name: str, first: int, last: int, calls: int = 1, replies: int = 1, ends: Ends = REMOTE) -> TrafficSeries:
    """So many calls and replies in each tenth of a second from `first` s on."""
    bins = [(place, calls, replies, 10) for place in range(first * 10, last * 10)]
    delays = [(second, 0, 1, 2, 10 * replies) for second in range(first, last) if replies]
    return TrafficSeries(
        source=name, clock="capture", ends=ends, width=WIDTH, counted=columns_of(bins, 4, 6),
        latency_width=SECOND, latencies=columns_of(delays, 5, 6), names=("READ",),
    )  # fmt: skip


def evidence(*found: tuple[Source, TrafficSeries], rings: tuple[tuple[str, ...], ...] = ()) -> Evidence:
    sources = tuple({one.name: one for one, _ in found}.values())
    return Evidence(sources=sources, events=(), traffic=tuple(one for _, one in found), rings=rings)


def counted(found: Evidence) -> dict[str, tuple[int, int]]:
    """The calls and replies of each capture."""
    return {one.source: one.sums() for one in counted_once(found).traffic}


SPAN, VMK0 = source("span", 0, 100), source("vmk0", 10, 60)


def test_the_same_replies_at_two_places_count_once() -> None:
    found = evidence((SPAN, series("span", 0, 100)), (VMK0, series("vmk0", 10, 60)))

    assert counted(found) == {"span": (1000, 1000)}
    assert sum(item.count for one in counted_once(found).traffic for item in one.latency()) == 1000


def test_a_capture_counts_where_the_better_one_is_not_there() -> None:
    late = source("span", 40, 100)
    found = evidence((late, series("span", 40, 100)), (VMK0, series("vmk0", 10, 60)))

    assert counted(found) == {"span": (600, 600), "vmk0": (300, 300)}


def test_the_capture_that_lost_fewer_frames_counts() -> None:
    found = evidence((VMK0, series("vmk0", 10, 60, calls=2)), (SPAN, series("span", 0, 100, replies=2)))

    assert counted(found) == {"span": (1000, 2000)}


def test_two_directions_in_a_file_each_make_one() -> None:
    sent, answered = source("out", 0, 50), source("in", 0, 50)
    found = evidence((sent, series("out", 0, 50, replies=0)), (answered, series("in", 0, 50, calls=0)))

    assert counted_once(found) is found
    assert counted(evidence(*zip(found.sources, found.traffic, strict=True), (SPAN, series("span", 0, 100)))) == {
        "span": (1000, 1000)
    }


@pytest.mark.parametrize(
    "found",
    [
        pytest.param(evidence((SPAN, series("span", 0, 100)), (VMK0, series("vmk0", 10, 60, ends=LOCAL))), id="paths"),
        pytest.param(
            evidence((source("a", 0, 50), series("a", 0, 50)), (source("b", 50, 100), series("b", 50, 100))),
            id="one after the other",
        ),
        pytest.param(evidence((SPAN, series("span", 0, 100)), (SPAN, series("span", 0, 100))), id="two VLANs"),
        pytest.param(evidence((SPAN, series("span", 0, 100))), id="one"),
    ],
)
def test_what_is_not_the_same_is_left_as_it_is(found: Evidence) -> None:
    assert counted_once(found) is found


def test_the_files_of_a_ring_are_one_capture() -> None:
    parts = [(source("r1", 0, 50), series("r1", 0, 50)), (source("r2", 50, 100), series("r2", 50, 100))]
    ring = evidence(*parts, rings=(("r1", "r2"),))
    with_all = evidence(*parts, (source("whole", 0, 100), series("whole", 0, 100)), rings=(("r1", "r2"),))

    assert counted_once(ring) is ring
    assert counted(with_all) == {"r1": (500, 500), "r2": (500, 500)}
