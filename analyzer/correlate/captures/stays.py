"""When a host is served by its own CVM, when it turns to it, and when it leaves, as one device shows it."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from itertools import pairwise

from msgspec.structs import replace

from analyzer.correlate.timing import FAR_BEYOND, PAUSE
from analyzer.correlate.wire.frames import Frames, joined
from analyzer.correlate.wire.signs import routed_until
from analyzer.correlate.wire.traffic import Traffic
from analyzer.model.over_time.intervals import Intervals, intervals

AS_LONG_AGAIN = 2
SOME = 5  # so many pauses show what is usual


def stays_inside(traffic: Traffic, macs: Collection[str]) -> tuple[Frames, ...]:
    """The times in which a host is served by its own CVM: its replies, joined over the pauses that it usually makes."""
    replies = [run for mac in macs for run in traffic.replies.get(mac, ())]
    runs = [run.frames for run in replies if run.traffic.ends.dst_mac in macs]
    gaps = sorted(later.first - earlier.last for earlier, later in pairwise(joined(runs, 0)))
    usual = gaps[len(gaps) * 9 // 10] if len(gaps) >= SOME else 0
    return joined(runs, max(PAUSE, FAR_BEYOND * usual))


def turns_inside(traffic: Traffic, macs: Collection[str]) -> Intervals[Frames]:
    """When a host turns to its own CVM, answered or not."""
    storage = traffic.settings.storage_address
    requests = [
        one.frames for mac in macs if mac in traffic.asked for one in traffic.asked[mac].items if one.target == storage
    ]
    turns = frames_to_storage(traffic, macs)
    turns += [replace(one, last=max(one.first, routed_until([one]) or 0)) for one in requests]
    return intervals(sorted(turns, key=lambda turn: turn.first), lambda turn: (turn.first, turn.last))


def frames_to_storage(traffic: Traffic, macs: Collection[str]) -> list[Frames]:
    """The host's TCP segments to the storage address."""
    every = traffic.to_storage(macs, traffic.first, traffic.last)
    return [run.frames for run in every if run.traffic.what == "frame"]


def departures(last: int, following: int, turns: Intervals[Frames]) -> list[int]:
    """When a host turned to its own CVM last before it went elsewhere, ns; it may have come back without an answer, and
    left again. What just precedes `following`, when it is served again, is its return.
    """
    near = list(turns.overlapping(last - PAUSE, following))
    back = following
    for turn in reversed(near):
        if turn.first < back and back - turn.last <= PAUSE:
            back = turn.first
    return _ends_of_attempts(last, [turn for turn in near if last < turn.last < back])


def _ends_of_attempts(last: int, turns: Sequence[Frames]) -> list[int]:
    """When each row of attempts since the reply at `last` was over, ns. What is sent again comes after pauses that
    grow, each about as long as all before it: after a longer one the host turns to its CVM anew.
    """
    ends = [last]
    for turn in sorted(turns, key=lambda one: one.first):
        if turn.first - ends[-1] > max(PAUSE, AS_LONG_AGAIN * (ends[-1] - last)):
            ends.append(turn.last)
        ends[-1] = max(ends[-1], turn.last)
    return ends
