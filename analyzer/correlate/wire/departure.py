"""A host that left the public network in a silence: its own CVM serves it meanwhile, by a path that no capture has.

A datastore has a heartbeat, so a host that lives and sends nothing by its remote path for longer goes another way; one
that is not answered sends again, or asks by ARP. If it is on a remote path again later, two changes look like one.
"""

from __future__ import annotations

from collections.abc import Iterator

from msgspec.structs import replace

from analyzer.correlate.timing import HEARTBEAT, PAUSE
from analyzer.correlate.wire.change import Change
from analyzer.correlate.wire.repair import is_terminated
from analyzer.correlate.wire.scene import Scene, unanswered_calls
from analyzer.correlate.wire.traffic import NOBODY


def parted(change: Change, scene: Scene) -> tuple[Change, Change] | None:
    """A silence between two remote paths as the host's leave of the one, and as its way to the other."""
    away = None if change.after is None else away_from(change, scene)
    if away is None:
        return None
    left, again = away
    return replace(change, after=None, end=again), replace(change, before=None, start=left)


def given_back(change: Change, scene: Scene) -> tuple[Change, Change] | None:
    """The same of a host that another CVM serves soon after the one before had ended its connection."""
    before, after = change.before, change.after
    if before is None or after is None or not before.path.kind == after.path.kind == "remote":
        return None
    if before.path.via == after.path.via or not is_terminated(change, scene):
        return None
    left = replace(change, after=None, end=min(change.start + PAUSE, change.end))
    return left, replace(change, before=None)


def away_from(change: Change, scene: Scene) -> tuple[int, int] | None:
    """From when until when (ns) the host left its remote path, of which it waited for nothing; None where it did not,
    or where a capture of its internal switch shows where it went.
    """
    before, after = change.before, change.after
    if before is None or before.path.kind != "remote" or (after is not None and after.path.kind != "remote"):
        return None
    if change.host.macs & scene.topology.inside_senders:
        return None
    left, again = max(_pauses(change, scene), key=lambda pause: pause[1] - pause[0])
    terminated = is_terminated(change, scene)
    if again - left <= HEARTBEAT or left - change.start > PAUSE or (not terminated and _waits(change, scene)):
        return None
    until = min(again - PAUSE, left + HEARTBEAT) if terminated else again - PAUSE  # later it has left for other reasons
    asks = any(scene.traffic.requests_by(change.host.macs, left + 1, until))
    return (left, again) if _lives(change, left, again, scene) and not asks else None


def _pauses(change: Change, scene: Scene) -> Iterator[tuple[int, int]]:
    """The times between the host's frames to the storage address in a silence."""
    last = change.start
    for run in scene.traffic.to_storage(change.host.macs, change.start, change.end):
        first = max(run.frames.first, change.start)
        if first > last:
            yield last, first
        last = max(last, min(run.frames.last, change.end))
    yield last, change.end


def _waits(change: Change, scene: Scene) -> bool:
    """Whether a call was waiting for an answer as the host left."""
    return bool(unanswered_calls(scene, change.host, change.start - HEARTBEAT, change.start + PAUSE))


def _lives(change: Change, left: int, again: int, scene: Scene) -> bool:
    """Whether the host itself was heard meanwhile."""
    runs = (scene.traffic.heard.get(mac, NOBODY) for mac in change.host.macs)
    return any(run.any_overlapping(left + PAUSE, again - PAUSE) for run in runs)
