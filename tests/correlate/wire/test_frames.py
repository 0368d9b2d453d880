"""Runs of frames: joined over pauses, and what lasted until when."""

from __future__ import annotations

import pytest
from msgspec.structs import replace

from analyzer.config import Settings
from analyzer.correlate.wire.frames import Frames, client_of, joined, latest
from analyzer.model.source import Origin
from tests.correlate.builder import LOCAL, PRIVATE, VMK1, back


def frames(first: int, last: int, number: int = 1) -> Frames:
    return Frames(first, last, Origin("a.pcap", number), Origin("a.pcap", number + 1), 2)


@pytest.mark.parametrize(
    ("pause", "spans"),
    [(0, [(0, 20), (25, 30)]), (5, [(0, 30)])],
    ids=["overlapping ones", "and those near"],
)
def test_runs_are_joined_over_a_pause(pause: int, spans: list[tuple[int, int]]) -> None:
    runs = [frames(25, 30, 9), frames(0, 10, 1), frames(5, 20, 5)]

    assert [(run.first, run.last) for run in joined(runs, pause)] == spans


def test_a_run_within_another_adds_nothing() -> None:
    assert joined([frames(0, 20), frames(5, 6, 3)], 0) == (frames(0, 20),)


def test_the_latest_end_is_not_after_the_time_asked_for() -> None:
    runs = [frames(0, 10), frames(5, 50), frames(60, 70)]

    assert latest(runs, 40) == 40
    assert latest(runs, 55) == 50
    assert latest(runs, -1) is None


def test_a_client_is_the_same_in_either_direction() -> None:
    assert client_of(LOCAL, Settings()) == client_of(back(LOCAL), Settings()) == (VMK1, (PRIVATE, LOCAL.sport))


def test_a_run_that_begins_then_lasts_until_then() -> None:
    assert latest([frames(5, 9)], 5) == 5
    assert latest([frames(5, 9)], 4) is None


def test_the_client_of_a_frame_is_who_talks_to_the_nfs_port_of_the_storage_address() -> None:
    """The address is a CVM's own too: what it is sent at another port may be the answer to a call of its own."""
    other = replace(LOCAL, dport=900)

    assert client_of(LOCAL, Settings()) == (VMK1, (PRIVATE, LOCAL.sport))
    assert client_of(back(LOCAL), Settings()) == (VMK1, (PRIVATE, LOCAL.sport))
    assert client_of(other, Settings()) == (other.dst_mac, (other.dst, 900))
