"""Captures that hear the storage traffic one way only."""

from __future__ import annotations

from typing import Literal

from analyzer.judge.directions import MANY, Way, one_way
from analyzer.model.event import Ends, Event, FrameRun, MacTraffic, StorageTraffic
from analyzer.model.evidence import Evidence
from analyzer.model.instant import Instant
from analyzer.model.source import Origin
from analyzer.model.traffic import CaptureTotals
from tests.correlate.builder import LOCAL, back
from tests.judge.health.scene import event

STORAGE = LOCAL.dst


def of(
    *shown: tuple[str, Ends, int],
    what: Literal["frame", "call"] = "frame",
    calls: int = MANY,
    more: tuple[Event, ...] = (),
) -> tuple[tuple[str, Way], ...]:
    events = tuple(
        event(
            StorageTraffic(what, ends, FrameRun(Instant("capture", 9, 9), 9, count, 100 * count)),
            origin=Origin(name, 1),
        )
        for name, ends, count in shown
    )
    names = dict.fromkeys(name for name, _, _ in shown)
    captures = tuple(CaptureTotals(source=name, frames=90, bytes=9, nfs_calls=(("READ", calls),)) for name in names)
    return one_way(Evidence(sources=(), events=(*events, *more), captures=captures), STORAGE)


def test_each_way_is_named() -> None:
    assert of(("a", LOCAL, MANY)) == (("a", "to"),)
    assert of(("a", back(LOCAL), MANY), calls=0) == (("a", "from"),)
    assert of(("a", LOCAL, MANY), ("a", back(LOCAL), 1)) == ()


def test_who_receives_is_heard_and_answers_nowhere() -> None:
    """A filter took the replies: the server's other frames do not show that it answers by another network."""
    spoken = event(MacTraffic(LOCAL.dst_mac, FrameRun(Instant("capture", 9, 9), 9, 5, 500)), origin=Origin("a", 2))

    assert of(("a", LOCAL, MANY), more=(spoken,)) == (("a", "to"),)
    assert of(("a", LOCAL, MANY), ("b", back(LOCAL), 1), more=(spoken,)) == ()


def test_runs_of_one_connection_are_added_up() -> None:
    halves = [("a", back(LOCAL), MANY // 2), ("a", back(LOCAL), MANY - MANY // 2)]

    assert of(*halves, calls=0) == (("a", "from"),)
    assert of(halves[0], calls=0) == ()


def test_only_frames_count_not_what_they_hold() -> None:
    assert of(("a", back(LOCAL), MANY), what="call", calls=0) == ()
