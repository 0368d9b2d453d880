"""A silence in which nothing waited: the host sent nothing and asked for nobody, and then the same connection goes on.

That is idleness, or a capture that lacks this time (its clock was set forward, or frames are missing); or the host went
another way meanwhile, and no capture shows that way.
"""

from __future__ import annotations

from collections.abc import Collection

from analyzer.correlate.timing import HEARTBEAT, PAUSE
from analyzer.correlate.wire.change import Change
from analyzer.correlate.wire.scene import Scene, controls_of
from analyzer.correlate.wire.traffic import NOBODY
from analyzer.model.instant import SECOND

JUST_BEFORE = SECOND  # the call that the first reply answers was sent so shortly before it


def is_quiet(change: Change, ports: Collection[str], scene: Scene) -> bool:
    """Whether nothing waited in a silence on the local path; a capture that may lack a call does not show that. `ports`
    are the host's public ones, or what may be it.
    """
    inside = change.before is not None and change.before.path.kind == "local"
    return inside and nothing_waited(change, ports, scene)


def nothing_waited(change: Change, ports: Collection[str], scene: Scene) -> bool:
    """Whether nothing waited in a silence of one path."""
    if not _goes_on(change):
        return False
    macs, start, end = change.host.macs.union(ports), change.start, change.end
    if controls_of(scene, change.host, start, end) or any(scene.traffic.requests_by(macs, start, end)):
        return False
    away = any(scene.traffic.to_storage(ports, start + 1, end))
    return not away and _answered_at_once(change, scene) and not _sent(change, scene)


def public_side_seen(change: Change, ports: Collection[str], scene: Scene) -> bool:
    """Whether a capture with one of `ports` covers when a silence began: the host did not go that way then."""
    start, until = change.start, min(change.end, change.start + HEARTBEAT)
    heard = (frames for mac in ports for frames in scene.traffic.heard.get(mac, NOBODY).items)
    covers = (scene.traffic.covers[frames.first_origin.source] for frames in heard)
    return any(first <= start and until <= last for first, last in covers)


def _goes_on(change: Change) -> bool:
    """Whether the connection of the first reply after a silence is one of those before it."""
    earlier = [segment for segment in change.service.segments if segment.end <= change.start]
    return change.after is not None and any(change.after.connections[0] in one.connections for one in earlier)


def _answered_at_once(change: Change, scene: Scene) -> bool:
    """Whether the call is seen that the first reply answers, and no other waited; those that could not be sent come
    several at once.
    """
    start, end = change.start, change.end
    calls = scene.traffic.calls_of(change.host.macs, start - JUST_BEFORE, end + 1)
    waiting = [call for call in calls if call.reply is None or call.reply.least >= end]
    return len(waiting) == 1 and waiting[0].calls == 1 and waiting[0].first_call.least >= end - JUST_BEFORE


def _sent(change: Change, scene: Scene) -> bool:
    """Whether the host sent something to the storage address in a silence, but for the acknowledgement of the last
    reply and the call that ends it; or something again.
    """
    start, end = change.start, change.end
    runs = scene.traffic.to_storage(change.host.macs, start, end)
    return any(
        run.traffic.what == "retransmission" or _inside(run.frames.first, run.frames.last, start + PAUSE, end)
        for run in runs
    )


def _inside(first: int, last: int, start: int, end: int) -> bool:
    return any(start < at < end - JUST_BEFORE for at in (first, last))
